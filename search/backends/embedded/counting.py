"""Filters and facets over candidates, in one pass."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ...query import DAYS, DISTANCES, DOERS, PAYING, VENUES, WAYS, SearchQuery
from ..base import Facets
from .asking import FLAGS, Row
from .sphere import chord_squared

Test = Callable[[Row], bool]


class Sets:
    """Numbers for sets of words. Few sets are ever in use, so a listing's row holds a number instead of a list."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._last = 0
        self._members: dict[int, tuple[str, ...]] = {}
        self._numbers: dict[tuple[str, ...], int] = {}
        self._with: dict[str, set[int]] = {}
        self.refresh()

    def refresh(self) -> "Sets":
        """Learn of the sets that other processes have added."""
        rows = self._connection.execute("SELECT id, members FROM sets WHERE id > ? ORDER BY id", (self._last,))
        for number, members in rows.fetchall():
            self._learn(number, tuple(json.loads(members)))
        return self

    def number(self, members: Iterable[str]) -> int:
        """The number of this set, which is given one if it has none. Only inside a transaction that writes."""
        wanted = tuple(sorted(members))
        if wanted not in self._numbers:
            text = json.dumps(wanted, ensure_ascii=False)
            number = self._connection.execute("INSERT INTO sets (members) VALUES (?) RETURNING id", (text,)).fetchone()[
                0
            ]
            self._learn(number, wanted)
        return self._numbers[wanted]

    def members(self, number: int) -> tuple[str, ...]:
        return self._members[number]

    def holding(self, *words: str) -> frozenset[int]:
        """Numbers of the sets that have any of these words."""
        return frozenset().union(*(self._with.get(word, ()) for word in words))

    def empty(self) -> int:
        """The number of the set of nothing; 0 while there is none."""
        return self._numbers.get((), 0)

    def _learn(self, number: int, members: tuple[str, ...]) -> None:
        self._last = max(self._last, number)
        self._members[number] = members
        self._numbers[members] = number
        for word in members:
            self._with.setdefault(word, set()).add(number)


@dataclass(slots=True)
class Sifted:
    """`kept` passed every filter; `missed[key]` failed that one and no other, and so counts towards its facet."""

    kept: list[Row] = field(default_factory=list)
    missed: dict[str, list[Row]] = field(default_factory=dict)

    def without(self, key: str) -> list[Row]:
        """What there would be without this filter."""
        return self.kept + self.missed[key] if key in self.missed else self.kept


def filters_of(sets: Sets, query: SearchQuery) -> dict[str, Test]:
    """One test for each filter chosen. Values of checks and of paying stand alone: all of them must hold."""
    tests: dict[str, Test] = {}
    if query.at is not None:
        far = chord_squared(query.within)
        tests["within"] = lambda row: row.chord2 is None or row.chord2 <= far
    if query.kind:
        kinds = sets.holding(*query.kind)
        tests["kind"] = lambda row: row.kinds in kinds
    for name in ("way", "doer"):
        chosen = getattr(query, name)
        if chosen:
            tests[name] = _flagged(sum(FLAGS[each] for each in chosen))
    if query.day:
        days = sets.holding(*query.day)
        tests["day"] = lambda row: row.days in days
    if query.language:
        languages = sets.holding(*query.language)
        tests["language"] = lambda row: row.languages in languages
    if query.price_from is not None or query.price_to is not None:
        tests["price"] = _priced(query.price_from, query.price_to)
    for name in (*query.pay, *query.venue):
        tests[name] = _flagged(FLAGS[name])
    for check in query.check:
        tests[f"check {check}"] = _checked(sets.holding(check))
    return tests


def _priced(least: int | None, most: int | None) -> Test:
    return lambda row: row.price is not None and (least or 0) <= row.price and (most is None or row.price <= most)


def _flagged(bits: int) -> Test:
    """Any of these."""
    return lambda row: bool(row.flags & bits)


def _checked(sets: frozenset[int]) -> Test:
    return lambda row: row.checks in sets


def sift(rows: Iterable[Row], tests: dict[str, Test]) -> Sifted:
    sifted = Sifted(missed={key: [] for key in tests})
    for row in rows:
        failed = None
        for key, test in tests.items():
            if not test(row):
                if failed is not None:
                    break
                failed = key
        else:
            (sifted.kept if failed is None else sifted.missed[failed]).append(row)
    return sifted


def count(sets: Sets, sifted: Sifted, query: SearchQuery) -> Facets:
    """How many there would be with each value chosen, its own filter left out."""
    flags = Counter(row.flags for row in sifted.kept)
    ways, doers = (Counter(row.flags for row in sifted.without(name)) for name in ("way", "doer"))
    facets: Facets = {
        "kind": _in_sets(sets, Counter(row.kinds for row in sifted.without("kind"))),
        "day": {**dict.fromkeys(DAYS, 0), **_in_sets(sets, Counter(row.days for row in sifted.without("day")))},
        "language": _in_sets(sets, Counter(row.languages for row in sifted.without("language"))),
        "check": _in_sets(sets, Counter(row.checks for row in sifted.kept)),
        "way": {name: _with_bit(ways, FLAGS[name]) for name in WAYS},
        "doer": {name: _with_bit(doers, FLAGS[name]) for name in DOERS},
        "pay": {name: _with_bit(flags, FLAGS[name]) for name in PAYING},
        "venue": {name: _with_bit(flags, FLAGS[name]) for name in VENUES},
    }
    if query.at is not None:
        reached = sifted.without("within")
        limits = {str(miles): chord_squared(miles) for miles in DISTANCES}
        facets["within"] = {
            name: sum(row.chord2 is None or row.chord2 <= far for row in reached) for name, far in limits.items()
        }
    return facets


def _in_sets(sets: Sets, counted: Counter[int]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for number, many in counted.items():
        for member in sets.members(number):
            found[member] += many
    return dict(found)


def _with_bit(counted: Counter[int], bit: int) -> int:
    return sum(many for flags, many in counted.items() if flags & bit)
