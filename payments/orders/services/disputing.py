"""Disputes: a person's bank takes a payment back, asks the provider, and decides. Settled by what the gateway shows."""

import logging
from datetime import datetime

from django.db import transaction

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount

from ..models import Dispute, Order, PaymentAttempt
from ..rules import dispute_moves
from ..states import DISPUTE_MOVES, MONEY_TAKEN, MOVES, UNDER_WAY, DisputeState, EventKind
from .earning import owing_settle
from .locking import order_locked
from .moving import MoveKind, money_move
from .paying import NotOurs, attempt_look_up
from .telling import note_event, tell_council, tell_person, tell_provider

logger = logging.getLogger(__name__)


def dispute_settle(*, account: ConnectedAccount, shown: gateway.Dispute, now: datetime) -> Dispute | None:
    """Make our row and its order what the gateway shows. Any order, any number of times.

    None when the payment is no order of ours: a provider may sell elsewhere too. Raises NotOurs.
    """
    found = PaymentAttempt.objects.filter(account=account, payment_intent=shown.payment_intent).exclude(
        payment_intent=""
    )
    attempt = found.first()
    if attempt is None:
        return None
    if shown.currency != "gbp" or shown.amount_pence > attempt.amount_pence:
        raise NotOurs(f"dispute does not fit {attempt.reference}")
    if attempt.state in UNDER_WAY:
        attempt_look_up(attempt=attempt, now=now)  # it was paid before it was taken back
    with transaction.atomic():
        order = order_locked(attempt.order_id)
        attempt = PaymentAttempt.objects.select_for_update().get(pk=attempt.pk)
        dispute, _new = Dispute.objects.get_or_create(
            dispute_id=shown.dispute_id,
            defaults={
                "attempt": attempt,
                "state": DisputeState.ASKED,
                "state_since": now,
                "amount_pence": shown.amount_pence,
                "reason": shown.reason[:60],
                "opened_at": shown.created_at,
            },
        )
        if dispute.attempt_id != attempt.pk:
            raise NotOurs(f"dispute belongs to another payment than {attempt.reference}")
        dispute.due_by = shown.due_by
        moves = dispute_moves(state=dispute.state, shown=shown.status)
        if moves[:1] == ["take"]:
            _tell_taken(order, dispute, decided="lose" in moves)
        for move in moves:
            DISPUTE_MOVES.apply(dispute, move, at=now, save=False)
            DONE[move](order, attempt, dispute, now)
            audit.record(f"orders.dispute.{move}", by=CLOCKWORK, subject=dispute, at=now, pence=dispute.amount_pence)
        dispute.save()
        disputed_count(attempt)
        owing_settle(order=order, attempt=attempt, now=now)
    return dispute


def disputed_count(attempt: PaymentAttempt) -> None:
    """Count what banks hold of a payment, as far as it has not gone back to the person already. The row is locked."""
    taken = sum(row.amount_pence for row in attempt.disputes.filter(state__in=MONEY_TAKEN))
    counted = min(taken, attempt.captured_pence - attempt.refund_asked_pence)
    if counted < taken:
        logger.error("%s went back and was taken by the bank as well", attempt.reference)
    if counted != attempt.disputed_pence:
        attempt.disputed_pence = counted
        attempt.save(update_fields=["disputed_pence"])


def _tell_taken(order: Order, dispute: Dispute, *, decided: bool) -> None:
    """What was claimed back under the Direct Debit Guarantee is decided at once: nobody is asked to answer it."""
    if not decided:
        tell_person(order, "disputed")
        tell_provider(order, "disputed_to_you")
    tell_council(order.provider, "dispute", about=dispute.dispute_id, count=1)


def _taken(order: Order, attempt: PaymentAttempt, dispute: Dispute, now: datetime) -> None:
    if MOVES.can(order, "dispute"):
        dispute.order_was = order.state
        MOVES.apply(order, "dispute", at=now)
    note_event(order, EventKind.DISPUTED, by=CLOCKWORK, now=now)
    key = f"{dispute.dispute_id}:taken"
    money_move(MoveKind.DISPUTE_TAKEN, order=order, key=key, pence=dispute.amount_pence, now=now)


def _won(order: Order, attempt: PaymentAttempt, dispute: Dispute, now: datetime) -> None:
    back = f"win_back_{dispute.order_was}"
    if back in MOVES.moves and MOVES.can(order, back):
        MOVES.apply(order, back, at=now)
    note_event(order, EventKind.DISPUTE_WON, by=CLOCKWORK, now=now)
    tell_person(order, "dispute_won")
    tell_provider(order, "dispute_won")
    key = f"{dispute.dispute_id}:returned"
    money_move(MoveKind.DISPUTE_RETURNED, order=order, key=key, pence=dispute.amount_pence, now=now)


def _lost(order: Order, attempt: PaymentAttempt, dispute: Dispute, now: datetime) -> None:
    if MOVES.can(order, "lose_dispute"):
        MOVES.apply(order, "lose_dispute", at=now)
    note_event(order, EventKind.DISPUTE_LOST, by=CLOCKWORK, now=now)
    tell_person(order, "dispute_lost")
    tell_provider(order, "dispute_lost")
    key = f"{dispute.dispute_id}:lost"
    money_move(MoveKind.DISPUTE_LOST, order=order, key=key, pence=dispute.amount_pence, now=now)


def _nothing(order: Order, attempt: PaymentAttempt, dispute: Dispute, now: datetime) -> None:
    """Only the dispute itself changes."""


DONE = {"take": _taken, "answer": _nothing, "win": _won, "lose": _lost, "close": _nothing}
