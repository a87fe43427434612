"""SQL: every listing that has the words and serves the place. Filters are sifted afterwards, to count facets in one go.

Measured traps: `rowid IN (SELECT ...)` beside MATCH runs the subquery's rows through FTS5 one by one (7 s), and an
R-tree join is slower than the covering index `near`. So the place is read from that index into a small table first, and
each match of the words is looked up in it by row id.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from math import gcd
from typing import Any, NamedTuple

from marketplace.core import geo

from ... import rules
from ...query import DISTANCES, SearchQuery
from ...words.wording import Group, Wording
from .sphere import box, chord_squared, miles, on_the_sphere

FLAGS = {"comes": 1, "there": 2, "free": 4, "dp": 8, "shared": 16, "step_free": 32, "men": 64, "women": 128}
FURTHEST = max(DISTANCES)
STEPS = 5  # a word of weight 1 is asked for so many times more than one of weight 0.2
MOST_COMBINED = 6  # groups of which every choice of some is spelled out
WEIGHTS = "5.0, 4.0, 2.5, 2.0, 0.5, 1.5, 4.0"  # title, kinds, offers, summary, about, provider, slugs
_FACTS = "kinds, days, languages, checks, flags, price, assured, published"
_CHORD = "(x-:x)*(x-:x)+(y-:y)*(y-:y)+(z-:z)*(z-:z)"
_TAKES_IN = "areas IN (SELECT value FROM json_each(:areas))"
_SERVED = (
    f"SELECT id, {_CHORD} AS chord2, {_FACTS} FROM listing INDEXED BY near"  # noqa: S608  our own words
    " WHERE lat BETWEEN :south AND :north AND lon BETWEEN :west AND :east"
    f" AND {_CHORD} <= min(:far, reach) AND (areas = :everywhere OR {_TAKES_IN})"
    f" UNION ALL SELECT id, NULL, {_FACTS} FROM listing INDEXED BY near WHERE lat IS NULL AND {_TAKES_IN}"
)


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

    def weighed(self, by: float) -> "Row":
        return self._replace(relevance=self.relevance * by)


@dataclass(frozen=True, slots=True)
class Match:
    """An FTS5 expression of quoted words; None for no words.

    `parts`: the groups, where the expression only says that a listing has any of them, and it must have `at_least` so
    many. They are too many then for every choice of some to be spelled out.
    """

    text: str | None = None
    parts: tuple[str, ...] = ()
    at_least: int = 1


def matches(wording: Wording) -> list[Match]:
    """What to look for, strictest first. Every word is quoted, so none can be an operator.

    FTS5 cannot weigh a word, but counts one that is asked for twice twice: so each stands there as often as it weighs.

    >>> from search.words.wording import plainly
    >>> [match.text for match in matches(plainly("foot and shoe"))]
    ['"foot" AND "shoe"', '"foot" OR "shoe"']
    """
    asked = [text for text in (_weighed(_alternatives(group)) for group in wording.needed) if text]
    if not asked:
        return [Match()]
    extra = _weighed([each for group in wording.extra for each in _alternatives(group)])
    found = []
    for many in (wording.minimum, *wording.fewer()):
        text, parts = _at_least(many, asked)
        if extra:
            text = f"({text}) AND ({' OR '.join([*asked, extra])})"
        found.append(Match(text, parts, many))
    return found


def mark_of(slug: str) -> str:
    """A kind of help as one word that nobody types, in a column of its own: its name is said of other things too.

    >>> mark_of("personal-care")
    'kindxpersonalcare'
    """
    return f"kindx{''.join(filter(str.isalnum, slug))}"


def _alternatives(group: Group) -> list[tuple[str, float]]:
    phrases = [(_quoted(text), weight) for text, weight in group.alternatives]
    kinds = [(f'slugs : "{mark_of(slug)}"', 1.0) for slug in group.kinds]
    return [(text, weight) for text, weight in phrases + kinds if text]


def _quoted(text: str) -> str:
    words = " ".join(rules.in_order(text))
    return f'"{words}"' if words else ""


def _weighed(alternatives: list[tuple[str, float]]) -> str:
    """Any of these, each as often as it weighs; "" for none."""
    if not alternatives:
        return ""
    often = [max(1, round(weight * STEPS)) for _text, weight in alternatives]
    fewest = gcd(*often)
    texts = [
        text for (text, _weight), many in zip(alternatives, often, strict=True) for _again in range(many // fewest)
    ]
    return texts[0] if len(texts) == 1 else f"({' OR '.join(texts)})"


def _at_least(many: int, groups: list[str]) -> tuple[str, tuple[str, ...]]:
    """An expression for at least so many of these. When they are too many to combine, one for any of them, and the
    groups, of which each listing's have to be counted."""
    if many >= len(groups):
        return " AND ".join(groups), ()
    if many <= 1:
        return " OR ".join(groups), ()
    if len(groups) > MOST_COMBINED:
        return " OR ".join(groups), tuple(groups)
    return " OR ".join(f"({' AND '.join(some)})" for some in combinations(groups, many)), ()


def candidates(
    connection: sqlite3.Connection, query: SearchQuery, match: Match, *, everywhere: int, areas: Iterable[int]
) -> list[Row]:
    """Listings with these words that serve this place, within the furthest distance that may be chosen.

    `areas` are the numbers of the sets of councils that take the place in; `everywhere` that of no such limit. A
    listing without a point is served by its area alone.
    """
    relevance = "1.0" if match.text is None else f"-bm25(words, {WEIGHTS})"
    values: dict[str, Any] = {"match": match.text}
    if query.at is None:
        served = "listing"
        source = f"SELECT id, {relevance}, NULL, {_FACTS} FROM listing INDEXED BY near"  # noqa: S608  our own words
    else:
        served = "served"
        values |= _place_values(query.at.point, everywhere, areas)
        source = f"SELECT id, {relevance}, chord2, {_FACTS} FROM ({_SERVED})"  # noqa: S608
    if match.text is not None:
        facts = ", ".join(f"{served}.{name}" for name in _FACTS.split(", "))
        distance = "NULL" if query.at is None else "chord2"
        first = (
            "" if query.at is None else f"WITH served AS MATERIALIZED ({_SERVED})"
        )  # made first, so that it is small
        source = (
            f"{first} SELECT {served}.id, {relevance}, {distance}, {facts}"  # noqa: S608
            f" FROM words CROSS JOIN {served} ON {served}.id = words.rowid WHERE words MATCH :match"
        )
    rows = list(map(Row._make, connection.execute(source, values)))
    if match.parts:
        has = groups_had(connection, match.parts)
        rows = [row for row in rows if has[row.id] >= match.at_least]
    return rows


def groups_had(connection: sqlite3.Connection, parts: tuple[str, ...]) -> Counter[int]:
    """How many of these groups each listing has."""
    asked = "SELECT rowid FROM words WHERE words MATCH ?"
    return Counter(listing_id for part in parts for (listing_id,) in connection.execute(asked, (part,)))


def _place_values(point: geo.Point, everywhere: int, areas: Iterable[int]) -> dict[str, Any]:
    x, y, z = on_the_sphere(point)
    south, north, west, east = box(point, FURTHEST)
    return {
        "x": x,
        "y": y,
        "z": z,
        "south": south,
        "north": north,
        "west": west,
        "east": east,
        "far": chord_squared(FURTHEST),
        "areas": json.dumps(sorted(areas)),
        "everywhere": everywhere,
    }


def distance_of(row: Row) -> float | None:
    """Miles to a candidate, None without a place or a point."""
    return None if row.chord2 is None else miles(row.chord2)
