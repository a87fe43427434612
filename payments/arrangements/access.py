"""The only doors from an id in a request to an arrangement, a visit or a calendar. Refusal is a 404."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from marketplace.people.middleware import Standing
from marketplace.people.models import User
from payments.orders import access as orders
from payments.orders.models import Order
from providers.listings.models import Offer, Provider

from . import selectors, services
from .models import Arrangement, Feed, Visit

buyer = orders.buyer


def arrangement_to_see(standing: Standing, public_id: str) -> Arrangement:
    """One of the person whom this request concerns."""
    return get_object_or_404(selectors.whole(), person=standing.person, public_id=public_id)


def arrangement_to_change(standing: Standing, public_id: str) -> Arrangement:
    return arrangement_to_see(buyer(standing), public_id)


def keeps_too(standing: Standing, arrangement: Arrangement) -> bool:
    """Whether whoever helps the person also keeps the listing, and so may not speak for them here."""
    held = standing.delegation
    return held is not None and arrangement.provider.keepers.filter(pk=held.delegate_id).exists()


def arrangement_for_provider(user: User, public_id: str) -> Arrangement:
    """One with a provider that this person keeps."""
    return get_object_or_404(selectors.whole().filter(provider__keepers=user), public_id=public_id)


def visit_of(arrangement: Arrangement, public_id: str) -> Visit:
    visits = arrangement.visits.select_related("terms", "arrangement__provider__council", "arrangement__person")
    return get_object_or_404(visits, public_id=public_id)


def offer_to_arrange(public_id: str) -> Offer:
    """An offer that strangers can see and that can be had every week."""
    offer = orders.offer_to_buy(public_id)
    if not services.offer_repeats(offer):
        raise Http404
    return offer


def order_for_provider(user: User, public_id: str) -> Order:
    """An order with a provider whom this person keeps: its person may be asked about coming every week."""
    return orders.order_for_provider(user, public_id)


def provider_for_keeper(user: User, public_id: str) -> Provider:
    return orders.provider_for_keeper(user, public_id)


def feed_by_secret(secret: str) -> Feed:
    """A calendar's address that has not been taken back, of somebody who may still see what it shows."""
    feed = get_object_or_404(
        Feed.objects.select_related("owner", "person", "provider"),
        digest=services.digest_of(secret),
        revoked_at=None,
        owner__is_active=True,
    )
    if feed.provider is not None and not feed.provider.keepers.filter(pk=feed.owner_id).exists():
        raise Http404
    if feed.person_id is not None and feed.person_id != feed.owner_id:
        raise Http404
    return feed
