"""Providers and live listings, made through the services as the site makes them."""

from datetime import date
from typing import Any

from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from marketplace.people.models import Council, User
from providers.listings import services
from providers.listings.models import Category, Listing, Offer, Provider, Unit

WORDS: dict[str, Any] = {
    "who": "Sam works alone",
    "summary": "Grass, gutters, gates. I text before I come and I always shut the gate.",
    "about": "I look after small gardens and do the odd jobs that pile up.",
    "when": "Monday to Friday, 9 to 5",
    "days": ["mon", "tue", "wed", "thu", "fri"],
    "languages": ["English"],
    "comes_to_you": True,
    "reach_kind": "miles",
    "reach_miles": 10,
    "base_postcode": "TA1 1AA",
}


def make_category(slug: str = "gardening", name: str = "Gardening", art: str = "trowel", **facts: Any) -> Category:
    return Category.objects.get_or_create(slug=slug, council=None, defaults={"name": name, "art": art, **facts})[0]


def make_provider(council: Council, keeper: User | None = None, name: str = "Sam Orchard", **facts: Any) -> Provider:
    provider = Provider.objects.create(council=council, name=name, contact_name=name.split(" ", 1)[0], **facts)
    if keeper is not None:
        provider.keepers.add(keeper)
    return provider


def make_listing(
    provider: Provider,
    title: str = "Sam Orchard, gardens and odd jobs",
    *,
    live: bool = True,
    categories: tuple[Category, ...] = (),
    assured_on: date | None = None,
    takes_direct_payments: bool = True,
    **words: Any,
) -> Listing:
    """A listing with a draft, published unless told otherwise."""
    now = timezone.now()
    listing = services.listing_create(
        provider=provider, title=title, by=CLOCKWORK, user=None, now=now, words={**WORDS, **words}
    )
    listing.takes_direct_payments = takes_direct_payments
    listing.save(update_fields=["takes_direct_payments"])
    if categories:
        page = services.draft_of(listing)
        page.categories.set(categories)
        page.save_revision()
    if live:
        listing.page.get_latest_revision().publish()
    listing.refresh_from_db()
    if assured_on:
        listing.assured_on = assured_on
        listing.save(update_fields=["assured_on"])
    return listing


def make_offer(
    listing: Listing, title: str = "An hour in your garden", price_pence: int | None = 1800, **facts: Any
) -> Offer:
    return Offer.objects.create(
        listing=listing, title=title, price_pence=price_pence, **{"unit": Unit.HOUR, "minutes": 60, **facts}
    )
