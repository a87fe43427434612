"""What curators are told and what the server refuses, beside the file."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone
from elasticsearch import BadRequestError

from search import selectors, services, why
from search.backends.elasticsearch import ElasticsearchBackend
from search.backends.elasticsearch.connecting import client
from search.backends.elasticsearch.mapping import source_of
from search.backends.embedded import EmbeddedBackend
from search.documents import Document
from search.query import SearchQuery
from search.words import selectors as words
from tests.factories.documents import make_document
from tests.factories.listings import make_listing, make_provider

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
