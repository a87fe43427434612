"""A person's own orders: the list, one order, an answer to a proposal, calling it off."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock
from marketplace.core.access import signed_in
from marketplace.people.models import Scope

from .. import access, presentation, rules, selectors, services
from ..access import PersonRequest, pressed
from ..forms import AgreeForm
from ..models import Channel, Order
from ..states import (
    AT_THE_BANK,
    NOT_BEGUN,
    OVER,
    UNCLEAR,
    UNPAID,
    VISIT_OPEN,
    OrderState,
    VisitState,
)


@signed_in
@never_cache
@require_safe
def mine(request: PersonRequest) -> HttpResponse:
    """Every order and first visit: those that wait for the person, those to come, those that are over."""
    person = request.standing.person
    orders = list(selectors.orders_of(person)[:200])
    visits = list(selectors.visits_of(person)[:50])
    yours = [presentation.line_for_person(order) for order in orders if presentation.waits_for_person(order)]
    yours += [
        presentation.visit_line(visit, for_provider=False) for visit in visits if visit.state == VisitState.PROPOSED
    ]
    under_way = [each for each in orders if each.state not in OVER and not presentation.waits_for_person(each)]
    coming = [presentation.line_for_person(order) for order in under_way] + [
        presentation.visit_line(visit, for_provider=False)
        for visit in visits
        if visit.state in VISIT_OPEN and visit.state != VisitState.PROPOSED
    ]
    over = [presentation.line_for_person(order) for order in orders if order.state in OVER] + [
        presentation.visit_line(visit, for_provider=False) for visit in visits if visit.state not in VISIT_OPEN
    ]
    groups = [
        {"title": _("Waiting for you"), "lines": yours, "id": "yours"},
        {"title": _("Under way"), "lines": coming, "id": "coming"},
        {"title": _("Over"), "lines": over, "id": "over"},
    ]
    return render(request, "orders/mine.html", {"groups": [group for group in groups if group["lines"]]})


@signed_in
@never_cache
@require_safe
def order(request: PersonRequest, public_id: str) -> HttpResponse:
    """One order: what has happened, what is next, and what one may do."""
    return _show(request, access.order_to_see(request.standing, public_id))


def _show(request: PersonRequest, order: Order, form: AgreeForm | None = None) -> HttpResponse:
    may = request.standing.may(Scope.BUY)
    holder = presentation.holder_of(order) if not order.is_free else ""
    on_its_way = order.state in UNPAID and selectors.is_under_way(order)
    held_up = (
        order.state in UNPAID and not on_its_way and not order.is_free and not presentation.can_be_paid(order.provider)
    )
    context = {
        "order": order,
        "what": presentation.what(order),
        "when": presentation.when(order),
        "proposed": presentation.proposed(order),
        "headline": _("%(who)s pays for this.") % {"who": holder}
        if holder and order.state in UNPAID
        else presentation.headline_held_up(order)
        if held_up
        else presentation.headline(order),
        "label": presentation.label(order),
        "events": presentation.timeline(order),
        "council": order.provider.council,
        "first_name": presentation.first_name(order.provider),
        "may_pay": may
        and order.state in UNPAID
        and not order.is_free
        and not held_up
        and not on_its_way
        and not holder
        and request.standing.call is None,
        "held_up": held_up,
        "unclear": order.state in UNCLEAR,
        "at_the_bank": order.state in AT_THE_BANK,
        "pays_from_letter": request.standing.call is not None and order.state in UNPAID and not holder,
        "may_agree": may and presentation.can(order, "agree"),
        "may_cancel": may and presentation.can(order, "cancel"),
        "agreed": order.state not in (OrderState.REQUESTED, OrderState.PROPOSED, OrderState.DECLINED),
        "receipt": presentation.receipt(order) if order.paid_at and not order.is_free else None,
        "held_until": order.pay_by if order.books_at_once and order.state in UNPAID else None,
        "pay_by": _pay_by(order),
        "stopped": order.state in NOT_BEGUN and services.stopping_holds(order.listing).exists(),
        "by_phone": order.channel == Channel.PHONE,
        "form": form or _agree_form(order),
    }
    return render(request, "orders/order.html", context)


def _pay_by(order: Order) -> str:
    asked_for = order.pay_by is not None and not order.books_at_once and order.state in UNPAID
    return presentation.deadline_words(order.pay_by) if asked_for and order.pay_by else ""


def _agree_form(order: Order, data=None) -> AgreeForm:
    asked = order.express_request_at is not None or order.is_free
    early = rules.may_begin_early(timezone.localdate(), order.proposed_on)
    return AgreeForm(data, must_ask=early and not asked)


@pressed("orders:order")
def agree(request: PersonRequest, public_id: str) -> HttpResponse:
    """Yes to the day that the provider proposed."""
    order = access.order_to_change(request.standing, public_id)
    form = _agree_form(order, request.POST)
    if not form.is_valid():
        return _show(request, order, form)
    try:
        services.order_agree(
            order=order,
            by=request.actor,
            now=clock.now(),
            begin_early=form.cleaned_data.get("begin_early", False),
        )
    except services.NoPlaceLeft:
        messages.warning(request, _("There is no place left on that day."))
    except services.Stopped:
        messages.warning(request, _("The council has stopped new work by this provider for now."))
    except (services.IllegalMove, services.TooLate, services.EarlyStartNotAsked):
        messages.warning(request, _("That cannot be answered any more. Here is the order as it is now."))
    else:
        messages.success(request, _("Agreed. We have told them."))
    return redirect("orders:order", public_id)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: PersonRequest, public_id: str) -> HttpResponse:
    """Call it off, having read what goes back."""
    order = access.order_to_change(request.standing, public_id)
    now = clock.now()
    back = services.money_back_now(order, now)
    if not presentation.can(order, "cancel"):
        return redirect("orders:order", public_id)
    if request.method == "POST":
        try:
            order = services.order_cancel(order=order, by=request.actor, now=now)
        except services.IllegalMove:
            messages.warning(request, _("That cannot be cancelled any more. Here is the order as it is now."))
        except services.AskTheProvider:
            messages.warning(request, presentation.back_words(rules.Back.ASK, order))
        except (services.StillBeingPaid, services.GatewayError):
            messages.warning(request, _("The bank did not answer, so nothing has changed. Try again in a minute."))
        else:
            messages.success(request, _("Cancelled. We have told %(name)s.") % {"name": order.provider.name})
        return redirect("orders:order", public_id)
    context = {
        "order": order,
        "what": presentation.what(order),
        "when": presentation.when(order),
        "back_words": presentation.back_words(back, order),
        "ask": back is rules.Back.ASK,
        "first_name": presentation.first_name(order.provider),
        "council": order.provider.council,
    }
    return render(request, "orders/cancel.html", context)
