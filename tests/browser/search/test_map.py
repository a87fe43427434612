"""The map, the small print and the notice of an outage, in a real browser, on both indices."""

import os

import pytest

from search import services
from search.backends.base import PAGE_SIZE
from search.backends.elasticsearch import indices
from search.backends.elasticsearch.connecting import client
from search.backends.guarded import breaker_of
from tests.faults.proxy import in_front_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RESULTS = "/search/?q=&postcode=TA1+1AA&within=10"


@pytest.fixture(params=["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def index(request, somerset, settings):
    if request.param == "embedded":
        yield None
        return
    settings.ELASTICSEARCH_INDEX = f"browser-{os.getpid()}"
    with in_front_of(os.environ["ELASTICSEARCH_URL"]) as proxy:
        settings.ELASTICSEARCH_URL = proxy.url
        services.index_rebuild()
        yield proxy
        proxy.mode = ""
        client().indices.delete(index=",".join(indices.every_one()) or "none", ignore_unavailable=True)
        client().synonyms.delete_synonym(id=indices.synonyms_set())
        breaker_of.cache_clear()


def test_zoomed_out_the_map_says_how_many_and_leads_back_in(open_page, index, violations, shots):
    page = open_page(RESULTS, width=1280)
    page.locator(".hb-pin-label").first.wait_for()
    for _step in range(5):
        page.get_by_role("button", name="Zoom out").click()
        page.wait_for_timeout(400)
    many = page.locator(".hb-pin-many")
    many.first.wait_for()
    assert page.locator(".hb-pin-label").count() == 0
    alone = page.locator(".hb-pin-one").count()
    assert sum(int(words) for words in many.all_inner_texts()) + alone == 12
    assert "Zoom in" in (many.first.get_attribute("title") or "")
    shots(page, "map-far")
    assert violations(page) == []
    many.first.press("Enter")
    page.wait_for_timeout(800)
    for _step in range(3):
        page.get_by_role("button", name="Zoom in").click()
        page.wait_for_timeout(400)
    page.locator(".hb-pin-label, .hb-pin-one").first.wait_for()
    shots(page, "map-near")


@pytest.mark.parametrize("width", [320, 1280])
def test_words_found_in_the_small_print_are_shown(open_page, index, violations, sideways, width, shots):
    page = open_page("/search/?q=hour&postcode=TA1+1AA&within=10", width=width)
    marked = page.locator(".hb-card mark")
    assert marked.first.inner_text().lower() == "hour"
    shots(page, f"small-print-{width}")
    assert violations(page) == []
    assert sideways(page) == 0


@pytest.mark.elasticsearch
@pytest.mark.parametrize("index", [pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)], indirect=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_in_an_outage_the_list_stays_and_says_so(open_page, index, violations, sideways, width, shots):
    index.mode = "cut"
    page = open_page(RESULTS, width=width)
    assert page.get_by_role("status").get_by_text("Some results may be missing").is_visible()
    assert page.locator(".hb-card").count() == PAGE_SIZE
    shots(page, f"outage-{width}")
    assert violations(page) == []
    assert sideways(page) == 0
