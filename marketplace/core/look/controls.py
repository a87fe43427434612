"""How a Django form field becomes a control of ours: its kind, its dress, its choices, its errors."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .forms import DateBoxes, PoundsInput

KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.MultipleHiddenInput, "hidden"),
    (forms.HiddenInput, "hidden"),
    (DateBoxes, "date"),
    (PoundsInput, "money"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "tick"),
    (forms.ClearableFileInput, "file"),
    (forms.FileInput, "file"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
)
CLASSES = {"select": "nhsuk-select", "textarea": "nhsuk-textarea", "file": "hb-file"}


def kind_of(field: BoundField) -> str:
    """hidden, date, money, checkboxes, radios, tick (one box), file, select, textarea, or text for the rest."""
    widget = field.field.widget
    return next((kind for widget_type, kind in KINDS if isinstance(widget, widget_type)), "text")


def hint_id(field: BoundField) -> str:
    return f"{field.auto_id}_hint"


def error_id(field: BoundField) -> str:
    return f"{field.auto_id}_error"


def described_by(field: BoundField) -> str:
    """The ids of the hint and the error, in the order they are read."""
    ids = [hint_id(field)] if field.help_text else []
    if field.errors:
        ids.append(error_id(field))
    return " ".join(ids)


def dressed(field: BoundField, classes: str = "") -> SafeString:
    """The widget with our classes, and tied to the words that explain it."""
    kind = kind_of(field)
    base = CLASSES.get(kind, "nhsuk-input")
    own = field.field.widget.attrs.get("class", "")
    error = f"{base}--error" if field.errors else ""
    attrs: dict[str, Any] = {"class": " ".join(filter(None, (base, own, classes, error)))}
    attrs["aria-describedby"] = described_by(field) or False
    attrs["placeholder"] = False  # a label that goes away when somebody types is no label
    if field.errors:
        attrs["aria-invalid"] = "true"
    if kind == "textarea":
        attrs.setdefault("rows", field.field.widget.attrs.get("rows", 5))
    if kind == "money":
        attrs["inputmode"] = "decimal"
    return field.as_widget(attrs=attrs)


def choices_of(field: BoundField) -> list[dict[str, Any]]:
    """One dictionary a choice. A widget may carry `choice_hints` (value to words) and `choice_counts`."""
    widget = field.field.widget
    hints: dict[str, Any] = getattr(widget, "choice_hints", {})
    counts: dict[str, Any] = getattr(widget, "choice_counts", {})
    found = []
    for part in field.subwidgets:
        data = part.data
        value = str(data["value"])
        found.append(
            {
                "id": data["attrs"].get("id", ""),
                "name": data["name"],
                "value": value,
                "label": part.choice_label,
                "checked": data["selected"],
                "disabled": bool(data["attrs"].get("disabled")),
                "hint": hints.get(value, ""),
                "count": counts.get(value),
            }
        )
    return found


def date_boxes(field: BoundField) -> list[dict[str, Any]]:
    """Day, month and year: id, name, value as typed, label, width in letters, autocomplete."""
    values = field.value()
    if not isinstance(values, list):
        values = field.field.widget.decompress(values)
    names = ("bday-day", "bday-month", "bday-year") if getattr(field.field, "is_birthday", False) else ("off",) * 3
    labels = ((_("Day"), 2), (_("Month"), 2), (_("Year"), 4))
    return [
        {
            "id": f"{field.auto_id}_{index}",
            "name": f"{field.html_name}_{index}",
            "value": "" if values[index] is None else values[index],
            "label": label,
            "width": width,
            "autocomplete": names[index],
        }
        for index, (label, width) in enumerate(labels)
    ]


def first_input_id(field: BoundField) -> str:
    """The id that an error link leads to: the first box of several, or the input itself."""
    kind = kind_of(field)
    if kind in {"radios", "checkboxes"}:
        choices = choices_of(field)
        return choices[0]["id"] if choices else field.auto_id
    return f"{field.auto_id}_0" if kind == "date" else field.auto_id


def error_links(form: Any) -> list[dict[str, str]]:
    """Every error of a form, or of each form of a formset, in the order of the page.

    Words that would not say which question they belong to are put behind the question.
    """
    if hasattr(form, "forms"):
        links = [{"words": str(words), "target": ""} for words in form.non_form_errors()]
        return links + [link for each in form.forms for link in error_links(each)]
    links = [{"words": str(words), "target": ""} for words in form.non_field_errors()]
    for field in form:
        target = "" if field.is_hidden else first_input_id(field)
        links += [{"words": _said_of(field, str(words)), "target": target} for words in field.errors]
    return links


def _said_of(field: BoundField, words: str) -> str:
    if words in {str(usual) for usual in forms.Field.default_error_messages.values()}:
        return f"{field.label}: {words[:1].lower()}{words[1:]}"
    return words
