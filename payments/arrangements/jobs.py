"""The clock's part: proposals nobody answered, visits to plan, days to query that are over, money to collect."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from marketplace.core import clock
from marketplace.core.errors import DomainError

from . import selectors, services

logger = logging.getLogger(__name__)
Thing = TypeVar("Thing")


def look_round(now: datetime) -> int:
    """Everything that is due at this moment; returns how many things were looked at. Safe to repeat and to stop."""
    return (
        _each(selectors.lapsing(now), lambda each: services.arrangement_lapse(arrangement=each, now=now))
        + _each(selectors.finishing(now), lambda each: services.arrangement_finish(arrangement=each, now=now))
        + _each(selectors.yeses_ending(now), lambda each: services.yes_renew(arrangement=each, now=now))
        + _each(selectors.falling_due(now), lambda visit: services.visit_fall_due(visit=visit, now=now))
        + _each(selectors.called_off(), lambda bill: services.bill_drop(bill=bill, now=now))
        + _each(selectors.to_bill(now), lambda each: services.bill_make(arrangement=each, now=now))
        + _each(selectors.bounced(), lambda bill: services.bill_bounce(bill=bill, now=now))
        + _each(selectors.to_collect(now), lambda bill: services.bill_collect(bill=bill, now=now))
        + _each(selectors.to_tell_holder(now), lambda bill: services.bill_tell_holder(bill=bill, now=now))
        + _each(selectors.to_remind(now), lambda bill: services.bill_remind(bill=bill, now=now))
        + _each(selectors.may_go_on(), lambda each: services.arrangement_go_on(arrangement=each, now=now))
        + _each(selectors.cards_to_look_up(now), lambda card: services.card_look_up(card=card, now=now))
        + _each(selectors.cards_to_forget(now), lambda card: services.card_forget(card=card, now=now))
    )


def plan_ahead(now: datetime) -> int:
    """Visits of the weeks to come, and what they will cost; returns how many arrangements."""
    return _each(selectors.to_plan(now), lambda each: services.visits_plan(arrangement=each, now=now))


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


@db_periodic_task(crontab(minute="*/5"))
def look_round_every_five_minutes() -> None:
    look_round(clock.now())


@db_periodic_task(crontab(hour="2", minute="20"))
def plan_ahead_each_night() -> None:
    plan_ahead(clock.now())
