"""What whoever holds the money paid for and was called off: it is to come back to them, and they say when it did."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from marketplace.core import audit, outbox
from marketplace.core.audit import Actor
from marketplace.core.clock import midnight
from marketplace.core.errors import DomainError

from .. import selectors
from ..models import Method, MoneyBack, Purchase
from ..signals import money_came_back
from ..states import BACK, PURCHASE_MOVES, TO_COME_BACK
from .buying import NotEnoughLeft

BACK_LETTER = "budgets.money_back"
CALLED_OFF, SAID, CAME, MISTAKE = "called_off", "said", "came", "mistake"  # the letters


class NothingToComeBack(DomainError):
    """Nobody who holds money waits for this to come back to them."""


class SeenOtherwise(DomainError):
    """Somebody wrote something else down since the page was looked at."""


class MoreThanOwed(DomainError):
    """More would come back than was paid and is not back already. Its argument is the pence there can be."""


class NotOnThatDay(DomainError):
    """A day before they paid, or one that has not come."""


def _locked() -> QuerySet[Purchase]:
    return Purchase.objects.select_for_update()


def _of_order(order: str) -> Purchase | None:
    """What whoever holds the money pays an order with, locked as it is found: it stands as it does now. 1 query."""
    return _locked().filter(order=order, method=Method.FUNDER).exclude(order="").first()


def money_call_back(*, order: str, now: datetime) -> None:
    """An order is called off that whoever holds the money has paid: it waits on their desk until it is back.

    Inside a transaction, the order locked. Nothing where the person paid, or nobody has.
    """
    purchase = _of_order(order)
    if purchase is not None and PURCHASE_MOVES.can(purchase, "call_off"):
        PURCHASE_MOVES.apply(purchase, "call_off", at=now, save=False)
        purchase.back_since = now
        purchase.save(update_fields=["state", "state_since", "back_since"])
        _tell(purchase, CALLED_OFF)


@transaction.atomic
def money_back_say(*, order: str, words: str, by: Actor, now: datetime) -> Purchase:
    """The provider says that they gave it back: a note to whoever holds the money, who hears of it once.

    Raises NothingToComeBack.
    """
    purchase = _of_order(order)
    if purchase is None or purchase.state not in TO_COME_BACK:
        raise NothingToComeBack(order)
    if purchase.said_back_at is None:
        purchase.said_back_at, purchase.said_back_words = now, words
        purchase.save(update_fields=["said_back_at", "said_back_words"])
        audit.record("budgets.money_back.say", by=by, subject=purchase, at=now, title=purchase.title)
        _tell(purchase, SAID)
    return purchase


@transaction.atomic
def money_back_record(
    *, purchase: Purchase, pence: int, came_on: date, seen_pence: int, by: Actor, now: datetime
) -> MoneyBack:
    """Whoever holds the money has it again, or part of it: the budget that paid has it too, from that day.

    `seen_pence` is what was still to come when they looked: whoever presses twice, or after somebody else, is told and
    writes nothing. Raises NothingToComeBack, SeenOtherwise, MoreThanOwed, NotOnThatDay.
    """
    purchase = _locked().get(pk=purchase.pk)
    left = selectors.left_to_come_back(purchase)
    if left != seen_pence:
        raise SeenOtherwise(purchase)
    if purchase.state not in TO_COME_BACK:
        raise NothingToComeBack(purchase)
    if not 0 < pence <= left:
        raise MoreThanOwed(left)
    paid = selectors.paid_at(purchase)
    if not timezone.localdate(paid) <= came_on <= timezone.localdate(now):
        raise NotOnThatDay(came_on)
    row = _write(purchase, pence=pence, came_on=came_on, by=by, now=now)
    at = now if came_on == timezone.localdate(now) else min(now, max(paid, midnight(came_on)))
    money_came_back.send(sender=Purchase, purchase=purchase, row=row, at=at)
    if pence == left:
        PURCHASE_MOVES.apply(purchase, "come_back", at=now, save=False)
    purchase.said_back_at, purchase.said_back_words = None, ""  # what is still to come can be said anew
    purchase.save(update_fields=["state", "state_since", "said_back_at", "said_back_words"])
    audit.record("budgets.money_back.record", by=by, subject=purchase, at=now, title=purchase.title, pence=pence)
    _tell(purchase, CAME)
    return row


@transaction.atomic
def money_back_undo(*, row: MoneyBack, by: Actor, now: datetime) -> MoneyBack:
    """It was written down by mistake: a new row takes it out of the budget again, if it is all still there.

    Safe to repeat. Raises NothingToComeBack, NotEnoughLeft.
    """
    purchase = _locked().get(pk=row.purchase_id)
    row = MoneyBack.objects.select_related("purchase").get(pk=row.pk)
    if row.undoes_id is not None:
        raise NothingToComeBack(purchase)
    done = MoneyBack.objects.filter(undoes=row).first()
    if done is not None:
        return done
    before = selectors.left_to_come_back(purchase)
    undo = _write(purchase, pence=row.pence, came_on=timezone.localdate(now), by=by, now=now, undoes=row)
    money_came_back.send(sender=Purchase, purchase=purchase, row=undo, at=now)
    if selectors.left_to_come_back(purchase) != before + row.pence:  # part of it has been spent or promised since
        held = purchase.lines.filter(budget__isnull=False).select_related("budget").first()
        raise NotEnoughLeft(held.budget if held else None)
    if purchase.state in BACK:
        PURCHASE_MOVES.apply(purchase, "not_back", at=now)
    audit.record("budgets.money_back.undo", by=by, subject=purchase, at=now, title=purchase.title, pence=row.pence)
    _tell(purchase, MISTAKE)
    return undo


def _write(
    purchase: Purchase, *, pence: int, came_on: date, by: Actor, now: datetime, undoes: MoneyBack | None = None
) -> MoneyBack:
    number = purchase.came_back.count() + 1
    return MoneyBack.objects.create(
        purchase=purchase, number=number, pence=pence, came_on=came_on, said_by=by.by_id, said_at=now, undoes=undoes
    )


def _tell(purchase: Purchase, letter: str) -> None:
    outbox.add(BACK_LETTER, purchase=purchase.pk, letter=letter)
