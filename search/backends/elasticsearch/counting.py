"""Facets: for each, the listings that pass every filter but its own. Pure."""

from typing import Any

from ...query import DAYS, DISTANCES, DOERS, PAYING, VENUES, WAYS, SearchQuery
from ..base import Facets
from .asking import Clause, metres

_TERMS = {"kind": ("kinds", 500), "day": ("days", 10), "language": ("languages", 300), "check": ("checks", 100)}
_OWN = ("kind", "day", "language", "way", "doer", "within")  # those that leave their own filter out

_AMONG_FLAGS = ("way", "doer")


def aggregations(query: SearchQuery, filters: dict[str, Clause]) -> dict[str, Any]:
    """One filtered aggregation for each set of filters that some facet needs, with the facets that need it inside."""
    sets: dict[str, dict[str, Any]] = {}
    for facet in ("kind", "day", "language", "check", *_AMONG_FLAGS, "flags", "within"):
        if (facet == "within" and query.at is None) or (facet in _AMONG_FLAGS and facet not in filters):
            continue  # without a filter of its own it is counted with the flags
        left_out = facet if facet in _OWN and facet in filters else ""
        inside = sets.setdefault(left_out, {})
        inside[facet] = _aggregation(facet, query)
        if facet == "within":  # those without a point are within any distance
            inside["unplaced"] = {"missing": {"field": "place"}}
    return {
        f"without {left_out}": {
            "filter": {"bool": {"filter": [clause for name, clause in filters.items() if name != left_out]}},
            "aggs": inside,
        }
        for left_out, inside in sets.items()
    }


def _aggregation(facet: str, query: SearchQuery) -> dict[str, Any]:
    if facet in _TERMS:
        field, size = _TERMS[facet]
        return {"terms": {"field": field, "size": size}}
    if facet == "within":
        assert query.at is not None
        ranges = [{"key": str(miles), "to": metres(miles)} for miles in DISTANCES]
        origin = {"lat": query.at.point.lat, "lon": query.at.point.lon}
        placed = {"field": "place", "origin": origin, "unit": "m", "ranges": ranges}
        return {"geo_distance": placed}
    return {"terms": {"field": "flags", "size": 20}}


def facets_of(answer: dict[str, Any], query: SearchQuery) -> Facets:
    """Counts by facet and value, from the server's answer to `aggregations`."""
    counted: dict[str, dict[str, int]] = {}
    for found in answer.values():
        for facet, inside in found.items():
            if isinstance(inside, dict) and "buckets" in inside:
                counted[facet] = {bucket["key"]: bucket["doc_count"] for bucket in inside["buckets"]}
        if "unplaced" in found:
            counted["unplaced"] = {"": found["unplaced"]["doc_count"]}
    flags = counted["flags"]
    ways, doers = (counted.get(name, flags) for name in _AMONG_FLAGS)
    facets: Facets = {
        "kind": counted["kind"],
        "day": {**dict.fromkeys(DAYS, 0), **counted["day"]},
        "language": counted["language"],
        "check": counted["check"],
        "way": {name: ways.get(name, 0) for name in WAYS},
        "doer": {name: doers.get(name, 0) for name in DOERS},
        "pay": {name: flags.get(name, 0) for name in PAYING},
        "venue": {name: flags.get(name, 0) for name in VENUES},
    }
    if query.at is not None:
        anywhere = counted["unplaced"][""]
        facets["within"] = {str(miles): counted["within"].get(str(miles), 0) + anywhere for miles in DISTANCES}
    return facets
