"""What people type about help that comes every week. Nothing here reads the database."""

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from marketplace.core.look.forms import DateBoxesField, PoundsField, with_a_day
from marketplace.core.look.words import uk_time
from payments.budgets.forms import home_name, missing_words, related_of, relation_fields, relation_name
from payments.budgets.services import Related, Worker
from payments.orders.forms import Words

from . import rules
from .models.arrangement import Collects
from .presentation import DAYS, length_words, notice_words
from .services import Wanted

LENGTHS = (30, 45, 60, 90, 120, 150, 180, 240, 300, 360, 480)
LONGEST = 400
TOO_LONG = {"max_length": _("That is too long. Use at most %(most)d letters.") % {"most": LONGEST}}
CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one of these.")}
YES_NO = [("yes", _("Yes")), ("no", _("No"))]
NO_TIME = _("Type a time, for example 10am or 2.30pm. For two visits, type 9am and 6pm.")


def time_read(words: str) -> time:
    """A time as people type it: 10, 10am, 2.30pm, 14:30, noon. Raises ValidationError."""
    typed = words.strip().lower().replace(" ", "")
    if typed in {"midday", "noon"}:
        return time(12)
    match = re.fullmatch(r"([0-9]{1,2})(?:[.:]([0-9]{2}))?(am|pm)?", typed, re.ASCII)
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    if match and match[3] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if match[3] == "pm" else 0)
    elif match and match[3]:
        hour = 99
    if hour > 23 or minute > 59:
        raise forms.ValidationError(NO_TIME)
    return time(hour, minute)


class TimesField(forms.CharField):
    """One time or several of one day: 10am, 9am and 6pm. Cleans to a list of `datetime.time`, the earliest first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        messages = {"required": NO_TIME, "max_length": NO_TIME}
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(*args, max_length=60, error_messages=messages, widget=widget, **kwargs)

    def clean(self, value: Any) -> list[time]:
        typed = super().clean(value) or ""
        parts = [part for part in re.split(r"\band\b|[,;&+]", typed.lower()) if part.strip()]
        return sorted(time_read(part) for part in parts)


class TermsForm(forms.Form):
    """Which days, what times, how long, from when. The price is asked only of whoever may name one."""

    days = forms.MultipleChoiceField(
        label=_("Which days?"),
        choices=list(DAYS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one day."), "invalid_choice": _("Choose days from the list.")},
    )
    every = forms.TypedChoiceField(
        label=_("How often?"),
        choices=[("1", _("Every week")), ("2", _("Every 2 weeks")), ("4", _("Every 4 weeks"))],
        coerce=int,
        widget=forms.RadioSelect,
        initial="1",
        error_messages=CHOOSE,
    )
    begins_at = TimesField(label=_("At what time?"), help_text=_("For example, 10am. Twice a day: 9am and 6pm"))
    minutes = forms.TypedChoiceField(
        label=_("How long is each visit?"),
        choices=[(str(each), length_words(each)) for each in LENGTHS],
        coerce=int,
        initial="60",
        error_messages=CHOOSE,
    )
    starts_on = DateBoxesField(label=_("The first day"), help_text=with_a_day(_("For example, %(day)s"), ahead=28))
    until = DateBoxesField(
        label=_("The last day"), required=False, help_text=_("Leave it empty if it goes on until one of you ends it.")
    )
    bank_holidays = forms.ChoiceField(
        label=_("Is there a visit on bank holidays too?"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        initial="no",
        error_messages=CHOOSE,
    )
    price = PoundsField(label=_("The price"))
    notice_days = forms.TypedChoiceField(
        label=_("How much notice does each of you give to end it?"),
        choices=[(str(each), notice_words(each)) for each in rules.NOTICE_DAYS],
        coerce=int,
        widget=forms.RadioSelect,
        initial="14",
        error_messages=CHOOSE,
    )
    collects = forms.ChoiceField(
        label=_("When is it paid?"),
        choices=Collects.choices,
        widget=forms.RadioSelect,
        initial=Collects.WEEKLY,
        error_messages=CHOOSE,
    )
    words = Words(
        lines=True,
        label=_("Anything to say about it?"),
        max_length=LONGEST,
        required=False,
        help_text=_("The other side reads this."),
        error_messages=TOO_LONG,
    )

    def __init__(self, *args: Any, today: date, asks_price: bool, soonest: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.soonest = today, soonest or today
        for day, name in DAYS.items():
            label = format_lazy(_("Only on {day}"), day=name)
            self.fields[f"on_{day}"] = TimesField(label=label, required=False)
        if not asks_price:
            del self.fields["price"]

    @property
    def on_days(self) -> list[forms.BoundField]:
        """Other times on some days: asked for out of the way, for few need it."""
        return [self[f"on_{day}"] for day in DAYS]

    @property
    def on_days_open(self) -> bool:
        return any(field.errors or field.value() for field in self.on_days)

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The questions as the page shows them, each group under its heading."""
        money = [name for name in ("price", "notice_days", "collects") if name in self.fields]
        when = [name for name in self.fields if name not in {*money, "words"} and not name.startswith("on_")]
        headings = ((_("When"), when), (_("Paying and ending"), money), (_("A few words"), ["words"]))
        return [(heading, [self[name] for name in names]) for heading, names in headings]

    def clean_starts_on(self) -> date:
        day = self.cleaned_data["starts_on"]
        if day < self.soonest:
            raise forms.ValidationError(_("That is too soon. Type a later day."))
        if day > self.today + rules.FURTHEST:
            raise forms.ValidationError(_("That is more than a year ahead. Type an earlier day."))
        return day

    def clean_price(self) -> int:
        pence = self.cleaned_data["price"]
        if not pence or pence < 100:
            raise forms.ValidationError(_("Type a price of £1 or more."))
        if pence > 100_000:
            raise forms.ValidationError(_("That is more than £1,000. Check the price."))
        return pence

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("until")
        if first and last and last < first:
            self.add_error("until", _("The last day comes before the first. Check both."))
        for name in ("begins_at", *(f"on_{day}" for day in DAYS)):
            times = cleaned.get(name)
            if times and cleaned.get("minutes") and not rules.times_fit(times, cleaned["minutes"]):
                self.add_error(name, _("These visits are too many for a day, or one begins before the last is over."))
            if times and name.startswith("on_") and "days" in cleaned and name[3:] not in cleaned["days"]:
                self.add_error(name, _("Choose this day above too, or leave this empty."))
        return cleaned

    def wanted(self, *, price_pence: int) -> Wanted:
        """The terms as typed; `price_pence` where no price was asked."""
        said = self.cleaned_data
        usual = said["begins_at"]
        by_day = {day: said[f"on_{day}"] or usual for day in said["days"]}
        return Wanted(
            times={day: times for day, times in by_day.items() if times != usual[:1]},
            rule=rules.weekly(said["days"], said["every"]),
            starts_on=said["starts_on"],
            begins_at=usual[0],
            minutes=said["minutes"],
            price_pence=said.get("price", price_pence),
            notice_days=said["notice_days"],
            collects=said["collects"],
            until=said["until"],
            on_bank_holidays=said["bank_holidays"] == "yes",
            words=said["words"],
        )


class MoneyForm(forms.Form):
    """Which money pays, and whether a missed visit matters. Relatives are asked about once, where the law asks."""

    paid_from = forms.ChoiceField(label=_("Which money pays?"), widget=forms.RadioSelect, error_messages=CHOOSE)
    relies_on = forms.BooleanField(
        label=_("I cannot do without these visits"),
        required=False,
        help_text=_("If one is missed, we show you whom to ring at the council."),
    )

    begin_early = forms.BooleanField(
        label=_("Please begin before the 14 days are over."),
        required=False,
        help_text=_(
            "For 14 days after the yes you may change your mind without notice. Tick this if visits may begin before "
            "that. What has happened by then is still to be paid."
        ),
    )

    def __init__(
        self,
        *args: Any,
        choices: Sequence[tuple[str, str]],
        ask_relation: set[str],
        workers: Sequence[Worker],
        only_money: bool = False,
        **kwargs: Any,
    ) -> None:
        """`ask_relation`: the choices for which it must be known how the person and `workers` belong together, and is
        not. `only_money`: all else has been asked before."""
        super().__init__(*args, **kwargs)
        if only_money:
            del self.fields["relies_on"], self.fields["begin_early"]
        self.fields["paid_from"].choices = choices  # type: ignore[attr-defined]
        self.ask_relation, self.workers = ask_relation, workers if ask_relation else []
        if len(choices) == 1:
            self.fields["paid_from"].initial = choices[0][0]
        self.fields |= relation_fields(self.workers, required=False)
        self.order_fields(["paid_from", *relation_fields(self.workers)])

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if cleaned.get("paid_from") in self.ask_relation:
            missing, missing_home = missing_words("")
            for worker in self.workers:
                if not cleaned.get(relation_name(worker)):
                    self.add_error(relation_name(worker), missing)
                if not cleaned.get(home_name(worker)):
                    self.add_error(home_name(worker), missing_home)
        return cleaned

    def related(self) -> dict[str, Related]:
        """What was said of each worker, by their key."""
        return related_of(self.cleaned_data, self.workers)


class WordsForm(forms.Form):
    """A few words for the other side."""

    words = Words(lines=True, max_length=LONGEST, error_messages=TOO_LONG)

    def __init__(self, *args: Any, label: str, required: str = "", **kwargs: Any) -> None:
        """`required` is what is said when nothing was typed; "" makes the question optional."""
        super().__init__(*args, **kwargs)
        field = self.fields["words"]
        field.label, field.required = label, bool(required)
        field.error_messages["required"] = required


class SkipForm(forms.Form):
    first = DateBoxesField(
        label=_("The first day without a visit"), help_text=with_a_day(_("For example, %(day)s"), ahead=28)
    )
    last = DateBoxesField(
        label=_("The last day without a visit"), required=False, help_text=_("Leave it empty for one day only.")
    )

    at = forms.TypedChoiceField(
        label=_("Which visits?"),
        coerce=time.fromisoformat,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )

    def __init__(self, *args: Any, today: date, times: Sequence[time] = (), **kwargs: Any) -> None:
        """`times`: those of one day, where there is more than one visit."""
        super().__init__(*args, **kwargs)
        self.today = today
        if len(times) < 2:
            del self.fields["at"]
            return
        only = [(f"{each:%H:%M}", _("Only the visit at %(time)s") % {"time": uk_time(each)}) for each in times]
        self.fields["at"].choices = [("", _("All visits on these days")), *only]  # type: ignore[attr-defined]

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        first = cleaned.get("first")
        if first and first < self.today:
            self.add_error("first", _("That day has passed. Type a day from today on."))
        elif first and first > self.today + rules.FURTHEST:
            self.add_error("first", _("That is more than a year ahead. Type an earlier day."))
        cleaned["last"] = cleaned.get("last") or first
        if first and cleaned["last"] and not first <= cleaned["last"] <= self.today + rules.FURTHEST:
            self.add_error("last", _("The last day comes before the first, or is too far ahead. Check both."))
        return cleaned


class MarkForm(forms.Form):
    """What became of a visit, as the provider says it."""

    happened = forms.ChoiceField(
        label=_("Did the visit happen?"), choices=YES_NO, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    minutes = forms.IntegerField(
        label=_("How many minutes did it take?"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Type a number of minutes, for example 90.")},
    )
    words = Words(
        lines=True,
        label=_("Anything to say about it?"),
        max_length=LONGEST,
        required=False,
        help_text=_("If it did not happen, say why. They read this."),
        error_messages=TOO_LONG,
    )

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if cleaned.get("happened") == "yes" and "minutes" not in self.errors:
            minutes = cleaned.get("minutes")
            if minutes is None or not rules.LEAST_MINUTES <= minutes <= rules.MOST_MINUTES:
                self.add_error("minutes", _("Type the minutes it took, from 15 to 720."))
        if cleaned.get("happened") == "no" and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", _("Say in a few words why it did not happen."))
        return cleaned
