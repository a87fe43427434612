"""Words in a real browser: offers while somebody types, a typed filter taken away, a rule published."""

import re

import pytest
from django.conf import settings

from tests.conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = {
    "typed filters": "/search/?q=free+gardening+on+tuesdays+TA1+1AA",
    "a slip": "/search/?q=gardning&postcode=TA1+1AA",
    "exactly": "/search/?q=free+gardening&exact=1&postcode=TA1+1AA",
    "nobody typed": "/search/?q=xylophone+TA1+1AA",
    "how ordered": "/search/order/",
}


@pytest.fixture
def open_as(open_page, live_server):
    """A page as somebody who is signed in, second step included."""

    def open_at(user, path: str, **options):
        page = open_page("/search/order/", **options)
        session = sign_in(user).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page.goto(live_server.url + path)
        return page

    return open_at


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page, violations, sideways, somerset, width, shots):
    for name, path in PAGES.items():
        page = open_page(path, width=width)
        shots(page, f"words {name} {width}")
        assert violations(page) == [], name
        assert sideways(page) == 0, name
        assert page.locator("h1").count() == 1


def test_a_typed_filter_is_a_tag_that_goes_away(open_page, somerset):
    page = open_page("/search/?q=free+gardening+TA1+1AA")
    assert page.locator(".hb-tag").all_text_contents() == ["Remove: Near TA1 1AA", "Remove: Free"]
    page.locator(".hb-tag", has_text="Free").click()
    page.wait_for_url(re.compile("q=gardening"))
    assert "free" not in page.url
    assert page.locator(".hb-tag").count() == 0
    assert page.locator("main .hb-card").count() > 2


def test_words_are_offered_while_somebody_types(open_page, somerset):
    page = open_page("/search/?q=&postcode=TA1+1AA", width=320)
    page.locator("details.hb-again > summary").click()
    with page.expect_response(re.compile("/search/suggest/")):
        page.get_by_label("What would help?").press_sequentially("home he")
    page.wait_for_selector('#ideas option[value="home help"]', state="attached")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_curator_tries_a_rule_publishes_it_and_everybody_finds_by_it(
    open_as, open_page, violations, sideways, cast, somerset, width, shots
):
    question = "/search/?q=bit+of+shrubbery&postcode=TA1+1AA"
    assert open_page(question).locator("main .hb-card").count() == 0
    page = open_as(cast.moira, "/staff/words/quantock/", width=width)
    shots(page, f"words rules {width}")
    assert violations(page) == []
    page.get_by_label("The rule").fill("bit of shrubbery, gardening")
    page.get_by_label(re.compile("Words to try it on")).fill("bit of shrubbery")
    page.get_by_role("button", name="Try it, before and after").click()
    page.get_by_role("heading", name="After").wait_for()
    shots(page, f"words tried {width}")
    assert violations(page) == []
    assert sideways(page) == 0
    page.get_by_role("button", name="Publish the rule").click()
    page.get_by_text("Published.").wait_for()
    assert open_page(question).locator("main .hb-card").count() >= 6
