"""What most pages are full of, inputs, drawn without a template each: the same letters in a tenth of the time."""

import html
from collections.abc import Callable, Iterable
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from marketplace.core.money import pounds


class Renderer(TemplatesSetting):
    """Django's own, which looks for templates among the project's; plain inputs and selects are drawn here."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        draw = PLAIN.get(template_name)
        return super().render(template_name, context, request) if draw is None else draw(context["widget"])


def attributes(said: dict[str, Any]) -> str:
    """As django/forms/widgets/attrs.html.

    >>> attributes({"id": "q", "required": True, "disabled": False, "title": "a & b"})
    ' id="q" required title="a &amp; b"'
    """
    return "".join(
        f" {escape(name)}" if value is True else f' {escape(name)}="{_text(value)}"'
        for name, value in said.items()
        if value is not False
    )


def _input(widget: dict[str, Any]) -> SafeString:
    value = widget["value"]
    said = "" if value is None else f' value="{_text(value)}"'
    return mark_safe(f'<input type="{_text(widget["type"])}" name="{_text(widget["name"])}"{said}{_attrs(widget)}>')  # noqa: S308


def _select(widget: dict[str, Any]) -> SafeString:
    lines = [f'<select name="{_text(widget["name"])}"{_attrs(widget)}>']
    for name, options, _index in widget["optgroups"]:
        lines += [f'\n  <optgroup label="{_text(name)}">'] if name else []
        lines += [f"\n  {_option(option)}\n" for option in options]
        lines += ["\n  </optgroup>"] if name else []
    return mark_safe("".join([*lines, "\n</select>"]))  # noqa: S308


def _option(widget: dict[str, Any]) -> str:
    return f'<option value="{_text(widget["value"])}"{_attrs(widget)}>{_text(widget["label"])}</option>'


def _attrs(widget: dict[str, Any]) -> str:
    return attributes(widget["attrs"])


def _text(value: Any) -> str:
    """Escaped, unless it says of itself that it is safe."""
    return html.escape(value) if type(value) is str else conditional_escape(value)


def rows_of_choices(choices: Iterable[dict[str, Any]], kind: str) -> SafeString:
    """Radio buttons or checkboxes, as `controls.choices_of` gives them. `kind` is "radios" or "checkboxes"."""
    name, kind_of_input = f"nhsuk-{kind}", "radio" if kind == "radios" else "checkbox"
    return mark_safe("".join(_row(each, name, kind_of_input) for each in choices))  # noqa: S308


def small_choices(question: str, kind: str, rows: Iterable[dict[str, Any]]) -> SafeString:
    """As components/field.html draws a bound field of small choices that nobody answered wrongly; of plain data."""
    return mark_safe(  # noqa: S308
        '<div class="nhsuk-form-group"><fieldset class="nhsuk-fieldset">\n'
        f'<legend class="nhsuk-fieldset__legend">{_text(question)}</legend>\n'
        f'<div class="nhsuk-{kind} nhsuk-{kind}--small">{rows_of_choices(rows, kind)}</div>\n</fieldset></div>'
    )


def small_select(question: str, name: str, options: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    """As components/field.html draws a bound select, its id being "f_" and its name; of plain data."""
    drawn = [{"value": value, "label": words, "attrs": {"selected": value == chosen}} for value, words in options]
    widget = {"name": name, "attrs": {"class": "nhsuk-select", "id": f"f_{name}"}, "optgroups": [("", drawn, 0)]}
    return labelled(question, f"f_{name}", _select(widget))


def small_pounds(question: str, name: str, typed: str) -> SafeString:
    """As components/field.html draws a bound amount of money, its id being "f_" and its name; of plain data."""
    attrs = {"maxlength": "20", "class": "nhsuk-input nhsuk-input--width-5", "inputmode": "decimal", "id": f"f_{name}"}
    box = _input({"type": "text", "name": name, "value": typed or None, "attrs": attrs})
    sign = '<span class="hb-money__sign" aria-hidden="true">£</span>'
    return labelled(question, f"f_{name}", f'<div class="hb-money">{sign}{box}</div>')


def labelled(question: str, key: str, control: str) -> SafeString:
    """As components/field.html draws a control without hint or error, its id being `key`."""
    return mark_safe(  # noqa: S308  the control is drawn
        f'\n<div class="nhsuk-form-group"><label class="nhsuk-label" for="{_text(key)}">{_text(question)}</label>\n'
        f"\n{control}</div>"
    )


def _row(choice: dict[str, Any], name: str, kind_of_input: str) -> str:
    key, label, hint = _text(choice["id"]), _text(choice["label"]), choice["hint"]
    said = " checked" if choice["checked"] else ""
    said += " disabled" if choice["disabled"] else ""
    said += f' aria-describedby="{key}_hint"' if hint else ""
    if choice["count"] is not None:
        label = f'<span>{label}</span> <span class="hb-count">{_text(choice["count"])}</span>'
    return (
        f'<div class="{name}__item"><input class="{name}__input" id="{key}" name="{_text(choice["name"])}"'
        f' type="{kind_of_input}" value="{_text(choice["value"])}"{said}>'
        f'<label class="nhsuk-label {name}__label" for="{key}">{label}</label>'
        + (f'<div class="nhsuk-hint {name}__hint" id="{key}_hint">{_text(hint)}</div>' if hint else "")
        + "</div>"
    )


_INPUTS = ("text", "hidden", "number", "email", "url", "password", "tel", "search", "input")
PLAIN: dict[str, Callable[[dict[str, Any]], SafeString]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in _INPUTS},
    "django/forms/widgets/select.html": _select,
}


_MARKS = {
    "yes": '<path d="M4 13l5 5L20 6"/>',
    "heed": '<path d="M12 6.5V12l4 2.5"/><circle cx="12" cy="12" r="9.5"/>',
    "said": '<path d="M3 4h18v12H11l-5 5v-5H3z"/>',
    "": '<path d="M12 11v6M12 7v.1"/><circle cx="12" cy="12" r="10"/>',
}
MARKS = {
    kind: mark_safe(  # noqa: S308
        f'<svg class="hb-mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">{path}</svg>'
    )
    for kind, path in _MARKS.items()
}


def mark(kind: str = "") -> SafeString:
    """The little drawn sign beside words; that of plain news for any other kind."""
    return MARKS.get(kind) or MARKS[""]


def seen(words: str, waiting: bool = False) -> SafeString:
    """components/seen.html"""
    if not words:
        return SafeString("")
    soft, sign = (" hb-soft", MARKS["said"]) if waiting else ("", MARKS["yes"])
    return mark_safe(f'<p class="hb-seen{soft}">{sign}<span>{_text(words)}</span></p>')  # noqa: S308


def price(said: Any, unit: str = "", free: bool = False) -> SafeString:
    """components/price.html"""
    if free:
        inside = f"<strong>{_('Free')}</strong>"
    elif not said:
        inside = _("Ask about the price")
    elif isinstance(said, dict):
        inside = f"<strong>{_text(pounds(said['amount']))}</strong> {_text(said['unit_words'])}"
    else:
        inside = f"<strong>{_text(said)}</strong>" + (f" {_text(unit)}" if unit else "")
    return mark_safe(f'<p class="hb-price">{inside}</p>')  # noqa: S308
