"""The ways in: a link, a letter, the code of a card. Whoever came by one may read and join that group."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.core import clock
from marketplace.core.access import same_site_post

from .. import access, services
from ..forms import CodeForm
from ..models import Invitation, Pool

INVITED = "pool-invitations"  # session key: {pool's public id: code}, newest last
MOST_KEPT = 6


def invitation_of(request: HttpRequest, public_id: str) -> Invitation | None:
    """The invitation by which this browser came to that group, while it opens anything."""
    code = request.session.get(INVITED, {}).get(public_id)
    if not code:
        return None
    try:
        found = access.invitation_by_code(code)
    except Http404:
        return None
    return found if found.pool.public_id == public_id else None


def _come_in(request: HttpRequest, invitation: Invitation) -> Pool:
    kept = request.session.get(INVITED, {})
    kept.pop(invitation.pool.public_id, None)
    kept[invitation.pool.public_id] = invitation.public_id
    request.session[INVITED] = dict(list(kept.items())[-MOST_KEPT:])
    return invitation.pool


@never_cache
@require_safe
def invitation(request: HttpRequest, code: str) -> HttpResponse:
    """Where a link, a letter and the square on a card lead: to the group's page."""
    pool = _come_in(request, access.invitation_by_code(code))
    return redirect("pools:pool", pool.public_id)


@require_POST
@same_site_post
def decline(request: HttpRequest, code: str) -> HttpResponse:
    """No, thank you. No account is needed and no reason is asked."""
    found = access.invitation_by_code(code)
    services.invitation_decline(invitation=found, now=clock.now())
    messages.success(request, _("Thank you. We do not ask you again about this group."))
    return redirect("/")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code of a printed card, typed by hand."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            found = access.invitation_by_code(form.cleaned_data["code"])
        except Http404:
            form.add_error("code", _("We do not know this code. Check each letter. It has no vowels and no 0 or 1."))
        else:
            return redirect("pools:pool", _come_in(request, found).public_id)
    return render(request, "pools/code.html", {"form": form})
