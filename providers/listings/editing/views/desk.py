"""The provider's first page: what they keep, how it stands, what is next."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core.access import signed_in
from marketplace.people.middleware import SignedInRequest

from ... import access, services
from ... import selectors as listings
from ...models import Provider
from ...signals import DeskBlock, desk_shown
from .. import selectors
from ..access import keeper_of
from ..forms.provider import QUESTIONS


@require_safe
def desk(request: SignedInRequest) -> HttpResponse:
    """What somebody keeps; for others, what it means to offer help here."""
    if not request.user.is_authenticated:
        return render(request, "provider/welcome.html")
    today = timezone.localdate()
    providers = list(listings.providers_kept_by(request.user))
    rows = [selectors.kept(listing, today) for listing in listings.listings_kept_by(request.user)]
    blocks: list[DeskBlock] = []
    for _receiver, found in desk_shown.send(sender=Provider, providers=providers, request=request):
        blocks.extend(found or [])  # type: ignore[arg-type]  # what this signal's receivers return
    context = {
        "council": providers[0].council if providers else None,
        "providers": [selectors.about(provider, list(QUESTIONS), today) for provider in providers],
        "listings": [row for row in rows if not row.archived],
        "archived": [row for row in rows if row.archived],
        "blocks": sorted(blocks, key=lambda block: block.position),
    }
    return render(request, "provider/desk.html" if providers else "provider/welcome.html", context)


@require_http_methods(["GET", "HEAD", "POST"])  # a get comes from signing in again
@signed_in
def still_right(request: SignedInRequest, listing_id: str) -> HttpResponse:
    listing = access.listing_for_keeper(request.user, listing_id)
    if request.method != "POST":
        return redirect("provider:listing", listing.public_id)
    services.listing_confirm_correct(listing=listing, by=keeper_of(request), now=timezone.now())
    messages.success(request, _("Thank you. Your page now says that you checked it today."))
    return redirect("provider:desk")
