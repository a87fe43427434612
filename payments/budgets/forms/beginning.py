"""The five questions of a first budget."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.core.look.forms import DateBoxesField, PoundsField, with_a_day
from marketplace.core.text import one_line, tidy

from ..states import Source
from .shape import CHOOSE, Choices

LONGEST = timedelta(days=3 * 366)
NO_OUTCOME = _("Write at least one line. Money from the council is always for something.")


class SourceForm(forms.Form):
    title = _("Where does the money come from?")
    source = forms.ChoiceField(
        label=title, choices=Source.choices, widget=forms.RadioSelect, error_messages={"required": CHOOSE}
    )


class PeriodForm(forms.Form):
    title = _("From which day to which day?")
    starts_on = DateBoxesField(label=_("The first day"), help_text=with_a_day(_("For example, %(day)s"), ahead=0))
    ends_on = DateBoxesField(
        label=_("The last day"), help_text=with_a_day(_("Often a year later, for example %(day)s"), ahead=364)
    )

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day comes before the first. Check both."))
        elif first and last and last - first > LONGEST:
            self.add_error("ends_on", _("That is more than three years. Check the years."))
        return cleaned


class AmountForm(forms.Form):
    title = _("How much is it for that time?")
    allocated = PoundsField(label=_("What you are given"), help_text=_("For the whole time, not for each week."))
    contributed = PoundsField(
        label=_("What you add yourself"),
        required=False,
        help_text=_("If the council asks you to pay a part, or you want to. Leave it empty if not."),
    )

    def clean_allocated(self) -> int:
        pence = self.cleaned_data["allocated"]
        if not pence:
            raise ValidationError(_("Type more than nothing, for example 1560."))
        return pence


class OutcomesForm(forms.Form):
    title = _("What is it for?")
    outcomes = forms.CharField(
        label=title,
        max_length=1500,
        required=False,
        help_text=_("In your own words, one on each line. For example: “I get to the garden club on Thursdays.”"),
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": NO_OUTCOME},
    )

    def __init__(self, *args, required: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcomes"].required = required  # or the question would be called optional

    def clean_outcomes(self) -> str:
        lines = [one_line(line)[:200] for line in tidy(self.cleaned_data["outcomes"]).splitlines() if line.strip()]
        if self.fields["outcomes"].required and not lines:
            raise ValidationError(NO_OUTCOME)
        return "\n".join(lines[:10])


class WhoForm(forms.Form):
    """The last question: who stands behind the money, and when it is looked at."""

    title = _("Who looks at it with you?")
    council = forms.ChoiceField(label=_("Which council pays it?"), error_messages={"required": CHOOSE})
    holder = forms.CharField(
        label=_("Who holds the fund for you?"), max_length=200, help_text=_("Their name, as it stands on this site.")
    )
    review_on = DateBoxesField(
        label=_("When will you look at it together next?"),
        required=False,
        help_text=_("Leave it empty if you do not know. By law it is within six months."),
    )
    nominated = forms.ChoiceField(
        label=_("Does somebody look after this money for you?"),
        required=False,
        help_text=_("They cannot be paid from it."),
    )

    def __init__(
        self, *args, councils: Choices, has_council: bool, has_holder: bool, helpers: Choices = (), **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        if has_council and helpers:
            self.fields["nominated"].choices = [("", _("No, I do it myself")), *helpers]  # type: ignore[attr-defined]
        else:
            del self.fields["nominated"]
        if has_council:
            self.fields["council"].choices = [("", _("Choose")), *councils]  # type: ignore[attr-defined]
        else:
            del self.fields["council"]
        if not has_holder:
            del self.fields["holder"]
