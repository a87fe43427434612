"""A council may stop a provider's new work at once; people with open orders are told."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK
from providers.listings.models import Hold, Listing
from providers.listings.states import HoldKind

from ..models import Order
from ..states import NOT_BEGUN, EventKind
from .locking import order_locked
from .telling import note_event, tell_person

STOPPING = frozenset({HoldKind.SUSPENDED, HoldKind.CHECK_EXPIRED, HoldKind.HELD})  # a pause or old words stop nothing


def stopping_holds(listing: Listing) -> QuerySet[Hold]:
    """What the council holds against this listing or its provider just now. 1 query."""
    return Hold.objects.filter(
        Q(listing=None) | Q(listing=listing), provider=listing.provider_id, lifted_at=None, kind__in=STOPPING
    )


def orders_stop(*, listing: Listing, now: datetime) -> list[Order]:
    """Tell the people with open orders that the council has stopped this listing. Returns those orders.

    Safe to repeat: each order is told once for each time that work was stopped.
    """
    hold = stopping_holds(listing).order_by("placed_at").first()
    if hold is None:
        return []
    still_open = []
    waiting = Order.objects.filter(listing=listing, state__in=NOT_BEGUN, requested_at__lte=hold.placed_at)
    for pk in waiting.values_list("pk", flat=True):
        with transaction.atomic():
            order = order_locked(pk)
            if order.state not in NOT_BEGUN:
                continue
            still_open.append(order)
            if not order.events.filter(kind=EventKind.STOPPED, at__gte=hold.placed_at).exists():
                note_event(order, EventKind.STOPPED, by=CLOCKWORK, now=now)
                tell_person(order, "stopped")
                audit.record("orders.order.stop", by=CLOCKWORK, subject=order, at=now)
    return still_open
