"""Money back: asked for in the transaction that decides it, sent after commit, settled by what the gateway shows."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import F

from marketplace.core import audit, outbox
from marketplace.core.audit import CLOCKWORK, Actor
from marketplace.core.errors import DomainError
from marketplace.core.money import pounds_exact
from payments.gateway import services as gateway
from payments.gateway.services import GatewayRefused, GatewayUnknown

from ..models import Order, PaymentAttempt, ReceivableKind, Refund
from ..states import (
    MAY_GIVE_BACK,
    MONEY_BACK,
    MOVES,
    REFUND_MOVES,
    REFUND_UNHEARD,
    TOOK_MONEY,
    EventKind,
    OrderState,
    RefundState,
)
from .earning import owing_settle, receivable_raise, undelivered_settle
from .locking import order_locked, places_free
from .moving import MoveKind, money_move
from .sight import looking
from .telling import note_event, tell_person, tell_provider

logger = logging.getLogger(__name__)
SEND = "orders.refund_asked"


class NothingPaid(DomainError):
    """There is no payment that could go back, or the bank has it already."""


class MoreThanPaid(DomainError):
    """More would go back than was paid and is not on its way back already."""


def refund_start(*, attempt: PaymentAttempt, amount_pence: int, by: Actor, now: datetime, words: str = "") -> Refund:
    """Write down that part of an attempt goes back; the worker sends it after commit.

    Inside a transaction, the order locked. Counts every refund not known to have failed, unknown ones included, and
    what a bank has taken back.
    Raises MoreThanPaid.
    """
    room = PaymentAttempt.objects.filter(
        pk=attempt.pk,
        refund_asked_pence__lte=F("captured_pence") - F("disputed_pence") - amount_pence,
        captured_pence__gte=F("disputed_pence") + amount_pence,
    )
    if amount_pence < 1 or not room.update(refund_asked_pence=F("refund_asked_pence") + amount_pence):
        raise MoreThanPaid(attempt)
    attempt.refresh_from_db(fields=["refund_asked_pence"])
    number = attempt.refunds.count()
    refund = Refund.objects.create(
        attempt=attempt,
        amount_pence=amount_pence,
        state_since=now,
        created_at=now,
        idempotency_key=f"{attempt.reference}:refund:{number}",
        words=words,
    )
    outbox.add(SEND, refund=refund.pk)
    audit.record("orders.refund.ask", by=by, subject=refund, at=now, pence=amount_pence)
    return refund


def refund_send(*, refund: Refund, now: datetime) -> Refund:
    """Ask the gateway, or look where the answer was lost. Safe to repeat.

    Raises GatewayUnknown: the refund stays unknown and counts as given until somebody has looked.
    """
    refund = Refund.objects.select_related("attempt__account").get(pk=refund.pk)
    if refund.state not in REFUND_UNHEARD:
        return refund
    attempt, was_lost = refund.attempt, refund.state != RefundState.STARTED
    account = attempt.account.stripe_id or ""
    try:
        shown = _look_for(refund, now) if was_lost else None
        if shown is None:
            # From here the answer may be lost with the process: the next one looks first.
            _lost(refund, now)
            shown = gateway.refund_create(
                account=account,
                payment_intent=attempt.payment_intent,
                amount_pence=refund.amount_pence,
                reference=refund.public_id,
                idempotency_key=refund.idempotency_key,
            )
    except GatewayUnknown:
        _lost(refund, now)
        raise
    except GatewayRefused as error:
        return _failed(refund, now, str(error))
    return refund_settle(refund=refund, shown=shown, now=now)


def _look_for(refund: Refund, now: datetime) -> gateway.Refund | None:
    """A refund whose answer was lost. A look that is refused is no answer: it may have been given all the same."""
    attempt = refund.attempt
    try:
        with looking(attempt.account, now):
            return gateway.refund_find(
                account=attempt.account.stripe_id or "",
                payment_intent=attempt.payment_intent,
                reference=refund.public_id,
            )
    except GatewayRefused as error:
        raise GatewayUnknown(str(error)) from error


@transaction.atomic
def order_give_back(*, order: Order, amount_pence: int, words: str, by: Actor, now: datetime) -> Refund:
    """The provider gives part or all of a payment back. Raises NothingPaid, MoreThanPaid."""
    order = order_locked(order.pk)
    attempt = order.attempts.select_for_update().filter(state__in=TOOK_MONEY).first()
    if attempt is None or order.state not in MAY_GIVE_BACK:
        raise NothingPaid(order)
    refund = refund_start(attempt=attempt, amount_pence=amount_pence, by=by, now=now, words=words)
    said = f"{pounds_exact(amount_pence)}. {words}".strip()
    note_event(order, EventKind.GIVEN_BACK, by=by, now=now, words=said, by_provider=True)
    audit.record("orders.order.give_back", by=by, subject=order, at=now, title=order.title, pence=amount_pence)
    return refund


def refund_look_up(*, refund: Refund, now: datetime) -> Refund:
    """Look at a refund that is on its way. Raises GatewayUnknown, GatewayRefused."""
    account = refund.attempt.account
    with looking(account, now):
        shown = gateway.refund_look_up(account=account.stripe_id or "", refund_id=refund.refund_id)
    return refund_settle(refund=refund, shown=shown, now=now)


def refund_settle(*, refund: Refund, shown: gateway.Refund, now: datetime) -> Refund:
    """Make the refund and its order what the gateway shows. Any number of times. Raises NotOurs."""
    from .paying import NotOurs

    fits = (
        shown.account == refund.attempt.account.stripe_id
        and shown.reference == refund.public_id
        and shown.amount_pence == refund.amount_pence
        and shown.payment_intent == refund.attempt.payment_intent
    )
    if not fits:
        logger.warning("refund %s does not fit %s", shown.refund_id, refund.public_id)
        raise NotOurs(f"does not fit refund {refund.public_id}")
    if shown.status in {"failed", "canceled"}:
        return _failed(refund, now, shown.status, shown.refund_id)
    with transaction.atomic():
        order = order_locked(refund.attempt.order_id)
        refund = Refund.objects.select_for_update(of=("self",)).select_related("attempt").get(pk=refund.pk)
        refund.refund_id = shown.refund_id
        move = "succeed" if shown.status == "succeeded" else "wait"
        if REFUND_MOVES.can(refund, move):
            REFUND_MOVES.apply(refund, move, at=now, save=False)
        refund.save()
        settled = sum(row.amount_pence for row in refund.attempt.refunds.filter(state__in=MONEY_BACK))
        refunds_noticed(order=order, attempt=refund.attempt, refunded_pence=settled, now=now)
    return refund


def refunds_noticed(*, order: Order, attempt: PaymentAttempt, refunded_pence: int, now: datetime) -> None:
    """So much of an attempt has gone back, also when the provider gave it back at Stripe without telling us.

    Inside a transaction, the order locked. What went back never becomes less here: a refund that fails later is
    `_failed`'s business.
    """
    refunded_pence = min(refunded_pence, attempt.captured_pence)
    if refunded_pence <= attempt.refunded_pence:
        return
    gone, key = (
        refunded_pence - attempt.refunded_pence,
        f"{attempt.reference}:refunded:{refunded_pence}:{attempt.refunds_returned}",
    )
    attempt.refunded_pence = refunded_pence
    attempt.refund_asked_pence = max(attempt.refund_asked_pence, refunded_pence)
    attempt.disputed_pence = min(attempt.disputed_pence, attempt.captured_pence - attempt.refund_asked_pence)
    attempt.save(update_fields=["refunded_pence", "refund_asked_pence", "disputed_pence"])
    owing_settle(order=order, attempt=attempt, now=now)
    undelivered_settle(order=order, pence=gone, now=now)
    money_move(MoveKind.REFUNDED, order=order, key=key, pence=gone, now=now)
    whole = refunded_pence == attempt.captured_pence
    move = "refund" if whole else "refund_part"
    if MOVES.can(order, move):
        MOVES.apply(order, move, at=now, save=False)
        if whole:
            places_free(order)
        order.save()
    note_event(order, EventKind.REFUNDED, by=CLOCKWORK, now=now)
    tell_person(order, "refunded")
    audit.record("orders.refund.arrive", by=CLOCKWORK, subject=order, at=now, pence=refunded_pence)


def _lost(refund: Refund, now: datetime) -> None:
    with transaction.atomic():
        fresh = Refund.objects.select_for_update().get(pk=refund.pk)
        if REFUND_MOVES.can(fresh, "lose"):
            REFUND_MOVES.apply(fresh, "lose", at=now)


@transaction.atomic
def _failed(refund: Refund, now: datetime, reason: str, refund_id: str = "") -> Refund:
    """A confirmed no: what was counted as given back may be asked for again; both sides are told."""
    order = order_locked(refund.attempt.order_id)
    refund = Refund.objects.select_for_update(of=("self",)).select_related("attempt").get(pk=refund.pk)
    if not REFUND_MOVES.can(refund, "fail"):
        return refund
    from .disputing import disputed_count

    had_arrived = refund.state in MONEY_BACK
    refund.reason, refund.refund_id = reason[:300], refund_id or refund.refund_id
    REFUND_MOVES.apply(refund, "fail", at=now, save=False)
    refund.save()
    attempt = PaymentAttempt.objects.select_for_update().get(pk=refund.attempt_id)
    attempt.refund_asked_pence -= min(refund.amount_pence, attempt.refund_asked_pence)
    if had_arrived:
        attempt.refunded_pence -= min(refund.amount_pence, attempt.refunded_pence)
    attempt.refund_asked_pence = max(attempt.refund_asked_pence, attempt.refunded_pence)
    attempt.refunds_returned += 1
    attempt.save()
    disputed_count(attempt)
    owing_settle(order=order, attempt=attempt, now=now)
    owed = refund.amount_pence
    receivable_raise(
        order=order, kind=ReceivableKind.FAILED_REFUND, key=f"{refund.public_id}:failed", pence=owed, now=now
    )
    if had_arrived:
        _order_returns(order, attempt, now)
        key = f"{refund.public_id}:returned"
        money_move(MoveKind.REFUND_RETURNED, order=order, key=key, pence=refund.amount_pence, now=now)
    note_event(order, EventKind.REFUND_FAILED, by=CLOCKWORK, now=now)
    tell_person(order, "refund_failed")
    tell_provider(order, "refund_failed")
    audit.record("orders.refund.fail", by=CLOCKWORK, subject=refund, at=now, note=reason)
    logger.warning("refund %s failed: %s", refund.public_id, reason)
    return refund


def _order_returns(order: Order, attempt: PaymentAttempt, now: datetime) -> None:
    """An order whose money did not go back after all is not paid back: it is again what it was before."""
    known = set(order.events.values_list("kind", flat=True))
    if attempt.refunded_pence:
        was = OrderState.PART_REFUNDED
    elif EventKind.CANCELLED in known:
        was = OrderState.CANCELLED
    elif order.is_bill or EventKind.COMPLETED in known:
        was = OrderState.COMPLETED
    elif order.delivered_at:
        was = OrderState.DELIVERED
    elif MOVES.can(order, "return_to_paid"):
        was = OrderState.PAID
    else:
        was = OrderState.CANCELLED  # given back whole before it was done: its place is free already
    move = f"return_to_{was}"
    if MOVES.can(order, move):
        MOVES.apply(order, move, at=now)
