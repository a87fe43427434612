"""Where the saving of a group goes next: who takes part, what is proposed, one vote a member, and what came of it."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.core import clock
from marketplace.core.access import signed_in
from marketplace.core.errors import DomainError
from marketplace.core.money import pounds_exact
from payments.orders.access import PersonRequest, pressed

from .. import access, presentation
from ..forms import OptionForm, PartForm, RankForm
from ..models import Decision, Pledge, Pool
from ..services import voting
from ..states import GOES_AHEAD, PAID, VOTE_OPEN

VOTE_LASTS = timedelta(days=7)


@signed_in
@never_cache
@require_safe
def vote(request: PersonRequest, public_id: str) -> HttpResponse:
    """The vote of a group that goes ahead; only those who put part of their saving to it have one."""
    return _show(request, _pool(request, public_id), {})


def _pool(request: PersonRequest, public_id: str) -> Pool:
    pool = access.pool_for_member(request.standing, public_id)
    if pool.state not in GOES_AHEAD:
        raise Http404
    return pool


def _show(request: PersonRequest, pool: Pool, forms: dict[str, Any]) -> HttpResponse:
    person, now = request.standing.person, clock.now()
    mine = Pledge.objects.filter(pool=pool, person=person, state__in=PAID, left_at=None).first()
    decision = Decision.objects.filter(pool=pool).order_by("-pk").first()
    part = getattr(mine, "reinvestment", None) if mine else None
    open_now = decision is not None and decision.state in VOTE_OPEN and now < decision.closes_at
    votes = decision is not None and person.pk in voting.voters_of(decision)
    saved = voting.saving_of_one(pool, mine) if mine else 0
    most = voting.most_to_put_in(pool, mine) if mine else 0
    won = voting.winner_of(decision) if decision else None
    context = {
        "pool": pool,
        "council": pool.council,
        "mine": mine,
        "part": pounds_exact(part.pence) if part else "",
        "saved": saved,
        "most": most,
        "stays": saved - most,
        "decision": decision,
        "open": open_now,
        "votes": votes and open_now,
        "until": presentation.until_words(decision.closes_at) if decision else "",
        "options": [option.words for option in decision.options.all()] if decision else [],
        "won": won,
        "counted": decision.result if decision and not open_now else {},
        "together": voting.put_in(pool) if won else 0,
        "may_open": part is not None and not open_now,
        "form": forms.get("shown"),
        "part_form": forms.get("part") or PartForm(most=most),
        "option_form": forms.get("option") or OptionForm(),
        "rank_form": forms.get("rank") or (RankForm(options=list(decision.options.all())) if decision else None),
    }
    return render(request, "pools/vote.html", context)


def _place(request: PersonRequest, public_id: str) -> tuple[Pool, Pledge]:
    pool = _pool(request, public_id)
    pledge = access.pledge_for_payer(request.standing, public_id)
    if pledge.state not in PAID:
        raise Http404
    return pool, pledge


def _decision(pool: Pool) -> Decision:
    found = Decision.objects.filter(pool=pool).order_by("-pk").first()
    if found is None:
        raise Http404
    return found


@pressed("pools:vote")
def part(request: PersonRequest, public_id: str) -> HttpResponse:
    """How much of one's own saving the group may decide about; nothing is taken."""
    pool, pledge = _place(request, public_id)
    form = PartForm(request.POST, most=voting.most_to_put_in(pool, pledge))
    if not form.is_valid():
        return _show(request, pool, {"shown": form, "part": form})
    pence = form.cleaned_data["pence"]
    try:
        voting.reinvestment_set(pledge=pledge, pence=pence, by=request.actor, now=clock.now())
    except voting.NothingSaved:
        messages.warning(request, _("That is more than you can put in."))
    else:
        messages.success(request, _("Noted. Nothing has been taken.") if pence else _("Taken back."))
    return redirect("pools:vote", public_id)


@pressed("pools:vote")
def open_vote(request: PersonRequest, public_id: str) -> HttpResponse:
    """Ask everybody who takes part; a week to propose and to vote."""
    pool, pledge = _place(request, public_id)
    if not hasattr(pledge, "reinvestment"):
        raise Http404
    now = clock.now()
    question = _("Where does our saving go?")
    try:
        voting.decision_open(pool=pool, question=question, closes_at=_closes(now), by=request.actor, now=now)
    except DomainError:
        messages.warning(request, _("That is not possible just now."))
    else:
        messages.success(request, _("The vote is open for a week. Say what you would do with it."))
    return redirect("pools:vote", public_id)


def _closes(now: datetime) -> datetime:
    return (timezone.localtime(now) + VOTE_LASTS).replace(hour=18, minute=0, second=0, microsecond=0)


@pressed("pools:vote")
def propose(request: PersonRequest, public_id: str) -> HttpResponse:
    pool, _pledge = _place(request, public_id)
    form = OptionForm(request.POST)
    if not form.is_valid():
        return _show(request, pool, {"shown": form, "option": form})
    facts: dict[str, Any] = {"person": request.standing.person, "by": request.actor, "now": clock.now()}
    try:
        voting.option_propose(decision=_decision(pool), words=form.cleaned_data["words"], **facts)
    except voting.NoVote:
        messages.warning(request, _("Nothing more can be proposed in this vote."))
    else:
        messages.success(request, _("Proposed. Everybody who votes can read it."))
    return redirect("pools:vote", public_id)


@pressed("pools:vote")
def cast(request: PersonRequest, public_id: str) -> HttpResponse:
    """One's ranking; casting again replaces it."""
    pool, _pledge = _place(request, public_id)
    decision = _decision(pool)
    form = RankForm(request.POST, options=list(decision.options.all()))
    if not form.is_valid():
        return _show(request, pool, {"shown": form, "rank": form})
    facts: dict[str, Any] = {"person": request.standing.person, "by": request.actor, "now": clock.now()}
    try:
        voting.ballot_cast(decision=decision, ranking=form.ranking, **facts)
    except voting.NoVote:
        messages.warning(request, _("You have no vote here, or the vote is over."))
    else:
        messages.success(request, _("Your vote is kept. You can change it until the vote is over."))
    return redirect("pools:vote", public_id)
