"""The clock's part: what nobody answered, paid or confirmed in time, and answers of the gateway that were lost."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from marketplace.core import clock
from marketplace.core.audit import CLOCKWORK
from marketplace.core.errors import DomainError

from . import selectors, services
from .models import Refund
from .states import REFUND_UNHEARD

logger = logging.getLogger(__name__)
Thing = TypeVar("Thing")


def look_round(now: datetime) -> int:
    """Everything that is due at this moment; returns how many things were looked at. Safe to repeat."""
    return (
        _each(selectors.attempts_to_look_up(now), lambda attempt: services.attempt_resume(attempt=attempt, now=now))
        + _each(selectors.run_out(now), lambda order: services.order_expire(order=order, now=now))
        + _each(selectors.refunds_to_look_up(now), lambda refund: _refund(refund, now))
        + _each(selectors.unseen_too_long(now), lambda order: services.order_give_up(order=order, now=now))
        + _each(selectors.to_finish(now), lambda order: services.order_complete(order=order, by=CLOCKWORK, now=now))
    )


def _refund(refund: Refund, now: datetime) -> None:
    if refund.state in REFUND_UNHEARD:
        services.refund_send(refund=refund, now=now)
    else:
        services.refund_look_up(refund=refund, now=now)


def _each(things: Iterable[Thing], do: Callable[[Thing], object]) -> int:
    """One thing that cannot be done now does not keep the others waiting."""
    seen = 0
    for thing in things:
        seen += 1
        try:
            do(thing)
        except DomainError as error:
            logger.warning("%s %s: %s, to be tried again", type(thing).__name__, thing, type(error).__name__)
    return seen


@db_periodic_task(crontab(hour="4", minute="10"))
def compare_with_the_gateway_each_night() -> None:
    services.payments_reconcile(now=clock.now())


def look_at_banks(now: datetime) -> int:
    """What banks were asked for and nobody told us the answer of; returns how many were looked at. Safe to repeat."""
    return _each(selectors.debits_to_look_up(), lambda attempt: services.attempt_look_up(attempt=attempt, now=now))


@db_periodic_task(crontab(minute="25"))
def look_at_banks_every_hour() -> None:
    look_at_banks(clock.now())


@db_periodic_task(crontab(minute="*"))
def look_round_every_minute() -> None:
    look_round(clock.now())
