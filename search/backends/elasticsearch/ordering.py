"""Which comes first, and how to go on from any hit. Pure."""

import base64
import json
from datetime import date
from typing import Any

from django.core.signing import BadSignature, Signer

from ... import rules
from ...query import SearchQuery
from .mapping import TIES

WINDOW = 10_000  # as far as the server counts pages (`max_result_window`); further on, from hit to hit
Sort = list[dict[str, Any]]
_signer = Signer(salt="search.cursor")


def sort_of(query: SearchQuery, today: date, *, backwards: bool = False) -> Sort:
    """The order asked for; then the order of the day among equals; then by id, so that every hit has one place."""
    order: Sort = []
    distance = _distance(query)
    match query.sort:
        case "nearest":
            order += distance
        case "price":
            order += [{"price": {"order": "asc", "missing": "_last"}}, *distance]
        case "newest":
            order += [{"published": {"order": "desc"}}]
        case _:
            order += [{"_score": {"order": "desc"}}]
    order += [*order_of_the_day(today), {"id": {"order": "asc"}}]
    return [_turned(entry) for entry in order] if backwards else order


def _distance(query: SearchQuery) -> Sort:
    if query.at is None:
        return []
    point = query.at.point
    return [{"_geo_distance": {"place": {"lat": point.lat, "lon": point.lon}, "unit": "mi", "order": "asc"}}]


def order_of_the_day(today: date) -> Sort:
    """The small hashes of the id in an order, each up or down, that changes every day: nobody is always first.

    >>> order_of_the_day(date(2026, 3, 3)) == order_of_the_day(date(2026, 3, 4))
    False
    """
    numbers = sorted(range(TIES), key=lambda number: rules.daily_place(number + 1, today))
    ups = [rules.daily_place(number + 100, today) % 2 == 0 for number in numbers]
    return [{f"t{number}": {"order": "asc" if up else "desc"}} for number, up in zip(numbers, ups, strict=True)]


def _turned(entry: dict[str, Any]) -> dict[str, Any]:
    ((field, said),) = entry.items()
    turned = {**said, "order": "asc" if said["order"] == "desc" else "desc"}
    if "missing" in turned:
        turned["missing"] = "_first"
    return {field: turned}


def cursor_after(values: list[Any], query: SearchQuery) -> str:
    """A hit's place in the order of this question, for an address; signed, as anybody may write an address."""
    said = json.dumps([*_order_of(query), values], separators=(",", ":"))
    return base64.urlsafe_b64encode(_signer.sign(said).encode()).decode().rstrip("=")


def place_after(query: SearchQuery) -> list[Any] | None:
    """What `cursor_after` was given; None for what it never made, or made for another order.

    >>> here = SearchQuery(sort="price")
    >>> place_after(here.turned("7~" + cursor_after([1500, "Infinity", 7], here)))
    [1500, 'Infinity', 7]
    >>> place_after(SearchQuery(after="bm90IG91cnM"))
    """
    try:
        signed = base64.urlsafe_b64decode(query.after + "=" * (-len(query.after) % 4)).decode()
        *order, values = json.loads(_signer.unsign(signed))
    except (ValueError, BadSignature):
        return None
    return values if order == _order_of(query) else None


def _order_of(query: SearchQuery) -> list[Any]:
    return [query.sort, query.at is not None]
