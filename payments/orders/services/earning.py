"""What a payment brought its provider, its way to their bank and back, and what they have to make good."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount, Payout
from payments.gateway.states import ARRIVED, SENT_BACK

from ..models import Earning, Order, PaymentAttempt, Receivable, ReceivableKind
from ..states import EARNING_MOVES, LEFT_STRIPE, OWED, RECEIVABLE_MOVES
from .moving import MoveKind, money_move
from .telling import tell_keepers


def earning_open(*, attempt: PaymentAttempt, now: datetime) -> Earning:
    """Inside the transaction that captured the attempt."""
    return Earning.objects.get_or_create(attempt=attempt, defaults={"state_since": now})[0]


@transaction.atomic
def payout_settle(*, payout: Payout, charges: set[str], earlier: set[str], now: datetime) -> int:
    """Move the earnings that a payout carried to where it is now; returns how many moved. Safe to repeat.

    A payout that came back opens its earnings again; the next one names it among what it carries.
    """
    came_back = payout.state in SENT_BACK
    mine = Q(payout=payout)
    if not came_back:
        mine |= Q(attempt__charge_id__in=charges, payout=None) | Q(payout__payout_id__in=earlier, state="earned")
    held = Earning.objects.select_for_update(of=("self",)).select_related("attempt__order__provider")
    moved = 0
    for earning in held.filter(mine, attempt__account=payout.account_id).order_by("pk"):
        move = "reopen" if came_back else "arrive" if payout.state in ARRIVED else "send"
        earning.payout = payout
        if EARNING_MOVES.can(earning, move):
            EARNING_MOVES.apply(earning, move, at=now, save=False)
            moved += 1
            if move != "send":
                kind = MoveKind.PAYOUT_RETURNED if came_back else MoveKind.PAID_OUT
                order, pence = earning.attempt.order, earning.attempt.captured_pence - earning.attempt.fee_pence
                key = f"{payout.payout_id}:{earning.attempt.reference}:{kind}"
                money_move(kind, order=order, key=key, pence=pence, now=now)
        earning.save()
    if came_back and moved:
        tell_keepers(payout.account.provider, "payout_failed", about=payout.payout_id)
        audit.record("orders.payout.reopen", by=CLOCKWORK, subject=payout, at=now, earnings=moved)
    return moved


def has_left(attempt: PaymentAttempt) -> bool:
    """Whether the provider's bank has the money already, or soon will."""
    return Earning.objects.filter(attempt=attempt, state__in=LEFT_STRIPE).exists()


def receivable_raise(*, order: Order, kind: ReceivableKind, key: str, pence: int, now: datetime) -> Receivable | None:
    """Write down what a provider has to make good; once for each key. Inside a transaction."""
    if pence < 1:
        return None
    receivable, new = Receivable.objects.get_or_create(
        key=key,
        defaults={
            "provider": order.provider,
            "order": order,
            "kind": kind,
            "amount_pence": pence,
            "state_since": now,
            "raised_at": now,
        },
    )
    if new:
        audit.record("orders.receivable.raise", by=CLOCKWORK, subject=receivable, at=now, pence=pence, kind=kind)
    return receivable


def receivable_move(key: str, move: str, *, now: datetime) -> None:
    """Settle or drop what was owed under this key, where there is something. Inside a transaction."""
    receivable = Receivable.objects.select_for_update().filter(key=key).first()
    if receivable is not None and RECEIVABLE_MOVES.can(receivable, move):
        RECEIVABLE_MOVES.apply(receivable, move, at=now)
        audit.record(f"orders.receivable.{move}", by=CLOCKWORK, subject=receivable, at=now)


def receivables_check(*, account: ConnectedAccount, now: datetime) -> int:
    """What Stripe has collected from a provider is made good: their account is not below zero any more.

    Returns how many were settled. Raises GatewayUnknown, GatewayRefused.
    """
    owed = Receivable.objects.filter(provider=account.provider_id, state__in=OWED)
    waiting = list(owed.exclude(kind=ReceivableKind.FAILED_REFUND))
    if not waiting or gateway.balance_look_up(account=account.stripe_id or "") < 0:
        return 0
    for receivable in waiting:
        with transaction.atomic():
            receivable_move(receivable.key, "settle", now=now)
    return len(waiting)
