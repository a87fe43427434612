"""Whose shortlist this request concerns, and which listings it may name."""

from django.conf import settings
from django.http import Http404, HttpRequest

from marketplace.core.text import one_line
from marketplace.people.middleware import Standing
from marketplace.people.models import Scope
from providers.listings import selectors as listings
from providers.listings.models import Listing

from . import selectors

IN_SESSION = "shortlist"  # public ids of a stranger's shortlist, oldest first


def standing_to_see(request: HttpRequest) -> Standing | None:
    """For whom the shortlist is read; None for a stranger."""
    return request.standing or None  # type: ignore[attr-defined]


def standing_to_change(request: HttpRequest) -> Standing | None:
    """For whom the shortlist is changed; None for a stranger. Http404 when the person did not allow that."""
    standing = standing_to_see(request)
    if standing is not None and not standing.may(Scope.SHORTLIST):
        raise Http404
    return standing


def shortlisted_ids(request: HttpRequest) -> list[str]:
    """Public ids on the shortlist of whom this request concerns. Opens no session for a stranger without one."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return []
    if not hasattr(request, "_shortlisted"):
        standing = standing_to_see(request)
        found = selectors.shortlisted(standing.person) if standing else session_ids(request)
        request._shortlisted = found  # type: ignore[attr-defined]
    return request._shortlisted  # type: ignore[attr-defined]


def session_ids(request: HttpRequest) -> list[str]:
    """What a stranger has shortlisted in this browser."""
    kept = request.session.get(IN_SESSION, [])
    return [each for each in kept if isinstance(each, str)] if isinstance(kept, list) else []


def listing_to_add(public_id: str) -> Listing:
    """A listing that anybody may see just now; Http404 otherwise."""
    listing = listings.visible_to().filter(public_id=one_line(public_id)[:20]).first()
    if listing is None:
        raise Http404
    return listing


def listing_to_remove(public_id: str, on_list: list[str]) -> Listing:
    """A listing on this shortlist, shown just now or not; Http404 otherwise."""
    listing = Listing.objects.filter(public_id__in=on_list, public_id=one_line(public_id)[:20]).first()
    if listing is None:
        raise Http404
    return listing
