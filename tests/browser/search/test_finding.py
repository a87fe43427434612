"""Finding help in a real browser: with and without script, on a phone and on a desk."""

import re

import pytest

from search.backends.base import PAGE_SIZE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = {
    "results": "/search/?q=&postcode=TA1+1AA&within=10",
    "filtered": "/search/?q=gardening&postcode=TA1+1AA&within=10&day=tue&way=comes",
    "nobody": "/search/?q=chiropody&postcode=TA1+1AA&day=tue",
    "where": "/search/?q=gardening&postcode=Newport",
    "no place": "/search/?q=gardening",
    "need": "/search/need/",
    "kept": "/search/need/kept/",
    "shortlist": "/shortlist/",
    "compare": "/compare/",
}


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page, violations, sideways, somerset, width, shots):
    for name, path in PAGES.items():
        page = open_page(path, width=width)
        shots(page, f"{name}-{width}")
        assert violations(page) == [], name
        assert sideways(page) == 0, name
        assert page.locator("h1").count() == 1


def test_text_twice_as_large_does_not_scroll_sideways(open_page, sideways, somerset):
    for path in (PAGES["results"], PAGES["nobody"]):
        page = open_page(path, width=640)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert sideways(page) == 0


def test_without_script_the_list_filters_and_shortlist_work(open_page, somerset, shots):
    page = open_page("/search/?q=&postcode=TA1+1AA&within=10", javascript=False)
    assert page.locator("main .hb-card").count() == PAGE_SIZE
    assert all("mile" in words for words in page.locator(".hb-card__who").all_inner_texts())
    page.get_by_label(re.compile("Gardening")).check()
    page.get_by_role("button", name="Show these").click()
    assert page.locator("main .hb-card").count() == 6
    page.get_by_role("button", name=re.compile("Add to shortlist.*Tapp’s Gardens$")).click()
    assert page.get_by_role("button", name=re.compile("take off.*Tapp’s Gardens$")).is_visible()
    page.get_by_role("button", name=re.compile("Add to shortlist.*Sam Orchard, gardens and odd jobs$")).click()
    page.get_by_role("link", name="Shortlist (2)").click()
    shots(page, "shortlist-of-two-1280")
    page.get_by_role("button", name="Compare").click()
    shots(page, "compare-of-two-1280")
    assert page.locator("table.hb-compare tbody tr").count() == 2


def test_the_map_shows_the_numbers_of_the_list_and_asks_nobody_else(open_page, live_server, somerset, shots):
    page = open_page(PAGES["results"], width=1280)
    page.locator(".leaflet-marker-icon").first.wait_for()
    numbers = {number for words in page.locator(".hb-pin-label").all_inner_texts() for number in words.split(",")}
    assert "1" in numbers
    page.locator(".leaflet-marker-icon").first.click()
    page.locator(".leaflet-popup-content a").first.wait_for()
    page.wait_for_load_state("networkidle")
    shots(page, "map-1280")
    assert [url for url in page.asked_for if not url.startswith((live_server.url, "data:"))] == []
    assert any("/map/" in url for url in page.asked_for)


def test_words_are_offered_while_somebody_types(open_page, somerset):
    page = open_page(PAGES["results"], width=1280)
    page.locator("#id_q").fill("gard")
    page.locator("#ideas option[value='Gardening']").wait_for(state="attached")
