"""The inputs that most pages are full of, drawn without a template each: the same letters in a tenth of the time."""

from collections.abc import Callable
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


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
    return str(value) if isinstance(value, SafeString) else escape(str(value))


_INPUTS = ("text", "hidden", "number", "email", "url", "password", "tel", "search", "input")
PLAIN: dict[str, Callable[[dict[str, Any]], SafeString]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in _INPUTS},
    "django/forms/widgets/select.html": _select,
}
