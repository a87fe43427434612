"""`translate` looks fixed words up once for each language, and says what Django's own says."""

import pytest
from django.template import Context, Engine
from django.templatetags import i18n
from django.utils import translation

from marketplace.core.templatetags import phrases

OURS = Engine(libraries={"i18n": "marketplace.core.templatetags.phrases"})
DJANGOS = Engine(libraries={"i18n": "django.templatetags.i18n"})
SOURCES = [
    '{% translate "Monday" %}',
    "{% trans 'Monday' as day %}<{{ day }}>",
    '{% translate "Monday" noop %}',
    '{% translate "Monday"|upper %}',
    '{% translate "May" context "abbrev. month" %}',
    "{% translate day %}",
    '{% translate "100% “sure” & <b>bold</b>" as words %}{{ words }}',
    '{% translate "50%%" %}',
    '{% translate "" %}|',
    '{% blocktranslate %}Monday{% endblocktranslate %} {{ _("Monday") }}',
]


@pytest.mark.parametrize("source", SOURCES)
def test_it_says_what_django_says_whatever_language_is_on(source):
    ours, djangos = (engine.from_string("{% load i18n %}" + source) for engine in (OURS, DJANGOS))
    said = []
    for language in ("en-gb", "cy", "en-gb", None, "cy"):
        with translation.override(language):
            told = [each.render(Context({"day": "Monday & more"})) for each in (ours, djangos)]
        assert told[0] == told[1]
        said.append(told[0])
    assert said[0] == said[2]
    assert said[1] == said[4]


def test_fixed_words_are_looked_up_once(monkeypatch):
    asked = []
    look_up = i18n.TranslateNode.render
    monkeypatch.setattr(i18n.TranslateNode, "render", lambda *args: asked.append(args) or look_up(*args))
    template = OURS.from_string('{% load i18n %}{% translate "Monday" %}{% translate "Monday" as day %}{{ day }}')
    for language in ("cy", "en-gb", "cy", "en-gb"):
        with translation.override(language):
            template.render(Context())
    assert len(asked) == 4


def test_the_project_and_its_libraries_use_it():
    from django.template import engines

    engine = engines["django"].engine
    assert engine.template_libraries["i18n"] is phrases.register
    template = engine.get_template("components/pager.html")
    assert template.nodelist.get_nodes_by_type(phrases.FixedNode)
