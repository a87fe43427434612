"""Who may act for me: asking them, seeing what was done, ending it. Always about one's own account."""

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.core import audit
from marketplace.core.access import signed_in
from marketplace.core.audit import SELF, Actor

from .. import access, selectors, services
from ..forms import InviteForm
from ..middleware import SignedInRequest
from ..models import User

DEEDS_A_PAGE = 30
REFUSALS = {
    services.InvitesThemself: (
        "email",
        gettext_lazy("That is your own address. Type the address of the person you want to ask."),
    ),
    services.AlreadyInvited: (
        "email",
        gettext_lazy("You have asked this address already. You can send that invitation again."),
    ),
    services.AlreadyHelps: (
        "email",
        gettext_lazy("The person with this address acts for you already. To change what they may do, end that first."),
    ),
    services.TooManyLetters: (
        None,
        gettext_lazy("Ten invitations wait for an answer. Take one back before you ask again."),
    ),
    services.EndsBeforeStart: ("ends_on", gettext_lazy("The last day is before the first. Check both dates.")),
}


def _self(user: User) -> Actor:
    return Actor(user.pk, user.pk, SELF)


@require_safe
@signed_in
def helpers(request: SignedInRequest) -> HttpResponse:
    now, user = timezone.now(), request.user
    return render(
        request,
        "people/helpers.html",
        {
            "helpers": selectors.helpers_of(user, now),
            "invitations": selectors.invitations_waiting(user),
            "once": selectors.helpers_once(user, now),
            "now": now,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def invite(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    form = InviteForm(
        request.POST if request.method == "POST" else None, initial={"starts_on": timezone.localdate(now)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            invitation = services.invitation_send(
                person=request.user, by=_self(request.user), now=now, **form.cleaned_data
            )
        except tuple(REFUSALS) as refusal:
            form.add_error(*REFUSALS[type(refusal)])
        else:
            messages.success(
                request,
                _("We have written to %(name)s at %(email)s.") % {"name": invitation.name, "email": invitation.email},
            )
            return redirect("people:helpers")
    return render(request, "people/invite.html", {"form": form})


@require_POST
@signed_in
def invitation_replace(request: SignedInRequest, public_id: str) -> HttpResponse:
    return _change_invitation(
        request,
        public_id,
        services.invitation_replace,
        _("Sent again. The link in the earlier letter has stopped working."),
    )


@require_POST
@signed_in
def invitation_withdraw(request: SignedInRequest, public_id: str) -> HttpResponse:
    done = _("Taken back. The link in the letter no longer works.")
    return _change_invitation(request, public_id, services.invitation_withdraw, done)


def _change_invitation(request: SignedInRequest, public_id: str, change, done: str) -> HttpResponse:
    invitation = access.invitation_of(request.user, public_id)
    try:
        change(invitation=invitation, by=_self(request.user), now=timezone.now())
    except services.InvitationOver:
        messages.warning(request, _("It was answered a moment ago, so nothing was changed."))
    else:
        messages.success(request, done)
    return redirect("people:helpers")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def end(request: SignedInRequest, delegation_id: int) -> HttpResponse:
    """Asked once more on a page of its own, then at once."""
    now = timezone.now()
    delegation = access.helper_of(request.user, delegation_id, now)
    if request.method == "POST":
        try:
            services.delegation_end(delegation=delegation, by=_self(request.user), now=now)
        except services.AlreadyEnded:
            messages.warning(request, _("It had ended already."))
        else:
            messages.success(request, _("%(name)s can no longer act for you.") % {"name": delegation.delegate})
        return redirect("people:helpers")
    return render(request, "people/end.html", {"delegation": delegation})


@require_safe
@signed_in
def what_was_done(request: SignedInRequest) -> HttpResponse:
    page = Paginator(selectors.done_for(request.user), DEEDS_A_PAGE).get_page(request.GET.get("page"))
    names = selectors.names_of({entry.by_id for entry in page})
    somebody = _("Somebody")
    deeds = [
        {
            "at": entry.at,
            "words": audit.sentence_of(entry, names.get(entry.by_id or 0, somebody)),
            "by_phone": entry.channel == audit.PHONE and entry.action != "people.call.start",  # that one says so itself
        }
        for entry in page
    ]
    return render(
        request,
        "people/what_was_done.html",
        {
            "days": _by_day(deeds),
            "page": page,
            "later_url": f"?page={page.previous_page_number()}" if page.has_previous() else "",
            "earlier_url": f"?page={page.next_page_number()}" if page.has_next() else "",
        },
    )


def _by_day(deeds: list[dict]) -> list[dict]:
    """The deeds under the day they were done, in the order they came."""
    days: list[dict] = []
    for deed in deeds:
        at: datetime = deed["at"]
        day = timezone.localdate(at)
        if not days or days[-1]["day"] != day:
            days.append({"day": day, "deeds": []})
        days[-1]["deeds"].append(deed)
    return days
