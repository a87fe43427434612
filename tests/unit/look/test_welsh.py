"""A Welsh reader gets whole pages in Welsh, not every other sentence: each page and its questions, word for word."""

import ast
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale/cy/LC_MESSAGES/django"
PAGES = (
    *("templates/*.html", "templates/components/*.html", "templates/cms/**/*.html", "templates/listings/*.html"),
    *("templates/assurance/concern*.html", "templates/search/*.html"),
    *(f"templates/account/{page}.html" for page in ("login", "logout", "signup", "*login_code", "password_reset*")),
    *("templates/account/confirm_email_verification_code.html", "templates/orders/components/buy_box.html"),
    *(f"templates/pools/{page}.html" for page in ("near", "code", "guest", "wanted_come", "components/[aclops]*")),
    *(f"templates/orders/{page}.html" for page in ("choose", "step", "who", "check", "visit_new", "cannot", "waiting")),
)
MODULES = (
    *("providers/listings/presentation.py", "providers/assurance/wording.py", "marketplace/core/geo/places.py"),
    *("search/forms.py", "search/query.py", "search/presentation.py", "marketplace/people/forms/signing.py"),
)
CURATORS_ONLY = {"why.html"}
STRING = r"u?(?:\"\"\"(?:.|\n)*?\"\"\"|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
MARKED = re.compile(rf"\b(?:n?gettext|_)\(({STRING})")
PLACE = re.compile(r"%\(\w+\)[sd]")


def in_template(path: Path) -> Iterator[str]:
    for found in MARKED.finditer(templatize(path.read_text())):
        yield ast.literal_eval(found[1])


def in_module(path: Path) -> Iterator[str]:
    for call in ast.walk(ast.parse(path.read_text())):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("_", "ngettext"):
            yield ast.literal_eval(call.args[0])


def files(patterns: tuple[str, ...]) -> list[Path]:
    found = sorted(path for pattern in patterns for path in ROOT.glob(pattern) if path.name not in CURATORS_ONLY)
    assert len(found) >= len(patterns)
    return found


def welsh() -> dict[str, list[str]]:
    """Each English string and its Welsh ones: several where Welsh counts differently."""
    with (CATALOGUE.with_suffix(".mo")).open("rb") as compiled:
        kept = GNUTranslations(compiled)._catalog  # type: ignore[attr-defined]
    known: dict[str, list[str]] = {}
    for key, words in kept.items():
        known.setdefault(key[0] if isinstance(key, tuple) else key, []).append(words)
    return known


@pytest.mark.parametrize("path", files(PAGES), ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_sentence_of_a_public_page_has_its_welsh(path):
    known = welsh()
    assert [words for words in in_template(path) if words not in known] == []


@pytest.mark.parametrize("path", files(MODULES), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_question_and_answer_of_a_public_page_has_its_welsh(path):
    known = welsh()
    assert [words for words in in_module(path) if words not in known] == []


def test_the_welsh_keeps_every_place_that_is_filled_in():
    """A name lost from a sentence is not seen until somebody reads the page, and one misspelt breaks it."""
    wrong = [
        english
        for english, words in welsh().items()
        if english and len(words) == 1 and set(PLACE.findall(words[0])) != set(PLACE.findall(english))
    ]
    assert wrong == []


def test_the_compiled_catalogue_is_the_one_that_people_edit():
    written = set(re.findall(r'^msgid "((?:[^"\\]|\\.)+)"$', CATALOGUE.with_suffix(".po").read_text(), re.M))
    assert {ast.literal_eval(f'"{words}"') for words in written} == set(welsh()) - {""}


def test_signing_up_is_read_in_welsh(client, db):
    client.cookies["django_language"] = "cy"
    with override("cy"):  # and back again: the request leaves its language behind in this thread
        page = client.get("/accounts/signup/").content.decode()
    assert '<html lang="cy">' in page
    for words in ("Creu cyfrif", "Enw cyntaf", "Dewiswch gyfrinair", "Cyfeiriad e-bost"):
        assert words in page
    assert "First name" not in page
