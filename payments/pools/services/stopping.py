"""A provider who cannot be booked or paid just now: nobody can join, and an open group waits two days for them."""

from datetime import datetime, timedelta

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

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


def _holds() -> QuerySet[Hold]:
    """Of a pool in an outer query: what can be lifted and hides its listing, the oldest first."""
    of_it = Q(listing=None) | Q(listing=OuterRef("listing"))
    return Hold.objects.filter(of_it, provider=OuterRef("provider"), lifted_at=None).order_by("placed_at")


def _unpaid() -> QuerySet[ConnectedAccount]:
    """Of a pool in an outer query: the provider's account, when it cannot be paid into."""
    return ConnectedAccount.objects.filter(provider=OuterRef("provider")).exclude(state__in=CAN_CHARGE)


def stopped_since(pool: Pool) -> datetime | None:
    """Since when something that can be lifted hides the listing or keeps the provider from being paid, or None.
    1 query."""
    held = Subquery(_holds().values("placed_at")[:1])
    unpaid = Case(When(offer__price_pence__gt=0, then=Subquery(_unpaid().values("state_since")[:1])))
    return Pool.objects.filter(pk=pool.pk).values_list(Coalesce(held, unpaid), flat=True).first()


def still_waits(pool: Pool, now: datetime) -> bool:
    """Whether an open pool whose provider is stopped waits for them. 1 query."""
    since = stopped_since(pool) if pool.state in JOINABLE else None
    return since is not None and pool.offer.withdrawn_at is None and now < since + WAITS


def waited_in_vain(pool: Pool, now: datetime) -> bool:
    """Whether its provider has been stopped for so long that an open pool falls through. 1 query."""
    since = stopped_since(pool) if pool.state in JOINABLE else None
    return since is not None and now >= since + WAITS


def stopped_for_long(now: datetime) -> Q:
    """Never fewer pools than those that `waited_in_vain`."""
    long_ago = now - WAITS
    unpaid = Q(Exists(_unpaid().filter(state_since__lte=long_ago)), offer__price_pence__gt=0)
    return Q(Exists(_holds().filter(placed_at__lte=long_ago))) | unpaid
