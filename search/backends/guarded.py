"""The server behind its breaker: the same backend, which says at once that it is unwell while it is."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from ..documents import Document
from ..query import SearchQuery
from .base import PAGE_SIZE, Box, Cluster, IndexMissing, IndexUnwell, Known, SearchResults, Suggestion
from .breaker import Breaker
from .elasticsearch import ElasticsearchBackend


@lru_cache(maxsize=8)
def breaker_of(url: str) -> Breaker:
    """This process's breaker for a server."""
    return Breaker()


class Guarded:
    """Every call of `inner` through `breaker`."""

    def __init__(self, inner: ElasticsearchBackend, breaker: Breaker) -> None:
        self.inner, self.breaker = inner, breaker

    def search(self, query: SearchQuery, *, today: date, size: int = PAGE_SIZE) -> SearchResults:
        with self.breaker.guarding():
            return self.inner.search(query, today=today, size=size)

    def clusters(self, query: SearchQuery, *, box: Box, zoom: int, today: date) -> list[Cluster]:
        with self.breaker.guarding():
            return self.inner.clusters(query, box=box, zoom=zoom, today=today)

    def known(self) -> Known:
        kept = self.inner.known_lately()
        if kept is not None:
            return kept  # nobody was asked, so it says nothing of the server
        with self.breaker.guarding():
            return self.inner.known()

    def suggest(self, text: str, limit: int = 8) -> list[Suggestion]:
        with self.breaker.guarding():
            return self.inner.suggest(text, limit)

    def put(self, documents: Iterable[Document]) -> int:
        with self.breaker.guarding():
            return self.inner.put(documents)

    def remove(self, versions: dict[int, int]) -> int:
        with self.breaker.guarding():
            return self.inner.remove(versions)

    def look(self) -> None:
        """Past the breaker: the one who looks is no person who waits, and what is seen is news for the others."""
        try:
            self.inner.look()
        except IndexMissing:
            self.breaker.succeeded()  # it answered, and whoever builds the index asks again at once
            raise
        except IndexUnwell as error:
            self.breaker.failed(error)
            raise
        self.breaker.succeeded()

    def settle(self) -> None:
        with self.breaker.guarding():
            self.inner.settle()

    def held(self) -> dict[int, tuple[int, str]]:
        with self.breaker.guarding():
            return self.inner.held()
