"""How an order ends before it has begun: the person or the provider calls it off, or it runs out of time."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from marketplace.core import audit
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError
from marketplace.core.states import IllegalMove

from .. import rules
from ..models import Order
from ..rules import Back
from ..states import MAY_STILL_BE_PAID, MOVES, TOOK_MONEY, UNANSWERED, UNPAID, EventKind
from .funding import funding_call_off, paid_by_holder
from .locking import order_locked, places_free
from .paying import order_expire_locked, payment_stop
from .refunding import refund_start
from .telling import note_event, tell_person, tell_provider


class StillBeingPaid(DomainError):
    """A payment page was opened at the same moment. Try again."""


class AskTheProvider(DomainError):
    """It has begun, or begins today: how much goes back is for the two of them to agree."""


def money_back_now(order: Order, now: datetime) -> Back:
    """What the person would get back by cancelling at this moment."""
    paid = order.total_pence if order.paid_at else 0
    begins = order.begins
    return rules.money_back(
        paid_pence=paid,
        begun=order.delivered_at is not None
        or (begins is not None and order.paid_at is not None and _past(begins, now)),
        today=timezone.localdate(now),
        day=order.day,
        cancel_until=order.cancel_until,
    )


def _past(begins: datetime, now: datetime) -> bool:
    """A day without a time has begun when it is over: until then nobody knows."""
    local = timezone.localtime(begins)
    return now >= (rules.end_of_day(local.date(), local) if (local.hour, local.minute) == (0, 0) else begins)


def order_cancel(*, order: Order, by: Actor, now: datetime, words: str = "") -> Order:
    """The person calls it off; what was paid goes back whole. An open payment page is closed first.

    Raises IllegalMove, AskTheProvider, StillBeingPaid, GatewayUnknown, GatewayRefused.
    """
    payment_stop(order=order, now=now)
    with transaction.atomic():
        order = order_locked(order.pk)
        if order.is_bill:
            raise IllegalMove(order, "cancel")
        if MOVES.can(order, "cancel") and money_back_now(order, now) is Back.ASK:
            raise AskTheProvider(order)
        _cancel(order, by=by, now=now, words=words, by_provider=False)
        tell_provider(order, "cancelled_by_person")
        tell_person(order, "you_cancelled")
    return order


def order_call_off(*, order: Order, by: Actor, now: datetime, words: str) -> Order:
    """The provider cannot come after all; whatever was paid goes back whole.

    Raises IllegalMove, StillBeingPaid, GatewayUnknown, GatewayRefused.
    """
    payment_stop(order=order, now=now)
    with transaction.atomic():
        order = order_locked(order.pk)
        _cancel(order, by=by, now=now, words=words, by_provider=True)
        order.provider_words = words
        order.save(update_fields=["provider_words"])
        tell_person(order, "called_off")
        if order.paid_at is not None and paid_by_holder(order):
            tell_provider(order, "give_back")
    return order


def _cancel(order: Order, *, by: Actor, now: datetime, words: str, by_provider: bool) -> None:
    if order.attempts.filter(state__in=MAY_STILL_BE_PAID).exists():
        raise StillBeingPaid(order)
    MOVES.apply(order, "cancel", at=now, save=False)
    places_free(order)
    order.answer_by = order.pay_by = None
    order.save()
    funding_call_off(order, by=by, now=now)
    note_event(order, EventKind.CANCELLED, by=by, now=now, words=words, by_provider=by_provider)
    attempt = order.attempts.filter(state__in=TOOK_MONEY).first()
    left = attempt.captured_pence - attempt.refund_asked_pence - attempt.disputed_pence if attempt else 0
    if attempt is not None and left:
        refund_start(attempt=attempt, amount_pence=left, by=by, now=now)
    audit.record("orders.order.cancel", by=by, subject=order, at=now, title=order.title, back_pence=left)


def order_expire(*, order: Order, now: datetime) -> Order:
    """Let an order run out whose time has passed; a payment that arrived in time still counts.

    Raises StillBeingPaid, GatewayUnknown, GatewayRefused: try again later.
    """
    if not _ran_out(order, now):
        return order
    payment_stop(order=order, now=now)
    with transaction.atomic():
        order = order_locked(order.pk)
        if _ran_out(order, now):
            if order.attempts.filter(state__in=MAY_STILL_BE_PAID).exists():
                raise StillBeingPaid(order)
            order_expire_locked(order, now)
    return order


def _ran_out(order: Order, now: datetime) -> bool:
    if order.state in UNANSWERED:
        return order.answer_by is not None and order.answer_by <= now
    return order.state in UNPAID and order.pay_by is not None and order.pay_by <= now
