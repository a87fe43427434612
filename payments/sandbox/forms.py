"""What the practice payment page asks."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .cards import right_check_digit


def _digits(typed: str) -> str:
    """Without the spaces and dashes that people read between them."""
    return re.sub(r"[\s\-\u2010-\u2015]", "", typed)


class CardForm(forms.Form):
    """A card, as people read it from the plastic: spaces and dashes do no harm."""

    number = forms.CharField(
        label=_("Card number"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "cc-number", "spellcheck": "false"}),
        error_messages={
            "required": _("Enter the long number on the front of the card."),
            "max_length": _("That is too long. Enter the long number on the front of the card."),
        },
    )
    expiry = forms.CharField(
        label=_("Expiry date"),
        help_text=_("For example, 09/30"),
        max_length=9,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "cc-exp"}),
        error_messages={
            "required": _("Enter the expiry date on the card."),
            "max_length": _("Enter the expiry date as month and year, for example 09/30."),
        },
    )
    code = forms.CharField(
        label=_("Security code"),
        help_text=_("The last 3 numbers on the back of the card"),
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "cc-csc"}),
        error_messages={
            "required": _("Enter the 3 numbers on the back of the card."),
            "max_length": _("Enter the 3 numbers on the back of the card."),
        },
    )

    def __init__(self, *args, year: int, month: int, **kwargs) -> None:
        """`year` and `month` are now, so that a card past its date is known."""
        super().__init__(*args, **kwargs)
        self.this_month = (year, month)

    def clean_number(self) -> str:
        digits = _digits(self.cleaned_data["number"])
        if not re.fullmatch(r"[0-9]{12,19}", digits) or not right_check_digit(digits):
            raise forms.ValidationError(_("That is not a card number. Check the long number on the front of the card."))
        return digits

    def clean_expiry(self) -> tuple[int, int]:
        """(year, month)"""
        match = re.fullmatch(r"\s*([0-9]{1,2})\s*[/\-. ]?\s*(?:20)?([0-9]{2})\s*", self.cleaned_data["expiry"])
        if not match or not 1 <= int(match[1]) <= 12:
            raise forms.ValidationError(_("Enter the expiry date as month and year, for example 09/30."))
        if (2000 + int(match[2]), int(match[1])) < self.this_month:
            raise forms.ValidationError(_("This card is past its date. Try another card."))
        return 2000 + int(match[2]), int(match[1])

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].strip()
        if not re.fullmatch(r"[0-9]{3,4}", code):
            raise forms.ValidationError(_("Enter the 3 numbers on the back of the card."))
        return code


class DigitsField(forms.CharField):
    """So many numbers; `wrong` says so of anything else. Cleans to the numbers alone."""

    def __init__(self, how_many: int, *, wrong: Any, **more: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"})
        said = {"required": wrong, "max_length": wrong, "invalid": wrong}
        super().__init__(max_length=12, widget=widget, error_messages=said, **more)
        self.how_many = how_many

    def clean(self, value: Any) -> str:
        digits = _digits(super().clean(value))
        if not re.fullmatch(rf"[0-9]{{{self.how_many}}}", digits):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return digits


class MandateForm(forms.Form):
    """A bank account, as people read it from a bank statement."""

    name = forms.CharField(
        label=_("Name on the account"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        error_messages={"required": _("Enter the name on the account.")},
    )
    sort_code = DigitsField(
        6,
        label=_("Sort code"),
        help_text=_("6 numbers, for example 10 88 00"),
        wrong=_("Enter the 6 numbers of the sort code."),
    )
    number = DigitsField(
        8, label=_("Account number"), help_text=_("8 numbers"), wrong=_("Enter the 8 numbers of the account.")
    )
