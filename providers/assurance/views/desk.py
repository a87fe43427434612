"""A council's desk: what waits, and its own settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.cms import services as cms
from marketplace.cms.waiting import count_for, waiting_for
from marketplace.people.middleware import SignedInRequest
from marketplace.people.models import CouncilRole
from marketplace.people.selectors import TAKES_CALLS, councils_of

from .. import access, selectors
from ..forms import CouncilSettingsForm
from ..models import Severity
from ..states import UNDECIDED


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Everybody at a council: what they may do here. A curator of one council goes straight to its desk."""
    curates = list(councils_of(request.user, CouncilRole.CURATOR))
    if len(curates) == 1 and not request.user.is_national_operator:
        return redirect("staff:council", slug=curates[0].slug)
    context = {
        "curates": curates,
        "commissions": councils_of(request.user, CouncilRole.COMMISSIONER).exists(),
        "takes_calls": councils_of(request.user, *TAKES_CALLS).exists(),
    }
    return render(request, "assurance/staff/index.html", context)


@require_safe
def council(request: SignedInRequest, slug: str) -> HttpResponse:
    mine = access.council_for_curator(request.user, slug)
    now = timezone.now()
    worries = selectors.open_concerns(mine)
    context = {
        "council": mine,
        "waiting": waiting_for(request.user, now)[:10],
        "waiting_count": count_for(request.user),
        "worries_count": worries.count(),
        "urgent_count": worries.filter(severity=Severity.HIGH, state__in=UNDECIDED).count(),
        "running_out": selectors.running_out(mine, timezone.localdate(now))[:5],
        "suspended_count": selectors.providers_of(mine, show="suspended").count(),
        "takes_calls": councils_of(request.user, *TAKES_CALLS).exists(),
    }
    return render(request, "assurance/staff/council.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: SignedInRequest, slug: str) -> HttpResponse:
    mine = access.council_for_curator(request.user, slug)
    form = CouncilSettingsForm(
        request.POST if request.method == "POST" else None, initial=CouncilSettingsForm.initial_of(mine), council=mine
    )
    if request.method == "POST" and form.is_valid():
        cms.council_change(council=mine, by=request.actor, now=timezone.now(), **form.facts)
        messages.success(request, _("Saved. Everybody sees it from now on."))
        return redirect("staff:council", slug=slug)
    return render(request, "assurance/staff/settings.html", {"council": mine, "form": form})
