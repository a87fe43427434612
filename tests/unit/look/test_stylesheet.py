"""The one stylesheet: nothing from another host, nothing missing, nothing much to spare."""

import gzip
import re
from collections import Counter

import pytest
from django.conf import settings

from marketplace.core.look import art, colours, stylesheet
from marketplace.core.look.stylesheet import Words, classes, parse, pruned, selectors

NOT_OURS = {"emails", "admin", "wagtailadmin", "cms_admin"}  # letters, and pages in Wagtail's own dress
NOT_STYLED = {"n"}  # told apart by a rule on its table


@pytest.fixture(scope="module")
def site() -> str:
    return stylesheet.joined()


def written(css: str, *used: str) -> str:
    return "".join(str(rule) for rule in pruned(parse(css), Words(frozenset(used), ())))


def test_nothing_is_fetched_from_another_host(site):
    """The base asks a third party for its fonts; that would tell them who looks for care."""
    assert not re.search(r"url\(\s*['\"]?(?:https?:)?//", site)
    assert "nhs.uk" not in site
    assert {url for url in re.findall(r"url\(([^)]+)\)", site) if not url.strip("\"'").startswith("data:")} == {
        "fonts/hereabouts-text-400.woff2",
        "fonts/hereabouts-text-700.woff2",
    }
    assert "Frutiger" not in site


def test_it_weighs_little_enough_for_a_slow_phone(site):
    """The whole first visit has 150 kB; the stylesheet may have 22 of them."""
    assert len(gzip.compress(site.encode(), 9)) < 22_000


def test_every_class_that_a_template_names_has_a_rule():
    """A class without a rule is a misspelling, or a look that nobody drew."""
    known = classes(stylesheet.base_css()) | {
        name for source in stylesheet.SOURCES for name in classes((stylesheet.OURS / source).read_text())
    }
    unknown: Counter[str] = Counter()
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        if not NOT_OURS.isdisjoint(path.parts):
            continue
        for attribute in re.findall(r'class="((?:[^"{]|\{[{%].*?[%}]\})*)"', path.read_text()):
            literal = re.sub(r"[\w-]*\{\{.*?\}\}[\w-]*|\{%.*?%\}", " ", attribute)
            unknown.update(name for name in literal.split() if name not in known and name not in NOT_STYLED)
    assert unknown == Counter()


def test_the_pruner_keeps_what_is_used_and_drops_what_is_not():
    css = ".a,.b{color:red}.c .a{top:0}@media (min-width:1px){.b{left:0}.a{left:1px}}p{margin:0}"
    assert written(css, "a") == ".a{color:red}@media (min-width:1px){.a{left:1px}}p{margin:0}"


def test_the_pruner_does_not_need_a_class_that_a_rule_excludes():
    assert written(".a:not(.b):hover{top:0}", "a") == ".a:not(.b):hover{top:0}"


def test_a_beginning_that_a_template_completes_keeps_every_ending():
    words = Words(frozenset({"x"}), ("nhsuk-input--width-",))
    css = ".nhsuk-input--width-2{top:0}.nhsuk-input--big{top:0}"
    assert "".join(map(str, pruned(parse(css), words))) == ".nhsuk-input--width-2{top:0}"


def test_selectors_split_outside_brackets_only():
    assert selectors("a:is(.b, .c), d") == ["a:is(.b, .c)", "d"]


def test_building_twice_writes_once(tmp_path):
    """It runs before every demonstration and test, so an unchanged sheet must keep its date."""
    first, wrote = stylesheet.build(tmp_path)
    again, wrote_again = stylesheet.build(tmp_path)
    assert (first, wrote, wrote_again) == (again, True, False)


def test_the_states_of_a_page_survive_the_pruning(site):
    """Focus, dark, contrast, forced colours and print are what readers with most need rely on."""
    for words in (
        "prefers-color-scheme:dark",
        "prefers-contrast:more",
        "forced-colors:active",
        "@media print",
        "--focus-gap",
        ".nhsuk-skip-link",
        ".hb-t6",
    ):
        assert words in site.replace("prefers-color-scheme: dark", "prefers-color-scheme:dark").replace(
            "prefers-contrast: more", "prefers-contrast:more"
        ).replace("forced-colors: active", "forced-colors:active")


@pytest.mark.parametrize("digits", ["", "red", "74274", "74274bb", "74274b;}body{display:none", "74274B"])
def test_a_colour_is_six_digits_or_nothing(digits):
    """The colour comes from a person and ends up in a stylesheet."""
    assert not colours.is_hex(digits)


def test_the_same_slug_has_the_same_doorstep_and_neighbours_differ():
    steps = [art.Doorstep.of(f"neighbour-{number}") for number in range(200)]
    assert art.Doorstep.of("neighbour-7") == steps[7]
    assert len(set(steps)) > 40  # of 48
