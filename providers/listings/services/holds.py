"""What hides a provider's listings, or one of them, from the next request on."""

from datetime import datetime

from django.db import transaction

from marketplace.core import audit
from marketplace.core.audit import Actor

from ..models import Hold, Listing, Provider
from ..states import HoldKind
from .publishing import public_change


@transaction.atomic
def hold_place(
    *, provider: Provider, kind: HoldKind, by: Actor, now: datetime, listing: Listing | None = None, reason: str = ""
) -> Hold:
    """Hide a provider's listings, or one of them, from the next request on. Placing it twice changes nothing."""
    hold, placed = Hold.objects.get_or_create(
        provider=provider,
        listing=listing,
        kind=kind,
        lifted_at=None,
        defaults={"reason": reason, "placed_at": now, "placed_by_id": by.by_id},
    )
    if placed:
        audit.record("listings.hold.place", by=by, subject=listing or provider, at=now, note=reason, kind=str(kind))
        _held_listings_changed(hold)
    return hold


@transaction.atomic
def hold_lift(*, hold: Hold, by: Actor, now: datetime, note: str = "") -> Hold:
    """Show again what this held back, unless something else still does."""
    hold = Hold.objects.select_for_update().get(pk=hold.pk)
    if hold.lifted_at is None:
        hold.lifted_at, hold.lifted_by_id = now, by.by_id
        hold.save(update_fields=["lifted_at", "lifted_by"])
        audit.record(
            "listings.hold.lift", by=by, subject=hold.listing or hold.provider, at=now, note=note, kind=hold.kind
        )
        _held_listings_changed(hold)
    return hold


def _held_listings_changed(hold: Hold) -> None:
    for listing in [hold.listing] if hold.listing else hold.provider.listings.all():
        public_change(listing)
