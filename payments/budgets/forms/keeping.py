"""What a person writes down beside a budget: outcomes, things bought elsewhere, papers, days and limits."""

from collections.abc import Sequence
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.core.look.forms import DateBoxesField, PoundsField, with_a_day
from marketplace.core.text import one_line, tidy

from ..models import Method, Outcome, Relation
from ..services.keeping import MOST_BYTES
from .shape import Choices


class OutcomeWordsForm(forms.Form):
    """Each outcome of a budget on a line of its own, and room for one more."""

    def __init__(self, *args, outcomes: Sequence[Outcome], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for number, outcome in enumerate(outcomes, 1):
            self.fields[f"outcome-{outcome.pk}"] = forms.CharField(
                label=_("Number %(number)s") % {"number": number},
                max_length=200,
                required=False,
                initial=outcome.words,
                widget=forms.Textarea({"rows": 2}),
            )
        self.fields["more"] = forms.CharField(
            label=_("One more"), max_length=200, required=False, widget=forms.Textarea({"rows": 2})
        )

    def clean(self) -> dict:
        return {name: one_line(tidy(value)) for name, value in self.cleaned_data.items()}

    def words(self) -> dict[int, str]:
        """The words by the outcome's id."""
        return {int(name[8:]): said for name, said in self.cleaned_data.items() if name.startswith("outcome-")}


class BoughtForm(forms.Form):
    """Something bought outside this site."""

    what = forms.CharField(
        label=_("What was it?"), max_length=200, error_messages={"required": _("Type what was bought.")}
    )
    who = forms.CharField(
        label=_("Who was paid?"), max_length=200, error_messages={"required": _("Type who was paid.")}
    )
    bought_on = DateBoxesField(label=_("On which day?"), help_text=with_a_day(_("For example, %(day)s"), ahead=0))
    pence = PoundsField(label=_("How much came from this money?"))
    own = PoundsField(
        label=_("How much of your own money went on top?"),
        required=False,
        help_text=_("It stands on a line of its own. Leave it empty if there was none."),
    )
    method = forms.ChoiceField(
        label=_("How was it paid?"),
        choices=[
            (value, words) for value, words in Method.choices if value in {"cash", "cheque", "transfer", "prepaid"}
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it was paid.")},
    )
    outcome = forms.ChoiceField(
        label=_("What was it for?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it was for.")},
    )
    relation = forms.ChoiceField(
        label=_("Are you related to who was paid?"),
        choices=Relation.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("By law a direct payment cannot pay some close relatives. We ask once for each name."),
    )
    shares_home = forms.ChoiceField(
        label=_("Do they live in your home?"),
        choices=[("no", _("No")), ("yes", _("Yes"))],
        widget=forms.RadioSelect,
        required=False,
    )
    paper = forms.FileField(
        label=_("The receipt or invoice"),
        required=False,
        help_text=_("A photograph or a PDF, up to 10 MB. Only you, your helpers and nobody else can open it."),
    )

    def __init__(
        self, *args, outcomes: Choices, must: bool, asks_relation: bool, today: date, first: date, **kwargs
    ) -> None:
        """`asks_relation`: this money may not pay some relatives."""
        super().__init__(*args, **kwargs)
        self.today, self.first = today, first
        if not asks_relation:
            del self.fields["relation"], self.fields["shares_home"]
        if outcomes:
            self.fields["outcome"].choices = outcomes  # type: ignore[attr-defined]
            self.fields["outcome"].required = must
        else:
            del self.fields["outcome"]

    def clean_what(self) -> str:
        return one_line(self.cleaned_data["what"])

    def clean_who(self) -> str:
        return one_line(self.cleaned_data["who"])

    def clean_bought_on(self) -> date:
        day = self.cleaned_data["bought_on"]
        if day > self.today:
            raise ValidationError(_("That day has not come yet. Type the day it was paid."))
        if day < self.first:
            raise ValidationError(_("That day is before this money began. Check the year."))
        return day

    def clean_pence(self) -> int:
        if not self.cleaned_data["pence"]:
            raise ValidationError(_("Type more than nothing, for example 14.50."))
        return self.cleaned_data["pence"]

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if bool(cleaned.get("relation")) != bool(cleaned.get("shares_home")):
            missing = "shares_home" if cleaned.get("relation") else "relation"
            self.add_error(missing, _("Answer this question too, or neither."))
        return cleaned


class PaperForm(forms.Form):
    paper = forms.FileField(
        label=_("The receipt or invoice"),
        help_text=_("A photograph or a PDF, up to 10 MB."),
        error_messages={"required": _("Choose a file first."), "empty": _("That file is empty. Choose another.")},
    )

    def clean_paper(self):
        paper = self.cleaned_data["paper"]
        if paper.size > MOST_BYTES:
            raise ValidationError(_("That file is too large. Choose one of up to 10 MB."))
        return paper


class DatesForm(forms.Form):
    """Which days a statement is for; empty is all of it."""

    first = DateBoxesField(label=_("From"), required=False)
    last = DateBoxesField(label=_("To"), required=False)

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day comes before the first. Check both."))
        return cleaned


class LimitForm(forms.Form):
    per_order = PoundsField(label=_("Most for one order"), required=False, help_text=_("Leave it empty for no limit."))
    per_month = PoundsField(label=_("Most in one month"), required=False, help_text=_("Leave it empty for no limit."))
