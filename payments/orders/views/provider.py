"""A provider's side: what waits, and yes, no, another day, done."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock, drafts
from marketplace.core.access import signed_in
from marketplace.core.audit import Actor
from marketplace.core.drafts import signed_in_keeping_words
from payments.budgets import selectors as budgets
from payments.budgets import services as money
from payments.budgets.models import Purchase
from providers.listings import selectors as listings

from .. import access, presentation, selectors, services
from ..access import PersonRequest, pressed
from ..forms import AcceptForm, GaveBackForm, GiveBackForm, ProposeForm, ReasonForm
from ..models import Order, Refund
from ..rules import Back
from ..states import (
    AT_THE_BANK,
    MAY_GIVE_BACK,
    NEEDS_ANSWER,
    NOT_BEGUN,
    TO_BE_DONE,
    UNANSWERED,
    UNCLEAR,
    UNPAID,
    OrderState,
    VisitState,
)

REFUSALS: dict[type[Exception], Promise] = {
    services.NoPlaceLeft: gettext_lazy("There is no place left on that date. Say no, or ask them for another date."),
    services.Stopped: gettext_lazy("The council has stopped new work for now. Ring them if you do not know why."),
    services.TooEarly: gettext_lazy("The day has not come yet."),
    services.TooLate: gettext_lazy("The time to answer has run out."),
    services.WrongDay: gettext_lazy("That day cannot be chosen. Type another."),
    services.MoreThanPaid: gettext_lazy("That is more than is left of the payment. Look at the order and try again."),
    money.NothingToComeBack: gettext_lazy("They have all of it back, so there is nothing to tell them."),
    services.NothingPaid: gettext_lazy("There is no payment that can go back just now."),
    services.OutOfSight: gettext_lazy("You have disconnected this site at Stripe. Connect again first."),
    services.StillBeingPaid: gettext_lazy("They are paying at this moment. Try again in a minute."),
    services.GatewayError: gettext_lazy("The bank did not answer, so nothing has changed. Try again in a minute."),
    services.IllegalMove: gettext_lazy("That is not possible any more. Here it is as it is now."),
}
REFUSED = tuple(REFUSALS)


def _refusal(error: Exception) -> str:
    return str(next(words for kind, words in REFUSALS.items() if isinstance(error, kind)))


def keeper(request: PersonRequest) -> Actor:
    """A keeper acts for the provider, whomever else they may be acting for."""
    return Actor(by_id=request.user.pk, for_id=request.user.pk)


@signed_in
@never_cache
@require_safe
def inbox(request: PersonRequest) -> HttpResponse:
    """Orders and first visits with the providers this person keeps."""
    orders = list(selectors.inbox_for(request.user)[:300])
    visits = list(selectors.visits_for(request.user)[:100])
    held = budgets.payers_of(order.public_id for order in orders if order.state in UNPAID)

    def line(order: Order) -> presentation.Line:
        return presentation.line_for_provider(order, held.get(order.public_id, ""))

    groups = [
        {
            "id": "yours",
            "title": _("Waiting for you"),
            "lines": [
                line(order) for order in orders if order.state == OrderState.REQUESTED or order.state in AT_THE_BANK
            ]
            + [
                presentation.visit_line(visit, for_provider=True) for visit in visits if visit.state == VisitState.ASKED
            ],
        },
        {
            "id": "do",
            "title": _("To do"),
            "lines": [line(order) for order in orders if order.state in TO_BE_DONE]
            + [
                presentation.visit_line(visit, for_provider=True)
                for visit in visits
                if visit.state == VisitState.AGREED
            ],
        },
        {
            "id": "them",
            "title": _("Waiting for them"),
            "lines": [
                line(order) for order in orders if order.state in UNPAID | UNCLEAR or order.state == OrderState.PROPOSED
            ]
            + [
                presentation.visit_line(visit, for_provider=True)
                for visit in visits
                if visit.state == VisitState.PROPOSED
            ],
        },
        {
            "id": "over",
            "title": _("Over"),
            "lines": [line(order) for order in orders if order.state not in NOT_BEGUN | AT_THE_BANK],
        },
    ]
    context = {
        "owed": presentation.owed_lines(budgets.owed_by(listings.providers_kept_by(request.user))),
        "groups": [group for group in groups if group["lines"]],
    }
    return render(request, "orders/provider/inbox.html", context)


@signed_in_keeping_words
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: PersonRequest, public_id: str) -> HttpResponse:
    """One order; the button on its page says yes."""
    order = access.order_for_provider(request.user, public_id)
    if request.method == "POST":
        return _accept(request, order)
    return _show(request, order, AcceptForm(drafts.taken_up(request)))


def _show(request: PersonRequest, order: Order, form: forms.Form) -> HttpResponse:
    open_request = order.state in UNANSWERED
    dispute = selectors.dispute_of(order)
    back = services.money_back_now(order, clock.now())
    held = budgets.held_of(order.public_id)
    context = {
        "order": order,
        "what": presentation.what(order),
        "when": presentation.when(order),
        "proposed": presentation.proposed(order),
        "label": presentation.label(order),
        "name": presentation.name_for_provider(order),
        "phone": presentation.phone_for_provider(order),
        "line": presentation.line_for_provider(order, held.name if held else ""),
        "held": held if held and held.comes_back else None,
        "give_back_words": presentation.give_back_words(order, held.name) if held else "",
        "events": presentation.timeline(order, for_provider=True),
        "may_accept": presentation.can(order, "accept"),
        "may_decline": presentation.can(order, "decline"),
        "may_propose": presentation.can(order, "propose") and order.offer_date_id is None,
        "may_deliver": presentation.can(order, "deliver"),
        "may_call_off": presentation.can(order, "cancel") and not open_request,
        "may_give_back": order.state in MAY_GIVE_BACK
        and (back is Back.ASK or not presentation.can(order, "cancel"))
        and selectors.left_to_give_back(order) > 0,
        "dispute": dispute,
        "dispute_due": presentation.deadline_words(dispute.due_by)
        if dispute and dispute.due_by and dispute.state in NEEDS_ANSWER
        else "",
        "owed": selectors.owed_to_person(order),
        "stopped": order.state in NOT_BEGUN and services.stopping_holds(order.listing).exists(),
        "form": form,
    }
    return render(request, "orders/provider/order.html", context)


def _accept(request: PersonRequest, order: Order) -> HttpResponse:
    form = AcceptForm(request.POST)
    if form.is_valid():
        try:
            order = services.order_accept(order=order, by=keeper(request), now=clock.now(), **form.cleaned_data)
        except REFUSED as error:
            form.add_error(None, _refusal(error))
        else:
            name = presentation.payer_words(order, presentation.holder_of(order))
            said = _("Accepted. We have told %(name)s.") if order.is_free else _("Accepted. %(name)s can pay now.")
            messages.success(request, said % {"name": name})
            return redirect("provider_orders:inbox")
    order.refresh_from_db()
    return _show(request, order, form)


@pressed("provider_orders:order")
def deliver(request: PersonRequest, public_id: str) -> HttpResponse:
    order = access.order_for_provider(request.user, public_id)
    try:
        services.order_deliver(order=order, by=keeper(request), now=clock.now())
    except REFUSED as error:
        messages.warning(request, _refusal(error))
    else:
        messages.success(request, _("Marked as done."))
    return redirect("provider_orders:order", public_id)


def _answer(
    request: PersonRequest, public_id: str, *, make: Callable[..., forms.Form], act: Callable[..., object], page: dict
) -> HttpResponse:
    """A page with one form, one act, and the order behind it."""
    order = access.order_for_provider(request.user, public_id)
    form = make(request.POST if request.method == "POST" else drafts.taken_up(request))
    if request.method == "POST" and form.is_valid():
        try:
            act(order=order, by=keeper(request), now=clock.now(), **form.cleaned_data)
        except REFUSED as error:
            form.add_error(None, _refusal(error))
        else:
            messages.success(request, page["done"])
            return redirect("provider_orders:inbox")
    context = {
        **page,
        "form": form,
        "order": order,
        "what": presentation.what(order),
        "when": presentation.when(order),
        "name": presentation.name_for_provider(order),
        "url_name": "provider_orders:order",
        "public_id": public_id,
    }
    return render(request, "orders/provider/answer.html", context)


@signed_in_keeping_words
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: PersonRequest, public_id: str) -> HttpResponse:
    page = {"title": _("Say no"), "button": _("Say no"), "done": _("We have told them.")}
    return _answer(request, public_id, make=ReasonForm, act=services.order_decline, page=page)


@signed_in_keeping_words
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: PersonRequest, public_id: str) -> HttpResponse:
    page = {"title": _("Propose another day"), "button": _("Propose this day"), "done": _("We have asked them.")}

    def make(data=None) -> ProposeForm:
        return ProposeForm(data, today=timezone.localdate())

    return _answer(request, public_id, make=make, act=services.order_propose, page=page)


@signed_in_keeping_words
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: PersonRequest, public_id: str) -> HttpResponse:
    order = access.order_for_provider(request.user, public_id)
    holder = presentation.holder_of(order) if order.paid_at else ""
    page = {
        "title": _("Cancel this order"),
        "lead": _("They are told at once.") + " " + presentation.give_back_words(order, holder)
        if holder
        else _("They are told at once, and get back all that they paid."),
        "button": _("Cancel this order"),
        "done": _("Cancelled. We have told them. Now give the money back to %(holder)s.") % {"holder": holder}
        if holder
        else _("Cancelled. We have told them, and whatever was paid goes back."),
    }
    return _answer(request, public_id, make=ReasonForm, act=services.order_call_off, page=page)


@signed_in_keeping_words
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: PersonRequest, public_id: str) -> HttpResponse:
    """Part or all of a payment goes back to where it came from."""
    left = selectors.left_to_give_back(access.order_for_provider(request.user, public_id))
    page = {
        "title": _("Give money back"),
        "lead": _(
            "It goes back to the card or bank account they paid from, from your Stripe account. Stripe keeps its fee."
        ),
        "button": _("Give it back"),
        "done": _("It is on its way back to them. We have told them."),
    }

    def make(data=None) -> GiveBackForm:
        return GiveBackForm(data, left=left)

    def act(*, order: Order, by: Actor, now: datetime, amount: int, words: str) -> Refund:
        return services.order_give_back(order=order, amount_pence=amount, words=words, by=by, now=now)

    return _answer(request, public_id, make=make, act=act, page=page)


@signed_in_keeping_words
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def gave_back(request: PersonRequest, public_id: str) -> HttpResponse:
    """The provider says that they gave back what whoever holds the money had paid: a note, by which no money moves."""
    held = budgets.held_of(access.order_for_provider(request.user, public_id).public_id)
    if held is None or not held.comes_back:
        raise Http404
    facts = {"holder": held.name}
    page = {
        "title": _("I gave the money back"),
        "lead": _("We tell %(holder)s. They write down here when they have it.") % facts,
        "button": _("Tell them"),
        "done": _("We have told %(holder)s.") % facts,
    }

    def act(*, order: Order, by: Actor, now: datetime, words: str) -> Purchase:
        return money.money_back_say(order=order.public_id, words=words, by=by, now=now)

    return _answer(request, public_id, make=GaveBackForm, act=act, page=page)


@signed_in
@never_cache
@require_safe
def evidence(request: PersonRequest, public_id: str) -> HttpResponse:
    """What this site knows of an order, to print or to send to the bank. The person's note is not in it."""
    order = access.order_for_provider(request.user, public_id)
    dispute = selectors.dispute_of(order)
    if dispute is None:
        raise Http404
    return render(request, "orders/provider/evidence.html", presentation.evidence(order, dispute))


@signed_in_keeping_words
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: PersonRequest, public_id: str) -> HttpResponse:
    """A first visit: name a time. Saying no is a button of its own."""
    visit = access.visit_for_provider(request.user, public_id)
    typed = request.POST if request.method == "POST" else drafts.taken_up(request)
    form = ProposeForm(typed, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        try:
            services.visit_propose(visit=visit, by=keeper(request), now=clock.now(), **form.cleaned_data)
        except REFUSED as error:
            form.add_error(None, _refusal(error))
        else:
            messages.success(request, _("We have asked them whether that suits."))
            return redirect("provider_orders:inbox")
    context = {
        "visit": visit,
        "form": form,
        "name": presentation.name_for_provider(visit),
        "phone": presentation.phone_for_provider(visit),
        "label": presentation.label(visit),
        "proposed": presentation.proposed(visit),
        "line": presentation.visit_line(visit, for_provider=True),
        "may_propose": presentation.visit_can(visit, "propose"),
        "may_decline": presentation.visit_can(visit, "decline"),
        "may_happen": presentation.visit_can(visit, "happen"),
    }
    return render(request, "orders/provider/visit.html", context)


@pressed("provider_orders:visit")
def visit_decline(request: PersonRequest, public_id: str) -> HttpResponse:
    visit = access.visit_for_provider(request.user, public_id)
    try:
        services.visit_decline(visit=visit, by=keeper(request), now=clock.now())
    except REFUSED as error:
        messages.warning(request, _refusal(error))
    else:
        messages.success(request, _("We have told them. You need not say why."))
    return redirect("provider_orders:inbox")


@pressed("provider_orders:visit")
def visit_happened(request: PersonRequest, public_id: str) -> HttpResponse:
    visit = access.visit_for_provider(request.user, public_id)
    try:
        services.visit_happened(visit=visit, by=keeper(request), now=clock.now())
    except REFUSED as error:
        messages.warning(request, _refusal(error))
    else:
        messages.success(request, _("Noted. What comes next is up to the two of you."))
    return redirect("provider_orders:inbox")
