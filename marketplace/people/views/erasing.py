"""Leaving: what goes and what stays, a week to think again, and staying after all. Always about one's own account."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.core import clock
from marketplace.core.access import signed_in
from marketplace.core.audit import SELF, Actor

from ..erasure import services
from ..forms import LeaveForm
from ..middleware import SignedInRequest
from ..models import ErasureRequest


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@reauthentication_required
def leave(request: SignedInRequest) -> HttpResponse:
    user, now = request.user, clock.now()
    asked = ErasureRequest.objects.filter(person=user, done_at=None).first()
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.erasure_ask(person=user, by=Actor(user.pk, user.pk, SELF), now=now)
        return redirect("people:leave")
    return render(
        request, "people/leave.html", {"form": form, "asked": asked, "reasons": services.obstacles(user), "now": now}
    )


@require_POST
@signed_in
def stay(request: SignedInRequest) -> HttpResponse:
    user = request.user
    services.erasure_take_back(person=user, by=Actor(user.pk, user.pk, SELF), now=clock.now())
    messages.success(request, _("Your account stays as it is."))
    return redirect("people:account")
