"""What somebody types to join a group: the code of a card, the most they pay, and yes to the house rules."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.core.look.forms import PoundsField
from marketplace.core.money import pounds_exact
from providers.listings.editing.forms.fields import WordsField

from ..services.inviting import code_of
from .starting import Question


class CodeForm(forms.Form):
    """The code of a printed card, however it is typed."""

    code = WordsField(
        label=_("The code on the card"),
        max_length=40,
        help_text=_("Letters and numbers, for example 7KQ2-M9XD-4TRB."),
        needed=_("Type the code that is printed on the card."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "class": "nhsuk-input--width-10"}),
    )
    use_required_attribute = False

    def clean_code(self) -> str:
        return code_of(self.cleaned_data["code"])


class MostForm(Question):
    """The most that somebody is ready to pay. Below the worst case one cannot join."""

    title = _("What is the most you want to pay?")
    most = PoundsField(label=title)

    def __init__(self, *args: Any, worst: int, **kwargs: Any) -> None:
        """`worst` is the share in the worst case, in pence."""
        super().__init__(*args, **kwargs)
        self.worst = worst
        self.fields["most"].help_text = _(
            "It can cost up to %(worst)s, if only just enough people join. You are never asked for more than you type."
        ) % {"worst": pounds_exact(worst)}

    def clean_most(self) -> int:
        most = self.cleaned_data["most"]
        if most < self.worst:
            raise ValidationError(
                _("It can cost up to %(worst)s. Type %(worst)s or more, or do not join this time."),
                params={"worst": pounds_exact(self.worst)},
            )
        return most


class AgreeForm(Question):
    """Yes to the house rules, as they stand on the page."""

    title = _("Do you agree to the house rules?")
    agree = forms.BooleanField(
        label=_("Yes, I agree to these rules"),
        error_messages={"required": _("Tick this if you agree. Without it you cannot join.")},
    )


class JoinForm(Question):
    """The last page before a place is taken. `terms` is the number of the terms that were read."""

    terms = forms.IntegerField(min_value=1, max_value=10**6, widget=forms.HiddenInput)
    begin_early = forms.BooleanField(
        label=_("Please begin before the 14 days are over."),
        help_text=_(
            "By law you have 14 days to change your mind. The first date comes sooner, so you have to ask for it here. "
            "Then, if you cancel, you pay for what has been done by that time."
        ),
        error_messages={"required": _("Tick this, or do not join this time: the first date is that soon.")},
    )

    def __init__(self, *args: Any, must_ask: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not must_ask:
            del self.fields["begin_early"]
