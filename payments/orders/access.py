"""The only doors from an id in a request to an order, a visit, or something that can be ordered. Refusal is a 404."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from marketplace.core.access import View
from marketplace.core.audit import Actor
from marketplace.people.middleware import Standing
from marketplace.people.models import Scope, User
from providers.listings import selectors as listings
from providers.listings.models import Listing, Offer, Provider

from .models import Difference, Order, VisitRequest


class PersonRequest(HttpRequest):
    """A request as people.middleware leaves it: whoever is signed in, and for whom they act."""

    user: User  # type: ignore[assignment]
    standing: Standing
    actor: Actor


WITH_ORDER = ("person", "placed_by", "through", "provider__council", "listing__page", "offer", "offer_date")
WITH_VISIT = ("person", "placed_by", "through", "provider__council", "listing__page")


def pressed(page: str) -> Callable[[View], View]:
    """For a button without a page of its own: only a post does it; anything else leads to the page it stands on.

    So somebody whose sign-in ran out comes back to that page, not to an address that has none.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, public_id: str) -> HttpResponse:
            if request.method == "POST" and request.user.is_authenticated:
                return view(request, public_id)
            return redirect(page, public_id)

        return guarded

    return guard


def buyer(standing: Standing | None) -> Standing:
    """The standing, if it may buy; Http404 for a helper who may only look."""
    if not standing or not standing.may(Scope.BUY):
        raise Http404
    return standing


def may_look_round(standing: Standing | None) -> None:
    """Strangers may begin an order before they sign up; a helper who may only look may not."""
    if standing and not standing.may(Scope.BUY):
        raise Http404


def proposer(standing: Standing | None) -> Standing:
    """The standing, if it may buy, or keeps the shortlist: what the latter asks for waits for the person's own yes."""
    if not standing or not standing.may(Scope.SHORTLIST):
        raise Http404
    return standing


def may_propose(standing: Standing | None) -> None:
    """Strangers may begin an order before they sign up; a helper who may only see may not."""
    if standing:
        proposer(standing)


def only_proposes(standing: Standing | None) -> bool:
    if not standing:  # a lazy standing is never None itself
        return False
    return not standing.may(Scope.BUY)


def order_to_see(standing: Standing, public_id: str) -> Order:
    """An order of the person whom this request concerns."""
    return get_object_or_404(Order.objects.select_related(*WITH_ORDER), person=standing.person, public_id=public_id)


def order_to_change(standing: Standing, public_id: str) -> Order:
    return order_to_see(buyer(standing), public_id)


def visit_to_see(standing: Standing, public_id: str) -> VisitRequest:
    visits = VisitRequest.objects.select_related(*WITH_VISIT)
    return get_object_or_404(visits, person=standing.person, public_id=public_id)


def visit_to_change(standing: Standing, public_id: str) -> VisitRequest:
    return visit_to_see(buyer(standing), public_id)


def order_for_provider(user: User, public_id: str) -> Order:
    """An order placed with a provider that this person keeps."""
    orders = Order.objects.select_related(*WITH_ORDER).filter(provider__keepers=user)
    return get_object_or_404(orders, public_id=public_id)


def visit_for_provider(user: User, public_id: str) -> VisitRequest:
    visits = VisitRequest.objects.select_related(*WITH_VISIT).filter(provider__keepers=user)
    return get_object_or_404(visits, public_id=public_id)


def provider_for_keeper(user: User, public_id: str) -> Provider:
    return get_object_or_404(Provider.objects.select_related("council"), keepers=user, public_id=public_id)


def operator(user: User | AnonymousUser) -> None:
    """Http404 for everybody who does not run the site. The middleware asks for the second factor."""
    if not user.is_authenticated or not getattr(user, "is_national_operator", False):
        raise Http404


def difference_for_operator(user: User | AnonymousUser, pk: int) -> Difference:
    operator(user)
    return get_object_or_404(Difference.objects.select_related("account__provider", "order"), pk=pk)


def offer_to_buy(public_id: str) -> Offer:
    """An offer that strangers can see; whether it can be bought just now is the service's business."""
    offers = Offer.objects.select_related("listing__provider__council", "listing__page", "listing__council")
    return get_object_or_404(
        offers.filter(withdrawn_at=None, listing__in=Listing.objects.visible()), public_id=public_id
    )


def listing_to_ask(public_id: str) -> Listing:
    """A listing that strangers see, of a provider whom questions reach."""
    visible = Listing.objects.visible().select_related("provider__council", "page", "council")
    listing = get_object_or_404(visible, public_id=public_id)
    if not listings.somebody_answers(listing.provider):
        raise Http404
    return listing
