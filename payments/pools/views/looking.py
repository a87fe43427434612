"""Groups to read: yours, those near you, and the page of one, for members, for who is asked, and for neighbours."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.core import clock
from marketplace.core.access import signed_in
from marketplace.people.models import Scope, User
from payments.orders.access import PersonRequest, may_look_round
from payments.orders.presentation import first_name

from .. import access, presentation, selectors, services
from ..models import InvitationKind, Pledge, Pool
from ..services import voting
from ..states import ACTIVE, JOINABLE, MAY_CHANGE, MAY_REPAIR, NEEDS_CARD, NOT_PAID_YET, OVER, TO_CONSENT
from .entering import invitation_of

MOST_LINES = 200
KNOWN_BY_NAME = frozenset([InvitationKind.EMAIL, InvitationKind.MEMBER])  # asked in person, so they may see who is in


@signed_in
@never_cache
@require_safe
def mine(request: PersonRequest) -> HttpResponse:
    """Every group somebody is in or organises: those that wait for them, those to come, those that are over."""
    person = request.standing.person
    pools = list(selectors.pools_of(person).prefetch_related("terms__sessions")[:MOST_LINES])
    places = {pledge.pool_id: pledge for pledge in Pledge.objects.filter(person=person, pool__in=pools).order_by("pk")}
    groups: dict[str, list[dict[str, Any]]] = {"yours": [], "coming": [], "over": []}
    for pool in pools:
        pledge = places.get(pool.pk)
        groups[_where(pool, pledge, person)].append(presentation.line_of(pool, pledge))
    asked = selectors.asked_again(person, clock.now()).prefetch_related("pool__terms__sessions")[:MOST_LINES]
    groups["yours"] = [presentation.line_of_invitation(each) for each in asked] + groups["yours"]
    groups["wanted"] = [presentation.brief_line(brief) for brief in access.briefs_to_see(request.standing)]
    titles = {
        "yours": _("Waiting for you"),
        "wanted": _("What you want together"),
        "coming": _("Under way"),
        "over": _("Over"),
    }
    shown = [{"id": key, "title": title, "lines": groups[key]} for key, title in titles.items() if groups[key]]
    return render(request, "pools/mine.html", {"groups": shown})


def _where(pool: Pool, pledge: Pledge | None, person: User) -> str:
    if pool.state in OVER:
        return "over"
    if pledge is not None and pledge.state in NEEDS_CARD | TO_CONSENT | MAY_REPAIR:
        return "yours"
    if pool.organiser_id == person.pk and pool.state in MAY_CHANGE - JOINABLE:
        return "yours"
    return "coming" if pool.organiser_id == person.pk or (pledge and pledge.state in ACTIVE) else "over"


@require_safe
def near(request: PersonRequest) -> HttpResponse:
    """Groups with places that anybody in the area may join, by council; the page says how many places, never who."""
    pools = selectors.open_to_area().prefetch_related("terms__sessions")[:MOST_LINES]
    groups: dict[str, dict[str, Any]] = {}
    for pool in pools:
        if pool.places_left < 1:
            continue
        group = groups.setdefault(pool.council.slug, {"id": pool.council.slug, "title": pool.council.name, "lines": []})
        group["lines"].append(presentation.public_line(pool, pool.current.starts))
    return render(request, "pools/near.html", {"groups": list(groups.values())})


@never_cache
@require_safe
def pool(request: PersonRequest, public_id: str) -> HttpResponse:
    """One group. Members see first names; neighbours see how many places are left, and nobody."""
    standing = request.standing
    if standing:
        try:
            return _for_member(request, access.pool_for_member(standing, public_id))
        except Http404:
            may_look_round(standing)
    invited = invitation_of(request, public_id)
    if invited is not None:
        return _for_guest(request, invited.pool, invited)
    return _for_guest(request, access.pool_for_stranger(public_id), None)


def _for_guest(request: PersonRequest, pool: Pool, invited: Any) -> HttpResponse:
    named = invited is not None and invited.kind in KNOWN_BY_NAME and invited.used_at is None
    pledges = list(selectors.attendees_of(pool))
    enters = not request.standing or services.may_enter(pool, request.standing.person, invited, clock.now())
    place = presentation.place_to_take(pool, may_join=True) if enters else presentation.no_place(pool)
    if request.standing and pool.provider.keepers.filter(pk=request.standing.person.pk).exists():
        return redirect("provider_pools:pool", pool.public_id)
    context = {
        "pool": pool,
        "shown": presentation.shown(pool, pledges, with_people=named),
        "place": place,
        "council": pool.council,
        "organiser": presentation.name_of(pool.organiser) if invited is not None else "",
        "first_name": first_name(pool.provider),
        "invitation": invited if named else None,
        "listing": pool.listing,
    }
    return render(request, "pools/guest.html", context)


def _for_member(request: PersonRequest, pool: Pool) -> HttpResponse:
    standing, now = request.standing, clock.now()
    mine = selectors.pledge_of(pool, standing.person)
    pledges = list(selectors.attendees_of(pool))
    may = standing.may(Scope.BUY)
    organises = pool.organiser_id == standing.person.pk
    has_place = mine is not None and mine.state in ACTIVE
    if has_place and mine is not None:
        place = presentation.place_of(
            mine,
            pool,
            may=may,
            now=now,
            waiting=selectors.waiting_before(mine),
            take_over=selectors.take_over_pence(pool, now),
        )
    elif organises and may and not pool.by_provider:
        place = presentation.organisers_place(pool)
    else:
        place = presentation.place_to_take(pool, may_join=may and not pool.by_provider)
    context = {
        "pool": pool,
        "mine": mine,
        "has_place": has_place,
        "shown": presentation.shown(pool, pledges, with_people=True),
        "place": place,
        "council": pool.council,
        "stages": presentation.stages(pool),
        "first_name": first_name(pool.provider),
        "organises": organises and may,
        "tools": presentation.tools(pool) if organises and may else [],
        "to_open": organises and may and pool.state in MAY_CHANGE - JOINABLE,
        "asked_to_organise": may and pool.heir_id == standing.person.pk,
        "waits_for_provider": pool.state in JOINABLE and pool.current.agreed_at is None,
        "over": pool.state in OVER,
        "before": voting.chosen_before(pool, standing.person),
    }
    return render(request, "pools/pool.html", context)


@signed_in
@never_cache
@require_safe
def saving(request: PersonRequest, public_id: str) -> HttpResponse:
    """What the group keeps by buying together, compared with each alone."""
    pool = access.pool_for_member(request.standing, public_id)
    if pool.state in NOT_PAID_YET:
        return redirect("pools:pool", public_id)
    found = selectors.saving_of(pool)
    context = {
        "pool": pool,
        "saving": found,
        "council": pool.council,
        "saved_each": presentation.each_saves(found),
        "alone_pence_all": (found.alone_pence or 0) * found.heads,
    }
    return render(request, "pools/saving.html", context)
