"""Answers, with the database's word on what may be seen."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from django.db.models import Q

from marketplace.core import geo, outbox
from marketplace.people.models import User
from providers.listings import presentation
from providers.listings import selectors as listings
from providers.listings.models import Category, Listing, ListingPage

from . import backends, documents, rules
from .backends.base import Box, Hit, IndexMissing, IndexUnwell, Known, SearchBackend, SearchResults, Suggestion
from .backends.embedded import EmbeddedBackend
from .models import ShortlistEntry
from .query import DISTANCES, MapPiece, SearchQuery
from .words import typed
from .words.selectors import ideas, meant_perhaps, sounds_like, understood

T = TypeVar("T")
CHANGED = "listings.changed"  # the outbox's topic
MOST_WITHOUT_INDEX = 150
MOST_NEARBY = 3
FEW = 2  # hits up to which other words are offered


@dataclass(frozen=True, slots=True)
class Answer:
    """A question as understood, and its results. `unwell` when the index was of no use and some may be missing."""

    query: SearchQuery
    results: SearchResults
    known: Known
    unwell: bool = False


def find(query: SearchQuery, *, today: date) -> Answer:
    """The page of results that this question asks for, with nothing on it that is hidden just now. 1 query usually.

    An index that is unwell is passed over for the one that stands by, and that for the database itself.
    """
    query = understood(query)
    for place, backend in enumerate(backends.in_turn()):
        try:
            return _ask(backend, query, today, unwell=place > 0)
        except IndexUnwell:
            continue
    return _ask(_without_index(query), query, today, unwell=True)


def _answered(ask: Callable[[SearchBackend], T]) -> T:
    """What the first index says that is well. Raises IndexUnwell when none is."""
    trouble = IndexUnwell("there is no index")
    for backend in backends.in_turn():
        try:
            return ask(backend)
        except IndexUnwell as error:
            trouble = error
    raise trouble


def _ask(backend: backends.SearchBackend, query: SearchQuery, today: date, *, unwell: bool) -> Answer:
    known = backend.known()
    query = query.only(kind=known.kinds, language=known.languages, check=known.checks)
    results = backend.search(query, today=today)
    hits = _allowed(results.hits)
    hidden = len(results.hits) - len(hits)
    results = replace(results, hits=hits, total=max(0, results.total - hidden))
    return Answer(replace(query, page=results.page), results, known, unwell)


def _allowed(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """The hits that the database lets strangers see. Those whose words the index has not caught up with are redone."""
    versions = listings.versions_seen([hit.id for hit in hits])
    stale = [hit.id for hit in hits if hit.id in versions and versions[hit.id] != hit.version]
    cards = {found.id: found.card for found in documents.of_ids(stale)} if stale else {}
    return tuple(replace(hit, card=cards.get(hit.id, hit.card)) for hit in hits if hit.id in versions)


def _without_index(query: SearchQuery) -> EmbeddedBackend:
    """A small index made on the spot from listings with these words, for while the real one is out of order."""
    has_words = Q()
    for term in rules.terms(query.q)[:6]:
        stem = term[: max(4, len(term) - 3)]
        has_words |= Q(page__title__icontains=stem) | Q(page__summary__icontains=stem)
        has_words |= Q(page__about__icontains=stem) | Q(page__categories__name__icontains=stem)
    found = listings.visible_to().filter(has_words).order_by("-assured_on", "pk").distinct()
    return EmbeddedBackend.in_memory(documents.of_ids(found.values_list("pk", flat=True)[:MOST_WITHOUT_INDEX]))


def counted(questions: list[SearchQuery], *, today: date) -> list[SearchResults]:
    """What each of these questions would find, for its counts; nothing when no index is well."""
    asked = [understood(question) for question in questions]
    try:
        return _answered(lambda index: [index.search(question, today=today, size=1) for question in asked])
    except IndexUnwell:
        return []


def kinds_meant(query: SearchQuery, near: SearchResults) -> dict[str, int]:
    """Kinds of help that the words sound like, the likeliest first, with how many of those `near` do it. No queries."""
    counts = near.facets.get("kind", {})
    return {kind: counts[kind] for kind in sounds_like(query) if counts.get(kind)}


def did_you_mean(answer: Answer, *, today: date) -> SearchQuery | None:
    """The same question in words that more have all of, when few have all of these; None for none. No queries."""
    query, whole = answer.query, answer.results.whole
    better = meant_perhaps(query) if query.q and whole <= FEW else ""
    if not better:
        return None
    other = query.but(q=better, wording=None)
    try:
        found = _answered(lambda index: index.search(understood(other), today=today, size=1))
    except IndexUnwell:
        return None
    return other if found.whole > whole else None


def languages() -> tuple[str, ...]:
    """Every language that somebody in the index speaks."""
    try:
        return _answered(lambda index: index.known()).languages
    except IndexUnwell:
        return ()


def taken(asked: SearchQuery) -> tuple[SearchQuery, tuple[typed.Typed, ...]]:
    """The question with the filters among its words as filters, and what was typed for them."""
    return typed.read(asked, languages() if asked.q else ())


def suggestions(text: str, limit: int = 8) -> list[Suggestion]:
    """Words to offer while somebody types, none of a listing that is hidden. 1 query usually.

    What people say comes first, then places, kinds of help and names.
    """
    said = [Suggestion(each) for part in ideas(text) for each in part]
    return [*said, *_names(text, limit)][:limit]


def _names(text: str, limit: int) -> list[Suggestion]:
    try:
        found = _answered(lambda index: index.suggest(text, limit))
    except IndexUnwell:
        kinds = Category.objects.filter(name__icontains=text[:60], retired_at=None)[:limit]
        return [Suggestion(kind.name) for kind in kinds]
    named = [suggestion.listing_id for suggestion in found if suggestion.listing_id is not None]
    seen = listings.versions_seen(named)
    return [each for each in found if each.listing_id is None or each.listing_id in seen]


def nearby(listing: Listing, page: ListingPage, *, today: date) -> list[dict]:
    """Other listings like this one and near it, as cards. 2 queries."""
    point = presentation.public_point(page)
    kinds = tuple(kind.slug for kind in page.categories.all())
    if point is None or not kinds:
        return []
    here = geo.Place(geo.Kind.TOWN, "", point, next(iter(listing.council.area_codes), None), exact=False)
    query = SearchQuery(kind=kinds, within=max(DISTANCES), sort="nearest", at=here)
    try:
        results = _answered(lambda index: index.search(query, today=today, size=MOST_NEARBY + 1))
    except IndexUnwell:
        return []
    others = _allowed(tuple(hit for hit in results.hits if hit.id != listing.pk)[:MOST_NEARBY])
    return [{**hit.card, "distance_miles": hit.distance_miles} for hit in others]


def shortlisted(person: User) -> list[str]:
    """Public ids on this person's shortlist, oldest first. 1 query."""
    return list(ShortlistEntry.objects.filter(person=person).values_list("listing__public_id", flat=True))


def entries(person: User) -> dict[str, ShortlistEntry]:
    """This person's shortlist by public id of the listing, with who added each. 1 query."""
    found = ShortlistEntry.objects.filter(person=person).select_related("added_by", "listing")
    return {entry.listing.public_id: entry for entry in found}


@dataclass(frozen=True, slots=True)
class Shortlisted:
    """One line of a shortlist. `document` is None when the listing is not shown just now; only its name is then."""

    public_id: str
    name: str
    slug: str
    document: documents.Document | None


def lines_of(public_ids: list[str]) -> list[Shortlisted]:
    """These listings in this order, each marked when it is not available now. About 8 queries, however many."""
    rows = {row.public_id: row for row in Listing.objects.filter(public_id__in=public_ids).select_related("page")}
    shown = {found.public_id: found for found in documents.of_ids([row.pk for row in rows.values()])}
    return [
        Shortlisted(public_id, rows[public_id].page.title, rows[public_id].page.slug, shown.get(public_id))
        for public_id in public_ids
        if public_id in rows
    ]


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark on the map: so many listings round a point. `name` and `url` when it is only one."""

    lat: float
    lon: float
    count: int
    name: str = ""
    url: str = ""


def map_marks(query: SearchQuery, *, piece: MapPiece, today: date) -> list[Mark]:
    """What a question finds in a piece of the map. One alone is left out while it is hidden. 1 query."""
    query, box = understood(query), Box(piece.south, piece.west, piece.north, piece.east)
    try:
        found = _answered(lambda index: index.clusters(query, box=box, zoom=piece.zoom, today=today))
    except IndexUnwell:
        return []
    alone = [cluster.listing_id for cluster in found if cluster.listing_id is not None]
    rows = listings.visible_to().filter(pk__in=alone).values_list("pk", "page__title", "council__slug", "page__slug")
    seen = {pk: (title, f"/{council}/{slug}/") for pk, title, council, slug in rows}
    return [
        Mark(each.lat, each.lon, each.count, *(seen[each.listing_id] if each.listing_id is not None else ()))
        for each in found
        if each.listing_id is None or each.listing_id in seen
    ]


@dataclass(frozen=True, slots=True)
class State:
    """How the search is. `trouble` is "" while the index in use answers; `waiting` changes are on their way to it.

    `standby` names the index that answers while that one does not, "" for none; `standby_trouble` is "" while it could.
    """

    name: str
    trouble: str
    standby: str
    standby_trouble: str
    waiting: int


def state() -> State:
    """Asked of the indices themselves, whatever other pages have met. 1 query."""
    name = next(iter(backends.named()))
    return State(name, trouble_with_index(name), *standby(), outbox.pending(CHANGED).count())


def standby() -> tuple[str, str]:
    """The index that answers while the one in use does not, and why it could not; "" for none and for nothing."""
    others = list(backends.named())[1:]
    return (others[0], trouble_with_index(others[0])) if others else ("", "")


def trouble_with_index(name: str = "") -> str:
    """ "" when this index (the one in use) answers, otherwise why not."""
    try:
        (backends.named()[name] if name else backends.current()).look()
    except IndexUnwell as error:
        return str(error)
    return ""


def missing_indices() -> list[str]:
    """Names of those that have to be built: there is none, or one of an older form. No queries."""
    missing = []
    for name, backend in backends.named().items():
        try:
            backend.look()
        except IndexMissing:
            missing.append(name)
        except IndexUnwell:
            continue  # there may be one: nobody can tell just now
    return missing
