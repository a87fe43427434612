"""What a group wants: written on one page, shared by a link, sent to providers."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock, drafts, geo
from marketplace.core.access import signed_in
from marketplace.core.drafts import signed_in_keeping_words
from marketplace.core.errors import DomainError
from marketplace.people.models import Council
from payments.orders import access as orders
from payments.orders.access import PersonRequest, pressed
from providers.listings.selectors import categories_for

from .. import access, presentation, selectors
from ..forms import AskForm, RankForm, WantForm
from ..models import Brief, Decision
from ..services import asked, briefs, voting
from ..states import BRIEF_DECIDED, BRIEF_VOTES, BRIEF_WRITING, TAKES_MEMBERS, VOTE_OPEN

FIRST_DAYS = timedelta(days=14), timedelta(days=21)  # until providers are asked and the days are chosen
MOST_NAMED = 40  # providers to choose from, on one page


@signed_in_keeping_words
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def want(request: PersonRequest) -> HttpResponse:
    """Write down what a group wants, on one page. Nobody but the writer sees it yet."""
    orders.buyer(request.standing)
    kinds = [(kind.slug, kind.name) for kind in categories_for(None)]
    typed = request.POST if request.method == "POST" else drafts.taken_up(request)
    form = WantForm(typed, kinds=kinds, initial={"token": secrets.token_urlsafe(16)})
    if request.method == "POST" and form.is_valid():
        council = _council(form)
        brief = _start(request, form, council) if council is not None else None
        if brief is not None:
            messages.success(request, _("Written down. Now ask others to join you."))
            return redirect("pools:brief", brief.public_id)
    return render(request, "pools/want.html", {"form": form})


def _council(form: WantForm) -> Council | None:
    place = geo.understand(form.cleaned_data["postcode"])
    council = selectors.council_of(place.la_code or "") if isinstance(place, geo.Place) else None
    if council is None:
        form.add_error("postcode", _("No council of that area takes part here yet, so there is nobody to ask."))
    return council


def _start(request: PersonRequest, form: WantForm, council: Council) -> Brief | None:
    said, now = form.cleaned_data, clock.now()
    try:
        return briefs.brief_start(
            organiser=request.standing.person,
            council=council,
            name=said["name"],
            words=said["words"],
            category=categories_for(None).filter(slug=said["kind"]).first() if said["kind"] else None,
            heads=said["heads"],
            offers_by=now + FIRST_DAYS[0],
            vote_by=now + FIRST_DAYS[1],
            token=said["token"],
            by=request.actor,
            now=now,
        )
    except briefs.TooManyBriefs:
        form.add_error(None, _("You have five of these already that are not decided. Call one off first."))
    return None


@signed_in
@never_cache
@require_safe
def brief(request: PersonRequest, public_id: str) -> HttpResponse:
    """What a group wants and how it stands, for those who want it."""
    return show(request, access.brief_for_member(request.standing, public_id))


def show(request: PersonRequest, brief: Brief, rank: RankForm | None = None) -> HttpResponse:
    now, person = clock.now(), request.standing.person
    decision = Decision.objects.filter(brief=brief).first()
    open_now = decision is not None and decision.state in VOTE_OPEN and now < decision.closes_at
    votes = open_now and decision is not None and person.pk in voting.voters_of(decision)
    won = voting.winner_of(decision) if decision is not None and brief.state in BRIEF_DECIDED else None
    tender = won.tender if won is not None else None
    organises = brief.organiser_id == person.pk and request.standing.may(orders.Scope.BUY)
    members = list(brief.members.select_related("person").order_by("joined_at", "pk"))
    offers = asked.offers_of(brief).count()
    title, explains = presentation.headline(brief, offers, tender)
    context = {
        "brief": brief,
        "council": brief.council,
        "title": title,
        "explains": explains,
        "stages": presentation.brief_stages(brief),
        "names": [presentation.name_of(member.person) for member in members],
        "organises": organises,
        "link": _link(brief) if brief.state in TAKES_MEMBERS else "",
        "to_ask": organises and brief.state in BRIEF_WRITING,
        "enough": len(members) > 1,
        "may_end": organises and brief.state in TAKES_MEMBERS,
        "offers": [presentation.offer_shown(each, brief.heads) for each in selectors.tenders_shown(brief)],
        "rank_form": rank or (_rank_form(request, decision) if votes and decision is not None else None),
        "form": rank,
        "voted": votes and decision is not None and decision.ballots.filter(person=person).exists(),
        "minutes": decision is not None and not open_now and brief.state not in BRIEF_VOTES,
        "to_group": organises and tender is not None and brief.pool is None,
        "pool": brief.pool if brief.pool is not None and brief.organiser_id == person.pk else None,
    }
    return render(request, "pools/wanted.html", context)


def _rank_form(request: PersonRequest, decision: Decision) -> RankForm:
    """With the numbers that this member gave before."""
    mine = decision.ballots.filter(person=request.standing.person).first()
    given = {f"rank-{pk}": number for number, pk in enumerate(mine.ranking if mine else [], 1)}
    return RankForm(options=list(decision.options.all()), initial=given)


def _link(brief: Brief) -> str:
    return settings.SITE_URL + reverse("pools:brief_come", args=[briefs.link_code(brief)])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def come(request: PersonRequest, code: str) -> HttpResponse:
    """Where the link leads: read it, and want the same. Who is not signed in does that first."""
    brief = access.brief_by_link(request.standing, code)
    if request.method == "POST":
        return _join(request, brief, code)
    if request.standing and brief.members.filter(person=request.standing.person).exists():
        return redirect("pools:brief", brief.public_id)
    context = {
        "brief": brief,
        "council": brief.council,
        "organiser": presentation.name_of(brief.organiser),
        "open": presentation.may_be_joined(brief),
        "many": brief.members.count(),
    }
    return render(request, "pools/wanted_come.html", context)


@signed_in
def _join(request: PersonRequest, brief: Brief, code: str) -> HttpResponse:
    try:
        briefs.brief_join(brief=brief, person=request.standing.person, by=request.actor, now=clock.now())
    except briefs.NotAsked:
        messages.warning(request, _("You cannot join this any more, or you have made an offer to it yourself."))
        return redirect("pools:brief_come", code)
    messages.success(request, _("You are in. We write to you when there is something to read or to vote on."))
    return redirect("pools:brief", brief.public_id)


@signed_in_keeping_words
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: PersonRequest, public_id: str) -> HttpResponse:
    """Whom to ask for offers, and how long that takes."""
    brief = access.brief_for_organiser(request.standing, public_id)
    if brief.state not in BRIEF_WRITING:
        return redirect("pools:brief", public_id)
    matching = list(asked.providers_matching(brief)[:MOST_NAMED])
    choices = [(provider.public_id, provider.name) for provider in matching]
    form = AskForm(request.POST if request.method == "POST" else drafts.taken_up(request), providers=choices)
    if request.method == "POST" and form.is_valid() and matching:
        chosen = set(form.cleaned_data.get("providers", []))
        named = [provider for provider in matching if provider.public_id in chosen]
        offers_by, vote_by = form.moments(now := clock.now())
        if _ask(brief, form, {"providers": named, "offers_by": offers_by, "vote_by": vote_by}, request, now):
            return redirect("pools:brief", public_id)
    many = ngettext("%(n)d provider near you does this.", "%(n)d providers near you do this.", len(matching))
    context = {
        "brief": brief,
        "council": brief.council,
        "form": form,
        "anybody": bool(matching),
        "lead": many % {"n": len(matching)},
    }
    return render(request, "pools/wanted_ask.html", context)


def _ask(brief: Brief, form: AskForm, what: dict[str, Any], request: PersonRequest, now: datetime) -> bool:
    try:
        briefs.brief_ask(brief=brief, by=request.actor, now=now, **what)
    except briefs.TooFewMembers:
        form.add_error(None, _("Nobody else has joined yet. Send somebody the link first, then ask providers."))
    except DomainError:
        form.add_error(None, _("Providers have been asked already."))
    else:
        messages.success(request, _("Sent. We write to you when an offer comes."))
        return True
    return False


@pressed("pools:brief")
def new_link(request: PersonRequest, public_id: str) -> HttpResponse:
    """For a link that went too far: another one, and the old one opens nothing."""
    brief = access.brief_for_organiser(request.standing, public_id)
    try:
        briefs.brief_link_renew(brief=brief, by=request.actor, now=clock.now())
    except briefs.NotAsked:
        messages.warning(request, _("It is closed for joining, so nobody can be asked any more."))
    else:
        messages.success(request, _("Here is a new link. The old one opens nothing any more."))
    return redirect("pools:brief", public_id)


@pressed("pools:brief")
def end(request: PersonRequest, public_id: str) -> HttpResponse:
    """Call it off, before anybody votes."""
    brief = access.brief_for_organiser(request.standing, public_id)
    try:
        briefs.brief_end(brief=brief, by=request.actor, now=clock.now())
    except briefs.NotAsked:
        messages.warning(request, _("The vote has begun, so it goes on."))
    else:
        messages.success(request, _("Called off. We have told everybody who is in it."))
    return redirect("pools:brief", public_id)
