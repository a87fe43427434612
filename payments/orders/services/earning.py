"""What a payment brought its provider, its way to their bank and back, and what they have to make good."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount, Payout
from payments.gateway.states import ARRIVED, SENT_BACK

from ..models import Earning, Order, PaymentAttempt, Receivable, ReceivableKind
from ..states import EARNING_MOVES, OWED, RECEIVABLE_MOVES, TOOK_MONEY
from .moving import MoveKind, money_move
from .owing import receivable_book
from .telling import tell_keepers


def earning_open(*, attempt: PaymentAttempt, now: datetime) -> None:
    """Inside the transaction that captured the attempt. Safe to repeat."""
    Earning.objects.bulk_create([Earning(attempt=attempt, state_since=now)], ignore_conflicts=True)


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
        owing_settle(order=earning.attempt.order, attempt=earning.attempt, now=now)
    others = PaymentAttempt.objects.filter(account=payout.account_id, charge_id__in=charges, state__in=TOOK_MONEY)
    for attempt in others.select_for_update(of=("self",)).select_related("order__provider").order_by("pk"):
        owing_settle(order=attempt.order, attempt=attempt, now=now)
    if came_back and moved:
        tell_keepers(payout.account.provider, "payout_failed", about=payout.payout_id)
        audit.record("orders.payout.reopen", by=CLOCKWORK, subject=payout, at=now, earnings=moved)
    return moved


def with_bank(attempt: PaymentAttempt) -> tuple[int, int]:
    """Pence of a payment that the provider's bank has or soon will, and pence that later payouts took back of it.

    A payout that came back counts when another took it out again. 1 query, and 1 for each that came back.
    """
    if not attempt.charge_id:
        return 0, 0
    payouts = Payout.objects.filter(account=attempt.account_id)
    found = payouts.filter(carried__has_key=attempt.charge_id)
    moved = [each.carried[attempt.charge_id] for each in found if _arrives(each, payouts)]
    return sum(moved), -sum(pence for pence in moved if pence < 0)


def _arrives(payout: Payout, payouts: QuerySet[Payout]) -> bool:
    if payout.state not in SENT_BACK:
        return True
    return any(_arrives(later, payouts) for later in payouts.filter(carried__has_key=payout.payout_id))


def owing_settle(*, order: Order, attempt: PaymentAttempt, now: datetime) -> None:
    """Write down what the bank has and the provider may not keep: the same whatever order the news came in.

    Inside a transaction, the attempt locked and counted.
    """
    keeps = attempt.captured_pence - attempt.refunded_pence - attempt.disputed_pence
    has, collected = with_bank(attempt)
    amount = max(0, has - keeps) + collected
    kind = ReceivableKind.DISPUTE if attempt.disputed_pence else ReceivableKind.REFUND
    receivable_raise(order=order, kind=kind, key=attempt.reference, pence=amount, now=now)
    row = Receivable.objects.select_for_update().filter(key=attempt.reference).first()
    if row is None:
        return
    row.amount_pence = amount
    row.settled_pence = min(amount, max(row.settled_pence, collected))
    move = "owe" if amount > row.settled_pence else "settle" if amount else "drop"
    if RECEIVABLE_MOVES.can(row, move):
        RECEIVABLE_MOVES.apply(row, move, at=now, save=False)
        audit.record(f"orders.receivable.{move}", by=CLOCKWORK, subject=row, at=now, pence=amount)
    row.kind = kind if amount else row.kind
    row.save()
    receivable_book(row, now)


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
        receivable_book(receivable, now)
        audit.record("orders.receivable.raise", by=CLOCKWORK, subject=receivable, at=now, pence=pence, kind=kind)
    return receivable


def undelivered_settle(*, order: Order, pence: int, now: datetime) -> None:
    """So much went back to the person: what a bank could not deliver earlier is made good by it, the oldest first.

    Inside a transaction, the order locked.
    """
    failed = order.receivables.select_for_update().filter(kind=ReceivableKind.FAILED_REFUND, state__in=OWED)
    for row in failed:
        good = min(pence, row.amount_pence - row.settled_pence)
        if good:
            row.settled_pence += good
            pence -= good
            if row.settled_pence == row.amount_pence:
                RECEIVABLE_MOVES.apply(row, "settle", at=now, save=False)
            row.save()
            audit.record("orders.receivable.settle", by=CLOCKWORK, subject=row, at=now, pence=good)


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
            row = Receivable.objects.select_for_update().get(pk=receivable.pk)
            if RECEIVABLE_MOVES.can(row, "settle"):
                row.settled_pence = row.amount_pence
                RECEIVABLE_MOVES.apply(row, "settle", at=now, save=False)
                row.save()
                receivable_book(row, now)
                audit.record("orders.receivable.settle", by=CLOCKWORK, subject=row, at=now, pence=row.amount_pence)
    return len(waiting)
