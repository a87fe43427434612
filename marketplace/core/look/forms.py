"""Questions that a plain input asks badly (a date, an amount of money), and the one that every page may ask."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from marketplace.core import money


def with_a_day(words: Any, *, ahead: int) -> Any:
    """These words, `%(day)s` in them being the day so many days from today as it is typed. A date question that takes
    no past day must not show one."""

    def said() -> str:
        day = timezone.localdate() + timedelta(days=ahead)
        return str(words) % {"day": f"{day.day} {day.month} {day.year}"}

    return lazy(said, str)()


class DateBoxes(forms.MultiWidget):
    """Day, month and year in three boxes: quicker and surer than a calendar for most people."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__([forms.TextInput(attrs={**number, **(attrs or {})}) for _box in range(3)])

    def decompress(self, value: date | None) -> list[int | None]:
        return [value.day, value.month, value.year] if value else [None, None, None]


class DateBoxesField(forms.MultiValueField):
    """A date from three boxes. Cleans to `datetime.date`, or None when empty and not required."""

    widget = DateBoxes
    default_error_messages = {
        "required": _("Type the day, month and year."),
        "incomplete": _("Type the day, month and year."),
        "invalid": with_a_day(_("That is not a date. Type numbers, for example %(day)s."), ahead=0),
    }

    def __init__(self, **kwargs: Any) -> None:
        boxes = [forms.CharField(max_length=4, required=False) for _box in range(3)]
        super().__init__(fields=boxes, require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> date | None:
        typed = [str(part or "").strip() for part in (value or ["", "", ""])]
        if not any(typed):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        if not all(typed):
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")
        if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in typed) or len(typed[2]) != 4:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        day, month, year = (int(part) for part in typed)
        try:
            return date(year, month, day)
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


def typed_pounds(pence: int | None) -> str:
    """An amount as somebody would type it; nothing for none."""
    return "" if pence is None else money.pounds(pence).replace("£", "")


class PoundsInput(forms.TextInput):
    """An amount with a pound sign before the box."""

    def format_value(self, value: Any) -> str | None:
        return typed_pounds(value) if isinstance(value, int) else super().format_value(value)


class PoundsField(forms.CharField):
    """An amount somebody typed, cleaned to integer pence, or None when empty and not required."""

    widget = PoundsInput
    default_error_messages = {
        "required": _("Type an amount, for example 14 or 14.50."),
        "not_money": _("That is not an amount of money. Type it like 14 or 14.50."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value

    def clean(self, value: Any) -> int | None:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return money.parse_pounds(typed)
        except money.NotMoney as error:
            raise ValidationError(self.error_messages["not_money"], code="not_money") from error


class SearchQuestion(forms.Form):
    """What would help, and where. The search reads the address itself; this only draws the box."""

    q = forms.CharField(
        label=_("What would help?"), max_length=200, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    postcode = forms.CharField(
        label=_("Your postcode or town"),
        max_length=60,
        required=False,
        widget=forms.TextInput({"autocomplete": "postal-code", "spellcheck": "false"}),
    )
