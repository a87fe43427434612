"""What every search backend answers. One conformance suite holds them all to it: tests/conformance/search."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from marketplace.core.errors import DomainError

from ..documents import Document
from ..query import SearchQuery

PAGE_SIZE = 7  # as many as fit in 30 kB of HTML with the longest words that cards may have
Facets = dict[str, dict[str, int]]


class IndexUnwell(DomainError):
    """The index is missing, broken or does not answer: say so, and answer another way.

    `was_slow` when somebody has waited for it.
    """

    was_slow = False


class IndexMissing(IndexUnwell):
    """There is no index yet, or none of today's form: it has to be built."""


class QuestionRefused(IndexUnwell):
    """The index is well, but cannot answer this one question."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a listing; `asked` when they are what somebody looked for."""

    words: str
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One listing found. `distance_miles` is from its public point; None without a place. `card` as in Document.

    `said` is where the words were found in what the card does not show, if anywhere there.
    """

    id: int
    version: int
    distance_miles: float | None
    lat: float | None
    lon: float | None
    flags: frozenset[str]
    card: dict[str, Any]
    score: float = 0.0
    said: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of the map, in degrees."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """Listings that stand close together on the map, at their middle. `listing_id` when it is only one."""

    lat: float
    lon: float
    count: int
    listing_id: int | None = None


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page of hits. `facets` counts, for each filter and value, what there would be with that value chosen.

    A facet leaves its own filter out. `within` counts by distance. `page` is the page given, the last when a later one
    was asked for. `cursor` asks for the next page (`SearchQuery.turned`), "" at the end. `whole` of them have all the
    words; where they were too few, others that have some follow, by "best" after them.
    """

    hits: tuple[Hit, ...]
    facets: Facets
    total: int
    page: int = 1
    cursor: str = ""
    suggestions: tuple[str, ...] = ()
    whole: int = 0

    @property
    def loosened(self) -> bool:
        """Whether some of them have only part of the words."""
        return self.total > self.whole


@dataclass(frozen=True, slots=True)
class Known:
    """Every value that some listing in the index has. `kinds` gives names by slug."""

    kinds: dict[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Words to offer while somebody types. `listing_id` is None for a kind of help."""

    words: str
    listing_id: int | None = None


class SearchBackend(Protocol):
    """Reads and writes of one index. Every method may raise IndexUnwell."""

    def search(self, query: SearchQuery, *, today: date, size: int = PAGE_SIZE) -> SearchResults: ...

    def clusters(self, query: SearchQuery, *, box: Box, zoom: int, today: date) -> list[Cluster]:
        """What the question finds in this piece of the map, by tile; see `rules.tile_zoom`."""

    def known(self) -> Known: ...

    def suggest(self, text: str, limit: int = 8) -> list[Suggestion]: ...

    def put(self, documents: Iterable[Document]) -> int:
        """Add or replace, unless the index has heard of a later version; returns how many were written."""

    def remove(self, versions: dict[int, int]) -> int:
        """Take out listings by id, unless the index has heard of a later version than the one given."""

    def look(self) -> None:
        """Ask for nothing but a sign of life, within a second."""

    def settle(self) -> None:
        """After writing: searches see it from now on."""

    def held(self) -> dict[int, tuple[int, str]]:
        """Version and hash of every listing in the index, by id."""
