"""A bill that a Direct Debit pays: told of by letter, asked of the bank when the notice is over, and waited for.

Never a sum or a day that the person was not told. What they were told stands in the order (`debit_on`); the sum of a
bill never changes.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from marketplace.core import audit, outbox
from marketplace.core.audit import CLOCKWORK
from payments.gateway import selectors as accounts
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount
from payments.orders import services as orders

from .. import rules
from ..models import Arrangement, Bill, SavedCard
from ..models.arrangement import Side
from ..states import BILL_MOVES, TOLD
from .locking import arrangement_locked
from .telling import LETTER, tell

NOTICE = "debit_notice"


def debit_due(bill: Bill, card: SavedCard, now: datetime) -> bool:
    """Whether the bank may be asked for this bill today: they were told of it, by this mandate, long enough ago."""
    leaves_on, today = bill.order.debit_on, timezone.localdate(now)
    if leaves_on is None or bill.told_of_id != card.pk or _letter_waits(bill):
        return False
    return rules.debit_asked_on(leaves_on) <= today and not rules.debit_too_late(leaves_on, today)


def _letter_waits(bill: Bill) -> bool:
    """Whether the person's own letter has not left yet."""
    theirs = {"payload__reader": bill.arrangement.person_id, "payload__about": bill.pk}
    return outbox.pending(LETTER).filter(payload__letter=NOTICE, **theirs).exists()


def bill_tell(*, bill: Bill, card: SavedCard, now: datetime) -> Bill:
    """Tell the person what leaves their bank and when, or leave it at what they were told. Safe to repeat.

    Raises NotPayable while the provider cannot be paid; GatewayRefused (NO_DEBITS) where it collects no Direct Debits.
    """
    provider = bill.arrangement.provider
    if not accounts.can_be_paid(provider):
        raise orders.NotPayable(bill.order)
    if not accounts.can_be_debited_for(provider):
        raise orders.GatewayRefused("the account collects no Direct Debits", orders.NO_DEBITS)
    return _tell(bill, card, now)


@transaction.atomic
def _tell(bill: Bill, card: SavedCard, now: datetime) -> Bill:
    arrangement, today = arrangement_locked(bill.arrangement_id), timezone.localdate(now)
    bill = Bill.objects.select_for_update(of=("self",)).select_related("order", "arrangement").get(pk=bill.pk)
    if not BILL_MOVES.can(bill, "tell") or bill.order.paid_at is not None:
        return bill
    leaves_on = bill.order.debit_on
    if leaves_on is not None and bill.told_of_id == card.pk and not rules.debit_too_late(leaves_on, today):
        return bill
    bill.told_of = card
    BILL_MOVES.apply(bill, "tell", at=now, save=False)
    bill.save()
    bill.order = orders.debit_tell(order=bill.order, leaves_on=rules.debit_leaves_on(today), by=CLOCKWORK, now=now)
    if not _letter_waits(bill):  # one that waits says the day as it is when it leaves
        tell(arrangement, NOTICE, Side.PERSON, now=now, about=bill.pk)
    audit.record("arrangements.bill.tell", by=CLOCKWORK, subject=bill, at=now, pence=bill.pence)
    return bill


@transaction.atomic
def bills_recall(*, arrangement: Arrangement, now: datetime) -> None:
    """What was told of is collected otherwise: there is another way to pay, or none."""
    told = Bill.objects.select_for_update(of=("self",)).filter(arrangement=arrangement, state__in=TOLD)
    for bill in told.select_related("order"):
        BILL_MOVES.apply(bill, "collect", at=now)
        orders.debit_tell(order=bill.order, leaves_on=None, by=CLOCKWORK, now=now)


def debits_check(card: SavedCard, now: datetime) -> None:
    """Stripe refused, and not for the bank's sake: look whether the account still collects Direct Debits."""
    account = ConnectedAccount.objects.filter(stripe_id=card.account).first()
    if account is not None:
        gateway.account_refresh(account=account, now=now)


@transaction.atomic
def bill_wait(*, bill: Bill, now: datetime) -> Bill:
    """The bank has been asked, and answers in some days. Safe to repeat."""
    bill = Bill.objects.select_for_update(of=("self",)).get(pk=bill.pk)
    if BILL_MOVES.can(bill, "wait"):
        BILL_MOVES.apply(bill, "wait", at=now)
        audit.record("arrangements.bill.wait", by=CLOCKWORK, subject=bill, at=now, pence=bill.pence)
    return bill
