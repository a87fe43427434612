"""SQL: every listing that has the words and serves the place. Filters are sifted afterwards, to count facets in one go.

Measured traps: `rowid IN (SELECT ...)` beside MATCH runs the subquery's rows through FTS5 one by one (7 s), and an
R-tree join is slower than the covering index `near`. So words come first when there are any, and each is looked up by
its row id; without words the covering index alone is read.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from ...query import DISTANCES, SearchQuery
from .sphere import box, chord_squared, miles, on_the_sphere

FLAGS = {"comes": 1, "there": 2, "free": 4, "dp": 8, "shared": 16, "step_free": 32}
FURTHEST = max(DISTANCES)
WEIGHTS = "10.0, 8.0, 5.0, 4.0, 1.0, 3.0"  # title, kinds, offers, summary, about, provider
_FACTS = "kinds, days, languages, checks, flags, price, assured, published"


class Row(NamedTuple):
    """A candidate. `relevance` is more for better, `chord2` the square of the chord to it, None without a point.

    `kinds`, `days`, `languages` and `checks` are numbers of sets; see `counting.Sets`.
    """

    id: int
    relevance: float
    chord2: float | None
    kinds: int
    days: int
    languages: int
    checks: int
    flags: int
    price: int | None
    assured: int
    published: int


@dataclass(frozen=True, slots=True)
class Match:
    """An FTS5 expression of quoted words; None for no words. `loose` when some of the words will do."""

    text: str | None = None
    loose: bool = False


def match_terms(terms: list[str]) -> list[Match]:
    """What to look for, strictest first. Every word is quoted, so none can be an operator.

    >>> [match.text for match in match_terms(["foot", "or"])]
    ['"foot" AND "or"', '"foot" OR "or"']
    """
    if not terms:
        return [Match()]
    quoted = [f'"{term}"' for term in terms]
    strict = Match(" AND ".join(quoted))
    return [strict] if len(terms) == 1 else [strict, Match(" OR ".join(quoted), loose=True)]


def candidates(
    connection: sqlite3.Connection, query: SearchQuery, match: Match, *, everywhere: int, areas: Iterable[int]
) -> list[Row]:
    """Listings with these words that serve this place, within the furthest distance that may be chosen.

    `areas` are the numbers of the sets of councils that take the place in; `everywhere` that of no such limit. A
    listing without a point is served by its area alone.
    """
    if match.text is None:
        source, relevance, conditions, values = "listing INDEXED BY near", "1.0", [], []
    else:
        source = "words CROSS JOIN listing ON listing.id = words.rowid"
        relevance, conditions, values = f"-bm25(words, {WEIGHTS})", ["words MATCH ?"], [match.text]
    if query.at is None:
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        sql = f"SELECT listing.id, {relevance}, NULL, {_columns()} FROM {source} {where}"  # noqa: S608  our own words
        return _rows(connection, sql, values)
    x, y, z = on_the_sphere(query.at.point)
    south, north, west, east = box(query.at.point, FURTHEST)
    chord = "(listing.x-:x)*(listing.x-:x)+(listing.y-:y)*(listing.y-:y)+(listing.z-:z)*(listing.z-:z)"
    named = {"x": x, "y": y, "z": z, "south": south, "north": north, "west": west, "east": east}
    named |= {"far": chord_squared(FURTHEST), "areas": json.dumps(sorted(areas))}
    named |= {"everywhere": everywhere, "match": match.text}
    served = "listing.areas IN (SELECT value FROM json_each(:areas))"
    near = (
        "listing.lat BETWEEN :south AND :north AND listing.lon BETWEEN :west AND :east"
        f" AND {chord} <= min(:far, listing.reach) AND (listing.areas = :everywhere OR {served})"
    )
    unplaced = f"listing.lat IS NULL AND {served}"
    matched = "words MATCH :match AND " if match.text is not None else ""
    found = []
    for distance, condition in ((chord, near), ("NULL", unplaced)):
        sql = f"SELECT listing.id, {relevance}, {distance}, {_columns()} FROM {source} WHERE {matched}{condition}"  # noqa: S608
        found += _rows(connection, sql, named)
    return found


def _columns() -> str:
    return ", ".join(f"listing.{name.strip()}" for name in _FACTS.split(","))


def _rows(connection: sqlite3.Connection, sql: str, values: list | dict) -> list[Row]:
    return [Row._make(row) for row in connection.execute(sql, values)]


def distance_of(row: Row) -> float | None:
    """Miles to a candidate, None without a place or a point."""
    return None if row.chord2 is None else miles(row.chord2)
