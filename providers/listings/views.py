"""The public page of a listing, by the shortest way."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from wagtail.views import serve

from . import selectors


@require_safe
def page(request: HttpRequest, council_slug: str, slug: str) -> HttpResponse:
    """A visible listing is shown from one joined row; Wagtail's own walk down the tree answers everything else."""
    listing = selectors.at_address(council_slug, slug)
    if listing is None:
        return serve(request, f"{council_slug}/{slug}/")
    request.council = listing.council  # type: ignore[attr-defined]
    return listing.page.show(request)
