"""Which offer a group chooses: the vote, its minutes, and the group that comes of it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock
from marketplace.core.access import signed_in
from payments.orders.access import PersonRequest, pressed

from .. import access, presentation
from ..forms import RankForm
from ..models import Brief, Decision, Pool
from ..rules import Price
from ..services import Plan, briefs, voting
from ..states import BRIEF_DECIDED, BRIEF_VOTES, VOTE_CLOSED
from .answers import Answers
from .settling import Questions, questions_about_brief
from .starting import ask, settle
from .wanting import show


@pressed("pools:brief")
def vote(request: PersonRequest, public_id: str) -> HttpResponse:
    """One's ranking of the offers; voting again replaces it."""
    brief = access.brief_for_voter(request.standing, public_id)
    decision = Decision.objects.filter(brief=brief).first()
    if decision is None or brief.state not in BRIEF_VOTES:
        raise Http404
    form = RankForm(request.POST, options=list(decision.options.all()))
    if not form.is_valid():
        return show(request, brief, form)
    person, now = request.standing.person, clock.now()
    try:
        voting.ballot_cast(decision=decision, person=person, ranking=form.ranking, by=request.actor, now=now)
    except voting.NoVote:
        messages.warning(request, _("You have no vote here, or the vote is over."))
    else:
        messages.success(request, _("Your vote is kept. You can change it until the vote is over."))
    return redirect("pools:brief", public_id)


@signed_in
@never_cache
@require_safe
def minutes(request: PersonRequest, public_id: str) -> HttpResponse:
    """What was decided and how, for the members: it is never changed, and anybody can count it again."""
    brief = access.brief_for_member(request.standing, public_id)
    decision = Decision.objects.filter(brief=brief, state__in=VOTE_CLOSED).first()
    if decision is None:
        raise Http404
    context = {"brief": brief, "council": brief.council, "shown": presentation.minutes_of(brief, decision)}
    return render(request, "pools/wanted_minutes.html", context)


def _questions(request: PersonRequest, public_id: str) -> tuple[Brief, Questions]:
    """The questions that are left when an offer has been chosen; Http404 before."""
    brief = access.brief_for_organiser(request.standing, public_id)
    decision = Decision.objects.filter(brief=brief).first()
    chosen = voting.winner_of(decision) if decision is not None and brief.state in BRIEF_DECIDED else None
    if chosen is None or chosen.tender is None:
        raise Http404
    offer, price = chosen.tender.offer, Price(total_pence=chosen.tender.total_pence)
    answers = Answers.of(request, f"brief:{public_id}")
    return brief, questions_about_brief(brief, offer, price, answers=answers)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group_step(request: PersonRequest, public_id: str, step: str) -> HttpResponse:
    brief, questions = _questions(request, public_id)
    if brief.pool is not None:
        return redirect("pools:pool", brief.pool.public_id)
    return ask(request, questions, step, first_back=reverse("pools:brief", args=[public_id]))


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group(request: PersonRequest, public_id: str) -> HttpResponse:
    """The offer that was chosen becomes a group at its price; nobody is in it by having voted."""
    brief, questions = _questions(request, public_id)
    if brief.pool is not None:
        return redirect("pools:pool", brief.pool.public_id)

    def begin(plan: Plan) -> Pool:
        return briefs.brief_pool(brief=brief, plan=plan, by=request.actor, now=clock.now())

    told = {
        "title": _("Check your answers"),
        "button": _("Write the group down"),
        "small": _("On the next page you open it. Then we write to everybody who wanted it, and ask about the dates."),
        "leave_url": reverse("pools:brief", args=[public_id]),
    }
    return settle(request, questions, begin, told)
