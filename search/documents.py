"""What the index knows of a listing: public fields only, so that nothing else can leak from it.

A home is known by its cell of at least a kilometre, and reach is measured from there (QUALITY A9).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from hashlib import blake2s
from typing import Any

from marketplace.core import geo
from marketplace.core.text import one_line
from providers.listings import presentation
from providers.listings.cards import CardOffer, ShownListing, for_cards
from providers.listings.models import Doers, Listing, ReachKind, Unit
from providers.listings.signals import facts_wanted

LONG_AGO = 1  # the ordinal of a day: for a listing that nobody has ever confirmed


@dataclass(frozen=True)
class Document:
    """One listing as strangers know it.

    `version` is the listing's own; `assured` the ordinal of a day, `published` seconds since 1970, `price_pence` the
    price that its card shows (0 for free, None when people must ask); `free` when anything is. `men` and `women` do the
    work, as far as the provider says. `areas` are council codes it keeps to, empty for no such limit. `card` is what a
    list shows, JSON.
    """

    id: int
    version: int
    public_id: str
    title: str
    kinds_words: str
    offers: str
    summary: str
    about: str
    provider: str
    kinds: tuple[tuple[str, str], ...]
    days: tuple[str, ...]
    languages: tuple[str, ...]
    checks: tuple[str, ...]
    legal_form: str
    council: str
    comes: bool
    there: bool
    free: bool
    dp: bool
    shared: bool
    step_free: bool
    men: bool
    women: bool
    price_pence: int | None
    lat: float | None
    lon: float | None
    reach_miles: int | None
    areas: tuple[str, ...]
    assured: int
    published: int
    card: dict[str, Any]

    @property
    def point(self) -> geo.Point | None:
        return None if self.lat is None or self.lon is None else geo.Point(self.lat, self.lon)

    @property
    def kind_slugs(self) -> tuple[str, ...]:
        return tuple(slug for slug, _name in self.kinds)

    @cached_property
    def hash(self) -> str:
        """A fingerprint of everything that can be seen or found by, for the audit."""
        said = {name: getattr(self, name) for name in _FIELDS}
        return blake2s(_in_order(said).encode(), digest_size=12).hexdigest()


_FIELDS = [each.name for each in fields(Document)]
_in_order = json.JSONEncoder(sort_keys=True).encode


def of_ids(ids: Iterable[int]) -> list[Document]:
    """Documents of those among these listings that strangers may see now. About 6 queries, however many."""
    listings = for_cards(ids)
    facts = facts_of(listings)
    return [_document(listing, facts.get(listing.pk, {})) for listing in listings]


def facts_of(listings: list[ShownListing]) -> dict[int, dict[str, Any]]:
    """What other apps say of these listings: see `providers.listings.signals.facts_wanted`."""
    found: dict[int, dict[str, Any]] = {listing.pk: {} for listing in listings}
    answers: list[tuple[Any, Any]] = facts_wanted.send(sender=Listing, listings=listings)
    for _receiver, facts in answers:
        for listing_id, extra in (facts or {}).items():
            found.setdefault(listing_id, {}).update(extra)
    return found


def _document(listing: ShownListing, facts: dict[str, Any]) -> Document:
    offers, kinds = listing.offers, [kind for kind in listing.kinds if kind.retired_at is None]
    point = presentation.public_point(listing)
    main = offers[0] if offers else None  # the keeper's first offer, as on the page itself
    return Document(
        id=listing.pk,
        version=listing.version,
        public_id=listing.public_id,
        title=one_line(listing.title),
        kinds_words=one_line(" ".join(f"{kind.name} {kind.hint}" for kind in kinds)),
        offers=one_line(" ".join(_sentence(offer.title) + _sentence(offer.details) for offer in offers)),
        summary=one_line(f"{listing.who} {listing.summary}"),
        about=one_line(listing.about),
        provider=one_line(listing.provider_name),
        kinds=tuple(sorted((kind.slug, kind.name) for kind in kinds)),
        days=tuple(sorted({str(day) for day in listing.days})),
        languages=tuple(sorted({one_line(str(name))[:60] for name in listing.languages})),
        checks=tuple(sorted(facts.get("checks_held", ()))),
        legal_form=listing.legal_form,
        council=listing.council.slug,
        comes=listing.comes_to_you,
        there=listing.reach_kind == ReachKind.VENUE or not listing.comes_to_you,
        free=any(offer.unit == Unit.FREE for offer in offers),
        dp=listing.takes_direct_payments,
        shared=any(offer.group_price_pence for offer in offers),
        step_free=listing.accessible_venue,
        men=Doers.MEN in listing.done_by,
        women=Doers.WOMEN in listing.done_by,
        price_pence=main.price_pence if main else None,
        lat=round(point.lat, 6) if point else None,
        lon=round(point.lon, 6) if point else None,
        reach_miles=listing.reach_miles if listing.reach_kind == ReachKind.MILES else None,
        areas=_areas(listing),
        assured=listing.assured_on.toordinal() if listing.assured_on else LONG_AGO,
        published=int(listing.first_published_at.timestamp()) if listing.first_published_at else 0,
        card=_card(listing, main, facts),
    )


def _areas(listing: ShownListing) -> tuple[str, ...]:
    if listing.reach_kind == ReachKind.COUNCIL:
        return tuple(sorted(listing.council.area_codes))
    if listing.reach_kind == ReachKind.DISTRICTS:
        return tuple(sorted({str(code) for code in listing.reach_districts})) or ("nowhere",)
    return ()


def _card(listing: ShownListing, main: CardOffer | None, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "listing_id": listing.public_id,
        "name": listing.title,
        "url": listing.url,
        "who": listing.who,
        "when": listing.when,
        "summary": listing.summary,
        "checked": [len(facts.get("checks_held", ())), str(facts.get("checks_latest") or "")],
        "pence": main.price_pence if main else None,
        "unit": main.unit if main else "",
        "art": presentation.main_art(listing.kinds),
        "slug": listing.slug,
        "photo_url": listing.photo_url,
        "photo_alt": listing.photo_alt if listing.photo_url else "",
        "council": listing.council.name,
    }


def _sentence(words: str) -> str:
    """The words ending in a stop, so that what is quoted of them does not run into the next."""
    words = words.strip()
    return f"{words} " if not words or words[-1] in ".!?" else f"{words}. "
