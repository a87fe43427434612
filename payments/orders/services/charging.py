"""Bills for help that has happened, and charging a saved card or a bank account for them with the person not there.

An attempt of this kind has no page: its payment is made, its id kept, then confirmed. Until it is confirmed nothing
can be taken, so an attempt without an id has taken nothing. A bank answers a Direct Debit days later: until then the
attempt is under way, holds the order, and promises nothing to anybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK, Actor
from marketplace.people.models import User
from payments.budgets import services as budgets
from payments.budgets.models import AskedOf, Purchase
from payments.budgets.rules import Share
from payments.budgets.services import Goods
from payments.gateway import selectors as accounts
from payments.gateway import services as gateway
from payments.gateway.services import ChargeRequest, GatewayRefused, GatewayUnknown, Payment
from payments.gateway.states import CAN_CHARGE
from providers.listings.models import Offer, Unit

from ..models import Channel, Order, PaymentAttempt
from ..states import ATTEMPT_MOVES, MAY_STILL_BE_PAID, MOVES, ONE_AT_A_TIME, UNPAID, UNSEEN, EventKind, OrderState
from .funding import paid_by_holder
from .locking import order_locked
from .paying import (
    NothingToPay,
    PaymentUnclear,
    attempt_move,
    attempt_over,
    captured,
    must_fit,
)
from .placing import NotPayable
from .sight import looking
from .telling import note_event

NO_DEBITS = "no_debits"  # the account collects no Direct Debits, or not any more
BILL = "bill"  # in the wish of a purchase that waits for a yes: the order it is to pay


@dataclass(frozen=True)
class Card:
    """A card saved on the platform, as payments.gateway.services.card_setup_look_up shows it."""

    customer: str
    payment_method: str


@dataclass(frozen=True)
class Debit:
    """A mandate given to the provider's own account. `leaves_on` is the day that the person was told."""

    account: str
    customer: str
    payment_method: str
    leaves_on: date


@transaction.atomic
def order_bill(
    *,
    person: User,
    offer: Offer,
    title: str,
    total_pence: int,
    day: date,
    token: str,
    by: Actor,
    now: datetime,
    shares: Sequence[Share] = (),
    asks: Sequence[AskedOf] = (),
) -> Order:
    """An order for help that was agreed elsewhere and has happened: only its payment is left. Sent twice, made once.

    It never runs out, and cannot be cancelled by the person. `day` is the last day of the help; `asks` names who has to
    say yes before its money pays. Raises NotEnoughLeft.
    """
    made = Order.objects.filter(placed_by=person, form_token=token).first()
    if made is not None:
        return made
    listing = offer.listing
    order = Order.objects.create(
        person=person,
        provider=listing.provider,
        listing=listing,
        offer=offer,
        placed_by=person,
        channel=Channel.SELF,
        form_token=token,
        state=OrderState.ACCEPTED,
        state_since=now,
        title=title[:120],
        unit=Unit.FIXED,
        unit_price_pence=total_pence,
        total_pence=total_pence,
        wanted_on=day,
        requested_at=now,
        accepted_at=now,
        delivered_at=now,
    )
    if shares:
        goods = _goods_of(order)
        budgets.purchase_commit(
            person=person,
            goods=goods,
            shares=shares,
            day=day,
            by=by,
            now=now,
            order=order.public_id,
            asks=asks,
            wish={BILL: order.public_id} if asks else {},
        )
    note_event(order, EventKind.DELIVERED, by=by, now=now, by_provider=True)
    audit.record("orders.order.bill", by=by, subject=order, at=now, title=order.title, pence=total_pence)
    return order


def _goods_of(order: Order) -> Goods:
    return Goods(
        title=order.title,
        provider=order.provider,
        categories=tuple(order.listing.page.categories.all()),
        total_pence=order.total_pence,
    )


@transaction.atomic
def bill_own(*, order: Order, by: Actor, now: datetime) -> Order:
    """The money that was to pay a bill will not, so the person's own is named in its place. Nothing is taken by it."""
    order = order_locked(order.pk)
    if order.state not in UNPAID:
        return order
    purchase = budgets.of_order(order.public_id)
    if purchase is not None:
        budgets.purchase_release(purchase=purchase, by=by, now=now)
        Purchase.objects.filter(pk=purchase.pk).update(order="")
    budgets.purchase_commit(
        person=order.person,
        goods=_goods_of(order),
        shares=[Share(order.total_pence)],
        day=order.wanted_on or timezone.localdate(now),
        by=by,
        now=now,
        order=order.public_id,
    )
    audit.record("orders.order.bill_own", by=by, subject=order, at=now, title=order.title, pence=order.total_pence)
    return order


@transaction.atomic
def debit_tell(*, order: Order, leaves_on: date | None, by: Actor, now: datetime) -> Order:
    """Note the day that the person is told their bank pays a bill, or that it does not any more. Takes nothing."""
    order = order_locked(order.pk)
    if order.debit_on != leaves_on:
        order.debit_on = leaves_on
        order.save(update_fields=["debit_on"])
        audit.record("orders.order.debit_tell", by=by, subject=order, at=now, title=order.title)
    return order


def order_charge(*, order: Order, card: Card | Debit, by: Actor, now: datetime) -> PaymentAttempt:
    """Charge the saved card for an order, or debit the bank account. What the bank said stands in the attempt:
    captured, under way, or failed and why.

    An attempt that is under way is brought to its end first. Raises NothingToPay, PaymentUnclear, NotPayable,
    GatewayRefused (nothing was taken), GatewayUnknown (look again later).
    """
    live = order.attempts.filter(state__in=MAY_STILL_BE_PAID).select_related("account").first()
    if live is not None and not live.off_session:
        raise PaymentUnclear(order)  # the person is at the page
    if live is not None:
        live = charge_resume(attempt=live, now=now)
        if live.state in ONE_AT_A_TIME:
            return live
    account = accounts.account_of(order.provider)
    if account is None or not account.stripe_id or account.state not in CAN_CHARGE:
        raise NotPayable(order)
    generation = order.attempts.count()
    request = _request(order, account.stripe_id, card, generation)
    if isinstance(card, Card):
        try:
            request = _copied(order, request, card, generation)
        except GatewayRefused as error:
            _never_asked(order, request, generation, error, by=by, now=now)
            raise
    attempt = _charge_start(order, request, generation, by=by, now=now)
    if attempt.parameters != request.as_row():
        return attempt  # somebody else was quicker
    return _charge_send(attempt, now)


def _request(order: Order, account: str, card: Card | Debit, generation: int) -> ChargeRequest:
    """What the gateway is going to be asked; a card is named as it was saved, until it is copied.

    Raises GatewayRefused.
    """
    facts: dict[str, Any] = {
        "account": account,
        "amount_pence": order.total_pence,
        "description": f"Order {order.public_id}",
        "reference": f"order:{order.public_id}:{generation}",
        "idempotency_key": f"order:{order.public_id}:charge:{generation}",
    }
    if isinstance(card, Debit):
        if account != card.account or not accounts.can_be_debited_for(order.provider):
            raise GatewayRefused("the account collects no Direct Debits by this mandate", NO_DEBITS)
        return ChargeRequest(
            payment_method=card.payment_method,
            method=gateway.DEBIT,
            customer=card.customer,
            leaves_on=card.leaves_on.isoformat(),
            **facts,
        )
    return ChargeRequest(payment_method=card.payment_method, **facts)


def _copied(order: Order, request: ChargeRequest, card: Card, generation: int) -> ChargeRequest:
    """The same with the card's copy on the provider's account. A lost answer keeps its key; another card has its own.

    Raises GatewayRefused, GatewayUnknown.
    """
    copy = gateway.card_copy(
        account=request.account,
        customer=card.customer,
        payment_method=card.payment_method,
        idempotency_key=f"order:{order.public_id}:{card.payment_method}:copy:{generation}",
    )
    return replace(request, payment_method=copy)


def _never_asked(
    order: Order, request: ChargeRequest, generation: int, error: GatewayRefused, *, by: Actor, now: datetime
) -> None:
    """Keep as a failed attempt that the card was not copied: the gateway keeps its refusal under its key for a day, and
    the next attempt has keys of its own."""
    attempt = _charge_start(order, request, generation, by=by, now=now)
    if attempt.parameters == request.as_row():
        attempt_over(attempt, "fail", now=now, reason=error.code or str(error))


@transaction.atomic
def _charge_start(order: Order, request: ChargeRequest, generation: int, *, by: Actor, now: datetime) -> PaymentAttempt:
    order = order_locked(order.pk)
    live = order.attempts.filter(state__in=ONE_AT_A_TIME).select_related("account").first()
    if live is not None and live.state in UNSEEN:
        raise PaymentUnclear(order)
    if live is not None:
        return live
    if order.state not in UNPAID or paid_by_holder(order):
        raise NothingToPay(order)
    account = accounts.account_of(order.provider)
    if account is None or order.attempts.count() != generation:
        raise PaymentUnclear(order)
    attempt = PaymentAttempt.objects.create(
        order=order,
        generation=generation,
        account=account,
        state_since=now,
        created_at=now,
        amount_pence=order.total_pence,
        parameters=request.as_row(),
        reference=request.reference,
        idempotency_key=request.idempotency_key,
    )
    MOVES.apply(order, "begin_payment", at=now)
    audit.record("orders.payment.charge", by=by, subject=order, at=now, title=order.title, attempt=generation)
    return attempt


def _charge_send(attempt: PaymentAttempt, now: datetime) -> PaymentAttempt:
    """Make, keep the id, confirm, settle. Raises GatewayUnknown (the attempt stays unknown), GatewayRefused."""
    request = ChargeRequest.from_row(attempt.parameters)
    try:
        made = gateway.charge_create(request)
        if not _id_keep(attempt, made):
            # Somebody closed the attempt meanwhile, so this payment must never be confirmed.
            gateway.charge_cancel(account=request.account, intent_id=made.intent_id)
            return PaymentAttempt.objects.select_related("account").get(pk=attempt.pk)
        said = gateway.charge_confirm(
            account=request.account,
            intent_id=made.intent_id,
            payment_method=request.payment_method,
            idempotency_key=request.idempotency_key.replace(":charge:", ":confirm:"),
        )
    except GatewayUnknown:
        attempt_move(attempt, "lose", now=now)
        raise
    except GatewayRefused as error:
        attempt.refresh_from_db()
        if not attempt.payment_intent:
            attempt_over(attempt, "fail", now=now, reason=error.code or str(error))
            raise
        return charge_resume(attempt=attempt, now=now, reason=error.code)
    return _charge_settle(attempt, said, now, reason=said.refusal)


def _id_keep(attempt: PaymentAttempt, made: Payment) -> bool:
    still_open = PaymentAttempt.objects.filter(pk=attempt.pk, state__in=MAY_STILL_BE_PAID)
    return bool(still_open.filter(payment_intent__in=["", made.intent_id]).update(payment_intent=made.intent_id))


def charge_resume(*, attempt: PaymentAttempt, now: datetime, reason: str = "") -> PaymentAttempt:
    """Bring a charge to its end: paid, or cancelled so that it never can be; or leave it under way, where the bank has
    been asked and has not answered. Safe to repeat.

    Raises GatewayUnknown, GatewayRefused.
    """
    with transaction.atomic():
        order_locked(attempt.order_id)
        attempt = PaymentAttempt.objects.select_for_update(of=("self",)).select_related("account").get(pk=attempt.pk)
        if not attempt.payment_intent:
            # Never confirmed, for its id was never kept: nothing was or can be taken.
            attempt_over(attempt, "fail", now=now, reason="never begun")
            return PaymentAttempt.objects.select_related("account").get(pk=attempt.pk)
    with looking(attempt.account, now):
        seen = gateway.charge_look_up(account=attempt.account.stripe_id or "", intent_id=attempt.payment_intent)
    return _charge_settle(attempt, seen, now, reason=reason or seen.refusal)


def _charge_settle(attempt: PaymentAttempt, seen: Payment, now: datetime, *, reason: str) -> PaymentAttempt:
    """Make the attempt and its order what the gateway shows; what is not paid is closed there first."""
    if not seen.paid and not seen.over and not seen.under_way:
        with looking(attempt.account, now):
            seen = gateway.charge_cancel(account=attempt.account.stripe_id or "", intent_id=seen.intent_id)
    must_fit(attempt, seen, shown=seen.intent_id)
    if seen.over:
        attempt_over(attempt, "fail", now=now, reason=reason or "cancelled")
    elif seen.under_way:
        _wait(attempt, seen, now)
    elif seen.paid:
        with transaction.atomic():
            order = order_locked(attempt.order_id)
            attempt = PaymentAttempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
            attempt.payment_intent = seen.intent_id
            if MOVES.can(order, "see_again"):
                MOVES.apply(order, "see_again", at=now)
            captured(order, attempt, seen, now)
    return PaymentAttempt.objects.select_related("account").get(pk=attempt.pk)


@transaction.atomic
def _wait(attempt: PaymentAttempt, seen: Payment, now: datetime) -> None:
    order = order_locked(attempt.order_id)
    attempt = PaymentAttempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    if not ATTEMPT_MOVES.can(attempt, "wait"):
        return
    attempt.payment_intent, attempt.charge_id = seen.intent_id, seen.charge_id
    ATTEMPT_MOVES.apply(attempt, "wait", at=now, save=False)
    attempt.save()
    if MOVES.can(order, "see_again"):
        MOVES.apply(order, "see_again", at=now)
    audit.record("orders.payment.wait", by=CLOCKWORK, subject=order, at=now, pence=attempt.amount_pence)


def bill_finish(order: Order, now: datetime) -> None:
    """A bill is paid after its help: there is nothing left to do. Inside a transaction, the order locked."""
    MOVES.apply(order, "deliver", at=now)
    MOVES.apply(order, "complete", at=now)
    audit.record("orders.order.complete", by=CLOCKWORK, subject=order, at=now)
