"""Plain inputs are drawn without a template each. Whatever they are given, they say the same as Django's templates."""

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from marketplace.core.look.drawing import PLAIN, Renderer

SAID = [
    None,
    "",
    "plain",
    "a \"quoted\" & <b>tag</b> 'one'",
    5,
    1.5,
    True,
    mark_safe("<i>kept</i>"),
    gettext_lazy("Day"),
]
ATTRS = [
    {},
    {"id": "x", "required": True, "disabled": False, "title": "<&\"'>", "size": 3, "data-n": None},
    {"class": mark_safe("a b"), "aria-describedby": gettext_lazy("Day"), "maxlength": "12"},
]
WIDGETS = [
    forms.TextInput,
    forms.HiddenInput,
    forms.NumberInput,
    forms.EmailInput,
    forms.URLInput,
    forms.PasswordInput,
]
CHOICES = [("", "—"), ("a", "A & B"), (1, gettext_lazy("Day")), ("Group <1>", [("b", "<b>"), ("c", mark_safe("<i>"))])]


@pytest.mark.parametrize("widget", WIDGETS)
@pytest.mark.parametrize("attrs", ATTRS)
@pytest.mark.parametrize("value", SAID)
def test_an_input_is_what_django_would_draw(widget, attrs, value):
    asked = {"name": "its & name", "value": value, "attrs": attrs}
    assert widget().render(**asked, renderer=Renderer()) == widget().render(**asked, renderer=TemplatesSetting())


@pytest.mark.parametrize("widget", [forms.Select, forms.NullBooleanSelect, forms.SelectMultiple])
@pytest.mark.parametrize("attrs", ATTRS)
@pytest.mark.parametrize("value", [None, "", "a", "1", ["b", "c"]])
def test_a_select_is_what_django_would_draw(widget, attrs, value):
    made = widget() if widget is forms.NullBooleanSelect else widget(choices=CHOICES)
    many = isinstance(value, list) and widget is not forms.SelectMultiple
    asked = {"name": "kind", "value": value[0] if many else value, "attrs": attrs}
    assert made.render(**asked, renderer=Renderer()) == made.render(**asked, renderer=TemplatesSetting())


def test_what_is_not_plain_still_has_its_template():
    assert "django/forms/widgets/textarea.html" not in PLAIN
    drawn = forms.Textarea().render("about", "x < y", renderer=Renderer())
    assert "x &lt; y</textarea>" in drawn
