"""The shortlist, with or without an account, and a few of it side by side."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.core.access import path_on_this_site, same_site_post
from marketplace.core.audit import PHONE

from .. import access, forms, presentation, selectors, services
from ..models import ShortlistEntry
from ..query import SearchQuery

MOST_COMPARED = 4


@require_safe
def shortlist(request: HttpRequest) -> HttpResponse:
    standing = access.standing_to_see(request)
    entries = selectors.entries(standing.person) if standing else {}
    lines = selectors.lines_of(list(entries) if standing else access.session_ids(request))
    items = [_item(line, entries.get(line.public_id)) for line in lines]
    shown = [(line.public_id, line.name) for line in lines if line.document is not None]
    context = {
        "items": items,
        "whose": standing.person if standing and standing.for_another else None,
        "choice": forms.CompareChoice.of(shown) if len(shown) > 1 else None,
        "next": request.path,
    }
    return render(request, "search/shortlist.html", context)


def _item(line: selectors.Shortlisted, entry: ShortlistEntry | None) -> dict[str, Any]:
    """What components/short_item.html asks for, with who put it there when that was somebody else."""
    found = line.document
    said = presentation.price_words(found.card) if found else ""
    if entry is not None and entry.added_by is not None and entry.added_by_id != entry.person_id:
        by = _("Added on the phone by %(name)s") if entry.channel == PHONE else _("Added by %(name)s")
        said = f"{said}. {by % {'name': entry.added_by}}"
    return {
        "name": line.name,
        "url": found.card["url"] if found else "",
        "words": said,
        "art": found.card["art"] if found else "",
        "slug": line.slug,
        "listing_id": line.public_id,
        "gone": found is None,
    }


@same_site_post
@require_POST
def shortlist_add(request: HttpRequest, public_id: str) -> HttpResponse:
    standing = access.standing_to_change(request)
    listing = access.listing_to_add(public_id)
    if standing is None:
        kept = access.session_ids(request)
        if listing.public_id not in kept:
            request.session[access.IN_SESSION] = [*kept, listing.public_id][-services.MOST_KEPT :]
        return _back(request)
    try:
        services.shortlist_add(listing=listing, person=standing.person, by=standing.actor, now=timezone.now())
    except services.ShortlistFull:
        messages.warning(request, _("The shortlist is full. Take something off first."))
    return _back(request)


@same_site_post
@require_POST
def shortlist_remove(request: HttpRequest, public_id: str) -> HttpResponse:
    standing = access.standing_to_change(request)
    listing = access.listing_to_remove(public_id, access.shortlisted_ids(request))
    if standing is None:
        kept = access.session_ids(request)
        request.session[access.IN_SESSION] = [each for each in kept if each != listing.public_id]
    else:
        services.shortlist_remove(listing=listing, person=standing.person, by=standing.actor, now=timezone.now())
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the page that the button stood on, if that is one of ours."""
    return HttpResponseRedirect(path_on_this_site(request, request.POST.get("next", ""), reverse("search:shortlist")))


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    asked = list(dict.fromkeys(request.GET.getlist("l")[:50]))
    on_list = access.shortlisted_ids(request)  # what strangers cannot see just now is named to those who kept it only
    lines = selectors.lines_of([public_id[:20] for public_id in asked[:MOST_COMPARED]])
    query = SearchQuery.from_url(request.GET)
    heads, rows = presentation.comparison(lines, query.at)
    context = {
        "heads": heads,
        "rows": rows,
        "too_many": len(asked) > MOST_COMPARED,
        "gone": [line.name for line in lines if line.document is None and line.public_id in on_list],
    }
    return render(request, "search/compare.html", context)
