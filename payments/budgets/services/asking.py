"""Asking somebody for a yes, and what comes of the answer."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from marketplace.core import audit, outbox
from marketplace.core.audit import CLOCKWORK, Actor
from marketplace.core.errors import DomainError
from marketplace.core.states import IllegalMove
from marketplace.people.models import User

from ..models import Approval, AskedOf, Budget, Method, Outcome, Purchase, PurchaseKind
from ..rules import Share
from ..signals import purchase_agreed, yes_shortened
from ..states import APPROVAL_MOVES, PURCHASE_MOVES, SAID_YES, STANDS, TO_BE_PAID, UNDECIDED, PurchaseState
from .buying import purchase_release, purchase_write
from .checking import Goods
from .setting_up import council_money

LETTER, DUE = "budgets.letter", "budgets.due"
PERSON_ANSWERS_WITHIN = timedelta(days=7)


class TooLate(DomainError):
    """The time to answer has run out."""


class NotThatDay(DomainError):
    """A last day that lies behind us, or after the one there is. Its argument is the latest there may be, or None."""


def holder_tell(*, order: str) -> None:
    """The provider has said yes to an order: whoever holds its money hears that they pay now.

    Inside a transaction. Nothing where the person pays.
    """
    held = Purchase.objects.filter(order=order, method=Method.FUNDER, state__in=TO_BE_PAID).first()
    if held is not None:
        outbox.add(DUE, purchase=held.pk)


def approval_ask(*, purchase: Purchase, by: Actor, now: datetime) -> Approval:
    """Ask the next who has to say yes. Inside a transaction."""
    asked_of = AskedOf(purchase.asks[0])
    purchase.asks = purchase.asks[1:]
    purchase.save(update_fields=["asks"])
    budget = Budget.objects.select_related("council", "holder").filter(lines__purchase=purchase, council__isnull=False)
    public = budget.filter(holder__isnull=False).first() if asked_of == AskedOf.HOLDER else budget.first()
    within = PERSON_ANSWERS_WITHIN
    if asked_of != AskedOf.PERSON and public is not None and public.council is not None:
        within = timedelta(days=council_money(public.council).answer_days)
    approval = Approval.objects.create(
        purchase=purchase,
        asked_of=asked_of,
        council=public.council if public and asked_of != AskedOf.PERSON else None,
        holder=public.holder if public and asked_of == AskedOf.HOLDER else None,
        state_since=now,
        asked_at=now,
        answer_by=now + within,
    )
    audit.record("budgets.approval.ask", by=by, subject=approval, at=now, title=purchase.title)
    outbox.add(LETTER, approval=approval.pk, letter="asked")
    return approval


@transaction.atomic
def standing_ask(
    *,
    person: User,
    goods: Goods,
    budget: Budget,
    outcome: Outcome | None,
    asked_of: AskedOf,
    day: date,
    until: date,
    by: Actor,
    now: datetime,
    wish: dict[str, Any],
) -> Approval:
    """Ask for one yes to help that comes again and again from `day` to `until`; `goods.total_pence` is the most of four
    weeks.

    Nothing is set aside: what comes of it is promised piece by piece, as the app above arranges it.
    """
    purchase = purchase_write(
        person=person,
        goods=goods,
        shares=[Share(goods.total_pence, budget.pk, outcome.pk if outcome else None)],
        day=day,
        by=by,
        now=now,
        kind=PurchaseKind.STANDING,
        state=PurchaseState.WAITING,
        method=Method.FUNDER if budget.asks_first else Method.CARD,
        asks=[asked_of],
        wish=wish,
    )
    approval = approval_ask(purchase=purchase, by=by, now=now)
    approval.until = until
    approval.save(update_fields=["until"])
    return approval


def _held(approval: Approval) -> Approval:
    """The purchase is locked first, then the approval: the order in which the money moves."""
    Purchase.objects.select_for_update().get(pk=approval.purchase_id)
    return Approval.objects.select_for_update(of=("self",)).select_related("purchase").get(pk=approval.pk)


@transaction.atomic
def approval_give(
    *, approval: Approval, user: User, by: Actor, now: datetime, words: str = "", until: date | None = None
) -> Approval:
    """Say yes; to help that comes again and again until an earlier last day than was asked for, where one is chosen.
    The last yes makes the order; if it cannot be made any more, nothing changes.

    Raises IllegalMove, TooLate, NotThatDay, and whatever the order refuses.
    """
    approval = _held(approval)
    if approval.state in UNDECIDED and now > approval.answer_by:
        raise TooLate(approval)
    approval.decided_by, approval.words = user, words
    if until is not None:
        approval.until = _last_day(approval, until, now)
    APPROVAL_MOVES.apply(approval, "approve", at=now, save=False)
    approval.save()
    purchase = approval.purchase
    audit.record("budgets.approval.give", by=by, subject=approval, at=now, title=purchase.title)
    if purchase.asks:
        approval_ask(purchase=purchase, by=by, now=now)
    else:
        PURCHASE_MOVES.apply(purchase, "stand" if purchase.is_standing else "agree", at=now)
        purchase_agreed.send(sender=Purchase, purchase=purchase, by=by, now=now)
        _tell(approval, "yes")
    return approval


def _last_day(approval: Approval, until: date, now: datetime) -> date:
    """The day, if a standing yes may end on it. Raises NotThatDay."""
    if approval.until is None or not timezone.localdate(now) <= until <= approval.until:
        raise NotThatDay(approval.until)
    return until


@transaction.atomic
def approval_shorten(*, approval: Approval, until: date, user: User, by: Actor, now: datetime, words: str) -> Approval:
    """A standing yes that was given ends earlier, today at the earliest: what happened under it was in good faith.

    Raises IllegalMove where there is no such yes, and NotThatDay.
    """
    approval = _held(approval)
    if approval.state not in SAID_YES or approval.purchase.state not in STANDS:
        raise IllegalMove(approval, "shorten")
    if until == approval.until:
        return approval
    approval.until, approval.shortened_at = _last_day(approval, until, now), now
    approval.decided_by, approval.words = user, words
    approval.save(update_fields=["until", "shortened_at", "decided_by", "words"])
    audit.record("budgets.approval.shorten", by=by, subject=approval, at=now, title=approval.purchase.title)
    yes_shortened.send(sender=Purchase, purchase=approval.purchase, by=by, now=now)
    return approval


@transaction.atomic
def standing_finish(*, approval: Approval, by: Actor, now: datetime) -> Approval:
    """What a standing yes was about is over: it is on nobody's desk any more. What happened under it is still paid.

    Safe to repeat.
    """
    approval = _held(approval)
    if approval.state in SAID_YES and PURCHASE_MOVES.can(approval.purchase, "finish"):
        PURCHASE_MOVES.apply(approval.purchase, "finish", at=now)
        audit.record("budgets.approval.finish", by=by, subject=approval, at=now, title=approval.purchase.title)
    return approval


@transaction.atomic
def approval_refuse(*, approval: Approval, user: User, by: Actor, now: datetime, words: str) -> Approval:
    """Say no, with a reason; the money is free again. Raises IllegalMove."""
    approval = _held(approval)
    approval.decided_by, approval.words = user, words
    APPROVAL_MOVES.apply(approval, "refuse", at=now, save=False)
    approval.save()
    purchase_release(purchase=approval.purchase, by=by, now=now)
    audit.record("budgets.approval.refuse", by=by, subject=approval, at=now, title=approval.purchase.title)
    _tell(approval, "no")
    return approval


@transaction.atomic
def approval_withdraw(*, approval: Approval, by: Actor, now: datetime) -> Approval:
    """The person does not want it any more. Raises IllegalMove."""
    approval = _held(approval)
    APPROVAL_MOVES.apply(approval, "withdraw", at=now)
    purchase_release(purchase=approval.purchase, by=by, now=now)
    audit.record("budgets.approval.withdraw", by=by, subject=approval, at=now, title=approval.purchase.title)
    return approval


@transaction.atomic
def approval_lapse(*, approval: Approval, now: datetime) -> Approval:
    """Nobody answered in time: the money is free again, and the person told. Safe to repeat."""
    approval = _held(approval)
    if approval.state in UNDECIDED and now > approval.answer_by:
        APPROVAL_MOVES.apply(approval, "lapse", at=now)
        purchase_release(purchase=approval.purchase, by=CLOCKWORK, now=now)
        audit.record("budgets.approval.lapse", by=CLOCKWORK, subject=approval, at=now)
        _tell(approval, "lapsed")
    return approval


def _tell(approval: Approval, letter: str) -> None:
    """Of help that comes again and again both its sides are told by the app above, which knows what follows."""
    if not approval.purchase.is_standing:
        outbox.add(LETTER, approval=approval.pk, letter=letter)
