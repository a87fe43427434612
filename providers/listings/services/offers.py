"""The price list: in force at once for new orders. An order keeps the price it was placed at."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from marketplace.core import audit
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError

from ..models import Listing, Offer, OfferDate
from ..states import PUBLIC
from .publishing import public_change

MOST_OFFERS = 30
MOST_DATES = 100


class TooMany(DomainError):
    """More prices or dates than a page can show."""


class DateTaken(DomainError):
    """This class already has a date at that very time."""


class PlacesSold(DomainError):
    """Somebody holds a place on this date, so it cannot be taken away."""


@transaction.atomic
def offer_add(*, listing: Listing, by: Actor, now: datetime, once: str | None = None, **facts: Any) -> Offer:
    """One more line on the price list. `facts` are Offer's own fields. Raises TooMany.

    `once` is the public id that the form was given: sent twice, it makes one offer.
    """
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    made = Offer.objects.filter(public_id=once, listing=listing).first() if once else None
    if made is not None:
        return made
    current = listing.offers.filter(withdrawn_at=None)
    if current.count() >= MOST_OFFERS:
        raise TooMany(listing)
    if once and not Offer.objects.filter(public_id=once).exists():
        facts["public_id"] = once
    last = listing.offers.aggregate(last=Max("position"))["last"]
    offer = Offer.objects.create(listing=listing, position=0 if last is None else last + 1, **facts)
    audit.record("listings.offer.add", by=by, subject=offer, at=now, price_pence=offer.price_pence, unit=offer.unit)
    _shown(listing)
    return offer


@transaction.atomic
def offer_change(*, offer: Offer, by: Actor, now: datetime, **facts: Any) -> Offer:
    """New words or a new price for what is sold from now on. A withdrawn offer stays as it was."""
    offer = Offer.objects.select_for_update().select_related("listing").get(pk=offer.pk)
    changed = {name: value for name, value in facts.items() if getattr(offer, name) != value}
    if not changed or offer.withdrawn_at is not None:
        return offer
    before: dict[str, Any] = {"price_before": offer.price_pence} if "price_pence" in changed else {}
    for name, value in changed.items():
        setattr(offer, name, value)
    offer.save(update_fields=list(changed))
    audit.record(
        "listings.offer.change",
        by=by,
        subject=offer,
        at=now,
        fields=sorted(changed),
        price_pence=offer.price_pence,
        **before,
    )
    _shown(offer.listing)
    return offer


@transaction.atomic
def offer_withdraw(*, offer: Offer, by: Actor, now: datetime) -> Offer:
    """Sell it no more. It is never deleted: orders point to it. Withdrawing it twice changes nothing."""
    offer = Offer.objects.select_for_update().select_related("listing").get(pk=offer.pk)
    if offer.withdrawn_at is None:
        offer.withdrawn_at = now
        offer.save(update_fields=["withdrawn_at"])
        audit.record("listings.offer.withdraw", by=by, subject=offer, at=now)
        _shown(offer.listing)
    return offer


@transaction.atomic
def offer_date_add(*, offer: Offer, by: Actor, now: datetime, starts_at: datetime, places: int) -> OfferDate:
    """One more date of a class. Raises DateTaken, TooMany."""
    offer = Offer.objects.select_for_update().select_related("listing").get(pk=offer.pk)
    if offer.dates.filter(starts_at__gte=now).count() >= MOST_DATES:
        raise TooMany(offer)
    try:
        with transaction.atomic():
            date = OfferDate.objects.create(offer=offer, starts_at=starts_at, places=places)
    except IntegrityError as error:
        raise DateTaken(offer) from error
    audit.record("listings.offer_date.add", by=by, subject=date, at=now, places=places)
    _shown(offer.listing)
    return date


@transaction.atomic
def offer_date_remove(*, date: OfferDate, by: Actor, now: datetime) -> None:
    """Take an empty date away. Raises PlacesSold."""
    held = OfferDate.objects.select_for_update().select_related("offer__listing").get(pk=date.pk)
    if held.taken:
        raise PlacesSold(held)
    audit.record("listings.offer_date.remove", by=by, subject=held, at=now, starts_at=held.starts_at.isoformat())
    listing = held.offer.listing
    held.delete()
    _shown(listing)


def _shown(listing: Listing) -> None:
    if listing.state in PUBLIC:
        public_change(listing)
