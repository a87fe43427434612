"""What the provider answers, and what the person answers to a proposal."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from marketplace.core import audit
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError
from payments.budgets.services import holder_tell

from .. import rules
from ..models import Order
from ..states import MOVES, EventKind
from .funding import funding_release, paid_by_holder
from .locking import order_locked, places_free, places_take
from .placing import EarlyStartNotAsked, WrongDay
from .stopping import stopping_holds
from .telling import note_event, tell_person, tell_provider


class Stopped(DomainError):
    """The council has stopped new work by this provider for now."""


class TooEarly(DomainError):
    """The day has not come yet."""


class TooLate(DomainError):
    """The time to answer has run out."""


def _not_stopped(order: Order) -> None:
    if stopping_holds(order.listing).exists():
        raise Stopped(order)


@transaction.atomic
def order_accept(*, order: Order, by: Actor, now: datetime, words: str = "") -> Order:
    """Say yes as asked. Holds a place until it is paid or runs out; a free order is settled at once.

    Raises IllegalMove, Stopped, TooLate, NoPlaceLeft.
    """
    order = order_locked(order.pk)
    _not_stopped(order)
    _agree(order, "accept", by=by, now=now, words=words)
    note_event(order, EventKind.ACCEPTED, by=by, now=now, words=words, by_provider=True)
    tell_person(order, "arranged" if order.is_free else "accepted")
    audit.record("orders.request.accept", by=by, subject=order, at=now)
    return order


@transaction.atomic
def order_agree(*, order: Order, by: Actor, now: datetime, begin_early: bool = False) -> Order:
    """The person says yes to the time that the provider proposed.

    Raises IllegalMove, Stopped, TooLate, EarlyStartNotAsked. `begin_early` is the express request for the new day.
    """
    order = order_locked(order.pk)
    _not_stopped(order)
    asked = begin_early or order.express_request_at is not None
    early = not order.is_free and rules.may_begin_early(timezone.localdate(now), order.proposed_on)
    if early and not asked:
        raise EarlyStartNotAsked(order.proposed_on)
    order.wanted_on, order.wanted_words = order.proposed_on, order.proposed_words
    if begin_early:
        order.express_request_at = now
    _agree(order, "agree", by=by, now=now)
    note_event(order, EventKind.AGREED, by=by, now=now)
    tell_provider(order, "agreed")
    tell_person(order, "arranged" if order.is_free else "accepted")
    audit.record("orders.proposal.agree", by=by, subject=order, at=now, title=order.title)
    return order


def _agree(order: Order, move: str, *, by: Actor, now: datetime, words: str = "") -> None:
    """Both sides have said yes: the contract is made, and the days of the right to cancel begin."""
    if order.answer_by is not None and now > order.answer_by and MOVES.can(order, move):
        raise TooLate(order)
    MOVES.apply(order, move, at=now, save=False)
    places_take(order)
    local = timezone.localtime(now)
    order.accepted_at, order.answer_by = now, None
    order.pay_by = None if paid_by_holder(order) else rules.pay_by(local, order.day)
    order.cancel_until = rules.cancel_until(local.date())
    order.provider_words = words or order.provider_words
    if order.is_free:
        MOVES.apply(order, "pay", at=now, save=False)
    order.save()
    holder_tell(order=order.public_id)


@transaction.atomic
def order_decline(*, order: Order, by: Actor, now: datetime, words: str) -> Order:
    """The provider says no, with a reason. Raises IllegalMove."""
    order = order_locked(order.pk)
    MOVES.apply(order, "decline", at=now, save=False)
    places_free(order)
    order.provider_words, order.answer_by = words, None
    order.save()
    funding_release(order, by=by, now=now)
    note_event(order, EventKind.DECLINED, by=by, now=now, words=words, by_provider=True)
    tell_person(order, "declined")
    audit.record("orders.request.decline", by=by, subject=order, at=now)
    return order


@transaction.atomic
def order_propose(*, order: Order, day: date, words: str, by: Actor, now: datetime) -> Order:
    """The provider names another day; the person says yes or no. Raises IllegalMove, WrongDay, Stopped.

    An order for a date of a class has that date or none: decline it instead.
    """
    order = order_locked(order.pk)
    _not_stopped(order)
    local = timezone.localtime(now)
    if order.offer_date_id is not None or not local.date() <= day <= local.date() + rules.FURTHEST:
        raise WrongDay(day)
    MOVES.apply(order, "propose", at=now, save=False)
    order.proposed_on, order.proposed_words = day, words
    order.answer_by = rules.answer_by(local, day)
    order.save()
    note_event(order, EventKind.PROPOSED, by=by, now=now, words=words, by_provider=True)
    tell_person(order, "proposed")
    audit.record("orders.request.propose", by=by, subject=order, at=now)
    return order


@transaction.atomic
def order_deliver(*, order: Order, by: Actor, now: datetime) -> Order:
    """The provider says that it is done. Not before the day it was for. Raises IllegalMove, TooEarly."""
    order = order_locked(order.pk)
    if order.day is not None and order.day > timezone.localdate(now):
        raise TooEarly(order)
    MOVES.apply(order, "deliver", at=now, save=False)
    order.delivered_at = now
    order.save()
    note_event(order, EventKind.DELIVERED, by=by, now=now, by_provider=True)
    tell_person(order, "delivered")
    audit.record("orders.order.deliver", by=by, subject=order, at=now)
    return order


@transaction.atomic
def order_complete(*, order: Order, by: Actor, now: datetime) -> Order:
    """Nothing more to say about it. Raises IllegalMove."""
    order = order_locked(order.pk)
    MOVES.apply(order, "complete", at=now)
    note_event(order, EventKind.COMPLETED, by=by, now=now)
    audit.record("orders.order.complete", by=by, subject=order, at=now)
    return order
