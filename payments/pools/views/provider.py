"""A provider's side: groups that would like to buy, yes or no to their dates, who was there, calling one off."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock, drafts
from marketplace.core.access import signed_in
from marketplace.core.drafts import signed_in_keeping_words
from marketplace.core.errors import DomainError
from payments.orders.access import PersonRequest, pressed
from payments.orders.views.provider import keeper

from .. import access, presentation, selectors, services
from ..forms import AttendanceForm, ReasonForm
from ..models import Pool, Tender
from ..states import GOES_AHEAD, JOINABLE, NOT_PAID_YET, OVER, UNDER_WAY
from .joining import busy

MOST_LINES = 200


@signed_in
@never_cache
@require_safe
def pools(request: PersonRequest) -> HttpResponse:
    """Every group with the providers this person keeps: those that wait for a yes first."""
    groups: dict[str, dict[str, Any]] = {
        "wanted": {"id": "wanted", "title": _("Groups that look for somebody"), "lines": []},
        "yours": {"id": "yours", "title": _("Waiting for your yes"), "lines": []},
        "coming": {"id": "coming", "title": _("Under way"), "lines": []},
        "over": {"id": "over", "title": _("Over"), "lines": []},
    }
    now = clock.now()
    for provider in request.user.providers_kept.all():
        offered = {each.brief_id: each for each in Tender.objects.filter(provider=provider, withdrawn_at=None)}
        for brief in selectors.briefs_for(provider, now)[:MOST_LINES]:
            line = presentation.brief_line_for_provider(brief, offered.get(brief.pk))
            groups["wanted"]["lines"].append(line)
        for pool in selectors.pools_for(provider).prefetch_related("terms__sessions")[:MOST_LINES]:
            waits = pool.state in JOINABLE and pool.current.agreed_at is None
            where = "yours" if waits else "over" if pool.state in OVER else "coming"
            groups[where]["lines"].append(presentation.line_for_provider(pool))
    shown = [group for group in groups.values() if group["lines"]]
    context = {"groups": shown, "offers": list(selectors.offers_to_share(request.user)[:MOST_LINES])}
    return render(request, "pools/provider/pools.html", context)


@signed_in
@never_cache
@require_safe
def pool(request: PersonRequest, public_id: str) -> HttpResponse:
    """One group as its provider sees it: names once it goes ahead, numbers before."""
    pool = access.pool_for_provider(request.user, public_id)
    goes_ahead = pool.state in GOES_AHEAD
    members = list(selectors.attendees_of(pool))
    absent = selectors.absences_of(pool) if goes_ahead else {}
    now = clock.now()
    context = {
        "pool": pool,
        "shown": presentation.for_provider(presentation.shown(pool, members, with_people=False)),
        "line": presentation.line_for_provider(pool),
        "council": pool.council,
        "to_agree": pool.state in JOINABLE and pool.current.agreed_at is None,
        "may_decline": pool.state in NOT_PAID_YET and not pool.by_provider,
        "may_call_off": pool.state in UNDER_WAY,
        "members": [str(each.person) for each in members] if goes_ahead else [],
        "dates": [
            {
                "pk": each.pk,
                "words": presentation.moment_words(each.starts_at),
                "over": each.starts_at <= now,
                "absent": absent.get(each.pk, []),
            }
            for each in pool.current.sessions.all()
        ]
        if goes_ahead
        else [],
        "organises": pool.organiser_id == request.user.pk and request.standing.person.pk == request.user.pk,
        "total": selectors.paid_so_far(pool),
        "goes_ahead": goes_ahead,
    }
    return render(request, "pools/provider/pool.html", context)


@pressed("provider_pools:pool")
def agree(request: PersonRequest, public_id: str) -> HttpResponse:
    """Yes to dates and price."""
    pool = access.pool_for_provider(request.user, public_id)
    try:
        services.terms_agree(pool=pool, user=request.user, by=keeper(request), now=clock.now())
    except services.NotChangeable:
        messages.warning(request, _("The time to answer is over."))
    except services.Busy:
        messages.warning(request, busy())
    else:
        messages.success(request, _("You said yes. We have told the group."))
    return redirect("provider_pools:pool", public_id)


@signed_in_keeping_words
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: PersonRequest, public_id: str) -> HttpResponse:
    """No to the dates or the price: the group ends, and nobody pays."""
    pool = access.pool_for_provider(request.user, public_id)
    if pool.state not in NOT_PAID_YET:
        return redirect("provider_pools:pool", public_id)
    page = {
        "title": _("Say no to this group"),
        "lead": _("The group ends and nobody pays. They can start another one with other dates."),
        "button": _("Say no"),
        "done": _("You said no. We have told the group."),
    }
    return _end(request, pool, services.pool_decline, page)


@signed_in_keeping_words
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: PersonRequest, public_id: str) -> HttpResponse:
    """The provider cannot come after all: everybody gets back all they paid."""
    pool = access.pool_for_provider(request.user, public_id)
    if pool.state not in UNDER_WAY:
        return redirect("provider_pools:pool", public_id)
    page = {
        "title": _("Call this group off"),
        "lead": _("Everybody is told at once, and gets back all that they paid."),
        "button": _("Call it off"),
        "done": _("Called off. We have told everybody, and what they paid goes back."),
    }
    return _end(request, pool, services.pool_call_off, page)


def _end(request: PersonRequest, pool: Pool, act: Any, page: dict[str, str]) -> HttpResponse:
    form = ReasonForm(request.POST if request.method == "POST" else drafts.taken_up(request))
    if request.method == "POST" and form.is_valid():
        try:
            act(pool=pool, by=keeper(request), now=clock.now(), words=form.cleaned_data["words"])
        except services.GatewayError:
            form.add_error(None, _("The bank did not answer, so nothing has changed. Try again in a minute."))
        except services.Busy:
            form.add_error(None, busy())
        except DomainError:
            form.add_error(None, _("That is not possible any more. Look at the group as it is now."))
        else:
            messages.success(request, page["done"])
            return redirect("provider_pools:pool", pool.public_id)
    context = {**page, "form": form, "pool": pool, "when": presentation.block_words(pool.current.starts)}
    return render(request, "pools/provider/answer.html", context)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: PersonRequest, public_id: str, date: int) -> HttpResponse:
    """Who was there on one date; noting again corrects."""
    pool, session = access.session_for_provider(request.user, public_id, date)
    members = list(selectors.attendees_of(pool))
    noted = {
        pledge_id: row.presence
        for (session_id, pledge_id), row in selectors.attendance_of(pool).items()
        if session_id == session.pk
    }
    form = AttendanceForm(request.POST if request.method == "POST" else None, members=members, noted=noted)
    if request.method == "POST" and form.is_valid():
        try:
            services.attendance_note(session=session, presence=form.presence, by=keeper(request), now=clock.now())
        except DomainError:
            form.add_error(None, _("The date has not come yet, or somebody is not in the group any more."))
        else:
            messages.success(request, _("Noted."))
            return redirect("provider_pools:pool", public_id)
    context = {"pool": pool, "form": form, "when": presentation.moment_words(session.starts_at)}
    return render(request, "pools/provider/attendance.html", context)
