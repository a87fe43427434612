"""The only way from an id in an address to a council's own things. Everybody else gets a 404."""

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from marketplace.people.models import Council, CouncilRole, CouncilStaff, User
from marketplace.people.selectors import councils_of
from providers.listings.models import Category, Listing, Provider

from .models import Concern, Credential


def council_for_curator(user: User, slug: str) -> Council:
    return get_object_or_404(councils_of(user, CouncilRole.CURATOR), slug=slug)


def provider_for_curator(user: User, public_id: str) -> Provider:
    """A provider of a council this person curates for."""
    found = Provider.objects.select_related("council").filter(council__in=councils_of(user, CouncilRole.CURATOR))
    return get_object_or_404(found, public_id=public_id)


def credential_for_curator(user: User, public_id: str) -> Credential:
    found = Credential.objects.select_related("provider__council")
    return get_object_or_404(
        found.filter(provider__council__in=councils_of(user, CouncilRole.CURATOR)), public_id=public_id
    )


def concern_for_curator(user: User, public_id: str) -> Concern:
    """A worry about this person's council; those that name no council go to the national operator."""
    mine = Q(council__in=councils_of(user, CouncilRole.CURATOR))
    if user.is_national_operator:
        mine |= Q(council=None)
    found = Concern.objects.select_related("council", "listing__page", "listing__provider", "hold", "decided_by")
    return get_object_or_404(found.filter(mine), public_id=public_id)


def category_for_curator(user: User, pk: int) -> Category:
    """A council's own kind of help; national ones are nobody's to change here."""
    return get_object_or_404(Category.objects.filter(council__in=councils_of(user, CouncilRole.CURATOR)), pk=pk)


def operator(user: User) -> User:
    """This person, if they run the site for all councils."""
    if not user.is_authenticated or not user.is_national_operator:
        raise Http404
    return user


def council_for_operator(user: User, slug: str) -> Council:
    operator(user)
    return get_object_or_404(Council, slug=slug)


def work_for_operator(user: User, pk: int) -> CouncilStaff:
    operator(user)
    return get_object_or_404(CouncilStaff.objects.select_related("council", "user"), pk=pk)


def listing_worried_about(public_id: str) -> Listing | None:
    """The listing a worry is about, when strangers can see it; None otherwise, and the form asks."""
    if not public_id:
        return None
    return Listing.objects.visible().select_related("page", "council", "provider").filter(public_id=public_id).first()
