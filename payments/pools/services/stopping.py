"""A provider who cannot be booked or paid just now: nobody can join, and an open group waits two days for them."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from payments.gateway.models import ConnectedAccount
from payments.gateway.states import CAN_CHARGE
from payments.orders.services import NotOffered, NotPayable, Stopped
from providers.listings.models import Hold

from ..models import Pool
from ..states import JOINABLE, EndedBecause
from .starting import can_be_bought

WAITS = timedelta(hours=48)  # nobody has paid in an open group, so a mistake that is put right costs nobody their place


def why_stopped(pool: Pool) -> EndedBecause | None:
    """Whether the offer cannot be bought any more, and why."""
    try:
        can_be_bought(pool.offer)
    except (Stopped, NotPayable):
        return EndedBecause.PROVIDER_STOPPED
    except NotOffered:
        return EndedBecause.OFFER_WITHDRAWN if pool.offer.withdrawn_at else EndedBecause.PROVIDER_STOPPED
    return None


def stopped_since(pool: Pool) -> datetime | None:
    """Since when something that can be lifted hides the listing or keeps the provider from being paid, or None.
    2 queries."""
    of_it = Q(listing=None) | Q(listing=pool.listing_id)
    holds = Hold.objects.filter(of_it, provider=pool.provider_id, lifted_at=None)
    since = holds.order_by("placed_at").values_list("placed_at", flat=True).first()
    if since is not None or not pool.offer.price_pence:
        return since
    account = ConnectedAccount.objects.filter(provider=pool.provider_id).exclude(state__in=CAN_CHARGE).first()
    return account.state_since if account else None


def still_waits(pool: Pool, now: datetime) -> bool:
    """Whether an open pool whose provider is stopped waits for them. 2 queries."""
    since = stopped_since(pool) if pool.state in JOINABLE else None
    return since is not None and pool.offer.withdrawn_at is None and now < since + WAITS


def waited_in_vain(pool: Pool, now: datetime) -> bool:
    """Whether its provider has been stopped for so long that an open pool falls through. 2 queries."""
    since = stopped_since(pool) if pool.state in JOINABLE else None
    return since is not None and now >= since + WAITS


def stopped_for_long(now: datetime) -> Q:
    """Never fewer pools than those that `waited_in_vain`."""
    holds = Hold.objects.filter(
        Q(listing=None) | Q(listing=OuterRef("listing")),
        provider=OuterRef("provider"),
        lifted_at=None,
        placed_at__lte=now - WAITS,
    )
    accounts = ConnectedAccount.objects.filter(provider=OuterRef("provider"), state_since__lte=now - WAITS)
    return Q(Exists(holds)) | Q(Exists(accounts.exclude(state__in=CAN_CHARGE)), offer__price_pence__gt=0)
