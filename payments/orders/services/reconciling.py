"""Our rows against the gateway's own record: every difference found once, explained, put right when it is certain.

The gateway's record is read page by page and compared with our rows a page at a time, so memory stays the same
however many payments there are. What is younger than SETTLING is left alone: its news may be on the way.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from marketplace.core import audit, outbox
from marketplace.core.audit import CLOCKWORK, Actor
from marketplace.core.batches import batches
from marketplace.core.errors import DomainError
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount, Payout
from payments.gateway.signals import object_changed
from payments.gateway.states import OUT_OF_SIGHT
from payments.ledger import selectors as ledger

from ..models import Difference, DifferenceKind, Dispute, Order, PaymentAttempt, Refund
from ..rules import debit_overdue, dispute_moves
from ..states import DIFFERENCE_MOVES, MONEY_BACK, REFUND_UNSETTLED, TOOK_MONEY, UNDER_WAY, RefundState
from .disputing import dispute_settle
from .earning import receivables_check
from .locking import order_locked
from .owing import owed_out_of_step
from .paying import attempt_look_up
from .refunding import refund_settle, refunds_noticed

logger = logging.getLogger(__name__)
ALERT = "orders.differences_found"
LOOK_BACK = timedelta(days=60)
SETTLING = timedelta(minutes=15)  # time for webhooks and for answers that were lost
BATCH = 100  # a page of the gateway's: our rows are read as soon as it has come, for people go on paying
MARKED = 1000  # rows noted at once as found there
COMPARED = (
    *("account", "order", "reference", "payment_intent"),
    *("state", "state_since", "amount_pence", "captured_pence"),
)
OURS = ("order:", "pool:")  # how our references begin (paying._attempt_start; shares of a group become orders)
Kind = DifferenceKind


@dataclass
class Tally:
    """What one comparison saw. `unseen` are accounts that could not be looked at, `out_of_step` accounts of the
    ledger whose balance is not what their entries say.
    """

    payments: int = 0
    refunds: int = 0
    found: int = 0
    repaired: int = 0
    unseen: int = 0
    out_of_step: int = 0
    new: list[int] = field(default_factory=list)


def payments_reconcile(*, now: datetime, since: datetime | None = None, by: Actor = CLOCKWORK) -> Tally:
    """Compare every account since then; operators hear of what is left for somebody. Safe to repeat."""
    tally, since = Tally(), since or now - LOOK_BACK
    accounts = ConnectedAccount.objects.exclude(stripe_id=None).exclude(state__in=OUT_OF_SIGHT)
    for account in accounts.select_related("provider").order_by("pk").iterator(chunk_size=BATCH):
        try:
            account_reconcile(account=account, since=since, now=now, tally=tally)
        except gateway.GatewayError as error:
            tally.unseen += 1
            logger.warning("account %s could not be compared: %s", account.pk, error)
    wrong = ledger.out_of_step()
    if wrong:
        tally.out_of_step = len(wrong)
        logger.error("%s accounts of the ledger are not what their entries say: %s", len(wrong), wrong[:20])
    not_booked = owed_out_of_step()
    if not_booked:
        tally.out_of_step += len(not_booked)
        logger.error("the ledger says other sums than our rows of what is owed for %s", not_booked[:20])
    with transaction.atomic():
        if tally.new or tally.out_of_step:
            outbox.add(ALERT, count=len(tally.new) + tally.out_of_step)
        audit.record(
            "orders.reconcile.run",
            by=by,
            subject=Difference(pk=0),
            at=now,
            payments=tally.payments,
            found=tally.found,
            repaired=tally.repaired,
            unseen=tally.unseen,
            out_of_step=tally.out_of_step,
        )
    return tally


def account_reconcile(*, account: ConnectedAccount, since: datetime, now: datetime, tally: Tally) -> None:
    """One account. Raises GatewayUnknown, GatewayRefused."""
    on = account.stripe_id or ""
    for found in batches(_payments(account, since, now, tally), MARKED):
        PaymentAttempt.objects.filter(pk__in=found).update(reconciled_at=now)
    _under_way(account, now, tally)
    for row in _not_found(account, since, now):
        _missing_there(account, row, now, tally)
    for returned in batches(_refunds(account, since, now, tally), MARKED):
        Refund.objects.filter(pk__in=returned).update(reconciled_at=now)
    for refund in _refunds_not_found(account, since, now):
        _refund_missing(account, refund, now, tally)
    for dispute in gateway.disputes_of(account=on, since=since):
        _dispute(account, dispute, now, tally)
    for payout_id in gateway.payouts_of(account=on, since=since):
        _payout(account, payout_id, now, tally)
    receivables_check(account=account, now=now)


def _payments(account: ConnectedAccount, since: datetime, now: datetime, tally: Tally) -> Iterator[int]:
    """Compare the account's payments; the ids of our rows that were found there."""
    for shown in batches(gateway.payments_of(account=account.stripe_id or "", since=since), BATCH):
        tally.payments += len(shown)
        by_intent, by_reference = _rows_of(account, shown)
        for each in shown:
            row = by_intent.get(each.intent_id) or by_reference.get(each.reference)
            if row is None:
                if each.paid and each.reference.startswith(OURS):
                    _unheard(account, each, now, tally)
            elif _payment(account, row, each, now, tally):
                yield row.pk


def _unheard(account: ConnectedAccount, shown: gateway.Payment, now: datetime, tally: Tally) -> None:
    """Taken there, and no row of it here: whoever asked for it is told, as by the news that never came."""
    difference = _found(Kind.MISSING_HERE, shown.intent_id, account, None, "", _sum(shown), now, tally)
    news = gateway.payment_look_up(account=account.stripe_id or "", intent_id=shown.intent_id)
    facts = {"kind": "payment_intent", "object_id": shown.intent_id, "account": account, "snapshot": news}
    try:
        object_changed.send(sender=ConnectedAccount, **facts)
    except DomainError as error:
        logger.warning("payment %s fits nothing that was asked for: %s", shown.intent_id, error)
        return
    if PaymentAttempt.objects.filter(account=account, payment_intent=shown.intent_id, state__in=TOOK_MONEY).exists():
        _repaired(difference, now, tally)


def _rows_of(
    account: ConnectedAccount, shown: list[gateway.Payment]
) -> tuple[dict[str, PaymentAttempt], dict[str, PaymentAttempt]]:
    """Our rows of these payments, by the payment's id and by reference. 1 query, 2 when others' are among them.

    Nearly all are found by their reference; the id of a payment is asked for only where no reference led to it.
    """
    rows = PaymentAttempt.objects.only(*COMPARED)
    named = rows.filter(reference__in={each.reference for each in shown if each.reference})
    by_reference = {
        row.reference: row for row in named if row.account_id == account.pk or row.reference.startswith(OURS)
    }
    by_intent = {row.payment_intent: row for row in by_reference.values() if row.payment_intent}
    left = [each.intent_id for each in shown if each.intent_id not in by_intent]
    if left:
        by_intent |= {row.payment_intent: row for row in rows.filter(account=account, payment_intent__in=left)}
    return by_intent, by_reference


def _payment(
    account: ConnectedAccount, row: PaymentAttempt, shown: gateway.Payment, now: datetime, tally: Tally
) -> bool:
    """Compare one payment with its row; whether it is the row's own."""
    if row.account_id != account.pk:
        if shown.paid:
            _found(Kind.ACCOUNT, shown.intent_id, account, row.order, row.reference, _sum(shown), now, tally)
        return False
    if row.payment_intent not in {"", shown.intent_id}:
        if shown.paid:
            _found(Kind.DOUBLE, shown.intent_id, account, row.order, row.payment_intent, _sum(shown), now, tally)
        return False
    captured = row.state in TOOK_MONEY
    ours = f"{row.captured_pence}p" if captured else str(row.get_state_display())
    if shown.paid and shown.currency != "gbp":
        _found(Kind.CURRENCY, shown.intent_id, account, row.order, ours, _sum(shown), now, tally)
    elif shown.paid and shown.received_pence != row.amount_pence:
        _found(Kind.AMOUNT, shown.intent_id, account, row.order, f"{row.amount_pence}p", _sum(shown), now, tally)
    elif captured and not shown.paid:
        _found(Kind.STATE, shown.intent_id, account, row.order, ours, shown.status, now, tally)
    elif shown.paid and not captured and row.state_since <= now - SETTLING:
        difference = _found(Kind.STATE, shown.intent_id, account, row.order, ours, _sum(shown), now, tally)
        attempt_look_up(attempt=row, now=now)
        if PaymentAttempt.objects.filter(pk=row.pk, state__in=TOOK_MONEY).exists():
            _repaired(difference, now, tally)
        else:
            _retold(difference, DifferenceKind.DOUBLE, now)
    return True


def _under_way(account: ConnectedAccount, now: datetime, tally: Tally) -> None:
    """Money that a bank was asked for is no difference while it may still be answered. An answer that nobody told us of
    is put right; one that should have come long ago is for somebody to look at.
    """
    asked = PaymentAttempt.objects.filter(account=account, state__in=UNDER_WAY, state_since__lte=now - SETTLING)
    for row in asked.select_related("account", "order").order_by("pk").iterator(chunk_size=BATCH):
        was = str(row.get_state_display())
        row = attempt_look_up(attempt=row, now=now)
        if row.state not in UNDER_WAY:
            ended = str(row.get_state_display())
            difference = _found(Kind.STATE, row.payment_intent, account, row.order, was, ended, now, tally)
            _repaired(difference, now, tally)
        elif debit_overdue(row.order.debit_on, timezone.localdate(row.state_since), timezone.localdate(now)):
            since = f"{row.amount_pence}p, {timezone.localdate(row.state_since).isoformat()}"
            _found(Kind.UNDER_WAY, row.payment_intent, account, row.order, since, "processing", now, tally)


def _not_found(account: ConnectedAccount, since: datetime, now: datetime) -> Iterator[PaymentAttempt]:
    ours = PaymentAttempt.objects.filter(account=account, state__in=TOOK_MONEY, created_at__gt=since)
    late = ours.filter(state_since__lte=now - SETTLING).exclude(reconciled_at=now)
    yield from late.select_related("order").order_by("pk").iterator(chunk_size=BATCH)


def _missing_there(account: ConnectedAccount, row: PaymentAttempt, now: datetime, tally: Tally) -> None:
    """Not in the list: only a look at the payment itself is certain."""
    try:
        gateway.payment_look_up(account=account.stripe_id or "", intent_id=row.payment_intent)
    except gateway.NotConnected:
        raise
    except gateway.GatewayRefused:
        ours = f"{row.captured_pence}p"
        _found(Kind.MISSING_THERE, row.payment_intent, account, row.order, ours, "", now, tally)


def _refunds(account: ConnectedAccount, since: datetime, now: datetime, tally: Tally) -> Iterator[int]:
    """Compare the account's refunds; the ids of our rows that were found there."""
    for given in batches(gateway.refunds_of(account=account.stripe_id or "", since=since), BATCH):
        tally.refunds += len(given)
        yield from _refunds_given(account, given, now, tally)


def _refunds_given(
    account: ConnectedAccount, given: list[gateway.Refund], now: datetime, tally: Tally
) -> Iterator[int]:
    known = {row.refund_id: row for row in Refund.objects.filter(refund_id__in=[each.refund_id for each in given])}
    asked = Refund.objects.filter(public_id__in=[each.reference for each in given], attempt__account=account)
    by_reference = {row.public_id: row for row in asked}
    intents = {each.payment_intent for each in given}
    attempts = PaymentAttempt.objects.filter(account=account, payment_intent__in=intents, state__in=TOOK_MONEY)
    paid = {row.payment_intent: row for row in attempts.select_related("order")}
    for each in given:
        attempt, row = paid.get(each.payment_intent), known.get(each.refund_id) or by_reference.get(each.reference)
        if attempt is None:
            continue
        if row is not None:
            yield row.pk
            _refund(account, row, each, now, tally)
        elif each.status == "succeeded":
            _orphan(account, attempt, each, now, tally)


def _refund(account: ConnectedAccount, row: Refund, shown: gateway.Refund, now: datetime, tally: Tally) -> None:
    ended = {"succeeded": RefundState.SUCCEEDED, "failed": RefundState.FAILED, "canceled": RefundState.FAILED}
    should = ended.get(shown.status)
    young = row.state in REFUND_UNSETTLED and row.state_since > now - SETTLING
    if should is None or row.state == should or young:
        return
    row = Refund.objects.select_related("attempt__account", "attempt__order").get(pk=row.pk)
    ours = str(row.get_state_display())
    difference = _found(Kind.REFUND_STATE, shown.refund_id, account, row.attempt.order, ours, shown.status, now, tally)
    try:
        row = refund_settle(refund=row, shown=shown, now=now)
    except DomainError as error:
        logger.warning("refund %s cannot be put right: %s", row.public_id, error)
        return
    if row.state == should:
        _repaired(difference, now, tally)


def _orphan(
    account: ConnectedAccount, attempt: PaymentAttempt, shown: gateway.Refund, now: datetime, tally: Tally
) -> None:
    """Given back at the gateway itself. Certain once the payment says how much of it went back in all."""
    known = Difference.objects.filter(kind=Kind.ORPHAN_REFUND, subject=shown.refund_id).exists()
    payment = gateway.payment_look_up(account=account.stripe_id or "", intent_id=attempt.payment_intent)
    counted = PaymentAttempt.objects.filter(pk=attempt.pk, refunded_pence__gte=payment.refunded_pence).exists()
    if known or counted:
        return
    there = f"{shown.amount_pence}p"
    difference = _found(Kind.ORPHAN_REFUND, shown.refund_id, account, attempt.order, "", there, now, tally)
    with transaction.atomic():
        order = order_locked(attempt.order_id)
        fresh = PaymentAttempt.objects.select_for_update().get(pk=attempt.pk)
        refunds_noticed(order=order, attempt=fresh, refunded_pence=payment.refunded_pence, now=now)
    _repaired(difference, now, tally)


def _refunds_not_found(account: ConnectedAccount, since: datetime, now: datetime) -> Iterator[Refund]:
    ours = Refund.objects.filter(attempt__account=account, state__in=MONEY_BACK, created_at__gt=since)
    late = ours.filter(state_since__lte=now - SETTLING).exclude(reconciled_at=now)
    yield from late.select_related("attempt__order").order_by("pk").iterator(chunk_size=BATCH)


def _refund_missing(account: ConnectedAccount, row: Refund, now: datetime, tally: Tally) -> None:
    try:
        gateway.refund_look_up(account=account.stripe_id or "", refund_id=row.refund_id)
    except gateway.NotConnected:
        raise
    except gateway.GatewayRefused:
        ours = f"{row.amount_pence}p"
        _found(Kind.REFUND_MISSING, row.refund_id, account, row.attempt.order, ours, "", now, tally)


def _dispute(account: ConnectedAccount, shown: gateway.Dispute, now: datetime, tally: Tally) -> None:
    row = Dispute.objects.filter(dispute_id=shown.dispute_id).first()
    attempt = PaymentAttempt.objects.filter(account=account, payment_intent=shown.payment_intent).first()
    if attempt is None or (row is None and shown.created_at > now - SETTLING):
        return
    if row is not None and not dispute_moves(state=row.state, shown=shown.status):
        return
    ours, there = str(row.get_state_display()) if row else "", f"{shown.amount_pence}p, {shown.status}"
    difference = _found(Kind.DISPUTE, shown.dispute_id, account, attempt.order, ours, there, now, tally)
    dispute_settle(account=account, shown=shown, now=now)
    _repaired(difference, now, tally)


def _payout(account: ConnectedAccount, payout_id: str, now: datetime, tally: Tally) -> None:
    known = Payout.objects.filter(payout_id=payout_id).first()
    payout = gateway.payout_refresh(account=account, payout_id=payout_id, now=now)
    was = known.state if known else ""
    if payout.state != was and payout.made_at <= now - SETTLING:
        difference = _found(Kind.PAYOUT, payout_id, account, None, was, payout.state, now, tally)
        _repaired(difference, now, tally)


def _sum(shown: gateway.Payment) -> str:
    return f"{shown.received_pence}p {shown.currency}"


def _found(
    kind: DifferenceKind,
    subject: str,
    account: ConnectedAccount,
    order: Order | None,
    ours: str,
    theirs: str,
    now: datetime,
    tally: Tally,
) -> Difference:
    """Keep a difference once. One that was closed or repaired and is there again opens again."""
    facts = {"account": account, "order": order, "ours": ours[:200], "theirs": theirs[:200]}
    with transaction.atomic():
        difference, new = Difference.objects.get_or_create(
            kind=kind, subject=subject, defaults={**facts, "state_since": now, "found_at": now}
        )
        closed_by_hand = bool(difference.note)
        if not new and DIFFERENCE_MOVES.can(difference, "reopen") and not closed_by_hand:
            DIFFERENCE_MOVES.apply(difference, "reopen", at=now)
            new = True
        if new:
            tally.found += 1
            tally.new.append(difference.pk)
            audit.record("orders.difference.find", by=CLOCKWORK, subject=difference, at=now, kind=kind)
            logger.warning("difference: %s %s, ours %s, theirs %s", kind, subject, ours, theirs)
    return difference


def _repaired(difference: Difference, now: datetime, tally: Tally) -> None:
    with transaction.atomic():
        difference = Difference.objects.select_for_update().get(pk=difference.pk)
        if DIFFERENCE_MOVES.can(difference, "repair"):
            DIFFERENCE_MOVES.apply(difference, "repair", at=now)
            audit.record("orders.difference.repair", by=CLOCKWORK, subject=difference, at=now)
            tally.repaired += 1
            if difference.pk in tally.new:
                tally.new.remove(difference.pk)


def _retold(difference: Difference, kind: DifferenceKind, now: datetime) -> None:
    """It looked like news that had not come, and is something else."""
    if not Difference.objects.filter(kind=kind, subject=difference.subject).exists():
        Difference.objects.filter(pk=difference.pk).update(kind=kind)


@transaction.atomic
def difference_close(*, difference: Difference, note: str, by: Actor, now: datetime) -> Difference:
    """Somebody has looked at it and did what was to be done. Raises IllegalMove."""
    difference = Difference.objects.select_for_update().get(pk=difference.pk)
    difference.note = note
    DIFFERENCE_MOVES.apply(difference, "close", at=now, save=False)
    difference.save()
    audit.record("orders.difference.close", by=by, subject=difference, at=now, note=note)
    return difference
