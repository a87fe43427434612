"""The gallery in a real browser: every component at once, at the widths, colours and sizes people use."""

import gzip

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLACES = ["/look/", "/accounts/login/", "/no/such/page/", "/offline/"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_in_any_component(open_page, violations, sideways, width, dark):
    page = open_page("/look/", width=width, dark=dark)
    assert violations(page) == []
    assert sideways(page) == 0


@pytest.mark.parametrize("path", PLACES[1:])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_sign_in_and_refusals(open_page, violations, sideways, path, width):
    page = open_page(path, width=width)
    assert violations(page) == []
    assert sideways(page) == 0


@pytest.mark.parametrize("width", [640, 1280])
def test_text_twice_as_large_does_not_scroll_sideways(open_page, sideways, width):
    """Many readers set their browser so; columns must give way."""
    page = open_page("/look/", width=width)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert sideways(page) == 0


def test_nobody_else_is_asked_for_anything(open_page, live_server):
    """A third party that serves a font or a tile learns who looks for care, and where."""
    for path in PLACES:
        page = open_page(path)
        assert page.asked_for
        assert [url for url in page.asked_for if not url.startswith((live_server.url, "data:"))] == []


def test_a_first_visit_is_light(open_page, client):
    """150 kB on a first visit is the promise; the frame may have the smaller half of it."""
    page = open_page("/offline/")
    weight = 0
    for url in set(page.asked_for):
        body = page.request.get(url).body()
        weight += len(body) if url.endswith(".woff2") else len(gzip.compress(body, 6))
    assert weight < 75_000
    assert len(client.get("/offline/").content) < 30_000


def test_the_keyboard_reaches_the_main_part_first(open_page):
    """The skip link is the first stop and leads past the header."""
    page = open_page("/look/", width=320)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "nhsuk-skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    assert page.evaluate("document.activeElement.id") == "main"


def test_targets_are_large_enough_for_a_shaking_hand(open_page):
    """Buttons, menu and boxes are at least 44 px high on a phone."""
    page = open_page("/look/", width=320)
    small = page.evaluate(
        """() => [...document.querySelectorAll("main .nhsuk-button, .hb-quiet, .nhsuk-input, .nhsuk-select, .hb-nav a")]
        .filter(part => part.getBoundingClientRect().height < 44).map(part => part.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_a_councils_colour_of_any_hue_stays_readable(open_page, violations):
    """A council may choose yellow; we keep the hue and set the lightness."""
    page = open_page("/look/", width=1280)
    for digits in ("ffff00", "00ff00", "ffffff", "000000", "ff69b4"):
        page.evaluate("""digits => document.documentElement.style.setProperty("--council", "#" + digits)""", digits)
        assert [found for found in violations(page) if found.startswith("color-contrast")] == [], digits


def test_it_works_and_looks_the_same_without_javascript(open_page):
    page = open_page("/look/", width=320, javascript=False)
    assert page.locator(".hb-card").count() == 2
    assert page.locator("script:not([src])").count() == 0
