"""Locks, always in one order: the date of a class, then the order, then its attempts. And places of a date."""

from django.db.models import F

from marketplace.core.errors import DomainError
from providers.listings.models import OfferDate

from ..models import Order


class NoPlaceLeft(DomainError):
    """The last place went to somebody else between the page and the button."""


def order_locked(pk: int) -> Order:
    """The order as it is now, nobody else changing it or the places of its date. Inside a transaction only."""
    date_id = Order.objects.values_list("offer_date_id", flat=True).get(pk=pk)
    if date_id is not None:
        OfferDate.objects.select_for_update().get(pk=date_id)
    return (
        Order.objects.select_for_update(of=("self",))
        .select_related("offer_date", "provider", "listing", "listing__page", "person", "placed_by")
        .get(pk=pk)
    )


def places_take(order: Order) -> None:
    """Count the order's places on its date. Raises NoPlaceLeft. The date must be locked."""
    if order.offer_date_id is None or order.places_held:
        return
    free = OfferDate.objects.filter(pk=order.offer_date_id, taken__lte=F("places") - order.quantity)
    if not free.update(taken=F("taken") + order.quantity):
        raise NoPlaceLeft(order)
    order.places_held = order.quantity


def places_free(order: Order) -> None:
    """Give the order's places back. The date must be locked; doing it twice changes nothing."""
    if order.offer_date_id is not None and order.places_held:
        OfferDate.objects.filter(pk=order.offer_date_id).update(taken=F("taken") - order.places_held)
        order.places_held = 0
