"""Which comes first."""

import heapq
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from typing import Any

from ... import rules
from ...query import SearchQuery
from .asking import Row, distance_of

Scored = tuple[float, Row]


def ordered(rows: Sequence[Row], query: SearchQuery, today: date, *, first: int, last: int) -> list[Scored]:
    """The rows from `first` up to `last` in the order asked for, each with its score.

    Equals stand in the order of the day, which is worked out only for rows that may be shown.
    """
    score = _score(query, today)
    weigh: dict[str, Callable[[Row], Any]] = {
        "best": lambda row: -score(row),
        "nearest": lambda row: (row.chord2 is None, row.chord2 or 0.0),
        "price": lambda row: (row.price is None, row.price or 0, row.chord2 or 0.0),
        "newest": lambda row: -row.published,
    }
    weights = list(map(weigh[query.sort], rows))
    if last < len(weights):
        worst_shown = heapq.nsmallest(last, weights)[-1]
        pairs = [(weight, row) for weight, row in zip(weights, rows, strict=True) if weight <= worst_shown]
    else:
        pairs = list(zip(weights, rows, strict=True))
    pairs.sort(key=lambda pair: (pair[0], rules.daily_place(pair[1].id, today)))
    return [(score(row), row) for _weight, row in pairs[first:last]]


def _score(query: SearchQuery, today: date) -> Callable[[Row], float]:
    """Relevance x nearness x freshness."""
    day, radius = today.toordinal(), query.within
    fresh = cache(lambda assured: rules.freshness(day - assured))
    if query.at is None:
        return lambda row: row.relevance * fresh(row.assured)
    return lambda row: row.relevance * rules.nearness(distance_of(row), radius) * fresh(row.assured)
