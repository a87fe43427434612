"""Every component of the templates rendered alone, from its example in the gallery."""

import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from marketplace.core.look import gallery

PARTS = gallery.parts()
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "emails" not in path.parts]


def name_of(path) -> str:
    return str(path.relative_to(settings.BASE_DIR / "templates"))


@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.template}: {part.title}")
def test_a_component_renders_alone_with_what_its_example_gives(part):
    """A component that needs more than it says would break on the next page that uses it."""
    html = render_to_string(part.path, part.context)
    assert html.strip()
    for kind in ("{{", "{%", "{#", "None", "&lt;svg"):
        assert kind not in html


def test_every_component_has_an_example():
    """The gallery is where the next person finds what exists."""
    assert gallery.missing(settings.BASE_DIR / "templates" / "components") == set()


def test_ids_do_not_repeat_when_a_question_comes_back_wrong():
    """Labels and error links lead by id, so two of one id lead nowhere."""
    html = "".join(render_to_string(part.path, part.context) for part in PARTS if part.template == "field.html")
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_template_has_no_inline_style_script_or_handler(path):
    """The content security policy refuses them, so they would silently not work."""
    html = path.read_text()
    assert not re.search(
        r"\sstyle=|\son[a-z]+=|\splaceholder=|<style|<script(?![^>]*\ssrc=)(?![^>]*application/json)", html
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_comment_in_braces_and_hashes_stays_on_its_line(path):
    """Django prints a comment that runs over two lines to the reader."""
    assert all(line.count("{#") == line.count("#}") for line in path.read_text().splitlines())


def test_only_the_field_component_draws_a_control():
    """One place to get labels, hints and errors right. Hidden inputs carry no question."""
    allowed = {"components/field", "allauth/elements/field"}
    for path in PAGES:
        if name_of(path).startswith(tuple(allowed)):
            continue
        visible = re.findall(r"<(?:input|select|textarea)\b[^>]*>", path.read_text())
        visible = [tag for tag in visible if 'type="hidden"' not in tag]
        assert visible == [], name_of(path)


def test_an_example_form_keeps_what_was_typed_and_says_what_to_do():
    """Somebody who typed a tenner must see the tenner, and how to put it."""
    form = gallery.questions(gallery.WRONG)
    html = render_to_string("components/field.html", {"field": form["price"]})
    assert 'value="a tenner"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_e-price_hint id_e-price_error"' in html
    assert "Type it like 14 or 14.50." in html


def test_the_summary_leads_to_the_first_box_of_each_wrong_question():
    """A link to a group of boxes must land on one of them."""
    form = gallery.questions(gallery.WRONG)
    html = render_to_string("components/form_errors.html", {"form": form})
    drawn = "".join(render_to_string("components/field.html", {"field": bound}) for bound in form)
    targets = re.findall(r'href="#([^"]+)"', html)
    assert len(targets) == 7
    assert all(f'id="{target}"' in drawn for target in targets)
    assert "Your name: this needs an answer." in html


def test_no_errors_no_summary():
    """An empty red box frightens."""
    assert render_to_string("components/form_errors.html", {"form": gallery.questions()}).strip() == ""
