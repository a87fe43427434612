"""What people type to order, to answer, to call off; one question a form. Nothing here reads the database."""

from datetime import date
from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.look.forms import DateBoxesField, PoundsField, with_a_day
from marketplace.core.money import pounds_exact
from marketplace.core.text import one_line, tidy

from . import presentation, rules

LONGEST_NOTE, LONGEST_WORDS, LONGEST_REASON = 600, 200, 400


class Words(forms.CharField):
    """Text kept tidy: control characters and direction marks out; one line unless told otherwise."""

    def __init__(self, *, lines: bool = False, **kwargs) -> None:
        self.lines = lines
        if lines:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(**kwargs)

    def to_python(self, value) -> str:
        typed = super().to_python(value) or ""
        return tidy(typed) if self.lines else one_line(typed)


def _too_long(most: int) -> dict[str, object]:
    return {"max_length": _("That is too long. Use at most %(most)d letters.") % {"most": most}}


class WhenForm(forms.Form):
    """The day, or words about it, or both."""

    title = _("When would you like it?")
    day = DateBoxesField(
        label=_("The day"),
        required=False,
        help_text=with_a_day(_("For example, %(day)s. Leave it empty if any day will do."), ahead=28),
    )
    words = Words(
        label=_("Anything about the time"),
        max_length=LONGEST_WORDS,
        required=False,
        help_text=_("For example, “mornings are best” or “any Tuesday”."),
        error_messages=_too_long(LONGEST_WORDS),
    )

    def __init__(self, *args, today: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_day(self) -> date | None:
        return day_in_reach(self.cleaned_data["day"], self.today)

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("day") and not cleaned.get("words"):
            self.add_error("day", _("Type a day, or say in words when you would like it."))
        return cleaned


def day_in_reach(day: date | None, today: date) -> date | None:
    if day is not None and day < today:
        raise forms.ValidationError(_("That day has passed. Type a day from today on."))
    if day is not None and day > today + rules.FURTHEST:
        raise forms.ValidationError(_("That is more than a year ahead. Type an earlier day."))
    return day


class ClassDateForm(forms.Form):
    """One of the dates of a class."""

    title = _("Which date?")
    date = forms.ChoiceField(
        label=_("Which date?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a date."),
            "invalid_choice": _("That date is full or over. Choose another."),
        },
    )

    def __init__(self, *args, dates: list, **kwargs) -> None:
        """`dates` are OfferDate rows with places left."""
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["date"])
        field.choices = [(each.public_id, presentation.date_words(each)) for each in dates]
        field.widget.choice_hints = {  # type: ignore[attr-defined]
            each.public_id: presentation.places_words(each.places_left) for each in dates
        }


class QuantityForm(forms.Form):
    """How many hours, sessions, days, weeks or places."""

    title = _("How many?")
    quantity = forms.IntegerField(
        label=_("How many?"),
        min_value=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args, question: str, most: int, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["quantity"]
        field.label = question
        self.title = question  # type: ignore[assignment]
        field.help_text = _("A number from 1 to %(most)d.") % {"most": most}
        wrong = _("Type a number from 1 to %(most)d.") % {"most": most}
        field.error_messages = dict.fromkeys(("required", "invalid", "min_value", "max_value"), wrong)
        field.validators = []
        self.most = most

    def clean_quantity(self) -> int:
        quantity = self.cleaned_data["quantity"]
        if not 1 <= quantity <= self.most:
            raise forms.ValidationError(self.fields["quantity"].error_messages["invalid"])
        return quantity


class NoteForm(forms.Form):
    """A few words for the provider alone."""

    title = _("Anything they should know?")
    note = Words(
        lines=True,
        label=_("Anything they should know?"),
        max_length=LONGEST_NOTE,
        required=False,
        help_text=_(
            "For example, how to get in, or what matters to you. Only the provider reads this. "
            "It is never put in an e-mail."
        ),
        error_messages=_too_long(LONGEST_NOTE),
    )


class CheckForm(forms.Form):
    """The last page before an order. `total` is the price that was shown, in pence."""

    token = forms.CharField(max_length=40, widget=forms.HiddenInput)
    total = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)
    begin_early = forms.BooleanField(
        required=False, label=_("Please begin before the 14 days are over."), help_text=_("You have 14 days")
    )

    def __init__(self, *args, early: bool, must_ask: bool, **kwargs) -> None:
        """`early`: it may begin within the 14 days; `must_ask`: it will, for its day lies within them."""
        super().__init__(*args, **kwargs)
        self.must_ask = must_ask
        if not early:
            del self.fields["begin_early"]
            return
        self.fields["begin_early"].help_text = _(
            "By law you have 14 days to change your mind. If you want it sooner, you have to ask for that here. "
            "Then, if you cancel, you pay for what has been done by that time."
        )

    def clean_begin_early(self) -> bool:
        asked = self.cleaned_data["begin_early"]
        if self.must_ask and not asked:
            raise forms.ValidationError(_("Tick this, or go back and choose a later day."))
        return asked


class ReasonForm(forms.Form):
    """Why not; the other side reads it."""

    words = Words(
        lines=True,
        label=_("Why not? One sentence will do."),
        max_length=LONGEST_REASON,
        help_text=_("They will read this."),
        error_messages={"required": _("Write a few words, so that they know why."), **_too_long(LONGEST_REASON)},
    )


class AcceptForm(forms.Form):
    words = Words(
        lines=True,
        label=_("A few words for them"),
        max_length=LONGEST_REASON,
        required=False,
        help_text=_("For example, “See you on Tuesday.”"),
        error_messages=_too_long(LONGEST_REASON),
    )


class ProposeForm(forms.Form):
    """Another day, and the time of day in words."""

    day = DateBoxesField(label=_("The day"), help_text=with_a_day(_("For example, %(day)s"), ahead=28))
    words = Words(
        label=_("The time of day"),
        max_length=LONGEST_WORDS,
        help_text=_("For example, “2.30pm” or “between 10 and 12”."),
        error_messages={"required": _("Say at what time of day."), **_too_long(LONGEST_WORDS)},
    )

    def __init__(self, *args, today: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_day(self) -> date | None:
        return day_in_reach(self.cleaned_data["day"], self.today)


class VisitForm(forms.Form):
    """What to say when asking for a first visit."""

    when_words = Words(
        label=_("Which days and times suit you?"),
        max_length=LONGEST_WORDS,
        help_text=_("For example, “weekday mornings, not Wednesdays”."),
        error_messages={"required": _("Say which days and times suit you."), **_too_long(LONGEST_WORDS)},
    )
    note = Words(
        lines=True,
        label=_("Anything they should know?"),
        max_length=LONGEST_NOTE,
        required=False,
        help_text=_("Only the provider reads this. It is never put in an e-mail."),
        error_messages=_too_long(LONGEST_NOTE),
    )


class CloseForm(forms.Form):
    """What somebody did about a difference."""

    note = Words(
        label=_("What did you find, and what did you do?"),
        max_length=300,
        error_messages={"required": _("Write what you did, so that others understand it later."), **_too_long(300)},
    )


class GaveBackForm(forms.Form):
    """A note to whoever holds the money that it is on its way back to them."""

    words = Words(
        lines=True,
        label=_("How and when did you give it back?"),
        max_length=LONGEST_WORDS,
        required=False,
        help_text=_("For example, “By bank transfer on Tuesday.” They will read this."),
        error_messages=_too_long(LONGEST_WORDS),
    )


class GiveBackForm(forms.Form):
    """How much of a payment goes back, and why; the person reads it."""

    amount = PoundsField(label=_("How much goes back?"), help_text=_("In pounds, for example 12.50"))
    words = Words(
        lines=True,
        label=_("Why? One sentence will do."),
        max_length=LONGEST_REASON - 20,
        help_text=_("They will read this."),
        error_messages={"required": _("Write a few words, so that they know why."), **_too_long(LONGEST_REASON - 20)},
    )

    def __init__(self, *args, left: int, **kwargs) -> None:
        """`left` is how much of the payment may still go back, in pence."""
        super().__init__(*args, **kwargs)
        self.left = left
        self.fields["amount"].help_text = _("At most %(most)s.") % {"most": pounds_exact(left)}

    def clean_amount(self) -> int:
        amount = self.cleaned_data["amount"]
        if amount < 1:
            raise forms.ValidationError(_("Type an amount above nothing, for example 12.50."))
        if amount > self.left:
            raise forms.ValidationError(
                _("That is more than is left of the payment. Type at most %(most)s.")
                % {"most": pounds_exact(self.left)}
            )
        return amount


class AgreeForm(forms.Form):
    """Yes to another day; asks to begin early where that day lies within the 14 days."""

    begin_early = forms.BooleanField(
        required=False,
        label=_("Please begin before the 14 days are over."),
        help_text=_(
            "By law you have 14 days to change your mind. If you want it sooner, you have to ask for that here. "
            "Then, if you cancel, you pay for what has been done by that time."
        ),
    )

    def __init__(self, *args, must_ask: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.must_ask = must_ask
        if not must_ask:
            del self.fields["begin_early"]

    def clean_begin_early(self) -> bool:
        asked = self.cleaned_data["begin_early"]
        if not asked:
            raise forms.ValidationError(_("Tick this to say yes, or say no and ask for a later day."))
        return asked
