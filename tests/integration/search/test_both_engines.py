"""Whole pages from the server beside those from the file: odd questions, suggestions, what curators are told."""

import re
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from elasticsearch import BadRequestError

from marketplace.core import pagecache
from marketplace.core.audit import CLOCKWORK
from providers.listings import services as listings
from providers.listings.states import HoldKind
from search import selectors, services, why
from search.backends.elasticsearch import ElasticsearchBackend
from search.backends.elasticsearch.connecting import client
from search.backends.elasticsearch.mapping import source_of
from search.backends.embedded import EmbeddedBackend
from search.documents import Document
from search.query import SearchQuery
from search.words import selectors as words
from tests.factories.documents import make_document
from tests.factories.listings import make_category, make_listing, make_offer, make_provider

from .conftest import deliver

pytestmark = [pytest.mark.django_db]
on_the_server = [pytest.mark.elasticsearch, pytest.mark.xdist_group("elasticsearch")]


@pytest.fixture(params=["embedded", pytest.param("elasticsearch", marks=on_the_server)])
def engine(request) -> str:
    if request.param == "elasticsearch":
        request.getfixturevalue("own_server")
    return request.param


@pytest.fixture
def three(engine, cast) -> None:
    """The same words at three distances and freshnesses."""
    today = timezone.localdate()
    for number, (postcode, days) in enumerate((("TA1 1AA", 3), ("TA1 1AA", 280), ("TA2 8AA", 3))):
        make_listing(
            make_provider(cast.council["quantock"], name=f"Provider {number}"),
            title=f"Zinnias {'abc'[number]}",
            base_postcode=postcode,
            base_is_home=False,
            assured_on=today - timedelta(days=days),
        )
    services.index_rebuild()


def test_why_says_the_figures_that_the_engine_went_by(engine, three):
    """The same words count the same in each line only if nearness and freshness are what the engine used."""
    today: date = timezone.localdate()
    answer = selectors.find(SearchQuery.from_url(QueryDict("q=zinnias&postcode=TA1+1AA&within=10")), today=today)
    assert not answer.unwell
    lines = why.why(answer, today=today)
    assert len(lines) == 3
    assert [line.score for line in lines] == sorted((line.score for line in lines), reverse=True)
    for line, hit in zip(lines, answer.results.hits, strict=True):
        assert line.score == hit.score > 0
        assert line.words * line.near * line.fresh == pytest.approx(line.score)
        assert line.words == pytest.approx(lines[0].words, rel=0.02)
        assert any("zinnias" in each for each in line.found)
    assert len({round(line.fresh, 3) for line in lines}) == 2
    assert len({round(line.near, 2) for line in lines}) == 2


NEAR = {"postcode": "TA1 1AA", "within": "30"}
ODD = {
    "a size of its own": {"q": "help", "size": "100000", **NEAR},
    "a size that is no number": {"q": "help", "size": "-1", **NEAR},
    "a deep page": {"q": "help", "page": "99999", **NEAR},
    "a page beyond all numbers": {"q": "help", "page": "9" * 30, **NEAR},
    "a page before the first": {"q": "help", "page": "-3", **NEAR},
    "a cursor of nobody's": {"q": "help", "page": "9000", "after": "bm90IG9uZSBvZiBvdXJz", **NEAR},
    "a word of five thousand letters": {"q": "a" * 5000, **NEAR},
    "five thousand letters of words": {"q": "help " * 1000, **NEAR},
    "only words that say nothing": {"q": "the of and with", **NEAR},
    "only punctuation": {"q": "?!... --- ,,,", **NEAR},
    "only emoji": {"q": "🌻🌻 🍲", **NEAR},
    "emoji beside a word": {"q": "🌻 help", **NEAR},
    "Welsh": {"q": "ŵyl tŷ gŵyl", **NEAR},
    "other accents": {"q": "hélp née Zoë", **NEAR},
    "right to left": {"q": "עברית \u202e", **NEAR},
    "everything, as a query parser has it": {"q": "*:*", **NEAR},
    "an unclosed quotation": {"q": '"unclosed', **NEAR},
    "operators": {"q": "help AND NOT (garden OR title:help) ~2 ^9 {a TO b} /x/ help*", **NEAR},
    "a script": {"q": '{"script": {"source": "1/0"}} ctx._source', **NEAR},
    "nothing at all": {"q": ""},
    "zero bytes": {"q": "\x00help\x00", **NEAR},
    "two hundred filters": [
        ("q", "help"), *NEAR.items(), *[("kind", f"kind-{number}") for number in range(100)], ("kind", "gardening"),
        *[("day", "tue")] * 50, *[("language", f"Klingon {number}") for number in range(50)],
    ],
    "two hundred times the same filter": [("q", "help"), *NEAR.items(), *[("kind", "gardening")] * 200],
    "days that are none": {"q": "help", "day": "2026-02-31", **NEAR},
    "a date that is none among the words": {"q": "help on 31/02/2026 or 99.99.9999", **NEAR},
    "prices nobody can pay": {"q": "help", "price_from": "9" * 40, "price_to": "-5", **NEAR},
    "a price that is no number": {"q": "help", "price_to": "NaN", **NEAR},
    "Paris": {"q": "help", "lat": "48.8566", "lon": "2.3522", "within": "30"},
    "beyond the poles": {"q": "help", "lat": "999", "lon": "-999"},
    "no number for a place": {"q": "help", "lat": "NaN", "lon": "1e400"},
    "a distance beyond the earth": {"q": "help", "postcode": "TA1 1AA", "within": "99999"},
    "a postcode of nowhere": {"q": "help", "postcode": "ZZ99 9ZZ"},
    "an order nobody has": {"q": "help", "sort": "random; DROP TABLE", **NEAR},
}  # fmt: skip


@pytest.fixture
def fourteen(cast, own_server) -> None:
    """More than a page of them, all called help, half of them for the garden on Tuesdays."""
    kind = make_category()
    for number in range(14):
        provider = make_provider(cast.council["quantock"], name=f"Provider {number}")
        facts = {"categories": (kind,), "days": ["tue"]} if number % 2 else {}
        make_offer(make_listing(provider, title=f"Help {number}", **facts))
    services.index_rebuild()


def page_of(path: str) -> str:
    pagecache.forget_all()
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def told(page: str) -> dict[str, object]:
    """What a page says, apart from the order of listings that are nearly equal."""
    return {
        "heading": re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL),
        "cards": len(re.findall(r'class="hb-card"', page)),
        "counts": re.findall(r'hb-count">(\d+)<', page),
        "tags": re.findall(r'class="hb-tag" href="([^"]*)"', page),
        "notices": re.findall(r'<div class="hb-notice.*?</div></div>', page, re.DOTALL),
        "next": re.findall(r'rel="next" href="([^"]*)"', page),
    }


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
def test_odd_questions_give_the_same_page_from_either_engine(fourteen, settings):
    """A page with its heading, never an error, and never an excuse that the server could not answer."""
    server, found = settings.ELASTICSEARCH_URL, 0
    for odd, asked in ODD.items():
        for path in ("/search/", "/search/map/"):
            address = f"{path}?{urlencode(asked)}"
            settings.ELASTICSEARCH_URL = server
            from_server = page_of(address)
            settings.ELASTICSEARCH_URL = ""
            from_file = page_of(address)
            if path == "/search/":
                assert told(from_server) == told(from_file), odd
                assert len(told(from_server)["heading"]) == 1, odd
                assert "Some results may be missing" not in from_server, odd
                found += told(from_server)["cards"] > 0
            else:
                assert from_server == from_file, odd
    assert found > len(ODD) / 2


@pytest.mark.parametrize("typed", ["*:*", '"help', "🌻", "ŵyl", "?!", "h" * 5000, "\x00help", "hel*", "help^9", "\\"])
def test_odd_beginnings_are_answered_with_suggestions_or_with_none(engine, cast, typed):
    make_offer(make_listing(make_provider(cast.council["quantock"]), title="Help with anything"))
    services.index_rebuild()
    page = page_of(f"/search/suggest/?{urlencode({'q': typed})}")
    assert ("Help with anything" in page) == (typed in ('"help', "\x00help", "hel*")), page


def suggested(client: Client, typed: str) -> str:
    return client.get("/search/suggest/", {"q": typed}).content.decode()


def test_nobody_is_suggested_who_may_not_be_seen(engine, cast, client, django_capture_on_commit_callbacks):
    """Not at the next request after a suspension, when the index has not heard of it, and not afterwards."""
    held, paused, _seen = (
        make_listing(make_provider(cast.council["quantock"], name=f"Zinnia {name}"), title=f"Zinnias by {name}")
        for name in ("Ada", "Bea", "Cleo")
    )
    services.index_rebuild()
    assert all(f"Zinnias by {name}" in suggested(client, "zinn") for name in ("Ada", "Bea", "Cleo"))
    with django_capture_on_commit_callbacks(execute=True):
        listings.hold_place(provider=held.provider, kind=HoldKind.SUSPENDED, by=CLOCKWORK, now=timezone.now())
        listings.hold_place(provider=paused.provider, kind=HoldKind.PAUSED, by=CLOCKWORK, now=timezone.now())
    for heard in (False, True):
        if heard:
            deliver()
        for typed in ("zinn", "Zinnia Ada", "bea"):
            said = suggested(client, typed)
            assert "Ada" not in said, (heard, typed)
            assert "Bea" not in said, (heard, typed)
        assert "Zinnias by Cleo" in suggested(client, "zinn")


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
def test_the_server_refuses_a_field_that_no_document_has(own_server):
    """So that nothing can be indexed, and found or shown, that the document class does not name."""
    found = {**source_of(make_document(1)), "home_address": "1 Long Row"}
    with ElasticsearchBackend.scratch([]) as scratch:
        with pytest.raises(BadRequestError, match="strict_dynamic_mapping_exception"):
            client().index(index=scratch.name, id="1", document=found)
        assert scratch.put([make_document(2)]) == 1
        scratch.settle()
        assert scratch.held().keys() == {2}
        assert client().indices.get_mapping(index=scratch.name)[scratch.name]["mappings"]["dynamic"] == "strict"


def listings_of(title: str, many: int) -> list[Document]:
    return [make_document(number, title=f"{title} {number}") for number in range(1, many + 1)]


def test_a_rule_whose_answer_stands_in_most_listings_is_refused_with_its_line(cast, client_of):
    """It would match everything. Of fewer than twenty listings nobody can say what most have."""
    moira, sent = client_of(cast.moira), {"text": "company, tea\npottering, zinnias"}
    services.index_rebuild()
    index = EmbeddedBackend()
    index.put([*listings_of("Zinnias", 15), make_document(90, title="Tea")])
    words.forget()
    assert "stands in most listings" not in moira.post("/staff/words/quantock/", {**sent, "try": "1"}).content.decode()
    index.put(listings_of("Zinnias", 25))
    words.forget()
    page = moira.post("/staff/words/quantock/", sent)
    assert page.status_code == 200
    assert "stands in most listings" in page.content.decode()
    assert "Line 2" in page.content.decode()


def test_a_word_of_a_few_listings_makes_a_rule_whatever_their_number(cast, client_of):
    services.index_rebuild()
    EmbeddedBackend().put([*listings_of("Zinnias", 25), make_document(90, title="Tea")])
    words.forget()
    assert client_of(cast.moira).post("/staff/words/quantock/", {"text": "brew up, tea"}).status_code == 302
