"""What is typed about a budget that stands: more money, and what the council that pays writes down about it."""

from collections.abc import Sequence
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.core.look.forms import DateBoxesField, PoundsField, with_a_day
from marketplace.core.text import tidy
from providers.listings.models import Category, DirectPaymentRule

from ..models import About


class MoreForm(forms.Form):
    """Money on top of what a budget holds. One of the two will do."""

    allocated = PoundsField(label=_("What you are given on top"), required=False)
    contributed = PoundsField(label=_("What you add yourself"), required=False)

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("allocated") and not cleaned.get("contributed"):
            self.add_error("allocated", _("Type more than nothing here or below, for example 250."))
        return cleaned


class CouncilMoreForm(MoreForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["allocated"].label = _("What the council adds")
        self.fields["contributed"].label = _("What the person adds")


class FindForm(forms.Form):
    """Whose budget; asked with GET, so that the answer has an address."""

    q = forms.CharField(label=_("A name, or part of an e-mail address"), max_length=80, required=False)


class ReviewForm(forms.Form):
    held_on = DateBoxesField(
        label=_("On which day was it looked at?"), help_text=with_a_day(_("For example, %(day)s"), ahead=0)
    )

    def __init__(self, *args, today: date, first: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.first = today, first

    def clean_held_on(self) -> date:
        day = self.cleaned_data["held_on"]
        if day > self.today:
            raise ValidationError(_("That day has not come yet."))
        if day < self.first:
            raise ValidationError(_("That day is before this budget began. Check the year."))
        return day


class DecisionForm(forms.Form):
    about = forms.ChoiceField(
        label=_("What is it about?"),
        choices=About.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is about.")},
    )
    words = forms.CharField(
        label=_("What have you decided?"),
        max_length=400,
        help_text=_("The person reads this beside their budget. Nothing about their health."),
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Write what you have decided. One sentence will do.")},
    )

    def clean_words(self) -> str:
        return tidy(self.cleaned_data["words"])


class NominatedForm(forms.Form):
    nominated = forms.EmailField(
        label=_("The e-mail address of whoever looks after the money"),
        max_length=254,
        required=False,
        help_text=_("They cannot be paid from it. Leave it empty if the person does it themselves."),
    )


class KindRulesForm(forms.Form):
    """One question for each national kind of help."""

    def __init__(self, *args, kinds: Sequence[Category], known: dict[int, str], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        words = dict(DirectPaymentRule.choices)
        for kind in kinds:
            self.fields[f"kind-{kind.pk}"] = forms.ChoiceField(
                label=kind.name,
                choices=[("", _("As everywhere")), *DirectPaymentRule.choices],
                required=False,
                help_text=_("Everywhere: %(answer)s") % {"answer": words[kind.direct_payment]},
                initial=known.get(kind.pk, ""),
            )

    def answers(self) -> dict[int, str]:
        """The answer by the kind's pk; empty where the national one holds."""
        return {int(name[5:]): said for name, said in self.cleaned_data.items()}
