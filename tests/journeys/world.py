"""A small neighbourhood round Taunton, live and searchable, with Sam whom anybody can pay."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from marketplace.cms import services as cms
from marketplace.core.audit import CLOCKWORK
from payments.gateway import services as gateway
from payments.sandbox import place
from payments.sandbox import services as sandbox
from providers.assurance import services as assurance
from providers.listings.models import Listing, Offer, OfferDate, Unit
from search import services as search
from tests.conftest import Cast
from tests.factories.listings import make_category, make_listing, make_offer, make_provider

KINDS = {
    "gardening": ("Gardening", "trowel"),
    "meals": ("Meals and cooking", "pan"),
    "cleaning": ("Cleaning", "broom"),
    "company": ("Company", "kettle"),
}
NEIGHBOURS = (
    ("Tapp’s Gardens", "gardening", "TA1 2QA", 1800, "Beds, borders and a tidy hedge."),
    ("The Growing Patch", "gardening", "TA2 6AA", 0, "A shared plot with a shed and a kettle."),
    ("Ruth’s Tuesday lunch", "meals", "TA1 1JD", 650, "Two courses at a long table."),
    ("Winslade Sisters", "cleaning", "TA3 5AA", 3200, "Top to bottom, and the oven too."),
    ("Quantock Company", "company", "TA1 4AA", 1550, "Somebody to talk to, or to walk with."),
)
HOW_MANY = 13  # more than one page of results


@dataclass
class World:
    """The cast, Sam's live page with an hour of his time, and a class with two places."""

    cast: Cast
    sams: Listing
    hour: Offer
    lesson: OfferDate


def make_world(cast: Cast) -> World:
    """Everything in the database, in the practice payment store and in the index."""
    now, quantock = timezone.now(), cast.council["quantock"]
    cms.guides_add(council=None, by=CLOCKWORK, now=now)
    cms.guides_add(council=quantock, by=CLOCKWORK, now=now)
    kinds = {slug: make_category(slug, *facts) for slug, facts in KINDS.items()}
    for number in range(HOW_MANY):
        _neighbour(number, quantock, kinds)
    sam = make_provider(quantock, cast.sam, email=cast.sam.email, phone="01632 960 442")
    sams = make_listing(sam, categories=(kinds["gardening"],), assured_on=timezone.localdate())
    hour = make_offer(sams)
    lesson = make_offer(sams, "Gentle exercise", 800, unit=Unit.SESSION, books_at_once=True, position=1)
    starts = timezone.localtime(now + timedelta(days=10)).replace(hour=14, minute=30, second=0, microsecond=0)
    account = gateway.account_open(provider=sam, by=CLOCKWORK, now=now)
    sandbox.onboarding_finish(place.store(), account_id=account.stripe_id)
    gateway.account_refresh(account=account, now=now)
    insurance = assurance.credential_claim(provider=sam, kind="insurance", by=CLOCKWORK, now=now)
    assurance.credential_verify(
        credential=insurance,
        by=CLOCKWORK,
        now=now,
        expires_on=timezone.localdate() + timedelta(days=200),
        insured_pounds=5_000_000,
    )
    search.index_rebuild()
    return World(cast, sams, hour, OfferDate.objects.create(offer=lesson, starts_at=starts, places=2))


def _neighbour(number: int, council: Any, kinds: dict[str, Any]) -> None:
    name, kind, postcode, pence, summary = NEIGHBOURS[number % len(NEIGHBOURS)]
    listing = make_listing(
        make_provider(council, name=name),
        title=name if number < len(NEIGHBOURS) else f"{name} ({number})",
        who="",
        summary=summary,
        about=f"{summary} Ring and ask.",
        categories=(kinds[kind],),
        base_postcode=postcode,
        venue_postcode=postcode,
        reach_kind="venue" if kind == "meals" else "miles",
        comes_to_you=kind != "meals",
        days=["tue", "sat"] if number % 2 else ["mon", "tue", "wed"],
        languages=["English", "Polish"] if number % 5 == 0 else ["English"],
        takes_direct_payments=number % 3 != 0,
    )
    make_offer(listing, "An hour", pence, **({"unit": Unit.FREE} if pence == 0 else {}))
