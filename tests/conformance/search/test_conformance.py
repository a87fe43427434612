"""What every search backend must answer. The expectation is written out plainly, over lists, beside each."""

from collections.abc import Callable
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest

from marketplace.core import geo
from search import rules
from search.backends.base import PAGE_SIZE, Box
from search.backends.elasticsearch.ordering import cursor_after
from search.documents import Document
from search.query import DAYS, DISTANCES, DOERS, PAYING, SORTS, VENUES, WAYS, SearchQuery
from tests.factories.documents import make_document

from .conftest import BRITAIN, HERE, TODAY, Both, Make, both_backends, through

NEAR_EQUALS = 1e-3  # scores as near as this may stand either way round: servers round distances by a metre
FILTERS: dict[str, dict[str, Any]] = {
    "kind": {"kind": ("gardening",)},
    "two kinds": {"kind": ("gardening", "meals")},
    "way": {"way": ("comes",)},
    "both ways": {"way": ("comes", "there")},
    "day": {"day": ("tue",)},
    "two days": {"day": ("tue", "sat")},
    "price from": {"price_from": 1200},
    "price to": {"price_to": 1800},
    "price between": {"price_from": 1000, "price_to": 2000},
    "free": {"pay": ("free",)},
    "direct payments, shared": {"pay": ("dp", "shared")},
    "check": {"check": ("insurance",)},
    "two checks": {"check": ("dbs_basic", "insurance")},
    "language": {"language": ("Welsh",)},
    "two languages": {"language": ("Polish", "Welsh")},
    "step-free": {"venue": ("step_free",)},
    "done by women": {"doer": ("women",)},
    "done by either": {"doer": ("women", "men")},
    "within": {"within": 5},
}
PAIRS = [(one, other) for one, other in combinations(FILTERS, 2) if not FILTERS[one].keys() & FILTERS[other].keys()]


def served(document: Document) -> bool:
    """Whether the person at HERE is inside its service area."""
    if document.areas and HERE.la_code not in document.areas:
        return False
    if document.point is None:
        return bool(document.areas)
    return document.reach_miles is None or document.point.miles_to(HERE.point) <= document.reach_miles


def distance(document: Document) -> float:
    return document.point.miles_to(HERE.point) if document.point else 0.0


def passes(document: Document, asked: dict[str, Any]) -> bool:
    """The meaning of the filters, in one place."""
    query = SearchQuery(**{"within": 30, **asked})
    price = document.price_pence
    return (
        served(document)
        and distance(document) <= query.within
        and (not query.kind or bool(set(query.kind) & set(document.kind_slugs)))
        and (not query.way or any(getattr(document, way) for way in query.way))
        and (not query.day or bool(set(query.day) & set(document.days)))
        and (query.price_from is None or (price is not None and price >= query.price_from))
        and (query.price_to is None or (price is not None and price <= query.price_to))
        and (not query.doer or any(getattr(document, doer) for doer in query.doer))
        and all(getattr(document, flag) for flag in (*query.pay, *query.venue))
        and set(query.check) <= set(document.checks)
        and (not query.language or bool(set(query.language) & set(document.languages)))
    )


def expected(documents: list[Document], asked: dict[str, Any]) -> set[int]:
    return {document.id for document in documents if passes(document, asked)}


@pytest.mark.parametrize("name", FILTERS)
def test_each_filter_alone(name: str, ask: Callable[..., list], documents: list[Document]) -> None:
    found = [hit.id for hit in ask(**FILTERS[name])]
    assert len(found) == len(set(found))
    assert set(found) == expected(documents, FILTERS[name]) != set()


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_filters_in_pairs(one: str, other: str, ask: Callable[..., list], documents: list[Document]) -> None:
    asked = {**FILTERS[one], **FILTERS[other]}
    assert {hit.id for hit in ask(**asked)} == expected(documents, asked)


@pytest.mark.parametrize("sort", SORTS)
def test_paging_reaches_the_last_hit_in_every_order(
    sort: str, ask: Callable[..., list], documents: list[Document]
) -> None:
    found = [hit.id for hit in ask(sort=sort)]
    assert sorted(found) == sorted(expected(documents, {}))


def test_distances_agree_with_the_map_within_ten_metres(ask: Callable[..., list], documents: list[Document]) -> None:
    points = {document.id: document.point for document in documents}
    for hit in ask():
        if points[hit.id] is None:
            assert hit.distance_miles is None
        else:
            assert abs(hit.distance_miles - points[hit.id].miles_to(HERE.point)) * 1609.344 < 10


def test_nearest_comes_first_and_those_without_a_place_last(ask: Callable[..., list]) -> None:
    miles = [hit.distance_miles for hit in ask(sort="nearest")]
    placed = [each for each in miles if each is not None]
    assert placed == sorted(placed)
    assert miles[len(placed) :] == [None] * (len(miles) - len(placed)) != []


def test_the_lowest_price_comes_first_and_asking_last(ask: Callable[..., list], documents: list[Document]) -> None:
    prices = {document.id: document.price_pence for document in documents}
    found = [prices[hit.id] for hit in ask(sort="price")]
    assert found == sorted(found, key=lambda pence: (pence is None, pence))
    assert found[0] == 0
    assert found[-1] is None


def test_the_newest_comes_first(ask: Callable[..., list], documents: list[Document]) -> None:
    born = {document.id: document.published for document in documents}
    found = [born[hit.id] for hit in ask(sort="newest")]
    assert found == sorted(found, reverse=True)


def test_without_words_the_best_is_near_and_fresh(ask: Callable[..., list], documents: list[Document]) -> None:
    by_id = {document.id: document for document in documents}

    def weight(listing_id: int) -> float:
        document = by_id[listing_id]
        near = rules.nearness(distance(document) if document.point else None, 10)
        return near * rules.freshness(TODAY.toordinal() - document.assured)

    weights = [weight(hit.id) for hit in ask(within=10)]
    assert weights == pytest.approx(sorted(weights, reverse=True), rel=NEAR_EQUALS)


def test_the_title_weighs_more_than_the_description(ask: Callable[..., list]) -> None:
    titled = [hit.card["name"] for hit in ask(q="gardening", within=30, sort="best")]
    assert all("gardening" in name for name in titled[:5])


def test_a_plural_or_another_ending_finds_the_same_help(ask: Callable[..., list]) -> None:
    assert {hit.id for hit in ask(q="garden")} >= {hit.id for hit in ask(q="gardening")} != set()


def test_all_words_count_before_some_do(backend, ask: Callable[..., list]) -> None:
    at = {"at": HERE, "within": 30}
    strict = backend.search(SearchQuery(q="hot lunch", **at), today=TODAY)
    loose = backend.search(SearchQuery(q="lunch zzzz", **at), today=TODAY)
    assert (strict.loosened, loose.loosened) == (False, True)
    assert loose.total > 0


def facet_expected(documents: list[Document], asked: dict[str, Any], name: str, value: str) -> int:
    """How many there would be with this value chosen as well: of several, or beside the others."""
    if name in ("kind", "way", "day", "language", "doer"):
        chosen: Any = (value,)
    elif name == "within":
        chosen = int(value)
    else:
        chosen = tuple(dict.fromkeys((*asked.get(name, ()), value)))
    return len(expected(documents, {**asked, name: chosen}))


@pytest.mark.parametrize("name", ["within", *[name for name in FILTERS if name != "within"]])
def test_facets_leave_their_own_filter_out(name: str, backend, documents: list[Document]) -> None:
    asked = {"within": 20, **FILTERS[name]}
    facets = backend.search(SearchQuery(at=HERE, **asked), today=TODAY).facets
    values: dict[str, list[str]] = {
        "within": [str(miles) for miles in DISTANCES],
        "kind": ["gardening", "meals", "company", "cleaning"],
        "way": list(WAYS),
        "day": list(DAYS),
        "pay": list(PAYING),
        "check": ["identity", "insurance", "dbs_basic"],
        "language": ["English", "Welsh", "Polish", "British Sign Language"],
        "venue": list(VENUES),
        "doer": list(DOERS),
    }
    for facet, each in values.items():
        for value in each:
            assert facets[facet].get(value, 0) == facet_expected(documents, asked, facet, value), (facet, value)


@pytest.mark.parametrize("miles", [2, 5, 10, 15, 20, 30])
def test_reach_is_exact_to_a_hundred_metres(miles: int, make: Make) -> None:
    """Somebody just inside sees it, somebody 100 m further does not."""
    scratch = make([make_document(1, lat=51.0, lon=-3.0, reach_miles=miles)])
    edge = geo.Point(51.0, -3.0)
    for step, seen in ((-0.05, True), (0.05, False)):
        north = 51.0 + (miles + step / 1.609344) / edge.miles_to(geo.Point(52.0, -3.0))
        place = geo.Place(geo.Kind.POSTCODE, "", geo.Point(north, -3.0), None, exact=True)
        found = scratch.search(SearchQuery(at=place, within=30), today=TODAY)
        assert bool(found.total) is seen


def test_a_page_past_the_end_is_the_last_page(backend) -> None:
    last = backend.search(SearchQuery(at=HERE, within=30, page=99_999), today=TODAY)
    assert last.hits
    assert last.cursor == ""
    assert last.page == -(-last.total // PAGE_SIZE)


def test_equals_change_places_from_day_to_day(make: Make) -> None:
    twins = make([make_document(number) for number in range(1, 9)])
    query = SearchQuery(at=HERE)
    orders = {tuple(hit.id for hit in twins.search(query, today=TODAY + timedelta(days=day)).hits) for day in range(12)}
    assert len(orders) > 8
    assert len({order[0] for order in orders}) > 3


ODD_WORDS = [
    '"unclosed',
    "*:*",
    "AND OR NOT",
    "a NEAR/2 b",
    "title:gardening",
    "'; DROP TABLE listing; --",
    "🌻🌻",
    "ŵŷ ñ",
    "(((",
    "^ - + ~",
    "the and of",
    "garden*",
    "\u202egardening",
    "x" * 200,
    "{title} : garden",
    "²",
    "_",
]


@both_backends
@pytest.mark.parametrize("words", ODD_WORDS)
def test_operators_and_odd_letters_are_only_words_and_find_the_same_in_both(words: str, both: Both) -> None:
    query = SearchQuery(q=words, at=HERE, within=30)
    (one, ones), (other, others) = (through(backend, query) for backend in both)
    assert (one.total, one.loosened) == (other.total, other.loosened)
    assert {hit.id for hit in ones} == {hit.id for hit in others}
    assert len({frozenset(each.words for each in backend.suggest(words, limit=300)) for backend in both}) == 1


def test_an_older_version_never_replaces_a_newer(make: Make) -> None:
    scratch = make([make_document(1, version=5, title="New")])
    assert scratch.put([make_document(1, version=4, title="Old")]) == 0
    assert scratch.remove({1: 4}) == 0
    assert scratch.held()[1][0] == 5
    assert scratch.remove({1: 6}) == 1
    assert scratch.put([make_document(1, version=5, title="New")]) == 0
    assert scratch.held() == {}
    assert scratch.put([make_document(1, version=7, title="Newer")]) == 1


def test_a_change_seen_twice_is_written_twice_and_changes_nothing(make: Make) -> None:
    scratch = make([make_document(1, version=5, title="New")])
    before = scratch.held()
    assert scratch.put([make_document(1, version=5, title="New")]) == 1
    scratch.settle()
    assert scratch.held() == before
    assert scratch.search(SearchQuery(), today=TODAY).total == 1


@pytest.mark.parametrize(
    ("codes", "seen"),
    [(("E06000066",), True), (("E08000035",), False), (("E06000066", "E08000035"), True), (("nowhere",), False)],
)
def test_districts_and_whole_councils_are_kept_to(codes: tuple[str, ...], seen: bool, make: Make) -> None:
    """With a point or without one: where it stands does not matter, only where it says it goes."""
    for place in ({"lat": 51.03, "lon": -3.11}, {"lat": None, "lon": None}):
        scratch = make([make_document(1, areas=codes, reach_miles=None, **place)])
        assert bool(scratch.search(SearchQuery(at=HERE, within=30), today=TODAY).total) is seen


def test_a_listing_without_a_point_or_an_area_serves_nobody_near_anything(make: Make) -> None:
    scratch = make([make_document(1, areas=(), lat=None, lon=None)])
    assert scratch.search(SearchQuery(at=HERE, within=30), today=TODAY).total == 0
    assert scratch.search(SearchQuery(), today=TODAY).total == 1


def test_every_combination_of_one_value_a_facet_counts_what_is_found(
    backend, ask: Callable[..., list], documents: list[Document]
) -> None:
    asked = {"kind": ("gardening",), "way": ("comes",), "day": ("tue",), "language": ("English",), "within": 20}
    facets = backend.search(SearchQuery(at=HERE, **asked), today=TODAY).facets
    for facet, value in (("kind", "meals"), ("way", "there"), ("day", "sat"), ("language", "Welsh"), ("within", "5")):
        assert facets[facet].get(value, 0) == facet_expected(documents, asked, facet, value), facet


def test_known_is_whatever_some_listing_has(backend, documents: list[Document]) -> None:
    known = backend.known()
    assert known.kinds == dict(pair for document in documents for pair in document.kinds)
    assert set(known.languages) == {each for document in documents for each in document.languages}
    assert set(known.checks) == {each for document in documents for each in document.checks}


def test_suggestions_begin_with_what_was_typed(backend) -> None:
    said = [each.words for each in backend.suggest("gar")]
    assert said[0] == "Gardening"
    assert all("gardening" in words.lower() for words in said)
    assert any(each.listing_id for each in backend.suggest("orchard"))
    assert backend.suggest("zzzzqq") == []


def test_clusters_hold_every_listing_found_once(backend, documents: list[Document]) -> None:
    placed = [document for document in documents if document.point and passes(document, {"kind": ("meals",)})]
    query = SearchQuery(at=HERE, within=30, kind=("meals",))
    for zoom in (6, 9, 14):
        found = backend.clusters(query, box=BRITAIN, zoom=zoom, today=TODAY)
        assert sum(each.count for each in found) == len(placed)
        assert all((each.listing_id is None) == (each.count > 1) for each in found)


def test_clusters_stand_in_the_middle_of_what_they_hold(backend, documents: list[Document]) -> None:
    query = SearchQuery(at=HERE, within=30)
    placed = {document.id: document for document in documents if document.point and passes(document, {})}
    tiles: dict[tuple[int, int], list[Document]] = {}
    for document in placed.values():
        tiles.setdefault(rules.tile_of(document.lat, document.lon, rules.tile_zoom(7)), []).append(document)
    expected_middles = sorted(
        (len(some), sum(each.lat for each in some) / len(some), sum(each.lon for each in some) / len(some))
        for some in tiles.values()
    )
    found = backend.clusters(query, box=BRITAIN, zoom=7, today=TODAY)
    assert len(found) == len(tiles) > 5
    for each, (count, lat, lon) in zip(sorted((c.count, c.lat, c.lon) for c in found), expected_middles, strict=True):
        assert each == (count, pytest.approx(lat, abs=1e-4), pytest.approx(lon, abs=1e-4))


def test_clusters_leave_out_what_lies_beside_the_map(backend) -> None:
    sea = Box(55.0, 1.0, 56.0, 2.0)
    assert backend.clusters(SearchQuery(at=HERE, within=30), box=sea, zoom=9, today=TODAY) == []


def test_what_was_found_in_the_small_print_is_shown(backend) -> None:
    """Never markup: pieces of the listing's own words."""
    found = backend.search(SearchQuery(q="pruning", at=HERE, within=30), today=TODAY)
    for hit in found.hits:
        said = [piece.words for piece in hit.said if piece.asked]
        assert said, hit
        assert {each.lower() for each in said} == {"pruning"}
    assert not any(hit.said for hit in backend.search(SearchQuery(at=HERE), today=TODAY).hits)


FEW_AND_MANY = [
    {"kind": tuple(f"kind-{number}" for number in range(200))},
    {"language": tuple(f"Language {number}" for number in range(200))},
    {"check": tuple(f"check_{number}" for number in range(200))},
    {"price_from": 2_000_000_000},
    {"price_from": 5000, "price_to": 100},
    {"q": "the of and to"},
    {"q": "x" * 5000},
    {"q": "gardening " * 500},
    {"q": "ŵyneb gŵydd café naïve"},
    {"q": "🌻 gardening 🌻"},
    {"q": "?!…"},
    {"page": 100_000},
    {"after": "bm90IG91cnM"},
    {"after": "WzEsMiwzXQ"},
    {"after": cursor_after([1.0, 1, 2, 3, 4, 5, 6, 7, 8, 9], SearchQuery(sort="newest", at=HERE))},
    {"at": geo.Place(geo.Kind.POSTCODE, "", geo.Point(-89.9, 179.9), None, exact=True)},
    {"at": geo.Place(geo.Kind.POSTCODE, "", geo.Point(0.0, 0.0), "nowhere", exact=True)},
]


@both_backends
@pytest.mark.parametrize("asked", FEW_AND_MANY, ids=lambda asked: f"{next(iter(asked))}")
def test_whatever_is_asked_there_is_an_answer_and_it_is_the_same_in_both(asked: dict[str, Any], both: Both) -> None:
    """A cursor is a backend's own: one that the other made, or nobody, begins anew or ends there, but never counts."""
    for sort in SORTS:
        query = SearchQuery(**{"at": HERE, "within": 30, "sort": sort, **asked})
        (one, ones), (other, others) = (through(backend, query) for backend in both)
        assert (one.total, one.loosened) == (other.total, other.loosened), sort
        if query.after:
            continue
        assert (one.page, len(ones)) == (other.page, len(others)), sort
        if query.page == 1:  # equals may stand at either side of a page's edge
            assert {hit.id for hit in ones} == {hit.id for hit in others}, sort


@pytest.mark.parametrize("size", [1, 3, 200])
def test_any_size_of_page(size: int, backend) -> None:
    found = backend.search(SearchQuery(at=HERE, within=30), today=TODAY, size=size)
    assert len(found.hits) == min(size, found.total)
