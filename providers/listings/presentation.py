"""What a stranger is shown of a listing, as plain values: for its page, its card and the search index."""

from typing import Any

from django.http import HttpRequest

from . import selectors
from .models import ListingPage
from .signals import listing_shown


def page_context(page: ListingPage, request: HttpRequest) -> dict[str, Any]:
    """The public page's context: the page's words, its provider's facts, offers, and what other apps add."""
    listing = page.listing
    context: dict[str, Any] = {
        "listing": listing,
        "provider": listing.provider,
        "offers": list(selectors.offers_of(listing)),
        "council": listing.council,
    }
    for _receiver, extra in listing_shown.send(sender=ListingPage, listing=listing, page=page, request=request):
        context.update(extra)
    return context
