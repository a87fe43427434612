"""The clock of pools: nothing but the database's time over the rows. Every step may be begun again at any point."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, QuerySet
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from marketplace.core import clock, outbox
from marketplace.core.errors import DomainError

from . import selectors
from .models import Brief, Decision, Pledge, PledgeAttempt, Pool
from .services import briefs, closing, ending, holding, pledging, repairing, running, saving, stopping, taking, voting
from .services.promising import MONEY
from .services.telling import STEP
from .states import (
    ASKING,
    AUTHORISING,
    BRIEF_VOTES,
    HAPPENED,
    JOINABLE,
    MAY_REPAIR,
    NEEDS_CARD,
    OVER,
    PAID,
    TAKES_OFFERS,
    TO_AUTHORISE,
    TO_BE_ASKED,
    TO_CAPTURE,
    TO_RELEASE,
    UNDER_WAY,
    UNHEARD,
    VOTE_OPEN,
)

logger = logging.getLogger(__name__)
Thing = TypeVar("Thing", bound=Model)


def pool_step(pool: Pool, now: datetime) -> Pool:
    """Do everything that is due in one pool at this moment. Safe to repeat, by several workers at once too."""
    pool = _joining(pool, now)
    if pool.state in TO_AUTHORISE:
        pool = closing.pool_authorise(pool=pool, now=now)
    if pool.state in AUTHORISING:
        cards_ask(pool, now)
        if closing.is_nearly_late(pool, now):
            closing.cards_remind(pool=pool, now=now)
        pool = closing.pool_decide(pool=pool, now=now)
    if pool.state in UNDER_WAY:
        pool = _under_way(pool, now)
    _each(_attempts(pool, TO_RELEASE), lambda attempt: holding.attempt_release(attempt=attempt, now=now))
    if pool.state in OVER:
        if pool.state in HAPPENED:
            _each(running.orders_to_finish(pool), lambda order: running.order_finish(order=order, now=now))
        elif pool.settled_at is None:
            ending.money_back(pool=pool, now=now)
            pool = closing.pool_wind_up(pool=pool, now=now)
    return pool


def _joining(pool: Pool, now: datetime) -> Pool:
    over = _due(Pledge.objects.filter(pool=pool, state__in=NEEDS_CARD, place_until__lte=now))
    saving_now = [pledge for pledge in over if pledge.card_session]
    _each(saving_now, lambda pledge: saving.card_look_up(pledge=pledge, now=now))
    _each(over, lambda pledge: pledging.place_let_go(pledge=pledge, now=now))
    pool = closing.pool_lock(pool=pool, now=now) if pool.state in JOINABLE else pool
    return ending.pool_stop(pool=pool, now=now) if stopping.waited_in_vain(pool, now) else pool


def cards_ask(pool: Pool, now: datetime) -> int:
    """Ask every card that has not answered yet; returns how many were asked or looked at. Answers that were lost and
    pages that nobody came back from are looked up, cards that were saved since are asked."""
    late = _due(Pledge.objects.filter(pool=pool, state__in=TO_BE_ASKED | MAY_REPAIR, by_funder=False))
    asked = _each([each for each in late if each.state in TO_BE_ASKED], lambda pledge: card_ask(pledge, now))
    looked = _each(_attempts(pool, ASKING | UNHEARD), lambda attempt: _look(attempt, now))
    mended = [each for each in late if each.state in MAY_REPAIR and each.has_card]
    return asked + looked + _each(mended, lambda pledge: _mend(pledge, now))


def card_ask(pledge: Pledge, now: datetime) -> None:
    """One card. Raises GatewayUnknown."""
    attempt = holding.attempt_begin(pledge=pledge, now=now)
    if attempt is not None:
        holding.attempt_go_on(attempt=attempt, now=now)


def _look(attempt: PledgeAttempt, now: datetime) -> None:
    if "page" in attempt.parameters:
        repairing.page_look_up(attempt, now)
    else:
        holding.attempt_go_on(attempt=attempt, now=now)


def _mend(pledge: Pledge, now: datetime) -> None:
    if pledge.card_session:
        saving.card_look_up(pledge=pledge, now=now)
    elif saving.card_is_new(pledge):
        card_ask(pledge, now)


def _under_way(pool: Pool, now: datetime) -> Pool:
    cards_ask(pool, now)
    _each(_attempts(pool, TO_CAPTURE), lambda attempt: taking.share_take(attempt=attempt, now=now))
    not_paid = Pledge.objects.filter(pool=pool, state__in=MAY_REPAIR).exclude(replaces=None)
    _each(_due(not_paid), lambda pledge: closing.take_over_lapse(pledge=pledge, now=now))
    over = Pledge.objects.filter(pool=pool, state__in=PAID, replaces__back_pence=None).exclude(replaces=None)
    _each(_due(over), lambda pledge: running.take_over_finish(pledge=pledge, now=now))
    pool = closing.pool_settle(pool=pool, now=now) if pool.settled_at is None else pool
    return running.pool_go_on(pool=pool, now=now) if running.is_next_due(pool, now) else pool


def _attempts(pool: Pool, states: frozenset[str]) -> list[PledgeAttempt]:
    return _due(
        PledgeAttempt.objects.filter(pledge__pool=pool, state__in=states).select_related("account", "pledge__pool")
    )


def _due(rows: QuerySet[Thing]) -> list[Thing]:
    """Most often there are none: to ask for that alone is a third of the work of a query for whole rows."""
    return list(rows.order_by("pk")) if rows.exists() else []


def _each(things: Iterable[Thing], do: Callable[[Thing], object]) -> int:
    """One thing that cannot be done now does not keep the others waiting."""
    seen = 0
    for thing in list(things):
        seen += 1
        try:
            do(thing)
        except DomainError as error:
            logger.warning("%s %s: %s, to be tried again", type(thing).__name__, thing, type(error).__name__)
    return seen


def look_round(now: datetime) -> int:
    """Every pool, brief and vote in which something is due; returns how many were looked at. Safe to repeat."""
    votes = Decision.objects.filter(state__in=VOTE_OPEN, brief=None, closes_at__lte=now).order_by("pk")
    last_day = now + voting.LAST_WARNING
    ends_soon = Decision.objects.filter(state__in=VOTE_OPEN, brief=None, closes_at__gt=now, closes_at__lte=last_day)
    asked = Brief.objects.filter(state__in=TAKES_OFFERS, offers_by__lte=now).order_by("pk")
    ranked = Brief.objects.filter(state__in=BRIEF_VOTES, vote_by__lte=now).order_by("pk")
    return (
        _each(selectors.to_look_at(now), lambda pool: pool_step(pool, now))
        + _each(ends_soon.order_by("pk"), lambda decision: voting.decision_remind(decision=decision, now=now))
        + _each(votes, lambda decision: voting.decision_close(decision=decision, now=now))
        + _each(asked, lambda brief: briefs.brief_vote(brief=brief, now=now))
        + _each(ranked, lambda brief: briefs.brief_decide(brief=brief, now=now))
    )


@outbox.handler(STEP)
def step(pool: int) -> None:
    """Something happened in a pool that may make a step due."""
    found = Pool.objects.filter(pk=pool).first()
    if found is not None:
        pool_step(found, clock.now())


@outbox.handler(MONEY)
def hear_about_money(pledge: str) -> None:
    found = Pledge.objects.filter(public_id=pledge).first()
    if found is not None:
        pledging.promise_heard(pledge=found, now=clock.now())


@db_periodic_task(crontab(minute="*"))
def look_round_every_minute() -> None:
    look_round(clock.now())
