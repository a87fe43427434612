"""What whoever holds the money types when it came back to them."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.core.look.forms import DateBoxesField, PoundsField, with_a_day
from marketplace.core.look.words import uk_date_full
from marketplace.core.money import pounds_exact


class CameBackForm(forms.Form):
    """On which day money came back, and how much of it."""

    came_on = DateBoxesField(
        label=_("On which day did it come?"), help_text=with_a_day(_("For example, %(day)s"), ahead=0)
    )
    pence = PoundsField(label=_("How much came back?"))

    def __init__(self, *args, left: int, first: date, today: date, **kwargs) -> None:
        """`left` is what is still to come, in pence; `first` the day on which it was paid."""
        super().__init__(*args, **kwargs)
        self.left, self.first, self.today = left, first, today
        self.fields["pence"].help_text = _("At most %(most)s. If only a part came, type that part.") % {
            "most": pounds_exact(left)
        }

    def clean_came_on(self) -> date:
        day = self.cleaned_data["came_on"]
        if day > self.today:
            raise ValidationError(_("That day has not come yet. Type the day on which the money came."))
        if day < self.first:
            words = _("You paid on %(day)s, so it came then or later. Check the date.")
            raise ValidationError(words % {"day": uk_date_full(self.first)})
        return day

    def clean_pence(self) -> int:
        pence = self.cleaned_data["pence"]
        if not pence:
            raise ValidationError(_("Type more than nothing, for example 14.50."))
        if pence > self.left:
            words = _("That is more than is still to come. Type at most %(most)s.")
            raise ValidationError(words % {"most": pounds_exact(self.left)})
        return pence
