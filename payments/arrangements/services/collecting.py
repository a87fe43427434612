"""Visits to be paid become a bill, which is an ordinary order; the saved card pays it, or the person is asked kindly.

What a budget was to pay and cannot is a top-up: asked for, never taken. Whoever holds money for the person pays a bill
as they pay an order, in their own time. The site never chases: two reminders, then the arrangement stands still and the
bill waits.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK
from marketplace.core.look.words import uk_date_full
from payments.budgets import services as budgets
from payments.budgets.models import Approval, Purchase
from payments.budgets.states import COUNTS, UNDECIDED
from payments.orders import services as orders
from payments.orders.models import Order
from payments.orders.services import Card, Debit, GatewayRefused
from payments.orders.states import MAY_STILL_BE_PAID, ONE_AT_A_TIME, TOOK_MONEY, UNDER_WAY
from payments.orders.states import OVER as ORDER_OVER
from payments.orders.states import UNPAID as ORDER_UNPAID

from .. import rules
from ..models import Arrangement, Bill, SavedCard, Visit
from ..models.arrangement import Collects, Side
from ..states import (
    ASKED,
    BILL_MOVES,
    CARD_READY,
    LEFT_ALONE,
    MOVES,
    ON_ITS_WAY,
    STOPPED,
    TO_COLLECT,
    TO_PAY,
    TOLD,
    VISIT_MOVES,
    WITH_THE_HOLDER,
)
from .debiting import bill_tell, bill_wait, debit_due, debits_check
from .locking import arrangement_locked
from .planning import visits_plan
from .promising import funding_of, promise_release
from .telling import tell, tell_both

NOT_THE_BANK = frozenset({"never begun", "cancelled", "account_invalid", "api_error", ""})


@transaction.atomic
def bill_make(*, arrangement: Arrangement, now: datetime) -> Bill | None:
    """One bill for what is to be paid, on a day of collecting, or None when there is nothing or it is not the day.

    Safe to repeat: once for each day of collecting.
    """
    arrangement = arrangement_locked(arrangement.pk)
    today = timezone.localdate(now)
    day = rules.collection_day(today, monthly=arrangement.terms.collects == Collects.MONTHLY)
    due = list(
        arrangement.visits.select_for_update(of=("self",)).filter(state__in=TO_PAY, bill=None).order_by("starts_at")
    )
    due = [visit for visit in due if visit.day < day or arrangement.is_over]
    total = sum(visit.pence for visit in due)
    if total < rules.LEAST_PENCE or arrangement.bills.filter(collected_on=_day(arrangement, day, today)).exists():
        return None
    if orders.stopping_holds(arrangement.listing).exists():
        return None
    for visit in due:
        promise_release(visit, now)
    day = _day(arrangement, day, today)
    funding = funding_of(arrangement, due, now)
    order = orders.order_bill(
        person=arrangement.person,
        offer=arrangement.offer,
        title=_title(arrangement, due),
        total_pence=total,
        day=due[-1].day,
        token=f"visits:{arrangement.public_id}:{day:%Y%m%d}",
        by=CLOCKWORK,
        now=now,
        shares=funding.shares,
        asks=funding.asks,
    )
    bill = Bill.objects.create(
        arrangement=arrangement, collected_on=day, order=order, pence=total, state_since=now, made_at=now
    )
    Visit.objects.filter(pk__in=[visit.pk for visit in due]).update(bill=bill)
    audit.record("arrangements.bill.make", by=CLOCKWORK, subject=bill, at=now, pence=total, visits=len(due))
    if funding.top_up:
        return bill_ask(bill=bill, refusal=funding.top_up, now=now)
    if funding.asks or orders.paid_by_holder(order):
        BILL_MOVES.apply(bill, "hold", at=now)
    return bill


@transaction.atomic
def bill_heed(*, purchase: Purchase, now: datetime) -> Bill:
    """Somebody was asked for a yes to one bill, because it is more than they had said yes to, and has answered: they
    pay it, the card does, or the person is asked whether they would. Safe to repeat.
    """
    order = Order.objects.get(public_id=purchase.wish[orders.BILL])
    bill = Bill.objects.select_for_update(of=("self",)).select_related("arrangement", "order").get(order=order)
    if bill.state not in WITH_THE_HOLDER or order.state in ORDER_OVER:
        return bill
    if purchase.state not in COUNTS:
        orders.bill_own(order=order, by=CLOCKWORK, now=now)
        return bill_ask(bill=bill, refusal=rules.HELD_NO, now=now)
    if not orders.paid_by_holder(order):
        BILL_MOVES.apply(bill, "collect", at=now)
    return bill


def _day(arrangement: Arrangement, day: date, today: date) -> date:
    """What is left of an arrangement that is over is collected at once."""
    return today if arrangement.is_over else day


def _title(arrangement: Arrangement, visits: list[Visit]) -> str:
    first, last = uk_date_full(visits[0].day), uk_date_full(visits[-1].day)
    if len(visits) == 1:
        return _("%(title)s on %(day)s") % {"title": arrangement.title[:80], "day": first}
    said = ngettext("%(n)d visit", "%(n)d visits", len(visits)) % {"n": len(visits)}
    return f"{arrangement.title[:60]}: {said}, {first} – {last}"


def bill_collect(*, bill: Bill, now: datetime) -> Bill:
    """Charge the saved card, or ask the person where that cannot be. A Direct Debit is told of first, and the bank
    asked when the notice is over. No network inside a transaction; safe to repeat.

    Raises GatewayUnknown and a GatewayRefused that is not the bank's or is of a card that was replaced meanwhile (look
    again later), and NotPayable while the provider cannot be paid.
    """
    bill = Bill.objects.select_related("order", "arrangement").get(pk=bill.pk)
    if bill.state not in TO_COLLECT | TOLD:
        return bill
    if bill.order.paid_at is not None:
        return bill_settle(order=bill.order, now=now)
    card = bill.arrangement.cards.filter(state__in=CARD_READY).first()
    begun = bill.order.attempts.filter(state__in=MAY_STILL_BE_PAID).select_related("account").first()
    if begun is not None and begun.off_session:
        begun = orders.attempt_look_up(attempt=begun, now=now)
        return bill_wait(bill=bill, now=now) if begun.state in UNDER_WAY else bill
    if card is None:
        return bill_ask(bill=bill, refusal=rules.DEBIT_ENDED if bill.told_of_id else "no_card", now=now)
    try:
        if card.is_debit and not debit_due(bill, card, now):
            return bill_tell(bill=bill, card=card, now=now)
        attempt = orders.order_charge(order=bill.order, card=_pays(bill, card), by=CLOCKWORK, now=now)
    except (orders.PaymentUnclear, orders.NothingToPay):
        bill.refresh_from_db()
        return bill
    except GatewayRefused as error:
        replaced = not bill.arrangement.cards.filter(pk=card.pk, state__in=CARD_READY).exists()
        if card.is_debit and error.code in NOT_THE_BANK:
            debits_check(card, now)
        if replaced or error.code in NOT_THE_BANK:
            raise
        return bill_ask(bill=bill, refusal=error.code, now=now)
    if attempt.state in UNDER_WAY:
        return bill_wait(bill=bill, now=now)
    if attempt.state not in TOOK_MONEY and attempt.reason not in NOT_THE_BANK:
        return bill_ask(bill=bill, refusal=attempt.reason, now=now)
    bill.refresh_from_db()
    return bill


def _pays(bill: Bill, card: SavedCard) -> Card | Debit:
    if not card.is_debit or bill.order.debit_on is None:
        return Card(card.customer, card.payment_method)
    return Debit(card.account, card.customer, card.payment_method, bill.order.debit_on)


@transaction.atomic
def bill_ask(*, bill: Bill, refusal: str, now: datetime) -> Bill:
    """The card was not charged, or must not be before they say so: the person gets a link to pay. Safe to repeat."""
    bill = Bill.objects.select_for_update(of=("self",)).select_related("arrangement", "order").get(pk=bill.pk)
    if BILL_MOVES.can(bill, "ask"):
        bill.asked_at, bill.refusal, bill.reminders = now, refusal[:60], 0
        BILL_MOVES.apply(bill, "ask", at=now, save=False)
        bill.told_of = None
        bill.save()
        orders.debit_tell(order=bill.order, leaves_on=None, by=CLOCKWORK, now=now)
        letter = "top_up" if bill.is_top_up else "please_pay"
        tell(bill.arrangement, letter, Side.PERSON, now=now, about=bill.pk)
        audit.record("arrangements.bill.ask", by=CLOCKWORK, subject=bill, at=now)
    return bill


@transaction.atomic
def bill_bounce(*, bill: Bill, now: datetime) -> Bill:
    """The bank has said no, days after it was asked: the person gets a link to pay. Safe to repeat."""
    bill = Bill.objects.select_for_update(of=("self",)).select_related("order").get(pk=bill.pk)
    last = bill.order.attempts.last()
    if bill.state not in ON_ITS_WAY or bill.order.state not in ORDER_UNPAID or last is None:
        return bill
    if last.state in ONE_AT_A_TIME:
        return bill
    if last.reason in NOT_THE_BANK:
        BILL_MOVES.apply(bill, "collect", at=now)
        return bill
    return bill_ask(bill=bill, refusal=last.reason, now=now)


@transaction.atomic
def bill_settle(*, order: Order, now: datetime) -> Bill:
    """The order is paid, by whichever way: so are its visits. Inside the transaction of the payment; safe to repeat."""
    bill = Bill.objects.select_for_update(of=("self",)).select_related("arrangement").get(order=order)
    if BILL_MOVES.can(bill, "pay"):
        BILL_MOVES.apply(bill, "pay", at=now)
        for visit in bill.visits.select_for_update().filter(state__in=TO_PAY):
            VISIT_MOVES.apply(visit, "pay", at=now)
        audit.record("arrangements.bill.pay", by=CLOCKWORK, subject=bill, at=now, pence=bill.pence)
    return bill


@transaction.atomic
def bill_drop(*, bill: Bill, now: datetime) -> Bill:
    """The provider called the order off: nobody asks for this money any more. Safe to repeat."""
    bill = Bill.objects.select_for_update(of=("self",)).select_related("order", "arrangement").get(pk=bill.pk)
    if bill.order.state in ORDER_OVER and bill.order.paid_at is None and BILL_MOVES.can(bill, "drop"):
        BILL_MOVES.apply(bill, "drop", at=now)
        for asked in Approval.objects.filter(purchase__order=bill.order.public_id, state__in=UNDECIDED):
            budgets.approval_withdraw(approval=asked, by=CLOCKWORK, now=now)
        audit.record("arrangements.bill.drop", by=CLOCKWORK, subject=bill, at=now, pence=bill.pence)
    return bill


@transaction.atomic
def bill_remind(*, bill: Bill, now: datetime) -> Bill:
    """Two reminders, then the arrangement stands still and the bill is left to the two of them. Safe to repeat."""
    arrangement = arrangement_locked(bill.arrangement_id)
    bill = Bill.objects.select_for_update(of=("self",)).get(pk=bill.pk)
    if bill.asked_at is None or not BILL_MOVES.can(bill, "leave"):
        return bill
    if now >= bill.asked_at + rules.LEAVE_AFTER:
        BILL_MOVES.apply(bill, "leave", at=now)
        audit.record("arrangements.bill.leave", by=CLOCKWORK, subject=bill, at=now)
        if MOVES.can(arrangement, "pause"):
            MOVES.apply(arrangement, "pause", at=now)
            visits_plan(arrangement=arrangement, now=now)
            tell_both(arrangement, "paused", now=now, about=bill.pk)
            audit.record("arrangements.arrangement.pause", by=CLOCKWORK, subject=arrangement, at=now)
    elif bill.reminders < rules.reminders_due(bill.asked_at, now):
        bill.reminders += 1
        bill.save(update_fields=["reminders"])
        tell(arrangement, "reminder", Side.PERSON, now=now, about=bill.pk)
    return bill


@transaction.atomic
def bills_retry(*, arrangement: Arrangement, now: datetime) -> int:
    """There is another card: what waited for one is collected again. Returns how many bills."""
    waiting = Bill.objects.select_for_update().filter(arrangement=arrangement, state__in=ASKED | LEFT_ALONE)
    waiting = waiting.exclude(refusal__in=rules.TOP_UPS)
    tried = 0
    for bill in waiting:
        if BILL_MOVES.can(bill, "collect"):
            BILL_MOVES.apply(bill, "collect", at=now)
            tried += 1
    return tried


@transaction.atomic
def arrangement_go_on(*, arrangement: Arrangement, now: datetime) -> Arrangement:
    """What stood still for an unpaid bill goes on once nothing is left unpaid. Safe to repeat."""
    arrangement = arrangement_locked(arrangement.pk)
    if arrangement.state in STOPPED and not arrangement.bills.filter(state__in=LEFT_ALONE).exists():
        MOVES.apply(arrangement, "go_on", at=now)
        tell_both(arrangement, "goes_on", now=now)
        audit.record("arrangements.arrangement.go_on", by=CLOCKWORK, subject=arrangement, at=now)
        visits_plan(arrangement=arrangement, now=now)
    return arrangement
