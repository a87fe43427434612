"""For whom I may act: answering an invitation, beginning, stopping, giving it up."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.core import audit
from marketplace.core.access import path_on_this_site, signed_in
from marketplace.core.audit import DELEGATE, Actor

from .. import access, links, selectors, services
from ..middleware import ACTING_FOR, ON_THE_PHONE, SignedInRequest


@require_safe
@signed_in
def helping(request: SignedInRequest) -> HttpResponse:
    """The people I may act for."""
    return render(
        request,
        "people/helping.html",
        {
            "delegations": selectors.people_helped_by(request.user, timezone.now()),
            "acting_for": request.session.get(ACTING_FOR),
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """The page behind the link in a letter. Whoever is signed out learns nothing, whatever the key."""
    if not request.user.is_authenticated:
        back = urlencode({"next": request.path})
        return render(
            request,
            "people/invitation_sign_in.html",
            {
                "login_url": f"{reverse('account_login')}?{back}",
                "signup_url": f"{reverse('account_signup')}?{back}",
            },
        )
    now, user = timezone.now(), request.user
    letter = access.invitation_by_key(user, key, now)
    if letter is None:
        return _refused(request)
    if request.method == "POST":
        answer = request.POST.get("answer")
        by = Actor(user.pk, letter.person_id, DELEGATE)
        try:
            if answer == "yes":
                services.invitation_accept(invitation=letter, user=user, by=by, now=now)
                messages.success(request, _("You can now act for %(name)s.") % {"name": letter.person})
                return redirect("people:helping")
            if answer == "no":
                services.invitation_decline(invitation=letter, user=user, by=by, now=now)
                messages.success(request, _("You have said no. We have told %(name)s.") % {"name": letter.person})
                return redirect("/")
        except (services.InvitationOver, services.NotTheirLetter):
            return _refused(request)
    return render(request, "people/invitation.html", {"letter": letter})


def _refused(request: HttpRequest) -> HttpResponse:
    return render(request, "people/invitation_refused.html", status=404)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def start(request: SignedInRequest, delegation_id: int) -> HttpResponse:
    """A press begins it. A letter about them leads here, and after the press on to the page that it is about."""
    now, user = timezone.now(), request.user
    delegation = access.delegation_to_act_under(user, delegation_id, now)
    onward = path_on_this_site(request, request.GET.get(links.ONWARD, ""), "/")
    if request.method != "POST":
        if request.session.get(ACTING_FOR) == delegation.pk:
            return redirect(onward)
        return render(request, "people/act_for.html", {"delegation": delegation, "onward": onward})
    request.session.pop(ON_THE_PHONE, None)
    request.session[ACTING_FOR] = delegation.pk
    audit.record("people.acting.start", by=Actor(user.pk, delegation.person_id, DELEGATE), subject=delegation, at=now)
    return redirect(onward)


@require_POST
@signed_in
def stop(request: SignedInRequest) -> HttpResponse:
    """Back to oneself; also when there was nothing to stop."""
    delegation = request.standing.delegation
    if request.session.pop(ACTING_FOR, None) is not None and delegation is not None:
        audit.record("people.acting.stop", by=request.actor, subject=delegation, at=timezone.now())
        messages.success(request, _("You are acting for yourself again."))
    return redirect("people:helping")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: SignedInRequest, delegation_id: int) -> HttpResponse:
    """The delegate's own end of it, having read that only the person can begin it again."""
    now, user = timezone.now(), request.user
    delegation = access.delegation_to_act_under(user, delegation_id, now)
    if request.method != "POST":
        return render(request, "people/give_up.html", {"delegation": delegation})
    if request.session.get(ACTING_FOR) == delegation.pk:
        del request.session[ACTING_FOR]
    try:
        services.delegation_end(delegation=delegation, by=Actor(user.pk, delegation.person_id, DELEGATE), now=now)
    except services.AlreadyEnded:
        messages.warning(request, _("It had ended already."))
    else:
        messages.success(request, _("You no longer act for %(name)s.") % {"name": delegation.person})
    return redirect("people:helping")
