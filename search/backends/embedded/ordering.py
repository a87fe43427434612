"""Which comes first."""

from collections.abc import Callable
from datetime import date
from typing import Any

from ... import rules
from ...query import SearchQuery
from .asking import Row, distance_of

Scored = tuple[float, Row]


def ordered(rows: list[Row], query: SearchQuery, today: date) -> list[Scored]:
    """The rows in the order asked for, each with its score. Equals stand in the order of the day."""
    day = today.toordinal()

    def score(row: Row) -> float:
        near = rules.nearness(distance_of(row), query.within)
        return row.relevance * near * rules.freshness(day - row.assured)

    def place(row: Row) -> int:
        return rules.daily_place(row.id, today)

    keys: dict[str, Callable[[Scored], Any]] = {
        "best": lambda pair: (-pair[0], place(pair[1])),
        "nearest": lambda pair: (pair[1].chord2 is None, pair[1].chord2, place(pair[1])),
        "price": lambda pair: (pair[1].price is None, pair[1].price, pair[1].chord2 or 0.0, place(pair[1])),
        "newest": lambda pair: (-pair[1].published, place(pair[1])),
    }
    return sorted(((score(row), row) for row in rows), key=keys[query.sort])
