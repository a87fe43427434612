"""Paying an order on the gateway's page. The gateway's record decides; whatever the browser says is only a hint.

Attempt committed, then the call, then the answer kept. An answer that was lost is looked up or asked for again with
the same words. No network inside a transaction.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK, Actor
from marketplace.core.errors import DomainError
from payments.gateway import selectors as accounts
from payments.gateway import services as gateway
from payments.gateway.services import Checkout, CheckoutRequest, GatewayRefused, GatewayUnknown, Payment
from payments.gateway.states import CAN_CHARGE

from .. import rules
from ..models import Order, PaymentAttempt
from ..states import (
    ATTEMPT_MOVES,
    MAY_STILL_BE_PAID,
    MOVES,
    ONE_AT_A_TIME,
    TOOK_MONEY,
    UNDER_WAY,
    UNHEARD,
    UNPAID,
    UNSEEN,
    EventKind,
)
from .answering import Stopped
from .earning import earning_open
from .funding import funding_release, paid_by_holder
from .locking import order_locked, places_free
from .moving import MoveKind, money_move
from .placing import NotPayable
from .sight import looking
from .stopping import stopping_holds
from .telling import note_event, tell_person, tell_provider

logger = logging.getLogger(__name__)


class NothingToPay(DomainError):
    """The order is not waiting to be paid: it is paid already, or it is over."""


class PaymentUnclear(NothingToPay):
    """It may have been paid, and we cannot look."""


class OnItsWay(PaymentUnclear):
    """A bank has been asked for it by Direct Debit, and answers in some days."""


class PaidAlready(NothingToPay):
    """The money has arrived."""


class PayByPassed(DomainError):
    """The time to pay has run out."""


class NotOurs(GatewayRefused):
    """What the gateway shows does not fit the attempt it names: another account, amount or page. Set aside."""


def payment_begin(
    *, order: Order, by: Actor, now: datetime, paid_url: str, back_url: str, customer_email: str = ""
) -> PaymentAttempt:
    """The attempt whose `session_url` the person is sent to; the page that is open already, where there is one.

    Raises PaidAlready, OnItsWay, NothingToPay, PayByPassed, NotPayable, Stopped, GatewayRefused, GatewayUnknown.
    """
    attempt = _live_attempt(order)
    if attempt is not None and (attempt.off_session or attempt.state not in UNHEARD):
        attempt = attempt_look_up(attempt=attempt, now=now)
    if attempt is None or attempt.state not in MAY_STILL_BE_PAID:
        attempt = _attempt_start(
            order, by=by, now=now, paid_url=paid_url, back_url=back_url, customer_email=customer_email
        )
    if attempt.state in UNDER_WAY:
        raise OnItsWay(order)
    if attempt.state in UNHEARD:
        attempt = attempt_send(attempt=attempt, now=now)
    if attempt.state in TOOK_MONEY:
        raise PaidAlready(order)
    return attempt


def _live_attempt(order: Order) -> PaymentAttempt | None:
    return order.attempts.filter(state__in=MAY_STILL_BE_PAID).select_related("account").first()


@transaction.atomic
def _attempt_start(
    order: Order, *, by: Actor, now: datetime, paid_url: str, back_url: str, customer_email: str
) -> PaymentAttempt:
    order = order_locked(order.pk)
    live = order.attempts.filter(state__in=ONE_AT_A_TIME).select_related("account").first()
    if live is not None and live.state in TOOK_MONEY:
        raise PaidAlready(order)
    if live is not None and live.state in UNSEEN:
        raise PaymentUnclear(order)
    if live is not None:
        return live
    if order.state not in UNPAID or paid_by_holder(order):
        raise NothingToPay(order)
    if order.pay_by is not None and now >= order.pay_by:
        raise PayByPassed(order)
    if stopping_holds(order.listing).exists():
        raise Stopped(order)
    account = accounts.account_of(order.provider)
    if account is None or not account.stripe_id or account.state not in CAN_CHARGE:
        raise NotPayable(order)
    generation = order.attempts.count()
    reference = f"order:{order.public_id}:{generation}"
    key = f"order:{order.public_id}:checkout:{generation}"
    request = CheckoutRequest(
        account=account.stripe_id,
        amount_pence=order.total_pence,
        description=f"Order {order.public_id}",
        reference=reference,
        success_url=paid_url,
        cancel_url=back_url,
        expires_at=now.replace(microsecond=0) + rules.PAGE_OPEN_FOR,
        idempotency_key=key,
        customer_email=customer_email,
    )
    attempt = PaymentAttempt.objects.create(
        order=order,
        generation=generation,
        account=account,
        state_since=now,
        created_at=now,
        amount_pence=order.total_pence,
        parameters=request.as_row(),
        reference=reference,
        idempotency_key=key,
    )
    MOVES.apply(order, "begin_payment", at=now)
    audit.record("orders.payment.begin", by=by, subject=order, at=now, title=order.title, attempt=generation)
    return attempt


def attempt_send(*, attempt: PaymentAttempt, now: datetime) -> PaymentAttempt:
    """Ask for the page, or ask again word for word where the answer was lost, and keep the answer.

    Raises GatewayUnknown (the attempt stays unknown), GatewayRefused (a confirmed no: the attempt has failed).
    """
    was_lost = now > attempt.created_at  # somebody has been here before and does not know what came of it
    try:
        checkout = _find(attempt, now) if was_lost else None
        if checkout is None:
            checkout = gateway.checkout_open(CheckoutRequest.from_row(attempt.parameters))
    except GatewayUnknown:
        attempt_move(attempt, "lose", now=now)
        raise
    except GatewayRefused as error:
        attempt_over(attempt, "fail", now=now, reason=str(error))
        raise
    return attempt_settle(attempt=attempt, checkout=checkout, now=now)


def _find(attempt: PaymentAttempt, now: datetime) -> Checkout | None:
    """The page of an attempt that never heard its answer; keys are not kept for ever, references are.

    A look that is refused says nothing about the page, so it is as good as no answer. Raises GatewayUnknown.
    """
    since, account = attempt.created_at - timedelta(minutes=5), attempt.account
    try:
        with looking(account, now):
            return gateway.checkout_find(account=account.stripe_id or "", reference=attempt.reference, since=since)
    except GatewayRefused as error:
        raise GatewayUnknown(str(error)) from error


def attempt_look_up(*, attempt: PaymentAttempt, now: datetime) -> PaymentAttempt:
    """Ask the gateway what came of an attempt, and act on it. Safe to repeat.

    Raises GatewayUnknown, GatewayRefused.
    """
    if attempt.is_share:
        from .taking import share_look_up

        return share_look_up(attempt=attempt, now=now)
    if attempt.off_session:
        from .charging import charge_resume

        return charge_resume(attempt=attempt, now=now)
    account, checkout = attempt.account.stripe_id or "", None
    if attempt.session_id:
        with looking(attempt.account, now):
            checkout = gateway.checkout_look_up(account=account, session_id=attempt.session_id)
    else:
        checkout = _find(attempt, now)
    if checkout is not None:
        return attempt_settle(attempt=attempt, checkout=checkout, now=now)
    return attempt


def attempt_resume(*, attempt: PaymentAttempt, now: datetime) -> PaymentAttempt:
    """Bring an attempt to an end that nobody has told us of. Raises GatewayUnknown, GatewayRefused.

    One that never heard its answer is not asked for again here: the person may have gone. It is only looked for,
    and closed once no page of it can have been left open.
    """
    attempt = attempt_look_up(attempt=attempt, now=now)
    if attempt.state in UNHEARD | UNSEEN and now > attempt.created_at + rules.PAGE_OPEN_FOR:
        attempt_over(attempt, "fail", now=now, reason="no page was ever found")
    return attempt


def order_look_up(*, order: Order, now: datetime) -> Order:
    """The order after its newest attempt has been looked up. Raises GatewayUnknown, GatewayRefused."""
    attempt = _live_attempt(order)
    if attempt is not None:
        attempt_look_up(attempt=attempt, now=now)
    return Order.objects.get(pk=order.pk)


def attempt_settle(*, attempt: PaymentAttempt, checkout: Checkout, now: datetime) -> PaymentAttempt:
    """Make the attempt and its order what the gateway shows. Any order, any number of times. Raises NotOurs."""
    known = attempt.session_id in {"", checkout.session_id}
    must_fit(attempt, checkout, shown=checkout.session_id, known=known)
    with transaction.atomic():
        order = order_locked(attempt.order_id)
        attempt = PaymentAttempt.objects.select_for_update(of=("self",)).select_related("account").get(pk=attempt.pk)
        _remember_page(attempt, checkout, now)
        if MOVES.can(order, "see_again"):
            MOVES.apply(order, "see_again", at=now)
        if checkout.paid:
            captured(order, attempt, checkout.payment, now)
        elif checkout.status == "expired" and ATTEMPT_MOVES.can(attempt, "end"):
            ATTEMPT_MOVES.apply(attempt, "end", at=now)
            _not_paid(order, now)
    return attempt


def must_fit(attempt: PaymentAttempt, seen: Checkout | Payment, *, shown: str, known: bool = True) -> None:
    """Refuse a page or payment, by its id `shown`, that is not the attempt's own. Raises NotOurs."""
    fits = (
        known
        and seen.account == attempt.account.stripe_id
        and seen.reference == attempt.reference
        and seen.amount_pence == attempt.amount_pence
        and seen.currency == "gbp"
    )
    if not fits:
        logger.warning("%s does not fit attempt %s", shown, attempt.reference)
        raise NotOurs(f"does not fit {attempt.reference}")


def _remember_page(attempt: PaymentAttempt, checkout: Checkout, now: datetime) -> None:
    attempt.session_id = checkout.session_id
    attempt.session_url = checkout.url or attempt.session_url
    attempt.payment_intent = checkout.payment_intent or attempt.payment_intent
    attempt.reason = (checkout.payment.refusal if checkout.payment else "") or attempt.reason
    if checkout.status == "open" and ATTEMPT_MOVES.can(attempt, "open"):
        ATTEMPT_MOVES.apply(attempt, "open", at=now, save=False)
    attempt.save()


def captured(order: Order, attempt: PaymentAttempt, payment: Payment | None, now: datetime) -> None:
    """The money of an attempt arrived. Inside a transaction, the order and then the attempt locked."""
    from .refunding import refund_start, refunds_noticed

    other = order.attempts.filter(state__in=ONE_AT_A_TIME).exclude(pk=attempt.pk).first()
    if other is not None:
        # Reconciliation finds it, and an operator gives one of the two back.
        logger.error("%s was paid although %s is %s", attempt.reference, other.reference, other.state)
        return
    if ATTEMPT_MOVES.can(attempt, "capture"):
        attempt.captured_pence = attempt.amount_pence
        if payment is not None:
            attempt.charge_id, attempt.fee_pence = payment.charge_id, payment.fee_pence
        ATTEMPT_MOVES.apply(attempt, "capture", at=now, save=False)
        attempt.save()
        earning_open(attempt=attempt, now=now)
        key = f"{attempt.reference}:captured"
        money_move(MoveKind.CAPTURED, order=order, key=key, pence=attempt.captured_pence, now=now)
        if MOVES.can(order, "pay"):
            order_paid(order, now)
        else:
            # Pages are closed before an order is, so this is a fault of ours or of the gateway's: give it all back.
            logger.error("order %s was paid after it was over", order.public_id)
            refund_start(attempt=attempt, amount_pence=attempt.captured_pence, by=CLOCKWORK, now=now)
    if payment is not None:
        refunds_noticed(order=order, attempt=attempt, refunded_pence=payment.refunded_pence, now=now)


def order_paid(order: Order, now: datetime) -> None:
    """Inside a transaction, the order locked. Raises IllegalMove."""
    MOVES.apply(order, "pay", at=now, save=False)
    order.paid_at, order.pay_by = now, None
    order.save()
    note_event(order, EventKind.PAID, by=Actor(by_id=order.placed_by_id), now=now)
    tell_person(order, "paid")
    tell_provider(order, "paid_to_you")
    audit.record("orders.payment.arrive", by=CLOCKWORK, subject=order, at=now, pence=order.total_pence)
    if order.is_bill:
        from .charging import bill_finish

        bill_finish(order, now)


def _not_paid(order: Order, now: datetime) -> None:
    """The page closed without payment: an order that was asked for waits on, a held place goes."""
    if order.books_at_once:
        order_expire_locked(order, now)
    elif MOVES.can(order, "leave_payment"):
        MOVES.apply(order, "leave_payment", at=now)


def order_expire_locked(order: Order, now: datetime) -> None:
    """Let an order run out, its place free again. Inside a transaction, the order locked and no page open."""
    if not MOVES.can(order, "expire"):
        return
    unpaid = order.state in UNPAID
    MOVES.apply(order, "expire", at=now, save=False)
    places_free(order)
    order.answer_by = order.pay_by = None
    order.save()
    funding_release(order, by=CLOCKWORK, now=now)
    note_event(order, EventKind.EXPIRED, by=CLOCKWORK, now=now)
    tell_person(order, "not_paid" if unpaid else "not_answered")
    if not order.books_at_once:
        tell_provider(order, "ran_out")
    audit.record("orders.order.expire", by=CLOCKWORK, subject=order, at=now)


def attempt_move(attempt: PaymentAttempt, move: str, *, now: datetime) -> None:
    with transaction.atomic():
        fresh = PaymentAttempt.objects.select_for_update().get(pk=attempt.pk)
        if ATTEMPT_MOVES.can(fresh, move):
            ATTEMPT_MOVES.apply(fresh, move, at=now)


def attempt_over(attempt: PaymentAttempt, move: str, *, now: datetime, reason: str) -> None:
    with transaction.atomic():
        order = order_locked(attempt.order_id)
        fresh = PaymentAttempt.objects.select_for_update().get(pk=attempt.pk)
        if not ATTEMPT_MOVES.can(fresh, move):
            return
        fresh.reason = reason[:300]
        ATTEMPT_MOVES.apply(fresh, move, at=now, save=False)
        fresh.save()
        if MOVES.can(order, "leave_payment") and not order.books_at_once:
            MOVES.apply(order, "leave_payment", at=now)


def payment_stop(*, order: Order, now: datetime) -> None:
    """Close the order's payment page, if one may still be paid, and act on what the gateway then shows.

    Afterwards the order is paid, or no page of it can be. Raises GatewayUnknown, GatewayRefused.
    """
    attempt = _live_attempt(order)
    if attempt is None:
        return
    if attempt.off_session:
        attempt_look_up(attempt=attempt, now=now)
        return
    if not attempt.session_id:
        checkout = _find(attempt, now)
        if checkout is None:
            # It may still be on its way: making it now with the same key is the one way to be sure.
            try:
                attempt = attempt_send(attempt=attempt, now=now)
            except GatewayRefused:
                return
        else:
            attempt = attempt_settle(attempt=attempt, checkout=checkout, now=now)
    if attempt.state in MAY_STILL_BE_PAID:
        with looking(attempt.account, now):
            ended = gateway.checkout_expire(account=attempt.account.stripe_id or "", session_id=attempt.session_id)
        attempt_settle(attempt=attempt, checkout=ended, now=now)
