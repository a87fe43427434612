"""What members type to decide together where their saving goes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.core.look.forms import PoundsField
from marketplace.core.money import pounds_exact
from providers.listings.editing.forms.fields import WholeNumberField, WordsField

from ..models import Option


class PartForm(forms.Form):
    """How much of one's own saving the group may decide about, `most` pence at most; 0 takes it back."""

    pence = PoundsField(label=_("How much of what you saved?"))
    use_required_attribute = False

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most
        self.fields["pence"].help_text = _("At most %(most)s. Type 0 to take no part.") % {"most": pounds_exact(most)}

    def clean_pence(self) -> int:
        pence = self.cleaned_data["pence"]
        if pence > self.most:
            raise ValidationError(
                _("You can put in %(most)s. Type that or less."), params={"most": pounds_exact(self.most)}
            )
        return pence


class OptionForm(forms.Form):
    words = WordsField(
        label=_("What would you do with it?"),
        max_length=300,
        help_text=_("For example, “Two more afternoons in May” or “A taxi for Joan”."),
        needed=_("Write what you would do with it."),
    )
    use_required_attribute = False


class RankForm(forms.Form):
    """A number beside each option, 1 for the best; an empty box means last."""

    use_required_attribute = False

    def __init__(self, *args: Any, options: Sequence[Option], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = list(options)
        for option in self.options:
            self.fields[f"rank-{option.pk}"] = WholeNumberField(
                label=option.words, least=1, most=max(1, len(self.options)), required=False
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = [number for number in data.values() if number]
        first = next(iter(self.fields), None)
        if not self.errors and not given:
            self.add_error(first, _("Write 1 beside the one you like best."))
        elif len(set(given)) != len(given):
            self.add_error(first, _("Each number only once: 1 for the best, then 2, and so on."))
        return data

    @property
    def ranking(self) -> list[Option]:
        """The best first; those without a number are left out."""
        numbers = {option.pk: self.cleaned_data.get(f"rank-{option.pk}") for option in self.options}
        ranked = [option for option in self.options if numbers[option.pk]]
        return sorted(ranked, key=lambda option: numbers[option.pk] or 0)
