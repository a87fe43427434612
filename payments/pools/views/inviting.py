"""Asking people to join: a link to pass on, letters, and a card to print."""

from typing import Any

import qrcode
import qrcode.image.svg
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.core import clock, drafts
from marketplace.core.access import signed_in
from marketplace.core.drafts import signed_in_keeping_words
from payments.orders.access import PersonRequest
from payments.orders.presentation import first_name

from .. import access, presentation, selectors, services
from ..forms import InviteForm
from ..models import Invitation, Pool
from ..states import ACTIVE, JOINABLE
from .joining import busy

MOST_SHOWN = 200
CARDS_A_PAGE = 4


@signed_in_keeping_words
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: PersonRequest, public_id: str) -> HttpResponse:
    """The link, the letters that went, and a box for more."""
    pool = access.pool_for_organiser(request.standing, public_id)
    if pool.state not in JOINABLE:
        messages.warning(request, _("It is closed for joining, so nobody can be asked any more."))
        return redirect("pools:pool", public_id)
    form = InviteForm(request.POST if request.method == "POST" else drafts.taken_up(request))
    if request.method == "POST" and form.is_valid() and _send(request, pool, form):
        return redirect("pools:invite", public_id)
    link = selectors.link_of(pool)
    context = {
        "pool": pool,
        "council": pool.council,
        "form": form,
        "link": _address(link) if link else "",
        "letters": [_letter(each) for each in selectors.invitations_of(pool)[:MOST_SHOWN]],
        "places": presentation.places_words(pool),
        "until": presentation.until_words(pool.pledge_by),
        "no_place": _has_no_place(request, pool),
    }
    return render(request, "pools/invite.html", context)


def _has_no_place(request: PersonRequest, pool: Pool) -> bool:
    """Whether the organiser could take a place and has none: starting a group is easily taken for joining it."""
    if pool.by_provider or pool.places_left < 1:
        return False
    mine = selectors.pledge_of(pool, request.standing.person)
    return mine is None or mine.state not in ACTIVE


def _address(invitation: Invitation) -> str:
    return settings.SITE_URL + reverse("pools:invitation", args=[invitation.public_id])


def _send(request: PersonRequest, pool: Pool, form: InviteForm) -> bool:
    people = [("", email) for email in form.cleaned_data["emails"]]
    try:
        sent = services.invitations_send(pool=pool, people=people, by=request.actor, now=clock.now())
    except services.TooManyInvitations as error:
        form.add_error("emails", _too_many(error.left))
    except services.NotChangeable:
        form.add_error("emails", _("It is closed for joining, so no letter went."))
    except services.Busy:
        form.add_error("emails", busy())
    else:
        words = ngettext("%(n)d letter is on its way.", "%(n)d letters are on their way.", len(sent))
        known = len(people) - len(sent)
        more = _("%(known)d had one already.") % {"known": known} if known else ""
        messages.success(request, f"{words % {'n': len(sent)}} {more}".strip())
        return True
    return False


def _too_many(left: int) -> str:
    """Kindly: nothing was lost, and there are other ways."""
    if left:
        return _(
            "Only %(left)d more letters can go now, and none of these went. Send %(left)d of them, and the others in "
            "an hour. The link and the card have no limit."
        ) % {"left": left}
    return _("That is all the letters for now, and none of these went. Try again in an hour, or use the link or card.")


def _letter(invitation: Invitation) -> dict[str, Any]:
    if invitation.used_at:
        state, kind = _("Joined"), "yes"
    elif invitation.declined_at:
        state, kind = _("Said no"), "stop"
    elif invitation.withdrawn_at:
        state, kind = _("Taken back"), "stop"
    else:
        state, kind = _("No answer yet"), "heed"
    return {
        "email": invitation.email,
        "state": state,
        "kind": kind,
        "public_id": invitation.public_id,
        "open": kind == "heed",
    }


@require_POST
@signed_in
def withdraw_letter(request: PersonRequest, public_id: str, letter_id: str) -> HttpResponse:
    """The letter's link opens nothing any more."""
    found = access.invitation_for_organiser(request.standing, public_id, letter_id)
    services.invitation_withdraw(invitation=found, by=request.actor, now=clock.now())
    messages.success(request, _("Taken back. That link opens nothing any more."))
    return redirect("pools:invite", public_id)


@require_POST
@signed_in
def new_link(request: PersonRequest, public_id: str) -> HttpResponse:
    """For a link that went too far: another one, and the old one opens nothing."""
    pool = access.pool_for_organiser(request.standing, public_id)
    try:
        services.invitation_link_renew(pool=pool, by=request.actor, now=clock.now())
    except services.NotChangeable:
        messages.warning(request, _("It is closed for joining, so nobody can be asked any more."))
        return redirect("pools:pool", public_id)
    except services.Busy:
        messages.warning(request, busy())
        return redirect("pools:invite", public_id)
    messages.success(request, _("Here is a new link. The old one opens nothing any more."))
    return redirect("pools:invite", public_id)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: PersonRequest, public_id: str) -> HttpResponse:
    """Cards to print and hand out: what, when, a code to type, a square for a telephone. Asking makes the code."""
    pool = access.pool_for_organiser(request.standing, public_id)
    if request.method != "POST":
        return redirect("pools:invite", public_id)
    try:
        found = services.invitation_card(pool=pool, by=request.actor, now=clock.now())
    except services.NotChangeable:
        messages.warning(request, _("It is closed for joining, so nobody can be asked any more."))
        return redirect("pools:pool", public_id)
    except services.Busy:
        messages.warning(request, busy())
        return redirect("pools:invite", public_id)
    context = {
        "pool": pool,
        "council": pool.council,
        "code": found.public_id,
        "site": settings.SITE_URL.partition("://")[2] + reverse("pools:code"),
        "square": _square(_address(found)),
        "cards": range(CARDS_A_PAGE),
        "when": presentation.block_words(pool.current.starts),
        "until": presentation.until_words(pool.pledge_by),
        "first_name": first_name(pool.provider),
    }
    return render(request, "pools/card.html", context)


def _square(address: str) -> SafeString:
    """The address as a square that telephones read, drawn by us."""
    code = qrcode.QRCode(border=2, image_factory=qrcode.image.svg.SvgPathImage)
    code.add_data(address)
    drawn = code.make_image().to_string(encoding="unicode")
    return mark_safe(drawn[drawn.index("<svg") :])  # noqa: S308  our own drawing of our own address
