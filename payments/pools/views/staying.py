"""One's own place: the card, a card that failed, leaving, waiting, taking a place over, a date one cannot come to."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock
from marketplace.core.access import signed_in
from marketplace.core.errors import DomainError
from marketplace.core.money import pounds_exact
from payments.orders.access import PersonRequest, buyer
from payments.orders.presentation import first_name

from .. import access, presentation, selectors, services
from ..models import Pledge, Pool
from ..states import (
    COUNTS,
    HAS_PLACE,
    JOINABLE,
    MAY_REPAIR,
    MAY_WITHDRAW,
    NEEDS_CARD,
    ON_WAITING_LIST,
    PAID,
    UNDER_WAY,
)
from .entering import invitation_of
from .joining import busy, why_not

Ask = Callable[[str, str], str]


def consent_words(pledge: Pledge) -> str:
    """What saving a card says yes to, shown above the gateway's own button."""
    return _(
        "%(provider)s may charge this card once, and at most %(worst)s, if the group “%(name)s” goes ahead after "
        "%(until)s. You can leave free until then on this site."
    ) % {
        "provider": pledge.pool.provider.name,
        "worst": pounds_exact(pledge.worst_pence),
        "name": pledge.pool.name,
        "until": presentation.until_words(pledge.pool.pledge_by),
    }


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: PersonRequest, public_id: str) -> HttpResponse:
    """What saving a card means; the button leads to the payment company's page."""
    pledge = access.pledge_for_payer(request.standing, public_id)
    may = pledge.state in NEEDS_CARD | MAY_REPAIR or (pledge.state in COUNTS and pledge.pool.state in JOINABLE)
    if not may or pledge.by_funder:
        return redirect("pools:pool", public_id)

    def ask(saved_url: str, back_url: str) -> str:
        return services.card_begin(
            pledge=pledge, consent=consent_words(pledge), saved_url=saved_url, back_url=back_url, now=clock.now()
        )

    if request.method == "POST":
        return _to_gateway(request, pledge, ask)
    context = {
        "pool": pledge.pool,
        "council": pledge.pool.council,
        "pledge": pledge,
        "worst": pledge.worst_pence,
        "until": presentation.until_words(pledge.pool.pledge_by),
        "kept_until": presentation.until_words(pledge.place_until) if pledge.place_until else "",
        "repairs": pledge.state in MAY_REPAIR,
        "provider": pledge.pool.provider,
        "by_phone": request.standing.call is not None,
    }
    return render(request, "pools/save_card.html", context)


def _to_gateway(request: PersonRequest, pledge: Pledge, ask: Ask) -> HttpResponse:
    """To the page that `ask` opens, or back to the group with the reason."""
    here = reverse("pools:pool", args=[pledge.pool.public_id])
    if request.standing.call is not None:
        messages.warning(request, _("Nobody may give a card number by phone. They use the link in their letter."))
        return redirect(here)
    saved = request.build_absolute_uri(reverse("pools:card_saved", args=[pledge.pool.public_id]))
    try:
        return HttpResponseRedirect(ask(saved, saved))
    except services.GatewayError:
        messages.warning(request, _("The card page did not answer. Nothing was taken. Try again in a minute."))
    except DomainError as error:
        messages.warning(request, why_not(error, pledge.pool))
    return redirect(here)


@signed_in
@never_cache
@require_safe
def card_saved(request: PersonRequest, public_id: str) -> HttpResponse:
    """Where the card page sends people, done or not. The browser's word counts for nothing: the gateway is asked."""
    pledge = access.pledge_to_see(request.standing, public_id)
    before = pledge.state
    try:
        pledge = services.card_look_up(pledge=pledge, now=clock.now())
        pledge = services.repair_look_up(pledge=pledge, now=clock.now())
    except services.GatewayError:
        messages.warning(request, _("The bank has not answered yet. Nothing was taken. Look again in a minute."))
        return redirect("pools:pool", public_id)
    except services.Busy:
        messages.warning(request, busy())
        return redirect("pools:pool", public_id)
    if pledge.state in NEEDS_CARD:
        messages.warning(request, _("No card has been saved so far. Your place is kept for a while."))
    elif pledge.state in MAY_REPAIR:
        messages.warning(request, _("That did not work yet. Nothing was taken. Try again, or use another card."))
    elif before in MAY_REPAIR:
        messages.success(request, _("That worked. Your place is safe."))
    else:
        messages.success(request, _("Saved. You are in, and ready. Nothing has been taken."))
    return redirect("pools:pool", public_id)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def repair(request: PersonRequest, public_id: str) -> HttpResponse:
    """A card that failed: try it again with the bank's question answered, or use another."""
    pledge = access.pledge_for_payer(request.standing, public_id)
    if pledge.state not in MAY_REPAIR:
        return redirect("pools:pool", public_id)
    now = clock.now()
    if request.method == "POST":

        def ask(done_url: str, back_url: str) -> str:
            return services.repair_begin(pledge=pledge, back_url=back_url, done_url=done_url, now=now)

        return _to_gateway(request, pledge, ask)
    until = pledge.mend_until
    context = {
        "pool": pledge.pool,
        "council": pledge.pool.council,
        "pledge": pledge,
        "until": presentation.until_words(until) if until else "",
        "left": presentation.hours_left(until, now) if until else "",
        "late": pledge.pool.state in UNDER_WAY and pledge.replaces_id is None,
        "owed": pledge.share_pence or pledge.worst_pence,
        "by_phone": request.standing.call is not None,
    }
    return render(request, "pools/repair.html", context)


def _asked(request: PersonRequest, pledge: Pledge, context: dict[str, Any]) -> HttpResponse:
    page = {
        "pool": pledge.pool,
        "council": pledge.pool.council,
        "pledge": pledge,
        "first_name": first_name(pledge.pool.provider),
        **context,
    }
    return render(request, "pools/leave.html", page)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: PersonRequest, public_id: str) -> HttpResponse:
    """Leave before it is closed, having read that nothing is paid."""
    pledge = access.pledge_for_payer(request.standing, public_id)
    if pledge.state not in MAY_WITHDRAW:
        return redirect("pools:pool", public_id)
    if request.method == "POST":
        try:
            services.pledge_withdraw(pledge=pledge, by=request.actor, now=clock.now())
        except services.Busy:
            messages.warning(request, busy())
        except (services.IllegalMove, services.NotJoinable):
            messages.warning(request, _("It has just been closed, so you could not leave. Here it is as it is now."))
        else:
            messages.success(request, _("You have left. You have paid nothing, and nobody else pays more."))
            return redirect("pools:mine")
        return redirect("pools:pool", public_id)
    waits = pledge.state in ON_WAITING_LIST
    return _asked(
        request,
        pledge,
        {
            "title": _("Leave the waiting list?") if waits else _("Leave the group?"),
            "words": _(
                "You pay nothing. Your place is free for somebody else, and nobody else pays more than they said."
            ),
            "button": _("Leave the group"),
        },
    )


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: PersonRequest, public_id: str) -> HttpResponse:
    """Give up a paid place: the share stays paid, unless somebody takes the place over."""
    pledge = access.pledge_for_payer(request.standing, public_id)
    if pledge.state not in PAID or pledge.left_at is not None or pledge.pool.state not in UNDER_WAY:
        return redirect("pools:pool", public_id)
    if request.method == "POST":
        try:
            services.pledge_leave(pledge=pledge, by=request.actor, now=clock.now())
        except services.Busy:
            messages.warning(request, busy())
        except DomainError:
            messages.warning(request, _("That is not possible any more. Here it is as it is now."))
        else:
            messages.success(request, _("You have given up your place. We ask those on the waiting list."))
        return redirect("pools:pool", public_id)
    return _asked(
        request,
        pledge,
        {
            "title": _("Give up your place?"),
            "words": _(
                "What you paid stays paid, and nobody else pays more. If somebody takes your place over, you get back "
                "what they pay for the dates still to come."
            ),
            "button": _("Give up my place"),
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wait(request: PersonRequest, public_id: str) -> HttpResponse:
    """Every place is taken: be told when one is free."""
    invited = invitation_of(request, public_id)
    pool = invited.pool if invited else access.pool_to_join(request.standing, public_id)
    if not request.standing:
        return render(request, "orders/who.html", {"listing": pool.listing, "here": request.path})
    buyer(request.standing)
    if request.method == "POST":
        return _join_waiting(request, pool, invited)
    if pool.state in JOINABLE and pool.places_left > 0:
        return redirect("pools:join", public_id)
    context = {"pool": pool, "worst": pool.worst_pence, "under_way": pool.state in UNDER_WAY}
    return render(request, "pools/wait.html", context)


def _join_waiting(request: PersonRequest, pool: Pool, invited: Any) -> HttpResponse:
    call = request.standing.call
    try:
        services.waiting_join(
            pool=pool,
            person=request.standing.person,
            by=request.actor,
            now=clock.now(),
            invitation=invited,
            council=call.council if call else None,
        )
    except services.StillPlaces:
        messages.success(request, _("A place is free at this moment: take it."))
        return redirect("pools:join", pool.public_id)
    except services.AlreadyIn:
        messages.info(request, _("You are in it already."))
    except DomainError as error:
        messages.warning(request, why_not(error, pool))
    else:
        messages.success(request, _("You are on the waiting list. We write when a place is free."))
    return redirect("pools:pool", pool.public_id)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: PersonRequest, public_id: str) -> HttpResponse:
    """Say beforehand that one cannot come to a date."""
    pledge = access.pledge_for_payer(request.standing, public_id)
    pool, now = pledge.pool, clock.now()
    if pledge.state not in HAS_PLACE or pool.state not in UNDER_WAY:
        return redirect("pools:pool", public_id)
    if request.method == "POST":
        typed = request.POST.get("date", "")
        if not typed.isascii() or not typed.isdigit() or len(typed) > 12:
            raise Http404
        session = access.session_of(pool, int(typed))
        try:
            services.absence_tell(pledge=pledge, session=session, by=request.actor, now=now)
        except services.Busy:
            messages.warning(request, busy())
        except DomainError:
            messages.warning(request, _("That date is over."))
        else:
            messages.success(request, _("Noted. %(name)s can see it.") % {"name": first_name(pool.provider)})
        return redirect("pools:absence", public_id)
    noted = selectors.attendance_of(pool)
    dates = [
        {"pk": each.pk, "words": presentation.moment_words(each.starts_at), "said": (each.pk, pledge.pk) in noted}
        for each in pool.current.sessions.all()
        if each.starts_at > now
    ]
    rule = pool.current.house_rules.get("absence", "")
    return render(request, "pools/absence.html", {"pool": pool, "dates": dates, "rule": rule})
