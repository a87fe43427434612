"""The question in the server's terms: words, filters, service area. Pure. Typed words only ever fill a match's text.

Filters that their own facet leaves out stand in `post_filter`, where they cost nothing to the words; the rest, the
place and the service area, in the query. Plain dictionaries: the library's objects cost ten times as much to build.
"""

import math
from datetime import date
from typing import Any

from marketplace.core import geo
from providers.listings.models.page import REACHES

from ... import rules
from ...query import SearchQuery
from ...words.wording import Group, Wording
from .mapping import EVERYWHERE, UNPLACED, WORDS, reached

Clause = dict[str, Any]
_NO_POINT: Clause = {"term": {"flags": UNPLACED}}
FIELDS = [f"{name}^{weight}" for name, weight in WORDS.items()]
_FILTERED = {"kind": "kinds", "way": "flags", "doer": "flags", "day": "days", "language": "languages"}
SERVER_EARTH_METRES = 6_371_008.7714  # the server's sphere; ours fits these islands better
LONGER = 0.3  # the server weighs a phrase as the sum of its words, as if it were rarer than it is; the file counts it
KIND_WEIGHT = 1.1  # of a kind of help that a phrase points to: about what a word in `kinds_words` scores
EXTRA_WEIGHT = 0.5  # of what only raises a listing: in the file what is needed stands twice, and so counts double
LAY_WEIGHT = 0.8  # of the server's own copy of the rules, for words that this process knows no other name for


def filter_clauses(query: SearchQuery) -> dict[str, Clause]:
    """The filters that have several choices, by facet: a listing must pass all, and a facet leaves out its own."""
    found: dict[str, Clause] = {}
    if query.at is not None:
        found["within"] = _within(query.at.point, query.within)
    for name, field in _FILTERED.items():
        values = getattr(query, name)
        if values:
            found[name] = {"terms": {field: list(values)}}
    return found


def fixed_clauses(query: SearchQuery) -> list[Clause]:
    """The filters that hold for every facet, and whether the place is served."""
    found: list[Clause] = [{"term": {"flags": name}} for name in (*query.pay, *query.venue)]
    found += [{"term": {"checks": check}} for check in query.check]
    if query.price_from is not None or query.price_to is not None:
        limits = {"gte": query.price_from or 0} | ({} if query.price_to is None else {"lte": query.price_to})
        found.append({"range": {"price": limits}})
    if query.at is not None:
        found.append(served(query.at))
    return found


def served(at: geo.Place) -> Clause:
    """Whether its service area takes this place in: one exact circle for each distance that a listing may reach.

    A listing without a point is served by its areas alone. Somebody just outside the circle does not see it.
    """
    inside = {"terms": {"areas": [EVERYWHERE, *([at.la_code] if at.la_code else [])]}}
    circles = [_circle(at.point, miles, reached(miles)) for miles in REACHES]
    return {"bool": {"filter": [inside, {"bool": {"should": [*circles, _NO_POINT]}}]}}


def metres(miles: float) -> float:
    """A distance of ours as the server measures it. It counts on a sphere that is 0.2 % smaller.

    >>> round(metres(30))
    48177
    """
    around = geo.Point(0, 0).miles_to(geo.Point(0, 180)) / math.pi
    return miles / around * SERVER_EARTH_METRES


def _circle(point: geo.Point, miles: float, field: str = "place") -> Clause:
    return {"geo_distance": {"distance": f"{metres(miles):.2f}m", field: {"lat": point.lat, "lon": point.lon}}}


def _within(point: geo.Point, miles: int) -> Clause:
    return {"bool": {"should": [_circle(point, miles), _NO_POINT]}}


def words_clause(wording: Wording, minimum: int) -> Clause:
    """At least so many of the groups; those that are optional only raise what has them."""
    if not wording.groups:
        return {"match_all": {}}
    must = enough_of(wording, minimum) if wording.needed else {"match_all": {}}
    extra = [group_clause(group) for group in wording.extra]
    raised = [{"bool": {"should": extra, "boost": EXTRA_WEIGHT}}] if extra else []
    return {"bool": {"should": raised, "must": [must]}}


def enough_of(wording: Wording, minimum: int) -> Clause:
    """At least so many of the groups that count."""
    needed = [group_clause(group) for group in wording.needed]
    return {"bool": {"should": needed, "minimum_should_match": max(1, minimum)}}


def group_clause(group: Group) -> Clause:
    """One thing under its names. A listing that uses several of them counts for more, as in the embedded backend."""
    names = [_name(text, weight) for text, weight in group.alternatives]
    names += [{"term": {"kinds": {"value": slug, "boost": KIND_WEIGHT}}} for slug in group.kinds]
    if len(group.alternatives) == 1 and not group.kinds:
        names.append(_lay(group.alternatives[0][0]))
    return names[0] if len(names) == 1 else {"bool": {"should": names}}


def _name(text: str, weight: float) -> Clause:
    """A word anywhere, or words side by side in one field. Weighed over all fields together, as BM25F."""
    many = _many(text)
    boost = weight * many**-LONGER
    word = {"combined_fields": {"query": text, "fields": FIELDS, "operator": "and", "boost": boost}}
    if many == 1:
        return word
    phrase = {"multi_match": {"query": text, "fields": list(WORDS), "type": "phrase", "analyzer": "plain"}}
    return {"bool": {"must": [word], "filter": [phrase]}}


def _lay(text: str) -> Clause:
    """What the server's rules call it: they may be newer than this process's."""
    fields = [f"{name}^{1 + weight / 10}" for name, weight in WORDS.items()]
    asked = {"query": text, "fields": fields, "type": "phrase" if _many(text) > 1 else "best_fields"}
    return {"multi_match": {**asked, "operator": "and", "analyzer": "asked", "boost": LAY_WEIGHT}}


def _many(text: str) -> int:
    """How many words it has. Those of a phrase must stand side by side."""
    return max(1, len(rules.in_order(text)))


def weighed(
    words: Clause, fixed: list[Clause], query: SearchQuery, today: date, *, first: Clause | None = None
) -> Clause:
    """Relevance x nearness x freshness, as search.rules has them. Those that match `first` come first."""
    day, span = today.toordinal(), rules.OLD_DAYS - rules.FRESH_DAYS
    functions: list[Clause] = [
        {
            "filter": {"range": {"assured": {"gte": day - rules.OLD_DAYS}}},
            "linear": {
                "assured": {"origin": day, "offset": rules.FRESH_DAYS, "scale": span, "decay": rules.OLD_WEIGHT}
            },
        },
        {"filter": {"range": {"assured": {"lt": day - rules.OLD_DAYS}}}, "weight": rules.OLD_WEIGHT},
    ]
    if first is not None:
        functions.append({"filter": first, "weight": rules.ALL_OF_THEM})
    if query.at is not None:
        origin = {"lat": query.at.point.lat, "lon": query.at.point.lon}
        scale = f"{metres(query.within * rules.SCALE):.2f}m"
        functions.append({"gauss": {"place": {"origin": origin, "scale": scale, "decay": rules.DECAY}}})
    return {
        "function_score": {
            "query": {"bool": {"must": [words], "filter": fixed}},
            "functions": functions,
            "score_mode": "multiply",
            "boost_mode": "multiply",
        }
    }
