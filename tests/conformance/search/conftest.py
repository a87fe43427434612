"""One made-up neighbourhood, indexed by every backend there is."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import pytest
from django.test import override_settings

from marketplace.core import geo
from search.backends import Box, Hit, SearchBackend, SearchResults
from search.backends.elasticsearch import ElasticsearchBackend
from search.backends.embedded import EmbeddedBackend
from search.documents import Document
from search.query import SearchQuery
from tests.factories.documents import neighbourhood

TODAY = date(2026, 11, 22)
HERE = geo.Place(geo.Kind.POSTCODE, "TA1 1AA", geo.Point(51.02, -3.10), "E06000066", exact=True)
BRITAIN = Box(49.0, -9.0, 61.0, 3.0)
Test = TypeVar("Test", bound=Callable[..., None])
BACKENDS = [
    pytest.param("embedded"),
    pytest.param("elasticsearch", marks=[pytest.mark.elasticsearch, pytest.mark.xdist_group("elasticsearch")]),
]

Make = Callable[[list[Document]], SearchBackend]


def both_backends(test: Test) -> Test:
    """For a test that sets one beside the other."""
    return pytest.mark.elasticsearch(pytest.mark.xdist_group("elasticsearch")(test))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kind_of_backend" in metafunc.fixturenames:
        metafunc.parametrize("kind_of_backend", BACKENDS, scope="session")


@pytest.fixture(scope="session")
def server() -> Iterator[None]:
    """The real server, in indices of this run's own."""
    own = f"conformance-{os.getpid()}"
    with override_settings(ELASTICSEARCH_URL=os.environ.get("ELASTICSEARCH_URL", ""), ELASTICSEARCH_INDEX=own):
        yield


@pytest.fixture(scope="session")
def make(kind_of_backend: str, request: pytest.FixtureRequest) -> Iterator[Make]:
    """A scratch index of these documents, which nobody else sees."""
    if kind_of_backend == "embedded":
        yield EmbeddedBackend.in_memory
        return
    request.getfixturevalue("server")
    with ExitStack() as kept:
        yield lambda documents: kept.enter_context(ElasticsearchBackend.scratch(documents))


@pytest.fixture(scope="session")
def documents() -> list[Document]:
    return neighbourhood(240, HERE.point, TODAY)


@pytest.fixture(scope="session")
def backend(make: Make, documents: list[Document]) -> SearchBackend:
    return make(documents)


@dataclass(frozen=True)
class Both:
    """The same listings in each."""

    embedded: SearchBackend
    elasticsearch: SearchBackend

    def __iter__(self) -> Iterator[SearchBackend]:
        return iter((self.embedded, self.elasticsearch))


@pytest.fixture(scope="session")
def both(server: None, documents: list[Document]) -> Iterator[Both]:
    with ElasticsearchBackend.scratch(documents) as elasticsearch:
        yield Both(EmbeddedBackend.in_memory(documents), elasticsearch)


def through(backend: SearchBackend, query: SearchQuery) -> tuple[SearchResults, list[Hit]]:
    """The first page, and every hit of all its pages."""
    first = found = backend.search(query, today=TODAY, size=40)
    hits = list(found.hits)
    while found.cursor:
        found = backend.search(query.turned(found.cursor), today=TODAY, size=40)
        hits += found.hits
    return first, hits


@pytest.fixture
def ask(backend: SearchBackend) -> Callable[..., list]:
    """Every hit of a question at HERE, page after page."""

    def every_hit(**asked: Any) -> list:
        query = SearchQuery(**{"at": HERE, "postcode": "TA1 1AA", "within": 30, **asked})
        hits: list = []
        while True:
            found = backend.search(query, today=TODAY)
            hits += found.hits
            if not found.cursor:
                assert len(hits) == found.total
                return hits
            query = query.turned(found.cursor)

    return every_hit
