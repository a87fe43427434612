"""Answers as people type them: tidied first, then checked, and refused in plain words."""

import re
from datetime import time
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.core import geo
from marketplace.core.models import ALPHABET, public_id
from marketplace.core.text import one_line, tidy

TOO_LONG = _("That is %(show_value)d letters long. Please use %(limit_value)d or fewer.")


POSTCODE = {"autocomplete": "postal-code", "spellcheck": "false", "class": "nhsuk-input--width-10"}
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?:,|$))")  # 5,000,000 as people write it
NUMBER = {"inputmode": "numeric", "autocomplete": "off", "class": "nhsuk-input--width-4"}


class QuestionForm(forms.Form):
    """A form whose errors are all said by the page, in one summary, whatever the browser can do."""

    use_required_attribute = False
    conditional: ClassVar[frozenset[str]] = frozenset()  # asked only after a certain answer, so never "if you like"


class WordsField(forms.CharField):
    """One line of words; `needed` says what to type when there is nothing."""

    def __init__(self, *, needed: Any = None, **kwargs: Any) -> None:
        messages = {"max_length": TOO_LONG, **({"required": needed} if needed else {})}
        super().__init__(error_messages={**messages, **kwargs.pop("error_messages", {})}, **kwargs)

    def to_python(self, value: Any) -> str:
        return super().to_python(one_line(str(value or ""))) or ""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)  # a browser would cut what is pasted, and say nothing
        return attrs


class ParagraphsField(WordsField):
    """Several lines of words."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return forms.CharField.to_python(self, tidy(str(value or ""))) or ""


class PostcodeField(WordsField):
    """A whole postcode that we know, cleaned to how it is written: "TA1 1AA"."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput({**POSTCODE}))
        super().__init__(max_length=120, **kwargs)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        found = geo.understand(typed)
        if isinstance(found, geo.Trouble):
            raise ValidationError(found.sentence, code="unknown")
        if found.kind != geo.Kind.POSTCODE:
            raise ValidationError(_("Type a whole postcode, such as TA1 1AA."), code="half")
        return found.label


class WholeNumberField(forms.IntegerField):
    """A whole number between two bounds, refused in one sentence whatever is wrong with it."""

    widget = forms.TextInput

    def __init__(self, *, least: int, most: int, needed: Any = None, **kwargs: Any) -> None:
        bounds = {"least": f"{least:,}", "most": f"{most:,}"}
        sentence = _("Type a whole number from %(least)s to %(most)s.") % bounds
        wide = {"class": "nhsuk-input--width-10"} if most > 9999 else {}
        kwargs.setdefault("widget", forms.TextInput({**NUMBER, **wide}))
        words = {"invalid": sentence, "min_value": sentence, "max_value": sentence, "required": needed or sentence}
        super().__init__(min_value=least, max_value=most, error_messages=words, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def to_python(self, value: Any) -> int | None:
        typed = one_line(str(value)) if value is not None else ""
        typed = THOUSANDS.sub("", typed)
        if len(typed) > 12 or not typed.isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(typed)


class ClockField(WordsField):
    """A time of day: "2.30pm", "14:30" or "9am", cleaned to `datetime.time`."""

    def clean(self, value: Any) -> time | None:
        typed = super().clean(value).lower().replace(" ", "").replace(".m.", "m")
        if not typed:
            return None
        sentence = _("Type a time such as 2.30pm or 14:30.")
        found = re.fullmatch(r"(\d{1,2})(?:[.:](\d{2}))?(am|pm)?", typed, re.ASCII)
        if found is None:
            raise ValidationError(sentence, code="invalid")
        hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
        if half and not 1 <= hour <= 12:
            raise ValidationError(sentence, code="invalid")
        hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
        if hour > 23 or minute > 59:
            raise ValidationError(sentence, code="invalid")
        return time(hour, minute)


class OnceField(forms.CharField):
    """The public id of what the form will make, so that sending it twice makes one. A forged one becomes a new id."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, initial=public_id)

    def clean(self, value: Any) -> str:
        typed = str(value or "")
        part = f"[{ALPHABET}]{{4}}"
        return typed if re.fullmatch(f"{part}-{part}-{part}", typed) else public_id()


def yes_or_no(label: Any, needed: Any, **kwargs: Any) -> forms.TypedChoiceField:
    """Two boxes, cleaned to True or False."""
    return forms.TypedChoiceField(
        label=label,
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": needed, "invalid_choice": needed},
        **kwargs,
    )
