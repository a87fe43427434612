"""What people are worried about, as a curator reads and decides it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.core.states import IllegalMove
from marketplace.people.middleware import SignedInRequest

from .. import access, selectors, services
from ..forms import DecisionForm, TriageForm
from ..models import Concern
from ..states import CONCERN_MOVES


@require_safe
def worries(request: SignedInRequest, slug: str) -> HttpResponse:
    council = access.council_for_curator(request.user, slug)
    context = {"council": council, "worries": selectors.open_concerns(council)}
    return render(request, "assurance/staff/concerns.html", context)


@require_safe
def worry(request: SignedInRequest, public_id: str) -> HttpResponse:
    return _page(request, access.concern_for_curator(request.user, public_id))


@require_POST
def triage(request: SignedInRequest, public_id: str) -> HttpResponse:
    mine = access.concern_for_curator(request.user, public_id)
    form = TriageForm(request.POST)
    if not form.is_valid():
        return _page(request, mine, triage_form=form)
    try:
        services.concern_triage(concern=mine, by=request.actor, now=timezone.now(), **form.cleaned_data)
    except IllegalMove:
        messages.warning(request, _("A colleague has answered these questions meanwhile."))
    return redirect("staff:concern", public_id=public_id)


@require_POST
def decide(request: SignedInRequest, public_id: str) -> HttpResponse:
    mine = access.concern_for_curator(request.user, public_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, mine, decision_form=form)
    try:
        services.concern_decide(concern=mine, by=request.actor, now=timezone.now(), **form.cleaned_data)
    except IllegalMove:
        messages.warning(request, _("A colleague has decided meanwhile."))
    else:
        messages.success(request, _("Decided, and kept with your reason."))
    return redirect("staff:concern", public_id=public_id)


@require_POST
def close(request: SignedInRequest, public_id: str) -> HttpResponse:
    mine = access.concern_for_curator(request.user, public_id)
    try:
        services.concern_close(concern=mine, by=request.actor, now=timezone.now())
    except IllegalMove:
        messages.warning(request, _("Decide first what happens."))
    else:
        messages.success(request, _("Closed."))
    return redirect("staff:concern", public_id=public_id)


def _page(
    request: SignedInRequest,
    concern: Concern,
    triage_form: TriageForm | None = None,
    decision_form: DecisionForm | None = None,
) -> HttpResponse:
    """One worry with whatever can be done next."""
    context = {
        "concern": concern,
        "council": concern.council,
        "form": triage_form or decision_form,
        "triage_form": (triage_form or TriageForm()) if CONCERN_MOVES.can(concern, "triage") else None,
        "decision_form": (decision_form or DecisionForm()) if CONCERN_MOVES.can(concern, "leave") else None,
        "may_close": CONCERN_MOVES.can(concern, "close"),
        "hidden": concern.hold is not None and concern.hold.lifted_at is None,
    }
    return render(request, "assurance/staff/concern.html", context)
