"""Prices, deadlines and what goes back: no database, no clock, no request. Worked examples: docs/rules/refund.md."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from marketplace.core.money import MOST_PENCE
from marketplace.core.workdays import workday_after
from providers.listings.models import Unit

if TYPE_CHECKING:
    from providers.listings.models import OfferDate

LEAST_PENCE = 30  # Stripe takes no card payment below £0.30: https://docs.stripe.com/currencies
MOST_OF: dict[str, int] = {Unit.HOUR: 40, Unit.SESSION: 20, Unit.DAY: 14, Unit.WEEK: 12, Unit.FIXED: 1, Unit.FREE: 1}
MOST_PLACES = 6  # of one date, in one order
FURTHEST = timedelta(days=366)  # how far ahead a date may lie

ANSWER_WITHIN = timedelta(days=7)
PAY_WITHIN = timedelta(days=3)
HOLD_FOR = timedelta(minutes=10)
HOLD_BY_PHONE = timedelta(minutes=60)  # the caller pays from a letter, not from the page in front of them
PAGE_OPEN_FOR = timedelta(minutes=60)  # of the payment page; Stripe takes 30 minutes to 24 hours
FINISH_AFTER = timedelta(days=7)
SIGHT_LOST_FOR = timedelta(days=14)  # how long an order waits for its provider to let us look again
RIGHT_TO_CANCEL = timedelta(days=14)
BANK_ANSWERS_WITHIN = 10  # working days after a Direct Debit was to leave; later than that it is stuck


@dataclass(frozen=True)
class Wish:
    """What somebody asks of an offer. `wanted_on` or `wanted_words` or `date`; `begin_early` is the express request."""

    quantity: int = 1
    wanted_on: date | None = None
    wanted_words: str = ""
    date: "OfferDate | None" = None
    note: str = ""
    begin_early: bool = False


def most_of(unit: str, *, has_date: bool) -> int:
    """The largest quantity of one order; 0 for what has no price to order at.

    >>> most_of("hour", has_date=False), most_of("session", has_date=True), most_of("ask", has_date=False)
    (40, 6, 0)
    """
    return MOST_PLACES if has_date else MOST_OF.get(unit, 0)


def total(unit_price_pence: int, quantity: int) -> int:
    """Pence for the whole order: price by quantity, no fee, nothing rounded.

    >>> total(1850, 3)
    5550
    """
    return unit_price_pence * quantity


def can_be_charged(pence: int) -> bool:
    """Whether a card can pay this much: nothing at all is fine, a few pence is not.

    >>> can_be_charged(0), can_be_charged(29), can_be_charged(30)
    (True, False, True)
    """
    return pence == 0 or LEAST_PENCE <= pence <= MOST_PENCE


def end_of_day(day: date, like: datetime) -> datetime:
    """Midnight at the end of a day, in the time zone of `like`."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=like.tzinfo)


def answer_by(asked: datetime, day: date | None) -> datetime:
    """When an unanswered request runs out: after seven days, or with the day it was asked for.

    >>> answer_by(datetime(2026, 3, 2, 9), None), answer_by(datetime(2026, 3, 2, 9), date(2026, 3, 4))
    (datetime.datetime(2026, 3, 9, 9, 0), datetime.datetime(2026, 3, 5, 0, 0))
    """
    return _sooner(asked + ANSWER_WITHIN, day, asked)


def pay_by(accepted: datetime, day: date | None) -> datetime:
    """When an accepted order that nobody pays runs out: after three days, or with the day itself.

    >>> pay_by(datetime(2026, 3, 2, 9), date(2026, 3, 2))
    datetime.datetime(2026, 3, 3, 0, 0)
    """
    return _sooner(accepted + PAY_WITHIN, day, accepted)


def _sooner(usual: datetime, day: date | None, start: datetime) -> datetime:
    return usual if day is None or day < start.date() else min(usual, end_of_day(day, start))


def cancel_until(contract_on: date) -> date:
    """The last day on which a person may change their mind without a reason: 14 days after the day of the contract.

    Consumer Contracts (Information, Cancellation and Additional Charges) Regulations 2013, reg. 30(1).

    >>> cancel_until(date(2026, 3, 3))
    datetime.date(2026, 3, 17)
    """
    return contract_on + RIGHT_TO_CANCEL


def latest_contract(today: date, *, at_once: bool) -> date:
    """The last day on which something asked for today may become a contract.

    >>> latest_contract(date(2026, 3, 3), at_once=False)
    datetime.date(2026, 3, 10)
    """
    return today if at_once else today + ANSWER_WITHIN


def may_begin_early(contract_on: date, day: date | None) -> bool:
    """Whether the help may begin before the right to cancel has run out, so that the person must ask for it.

    Reg. 36(1): a trader may begin within the 14 days only at the person's express request. No day counts as early.

    >>> may_begin_early(date(2026, 3, 3), date(2026, 3, 17)), may_begin_early(date(2026, 3, 3), date(2026, 3, 18))
    (True, False)
    """
    return day is None or day <= cancel_until(contract_on)


def debit_overdue(leaves_on: date | None, asked_on: date, today: date) -> bool:
    """Whether a bank should have answered a Direct Debit long ago: ten working days after the money was to leave, or
    after the bank was asked where no day was named.

    >>> debit_overdue(date(2026, 3, 10), date(2026, 3, 5), date(2026, 3, 24))
    False
    >>> debit_overdue(date(2026, 3, 10), date(2026, 3, 5), date(2026, 3, 25))
    True
    """
    return today > workday_after(leaves_on or asked_on, BANK_ANSWERS_WITHIN)


def dispute_moves(*, state: str, shown: str) -> list[str]:
    """The moves that bring a dispute to the gateway's status; several where news was missed.

    Statuses: https://docs.stripe.com/api/disputes/object#dispute_object-status. While it is only a warning, no money
    has moved.

    >>> dispute_moves(state="asked", shown="needs_response"), dispute_moves(state="asked", shown="lost")
    (['take'], ['take', 'lose'])
    >>> dispute_moves(state="lost", shown="needs_response"), dispute_moves(state="asked", shown="warning_closed")
    ([], ['close'])
    """
    way = {
        "asked": {
            "needs_response": ["take"],
            "under_review": ["take", "answer"],
            "won": ["take", "win"],
            "lost": ["take", "lose"],
            "warning_closed": ["close"],
            "prevented": ["close"],
        },
        "open": {"under_review": ["answer"], "won": ["win"], "lost": ["lose"]},
        "answered": {"won": ["win"], "lost": ["lose"]},
    }
    return way.get(state, {}).get(shown, [])


class Back(Enum):
    """What a person gets back who cancels."""

    NOTHING_PAID = "nothing was paid"
    ALL = "the whole price"
    ASK = "to be agreed with the provider"


def money_back(*, paid_pence: int, begun: bool, today: date, day: date | None, cancel_until: date | None) -> Back:
    """What goes back when the person cancels today. See docs/rules/refund.md.

    >>> march = dict(paid_pence=3600, cancel_until=date(2026, 3, 17))
    >>> money_back(begun=False, today=date(2026, 3, 10), day=date(2026, 3, 10), **march).name
    'ALL'
    >>> money_back(begun=False, today=date(2026, 3, 20), day=date(2026, 3, 21), **march).name
    'ALL'
    >>> money_back(begun=False, today=date(2026, 3, 21), day=date(2026, 3, 21), **march).name
    'ASK'
    >>> money_back(begun=True, today=date(2026, 3, 10), day=date(2026, 3, 9), **march).name
    'ASK'
    """
    if paid_pence == 0:
        return Back.NOTHING_PAID
    if begun:
        return Back.ASK
    if cancel_until is not None and today <= cancel_until:
        return Back.ALL
    return Back.ALL if day is None or today < day else Back.ASK
