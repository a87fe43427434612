"""One made-up neighbourhood, indexed by every backend there is."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from marketplace.core import geo
from search.backends import SearchBackend
from search.backends.embedded import EmbeddedBackend
from search.documents import Document
from search.query import SearchQuery
from tests.factories.documents import neighbourhood

TODAY = date(2026, 11, 22)
HERE = geo.Place(geo.Kind.POSTCODE, "TA1 1AA", geo.Point(51.02, -3.10), "E06000066", exact=True)


def embedded(documents: list[Document]) -> SearchBackend:
    return EmbeddedBackend.in_memory(documents)


BACKENDS: dict[str, Callable[[list[Document]], SearchBackend]] = {"embedded": embedded}


@pytest.fixture(scope="session")
def documents() -> list[Document]:
    return neighbourhood(240, HERE.point, TODAY)


@pytest.fixture(scope="session", params=sorted(BACKENDS))
def backend(request: pytest.FixtureRequest, documents: list[Document]) -> SearchBackend:
    return BACKENDS[request.param](documents)


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
            query = SearchQuery(
                **{**{name: getattr(query, name) for name in query.__slots__}, "page": int(found.cursor)}
            )

    return every_hit
