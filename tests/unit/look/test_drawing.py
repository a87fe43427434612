"""Plain inputs are drawn without a template each. Whatever they are given, they say the same as Django's templates."""

from html import unescape

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.template import engines
from django.template.loader import render_to_string
from django.test.html import parse_html
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from marketplace.core.look.controls import choices_of
from marketplace.core.look.drawing import (
    MARKS,
    PLAIN,
    Renderer,
    mark,
    price,
    rows_of_choices,
    seen,
    small_choices,
    small_pounds,
    small_select,
)
from marketplace.core.look.forms import PoundsField, typed_pounds
from marketplace.core.templatetags.look import text_question

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


ROWS = """{% for choice in choices %}<div class="nhsuk-NAME__item"><input class="nhsuk-NAME__input" id="{{ choice.id }}" name="{{ choice.name }}" type="TYPE" value="{{ choice.value }}"{% if choice.checked %} checked{% endif %}{% if choice.disabled %} disabled{% endif %}{% if choice.hint %} aria-describedby="{{ choice.id }}_hint"{% endif %}><label class="nhsuk-label nhsuk-NAME__label" for="{{ choice.id }}">{% if choice.count is None %}{{ choice.label }}{% else %}<span>{{ choice.label }}</span> <span class="hb-count">{{ choice.count }}</span>{% endif %}</label>{% if choice.hint %}<div class="nhsuk-hint nhsuk-NAME__hint" id="{{ choice.id }}_hint">{{ choice.hint }}</div>{% endif %}</div>{% endfor %}"""  # noqa: E501


class Asked(forms.Form):
    many = forms.MultipleChoiceField(choices=CHOICES[1:3], widget=forms.CheckboxSelectMultiple)
    one = forms.ChoiceField(choices=CHOICES[:3], widget=forms.RadioSelect)


@pytest.mark.parametrize(
    ("field", "kind", "kind_of_input"), [("many", "checkboxes", "checkbox"), ("one", "radios", "radio")]
)
def test_rows_of_choices_are_what_a_template_would_make_of_them(field, kind, kind_of_input):
    form = Asked(initial={"many": ["a"], "one": "1"})
    form.fields[field].widget.choice_hints = {"a": "Both & <more>"}
    form.fields[field].widget.choice_counts = {"1": 12_345}
    choices = choices_of(form[field])
    template = engines["django"].from_string(ROWS.replace("NAME", kind).replace("TYPE", kind_of_input))
    assert rows_of_choices(choices, kind) == template.render({"choices": choices})
    assert " checked" in rows_of_choices(choices, kind)
    assert "12345" in rows_of_choices(choices, kind)


class Narrowing(forms.Form):
    use_required_attribute = False

    q = forms.CharField(label="What would <help>?", max_length=200)
    sort = forms.ChoiceField(label="Which <first>", choices=[("best", "Best & first"), ("near", "Nearest")])
    price = PoundsField(label="Price from")
    within = forms.ChoiceField(label="How far & wide", choices=CHOICES[:3], widget=forms.RadioSelect)
    day = forms.MultipleChoiceField(label="Day", choices=CHOICES[1:3], widget=forms.CheckboxSelectMultiple)


@pytest.mark.parametrize("pence", [None, 0, 500, 1250])
def test_what_is_drawn_of_plain_data_is_what_the_field_component_makes_of_a_form(pence):
    """There is one way a question looks; lists of results only draw it faster."""
    form = Narrowing(
        initial={"q": 'a "<b>"', "sort": "near", "price": pence, "within": "1", "day": ["a"]}, auto_id="f_%s"
    )
    form.fields["within"].widget.choice_counts = {"1": 12_345}
    plain = {
        "q": text_question(form["q"], "What would <help>?"),
        "sort": small_select("Which <first>", "sort", form.fields["sort"].choices, "near"),
        "price": small_pounds("Price from", "price", typed_pounds(pence)),
        "within": small_choices("How far & wide", "radios", choices_of(form["within"])),
        "day": small_choices("Day", "checkboxes", choices_of(form["day"])),
    }
    for name, drawn in plain.items():
        html = render_to_string("components/field.html", {"field": form[name], "small": True, "asked": True})
        assert parse_html(drawn) == parse_html(html), name


@pytest.mark.parametrize(
    ("said", "unit", "free", "words"),
    [
        ({"amount": 1450, "unit_words": "a <session>"}, "", False, "£14.50 a <session>"),
        ("From £4 & up", "a visit", False, "From £4 & up a visit"),
        ("From £4", "", False, "From £4"),
        (None, "an hour", False, "Ask about the price"),
        (None, "", True, "Free"),
    ],
)
def test_a_price_is_said_in_words_and_escaped(said, unit, free, words):
    drawn = price(said, unit, free)
    assert unescape(strip_tags(drawn)) == words
    assert "<session>" not in drawn
    assert drawn.startswith('<p class="hb-price">')


def test_the_line_of_checks_has_the_sign_of_its_kind():
    assert MARKS["yes"] in seen("Two checks by A & B")
    assert "A &amp; B" in seen("Two checks by A & B")
    assert MARKS["said"] in seen("Nothing yet", waiting=True)
    assert "hb-soft" in seen("Nothing yet", waiting=True)
    assert seen("") == ""
    assert mark("stop") == mark("") == mark("<script>")
