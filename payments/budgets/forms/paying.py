"""Which money pays for an order, and what has to be said before it may."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.look.forms import PoundsField
from marketplace.core.money import pounds

from ..models import Budget
from .shape import CHOOSE, Choices


class BudgetChoice(forms.RadioSelect):
    """Radios with what is left beside each."""


def own_money_words() -> object:
    return _("My own money, by card")


class PayForm(forms.Form):
    """Which money pays, and how much of it."""

    title = _("Which money pays for it?")
    budget = forms.ChoiceField(label=title, widget=BudgetChoice, error_messages={"required": CHOOSE})
    part = PoundsField(
        label=_("How much of it?"),
        required=False,
        help_text=_("Leave it empty for all of it. If you type less, we ask next who pays the rest."),
    )

    def __init__(self, *args, choices: Choices, hints: dict[str, str], left: dict[str, int], total: int, **kwargs):
        """`left` is pence by choice; `total` the price in pence."""
        super().__init__(*args, **kwargs)
        field = self.fields["budget"]
        field.choices = choices  # type: ignore[attr-defined]
        field.widget.choice_hints = hints  # type: ignore[attr-defined]
        self.left, self.total = left, total

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        chosen, part = cleaned.get("budget"), cleaned.get("part")
        if self.errors or chosen not in self.left:
            return cleaned
        wanted, left = self.total if part is None else part, self.left[chosen]
        if part is not None and not 0 < part <= self.total:
            self.add_error("part", _("Type an amount up to %(total)s.") % {"total": pounds(self.total)})
        elif left <= 0:
            self.add_error("budget", _("There is nothing left in it. Choose other money."))
        elif wanted > left:
            words = _(
                "There is only %(left)s left in it. Type %(left)s or less here; your own money or another budget can "
                "pay the other %(rest)s. That is for you to choose."
            )
            self.add_error("part", words % {"left": pounds(left), "rest": pounds(self.total - left)})
        return cleaned


class RestForm(forms.Form):
    """Who pays what the first choice leaves."""

    title = _("Who pays the rest?")
    budget = forms.ChoiceField(label=title, widget=BudgetChoice, error_messages={"required": CHOOSE})

    def __init__(self, *args, choices: Choices, hints: dict[str, str], rest: int, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["budget"]
        field.choices = choices  # type: ignore[attr-defined]
        field.widget.choice_hints = hints  # type: ignore[attr-defined]
        field.label = _("Who pays the other %(rest)s?") % {"rest": pounds(rest)}
        self.title = field.label  # type: ignore[assignment]


class OutcomeForm(forms.Form):
    """What it is for, once for each budget that has to know."""

    title = _("What is it for?")

    def __init__(self, *args, budgets: Sequence[Budget], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for budget in budgets:
            self.fields[f"outcome-{budget.pk}"] = forms.ChoiceField(
                label=self.title if len(budgets) == 1 else budget.get_source_display(),
                choices=[(str(each.pk), each.words) for each in budget.outcomes.all()],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose what it is for.")},
            )
