"""What the index knows of a listing: public fields only, so that nothing else can leak from it.

A home is known by its cell of at least a kilometre, and reach is measured from there (QUALITY A9).
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import blake2s
from typing import Any

from marketplace.core import geo
from marketplace.core.text import one_line
from providers.listings import presentation, selectors
from providers.listings.models import Listing, ListingPage, Offer, ReachKind, Unit
from providers.listings.signals import facts_wanted

LONG_AGO = 1  # the ordinal of a day: for a listing that nobody has ever confirmed
PHOTO = "fill-240x240|format-jpeg|jpegquality-70"


@dataclass(frozen=True)
class Document:
    """One listing as strangers know it.

    `version` is the listing's own; `assured` the ordinal of a day, `published` seconds since 1970, `price_pence` the
    price that its card shows (0 for free, None when people must ask); `free` when anything is. `areas` are council
    codes it keeps to, empty for no such limit. `card` is what a list shows, JSON.
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
        return blake2s(json.dumps(asdict(self), sort_keys=True).encode(), digest_size=12).hexdigest()


def of_ids(ids: Iterable[int]) -> list[Document]:
    """Documents of those among these listings that strangers may see now. About 6 queries, however many."""
    listings = selectors.for_cards(ids)
    facts = facts_of(listings)
    return [_document(listing, facts.get(listing.pk, {})) for listing in listings]


def facts_of(listings: list[Listing]) -> dict[int, dict[str, Any]]:
    """What other apps say of these listings: see `providers.listings.signals.facts_wanted`."""
    found: dict[int, dict[str, Any]] = {listing.pk: {} for listing in listings}
    answers: list[tuple[Any, Any]] = facts_wanted.send(sender=Listing, listings=listings)
    for _receiver, facts in answers:
        for listing_id, extra in (facts or {}).items():
            found.setdefault(listing_id, {}).update(extra)
    return found


def _document(listing: Listing, facts: dict[str, Any]) -> Document:
    page, provider, offers = listing.page, listing.provider, list(listing.offers.all())
    kinds = [kind for kind in page.categories.all() if kind.retired_at is None]
    point = presentation.public_point(page)
    free = any(offer.unit == Unit.FREE for offer in offers)
    main = offers[0] if offers else None  # the keeper's first offer, as on the page itself
    return Document(
        id=listing.pk,
        version=listing.version,
        public_id=listing.public_id,
        title=one_line(page.title),
        kinds_words=one_line(" ".join(f"{kind.name} {kind.hint}" for kind in kinds)),
        offers=one_line(" ".join(_sentence(offer.title) + _sentence(offer.details) for offer in offers)),
        summary=one_line(f"{page.who} {page.summary}"),
        about=one_line(page.about),
        provider=one_line(provider.name),
        kinds=tuple(sorted((kind.slug, kind.name) for kind in kinds)),
        days=tuple(sorted({str(day) for day in page.days})),
        languages=tuple(sorted({one_line(str(name))[:60] for name in page.languages})),
        checks=tuple(sorted(facts.get("checks_held", ()))),
        legal_form=provider.legal_form,
        council=listing.council.slug,
        comes=page.comes_to_you,
        there=page.reach_kind == ReachKind.VENUE or not page.comes_to_you,
        free=free,
        dp=listing.takes_direct_payments,
        shared=any(offer.group_price_pence for offer in offers),
        step_free=page.accessible_venue,
        price_pence=main.price_pence if main else None,
        lat=round(point.lat, 6) if point else None,
        lon=round(point.lon, 6) if point else None,
        reach_miles=page.reach_miles if page.reach_kind == ReachKind.MILES else None,
        areas=_areas(listing, page),
        assured=listing.assured_on.toordinal() if listing.assured_on else LONG_AGO,
        published=int(page.first_published_at.timestamp()) if page.first_published_at else 0,
        card=_card(listing, page, main, facts),
    )


def _areas(listing: Listing, page: ListingPage) -> tuple[str, ...]:
    if page.reach_kind == ReachKind.COUNCIL:
        return tuple(sorted(listing.council.area_codes))
    if page.reach_kind == ReachKind.DISTRICTS:
        return tuple(sorted({str(code) for code in page.reach_districts})) or ("nowhere",)
    return ()


def _card(listing: Listing, page: ListingPage, main: Offer | None, facts: dict[str, Any]) -> dict[str, Any]:
    photo = page.photo.get_rendition(PHOTO).url if page.photo else ""
    return {
        "listing_id": listing.public_id,
        "name": page.title,
        "url": page.url or page.get_url() or "",
        "who": page.who,
        "when": page.when,
        "summary": page.summary,
        "seen_line": facts.get("checks_line", ""),
        "seen_waiting": bool(facts.get("checks_waiting", False)),
        "pence": main.price_pence if main else None,
        "unit": main.unit if main else "",
        "art": presentation.main_art(page),
        "slug": page.slug,
        "photo_url": photo,
        "photo_alt": page.photo_alt if photo else "",
        "council": listing.council.name,
    }


def _sentence(words: str) -> str:
    """The words ending in a stop, so that what is quoted of them does not run into the next."""
    words = words.strip()
    return f"{words} " if not words or words[-1] in ".!?" else f"{words}. "
