"""The only ways from an id in a request to a provider, listing or offer. Refusal is a 404."""

from django.shortcuts import get_object_or_404

from marketplace.people.models import User

from .models import Listing, Offer, OfferDate, Provider


def provider_for_keeper(user: User, public_id: str) -> Provider:
    """The provider, if this person keeps it; Http404 otherwise."""
    return get_object_or_404(Provider.objects.filter(keepers=user).select_related("council"), public_id=public_id)


def listing_for_keeper(user: User, public_id: str) -> Listing:
    """The listing, if this person keeps its provider; Http404 otherwise."""
    listings = Listing.objects.filter(provider__keepers=user).select_related("provider", "council", "page")
    return get_object_or_404(listings, public_id=public_id)


def offer_for_keeper(user: User, listing_id: str, public_id: str) -> Offer:
    """A current offer of that very listing, if this person keeps it; Http404 otherwise."""
    offers = Offer.objects.filter(listing__provider__keepers=user, listing__public_id=listing_id, withdrawn_at=None)
    return get_object_or_404(offers.select_related("listing__provider", "listing__page"), public_id=public_id)


def offer_date_for_keeper(user: User, listing_id: str, offer_id: str, public_id: str) -> OfferDate:
    """A date of that very offer, if this person keeps it; Http404 otherwise."""
    offer = offer_for_keeper(user, listing_id, offer_id)
    return get_object_or_404(offer.dates.all(), public_id=public_id)
