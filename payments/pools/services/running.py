"""While the dates go by: who was there, who leaves, who takes a place over."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK, Actor
from marketplace.core.errors import DomainError
from marketplace.core.money import pounds_exact
from marketplace.core.states import IllegalMove
from marketplace.people.models import Delegation
from payments.budgets.models import AskedOf
from payments.budgets.rules import Share
from payments.budgets.services import SharesDoNotFit
from payments.orders import services as orders
from payments.orders.models import Order
from payments.orders.rules import RIGHT_TO_CANCEL
from payments.orders.services.stopping import stopping_holds
from payments.orders.states import TO_BE_DONE

from .. import rules
from ..models import Attendance, Pledge, Pool, Session
from ..states import AUTHORISED, HAPPENED, HAS_PLACE, MOVES, ON_WAITING_LIST, PAID, PLEDGE_MOVES, UNDER_WAY, Presence
from . import promising
from .closing import waiting_of
from .locking import in_one_go, pledge_locked, pool_locked
from .pledging import EarlyStartNotAsked, MaximumTooLow, pledge_ready
from .telling import Letter, tell_member

DONE_AFTER = timedelta(days=1)  # after the last date


class NotThere(DomainError):
    """Not a date of this pool, not a member of it, or not the time for it."""


class NothingToTakeOver(DomainError):
    """Nobody gave up a paid place, or somebody else took it over first."""


class YesNeeded(DomainError):
    """A place that is taken over is paid at once, and somebody would have to say yes first. `asked_of` says who."""

    def __init__(self, asked_of: Sequence[AskedOf]) -> None:
        super().__init__(", ".join(asked_of))
        self.asked_of = asked_of


@in_one_go
def attendance_note(*, session: Session, presence: Mapping[int, Presence], by: Actor, now: datetime) -> None:
    """The provider writes down who was there: `presence` by pledge id. Noting again corrects. Raises NotThere for
    pledges of other pools and for dates still to come."""
    pool = pool_locked(session.terms.pool_id)
    members = {pledge.pk: pledge for pledge in pool.pledges.filter(state__in=HAS_PLACE, pk__in=list(presence))}
    if session.terms_id != pool.terms_id or pool.state not in UNDER_WAY | HAPPENED:
        raise NotThere(session)
    if session.starts_at > now or set(members) != set(presence):
        raise NotThere(session)
    for pk, there in sorted(presence.items()):
        Attendance.objects.update_or_create(
            session=session,
            pledge=members[pk],
            defaults={"presence": there, "noted_at": now, "noted_by_id": by.by_id},
        )
    audit.record("pools.attendance.note", by=by, subject=session, at=now, count=len(presence))


@in_one_go
def absence_tell(*, pledge: Pledge, session: Session, by: Actor, now: datetime) -> None:
    """A member says beforehand that they cannot come to a date. Raises NotThere."""
    pool, pledge = pledge_locked(pledge)
    if session.terms_id != pool.terms_id or session.starts_at <= now or pool.state not in UNDER_WAY:
        raise NotThere(session)
    if pledge.state not in HAS_PLACE or pledge.left_at is not None:
        raise NotThere(session)
    Attendance.objects.update_or_create(
        session=session,
        pledge=pledge,
        defaults={"presence": Presence.TOLD_AHEAD, "noted_at": now, "noted_by_id": by.by_id},
    )
    audit.record("pools.attendance.tell", by=by, subject=pledge, at=now, title=pool.name)


@in_one_go
def pledge_leave(*, pledge: Pledge, by: Actor, now: datetime) -> Pledge:
    """Give up a paid place. The share stays paid, nobody else's rises; the waiting list is asked whether somebody takes
    it over, and if so what they pay comes back. Raises IllegalMove when nothing is paid or it is over."""
    pool, pledge = pledge_locked(pledge)
    if pledge.state not in PAID or pool.state not in UNDER_WAY:
        raise IllegalMove(pledge, "leave")
    place_give_up(pledge, by=by, now=now)
    return pledge


def place_give_up(pledge: Pledge, *, by: Actor, now: datetime) -> None:
    """Note that a paid place is given up, and ask the waiting list while dates are to come. Safe to repeat. Inside a
    transaction, the pool locked."""
    if pledge.left_at is not None:
        return
    pledge.left_at = now
    pledge.save(update_fields=["left_at"])
    if pledge.pool.state in UNDER_WAY:
        for waiting in waiting_of(pledge.pool):
            tell_member(waiting, Letter.WANTS_TO_LEAVE)
    audit.record("pools.pledge.leave", by=by, subject=pledge, at=now, title=pledge.pool.name)


def dates_gone(pool: Pool, now: datetime) -> tuple[int, int]:
    """How many dates there are, and how many have begun. 1 query."""
    starts = pool.current.starts
    return len(starts), sum(1 for starts_at in starts if starts_at <= now)


def given_up(pool: Pool) -> Pledge | None:
    """The paid place that was given up first and that nobody has taken over. 1 query."""
    if pool.state not in UNDER_WAY or pool.settled_at is None:
        return None
    left = pool.pledges.filter(state__in=PAID, replaced_by=None).exclude(left_at=None)
    return left.select_related("person", "order").order_by("left_at", "pk").first()


@in_one_go
def place_take_over(
    *,
    pledge: Pledge,
    maximum_pence: int,
    by: Actor,
    now: datetime,
    shares: Sequence[Share] = (),
    express_request: bool = False,
    delegation: Delegation | None = None,
) -> Pledge:
    """Somebody on the waiting list takes the place of somebody who left, for the dates still to come. `pledge` is
    theirs on the waiting list; afterwards they save a card, are charged at once, and the other has as much back.

    What it costs: selectors.take_over_pence(pool). Raises NothingToTakeOver, MaximumTooLow, EarlyStartNotAsked,
    IllegalMove, Stopped, and what budgets refuse; YesNeeded for money that somebody else holds, and for a helper above
    their limit.
    """
    pool, pledge = pledge_locked(pledge)
    if pledge.state not in ON_WAITING_LIST:
        raise IllegalMove(pledge, "take_over")
    if stopping_holds(pool.listing).exists():
        raise orders.Stopped(pool.offer)
    leaver = given_up(pool)
    if leaver is None or leaver.share_pence is None:
        raise NothingToTakeOver(pool)
    sessions, gone = dates_gone(pool, now)
    price = rules.left_of_block(leaver.share_pence, sessions=sessions, gone=gone)
    if price < rules.LEAST_PENCE:
        raise NothingToTakeOver(pool)
    if maximum_pence < price:
        raise MaximumTooLow(price)
    early = [starts_at for starts_at in pool.current.starts if now < starts_at < now + RIGHT_TO_CANCEL]
    if early and not express_request:
        raise EarlyStartNotAsked(pool)
    if shares and sum(share.pence for share in shares) != price:
        raise SharesDoNotFit(price)
    PLEDGE_MOVES.apply(pledge, "join", at=now, save=False)
    pledge.replaces, pledge.terms, pledge.consented_at = leaver, pool.current, now
    pledge.maximum_pence, pledge.worst_pence, pledge.share_pence = maximum_pence, price, price
    pledge.express_request_at = now if express_request else None
    pledge.place_until = now + rules.PLACE_HELD_FOR
    pledge.save()
    asks = promising.promise_make(pledge, shares=shares, delegation=delegation, by=by, now=now)
    if asks:
        raise YesNeeded(asks)
    pledge_ready(pledge, now)
    audit.record("pools.pledge.take_over", by=by, subject=pledge, at=now, title=pool.name, pence=price)
    return pledge


@in_one_go
def take_over_finish(*, pledge: Pledge, now: datetime) -> Pledge:
    """Somebody paid for a place they took over: the one who left has exactly that back, once. Safe to repeat."""
    pool, pledge = pledge_locked(pledge)
    if pledge.state not in PAID or pledge.replaces_id is None or pledge.share_pence is None:
        return pledge
    leaver = Pledge.objects.select_for_update(of=("self",)).select_related("order", "person").get(pk=pledge.replaces_id)
    leaver.pool = pool
    if leaver.back_pence is not None or leaver.order is None:
        return pledge
    leaver.back_pence = pledge.share_pence
    leaver.save(update_fields=["back_pence"])
    orders.order_give_back(
        order=leaver.order,
        amount_pence=pledge.share_pence,
        words=pounds_exact(pledge.share_pence),
        by=CLOCKWORK,
        now=now,
    )
    tell_member(leaver, Letter.TAKEN_OVER)
    return pledge


def is_next_due(pool: Pool, now: datetime) -> bool:
    """Whether a pool that is paid may have come to its first date, or to the day after its last. 1 query."""
    sessions = list(pool.current.sessions.all()) if pool.settled_at is not None else []
    return bool(sessions) and (
        (MOVES.can(pool, "begin") and sessions[0].starts_at <= now) or _ends(sessions) + DONE_AFTER <= now
    )


def _ends(sessions: Sequence[Session]) -> datetime:
    return max(each.starts_at + timedelta(minutes=each.minutes) for each in sessions)


@in_one_go
def pool_go_on(*, pool: Pool, now: datetime) -> Pool:
    """Begin with the first date, finish a day after the last. Before that, or twice, it changes nothing."""
    pool = pool_locked(pool.pk)
    if pool.settled_at is None or pool.state not in UNDER_WAY:
        return pool
    sessions = list(pool.current.sessions.all())
    if MOVES.can(pool, "begin") and sessions[0].starts_at <= now:
        MOVES.apply(pool, "begin", at=now)
    if _ends(sessions) + DONE_AFTER <= now:
        MOVES.apply(pool, "complete", at=now)
        audit.record("pools.pool.complete", by=CLOCKWORK, subject=pool, at=now, title=pool.name)
    return pool


def orders_to_finish(pool: Pool) -> QuerySet[Order]:
    """What was paid for a pool whose dates are over and is not noted as done yet: by card, or since by whoever holds
    the money. 1 query."""
    stands = Order.objects.filter(pledge__pool=pool, pledge__state__in=PAID | AUTHORISED)
    return stands.filter(state__in=TO_BE_DONE).order_by("pk")


def order_finish(*, order: Order, now: datetime) -> Order:
    """The dates are over: what was paid for them has been delivered. Raises IllegalMove where somebody else was first,
    TooEarly."""
    return orders.order_deliver(order=order, by=CLOCKWORK, now=now)
