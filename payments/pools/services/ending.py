"""How a pool ends before its dates: called off by the organiser or the provider, stopped, or without its people."""

from datetime import datetime

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK, Actor
from marketplace.core.errors import DomainError
from marketplace.people.models import User
from payments.orders import services as orders
from payments.orders.models import Order
from payments.orders.states import NOT_BEGUN

from ..models import Pledge, Pool
from ..states import (
    ACTIVE,
    BEING_DECIDED,
    GOES_AHEAD,
    HAS_PLACE,
    JOINABLE,
    MAY_WITHDRAW,
    NOT_OPEN_YET,
    NOT_PAID_YET,
    OVER,
    PAID,
    PLEDGE_MOVES,
    READY,
    EndedBecause,
)
from .closing import pool_fail_locked
from .locking import in_one_go, money_locked, place_free, pledge_locked, pool_locked
from .pledging import pledge_give_up
from .running import place_give_up
from .starting import organised_by
from .stopping import still_waits, why_stopped


class TooLateToCancel(DomainError):
    """It goes ahead, and people have paid: only the provider can call it off."""


@in_one_go
def pool_cancel(*, pool: Pool, by: Actor, now: datetime, words: str = "") -> Pool:
    """The organiser calls it off before it is confirmed. Everybody is told, nobody pays. Safe to repeat.
    Raises TooLateToCancel, IllegalMove."""
    pool = pool_locked(pool.pk)
    if pool.state in GOES_AHEAD:
        raise TooLateToCancel(pool)
    if pool.state in OVER and pool.ended_because == EndedBecause.ORGANISER:
        return pool
    pool_fail_locked(pool, EndedBecause.ORGANISER, now, words=words, move="cancel")
    audit.record("pools.pool.call_off", by=by, subject=pool, at=now, title=pool.name)
    return pool


@in_one_go
def pool_decline(*, pool: Pool, by: Actor, now: datetime, words: str) -> Pool:
    """The provider says no to dates or price before anything is confirmed. Everybody is told, nobody pays.
    Raises IllegalMove."""
    pool = pool_locked(pool.pk)
    if pool.state not in NOT_PAID_YET - NOT_OPEN_YET:
        raise orders.IllegalMove(pool, "decline")
    pool_fail_locked(pool, EndedBecause.PROVIDER_DECLINED, now, words=words, move="cancel")
    audit.record("pools.pool.decline", by=by, subject=pool, at=now, title=pool.name)
    return pool


@in_one_go
def pool_call_off(*, pool: Pool, by: Actor, now: datetime, words: str) -> Pool:
    """The provider cannot come after all: whatever was paid goes back whole, soon after. Raises IllegalMove."""
    pool = pool_locked(pool.pk)
    pool.settled_at = None
    pool_fail_locked(pool, EndedBecause.PROVIDER, now, words=words, move="cancel")
    audit.record("pools.pool.call_off", by=by, subject=pool, at=now, title=pool.name)
    return pool


@in_one_go
def pool_stop(*, pool: Pool, now: datetime) -> Pool:
    """The council stopped the listing, the offer went, or the provider cannot be paid: an open pool waits 48 hours for
    what can be lifted, and fails then; one that is being decided, or whose offer went, fails at once. One that goes
    ahead is left to the council: orders.orders_stop has told its members. Safe to repeat."""
    pool = pool_locked(pool.pk)
    because = why_stopped(pool) if pool.state in JOINABLE | BEING_DECIDED else None
    if because is not None and not still_waits(pool, now):
        pool_fail_locked(pool, because, now)
    return pool


def money_back(*, pool: Pool, now: datetime) -> int:
    """Call off the orders of a pool that is over, so that all that was paid goes back; returns how many. Safe to
    repeat. Raises GatewayUnknown, GatewayRefused."""
    if pool.state not in OVER or pool.state in GOES_AHEAD:
        return 0
    paid = Order.objects.filter(pledge__pool=pool, state__in=NOT_BEGUN).order_by("pk")
    for order in paid:
        orders.order_call_off(order=order, by=CLOCKWORK, now=now, words=pool.ended_words)
    return len(paid)


@in_one_go
def pledge_paid_back(*, pledge: Pledge, now: datetime) -> Pledge:
    """The whole share of a member went back to them, whoever began it: nobody else's share rises. Safe to repeat."""
    pool, pledge = pledge_locked(pledge)
    order = pledge.order
    if order is None or not PLEDGE_MOVES.can(pledge, "refund"):
        return pledge
    if sum(order.attempts.values_list("refunded_pence", flat=True)) < order.total_pence:
        return pledge
    PLEDGE_MOVES.apply(pledge, "refund", at=now)
    if pledge.replaces_id is None and not hasattr(pledge, "replaced_by"):
        place_free(pool)
    audit.record("pools.pledge.refund", by=CLOCKWORK, subject=pledge, at=now, title=pool.name)
    return pledge


def person_leaves(*, person: User, by: Actor, now: datetime) -> int:
    """Somebody died or is erased: they wait for nothing, their places become free where nothing is paid, are given up
    where it is; pools they organise go to the longest-standing member, or end where there is none. Returns how many
    pools changed."""
    mine = Pledge.objects.filter(person=person, state__in=ACTIVE).values_list("pool", flat=True)
    organised = Pool.objects.filter(organiser=person).exclude(state__in=OVER).values_list("pk", flat=True)
    changed = sorted({*mine, *organised})
    for pk in changed:
        _leaves(pk, person, by, now)
    return len(changed)


@in_one_go
def _leaves(pk: int, person: User, by: Actor, now: datetime) -> None:
    pool = pool_locked(pk)
    mine = pool.pledges.select_for_update(of=("self",)).select_related("purchase", "person").filter(person=person)
    for pledge in mine.order_by("pk"):
        pledge.pool = pool
        if pledge.state in MAY_WITHDRAW and (pool.state in JOINABLE or pledge.state not in READY):
            money_locked([pledge])
            pledge_give_up(pledge, "withdraw", by=by, now=now)
        elif pledge.state in PAID:
            place_give_up(pledge, by=by, now=now)
    if pool.organiser_id != person.pk or pool.state in OVER:
        return
    next_one = (
        pool.pledges.filter(state__in=HAS_PLACE, left_at=None)
        .exclude(person=person)
        .select_related("person")
        .order_by("made_at", "pk")
        .first()
    )
    if next_one is not None:
        organised_by(pool, next_one.person)
    elif pool.state in NOT_PAID_YET:
        pool_fail_locked(pool, EndedBecause.EVERYBODY_LEFT, now, move="cancel")
