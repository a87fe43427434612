"""From the last day to a decision: closed, cards asked, then everybody or nobody.

Each function is one step that may be begun again at any point. What was decided is written down before anything is
done about it, and what is to be done follows from the rows alone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK
from marketplace.core.models import OutboxRow
from payments.orders.states import NOT_BEGUN

from .. import rules
from ..models import Pledge, PledgeAttempt, Pool
from ..states import (
    ACTIVE,
    ASKING,
    ATTEMPT_MOVES,
    AUTHORISED,
    AUTHORISING,
    AWAITS_MONEY,
    COUNTS,
    HAS_PLACE,
    JOINABLE,
    LIVE,
    MAY_REPAIR,
    MOVES,
    ON_WAITING_LIST,
    PAID,
    PLEDGE_MOVES,
    TO_AUTHORISE,
    TO_BE_ASKED,
    TO_TAKE_MONEY,
    TOOK_MONEY,
    UNDER_WAY,
    UNREADY,
    UNSETTLED,
    EndedBecause,
)
from . import promising
from .holding import attempt_let_go
from .inviting import addresses_forget
from .locking import in_one_go, money_locked, place_free, pledge_locked, pool_locked
from .pledging import answer_take, pledge_give_up
from .saving import may_save_card
from .stopping import why_stopped
from .taking import order_promised
from .telling import LETTER, Letter, step_soon, tell_all, tell_member, tell_organiser, tell_provider

LAST_WARNING = timedelta(hours=24)


def _pledges(pool: Pool, states: frozenset[str]) -> list[Pledge]:
    """The pool's pledges in these states, locked, the first to join first."""
    there = Pledge.objects.filter(pool=pool, state__in=states)
    if not there.exists():
        return []
    held = there.select_for_update(of=("self",))
    rows = list(
        held.select_related("purchase", "person", "placed_by", "terms", "through", "order").order_by("made_at", "pk")
    )
    for pledge in rows:
        pledge.pool = pool
    return rows


def is_full_and_ready(pool: Pool) -> bool:
    """Whether nobody else can join and nobody has anything left to do. 1 query."""
    return pool.places_left == 0 and not pool.pledges.filter(state__in=HAS_PLACE - COUNTS).exists()


@in_one_go
def pool_lock(*, pool: Pool, now: datetime) -> Pool:
    """Close a pool whose last day has passed, or that is full and agreed: whoever is not ready is let go, and with too
    few left nobody pays. Before that, or twice, it changes nothing. While its provider is stopped only the last day
    closes it."""
    pool = pool_locked(pool.pk)
    if pool.state not in JOINABLE:
        return pool
    for pledge in _pledges(pool, AWAITS_MONEY):
        answer_take(pledge, now)
    over = now >= pool.pledge_by
    early = not over and is_full_and_ready(pool) and pool.current.agreed_at is not None
    if not over and (not early or why_stopped(pool) is not None):
        return pool
    late = _pledges(pool, UNREADY)
    money_locked(late)
    for pledge in late:
        pledge_give_up(pledge, "release", by=CLOCKWORK, now=now)
        tell_member(pledge, Letter.NOT_READY)
    because = _why_not(pool)
    if because is not None:
        pool_fail_locked(pool, because, now)
        return pool
    MOVES.apply(pool, "lock", at=now, save=False)
    pool.locked_at = now
    pool.save()
    addresses_forget(pool, now)
    step_soon(pool)
    audit.record("pools.pool.lock", by=CLOCKWORK, subject=pool, at=now, title=pool.name)
    return pool


def _why_not(pool: Pool) -> EndedBecause | None:
    """Why a pool that closes cannot go on, or None."""
    counted = pool.pledges.filter(state__in=COUNTS, terms=pool.terms).count()
    if not counted:
        return EndedBecause.EVERYBODY_LEFT
    if counted < pool.least:
        return EndedBecause.TOO_FEW
    if pool.current.agreed_at is None:
        return EndedBecause.NOT_AGREED
    return why_stopped(pool)


@in_one_go
def pool_authorise(*, pool: Pool, now: datetime) -> Pool:
    """Let the cards of a closed pool be asked, and begin the 96 hours in which one that says no can be mended. Whoever
    holds somebody's money has promised it already."""
    pool = pool_locked(pool.pk)
    if pool.state not in TO_AUTHORISE:
        return pool
    MOVES.apply(pool, "authorise", at=now, save=False)
    pool.repair_until = now + rules.REPAIR_WINDOW
    pool.save()
    for pledge in _pledges(pool, TO_BE_ASKED):
        if pledge.by_funder:
            PLEDGE_MOVES.apply(pledge, "authorise", at=now)
    return pool


def is_nearly_late(pool: Pool, now: datetime) -> bool:
    """Whether the last day has begun on which a card can be mended."""
    return pool.repair_until is not None and now >= pool.repair_until - LAST_WARNING


@in_one_go
def cards_remind(*, pool: Pool, now: datetime) -> int:
    """Write once more to whoever has a day left to mend a card; returns to how many. Safe to repeat."""
    pool = pool_locked(pool.pk)
    if pool.state not in AUTHORISING or not is_nearly_late(pool, now):
        return 0
    warned = OutboxRow.objects.filter(topic=LETTER, payload__letter=str(Letter.CARD_REMINDER), payload__pool=pool.pk)
    known = set(warned.values_list("payload__pledge", flat=True))
    late = [pledge for pledge in _pledges(pool, MAY_REPAIR) if pledge.pk not in known]
    for pledge in late:
        tell_member(pledge, Letter.CARD_REMINDER)
    return len(late)


@in_one_go
def pool_decide(*, pool: Pool, now: datetime) -> Pool:
    """Everybody or nobody: once every card has said yes, or when the time to mend has run out. Judged by what is held,
    never by what was pledged. Before that, or twice, it changes nothing."""
    pool = pool_locked(pool.pk)
    if pool.state not in AUTHORISING or pool.repair_until is None:
        return pool
    waiting = pool.pledges.filter(state__in=TO_BE_ASKED | MAY_REPAIR).exists()
    if waiting and now < pool.repair_until:
        return pool
    held = [pledge for pledge in _pledges(pool, AUTHORISED) if pledge.by_funder or still_held(pledge, now)]
    if enough(pool, held):
        _confirm(pool, held, now)
    else:
        pool_fail_locked(pool, EndedBecause.TOO_FEW_PAID, now)
    return pool


def enough(pool: Pool, held: Sequence[Pledge]) -> bool:
    """Whether a pool goes ahead with these. The database refuses one confirmed with fewer, too."""
    return len(held) >= pool.least


def still_held(pledge: Pledge, now: datetime) -> bool:
    """Whether the card's hold lasts beyond this moment."""
    attempt = pledge.attempts.filter(state__in=LIVE - TOOK_MONEY).first()
    return attempt is not None and (attempt.held_until is None or now < attempt.held_until)


def _confirm(pool: Pool, held: Sequence[Pledge], now: datetime) -> None:
    """Fix every share and write down what is to be taken; the rest follows from these rows."""
    kept = {pledge.pk for pledge in held}
    others = [pledge for pledge in _pledges(pool, HAS_PLACE) if pledge.pk not in kept]
    money_locked([*held, *others])
    for pledge in others:
        _let_go(pledge, now)
        tell_member(pledge, Letter.CARD_GONE)
    MOVES.apply(pool, "confirm", at=now, save=False)
    pool.heads, pool.confirmed_at = len(held), now
    pool.save()
    for pledge, share in zip(held, rules.each_pays(pool.current.price, len(held)), strict=True):
        pledge.share_pence = share
        pledge.save(update_fields=["share_pence"])
        promising.promise_lower(pledge, share, by=CLOCKWORK, now=now)
        if pledge.by_funder:
            order_promised(pledge, now)
        else:
            attempt = _live(pledge)
            attempt.take_pence = share
            ATTEMPT_MOVES.apply(attempt, "take", at=now, save=False)
            attempt.save()
        tell_member(pledge, Letter.CONFIRMED)
    tell_provider(pool, Letter.CONFIRMED)
    if not any(pledge.person_id == pool.organiser_id for pledge in held) and not pool.by_provider:
        tell_organiser(pool, Letter.CONFIRMED)
    step_soon(pool)
    audit.record("pools.pool.confirm", by=CLOCKWORK, subject=pool, at=now, title=pool.name, heads=pool.heads)


def _live(pledge: Pledge) -> PledgeAttempt:
    attempt = PledgeAttempt.objects.select_for_update().get(pledge=pledge, state__in=LIVE - TOOK_MONEY)
    attempt.pledge = pledge
    return attempt


def _let_go(pledge: Pledge, now: datetime) -> None:
    """End a pledge without money: its place free, its promise and what its card holds let go. The pool is locked."""
    placed = pledge.state in HAS_PLACE and pledge.replaces_id is None
    PLEDGE_MOVES.apply(pledge, "release", at=now)
    for attempt in PledgeAttempt.objects.select_for_update().filter(pledge=pledge, state__in=LIVE - TOOK_MONEY):
        attempt.pledge = pledge
        attempt_let_go(attempt, now)
    promising.promise_release(pledge, by=CLOCKWORK, now=now)
    if placed:
        place_free(pledge.pool)


def pool_fail_locked(pool: Pool, because: EndedBecause, now: datetime, *, words: str = "", move: str = "fail") -> None:
    """Nobody pays: everything that is held is let go, what was taken goes back, all are told. The pool is locked."""
    letter = Letter.FAILED if move == "fail" else Letter.CANCELLED
    everybody = _pledges(pool, ACTIVE)
    money_locked(everybody)
    MOVES.apply(pool, move, at=now, save=False)
    pool.ended_because, pool.ended_words = because, words[:400]
    pool.save()
    addresses_forget(pool, now)
    for pledge in everybody:
        if PLEDGE_MOVES.can(pledge, "release"):
            _let_go(pledge, now)
    tell_all(pool, letter, pledges=everybody)
    tell_provider(pool, letter)
    step_soon(pool)
    audit.record(f"pools.pool.{move}", by=CLOCKWORK, subject=pool, at=now, title=pool.name, because=str(because))


@in_one_go
def pool_settle(*, pool: Pool, now: datetime) -> Pool:
    """Once nothing more is to be taken: the pool stands with everybody who paid, or, with too few left, all of it goes
    back. A share that could not be taken may be paid by its member for 96 hours more; nobody else's rises."""
    pool = pool_locked(pool.pk)
    if pool.settled_at is not None or pool.state not in UNDER_WAY or pool.confirmed_at is None:
        return pool
    first = pool.pledges.filter(replaces=None)
    if PledgeAttempt.objects.filter(pledge__in=first, state__in=UNSETTLED).exclude(state__in=ASKING).exists():
        return pool
    late = first.filter(state__in=MAY_REPAIR)
    if late.exists() and now < pool.confirmed_at + rules.REPAIR_WINDOW:
        return pool
    for pledge in _pledges(pool, MAY_REPAIR):
        _let_go(pledge, now)
        tell_member(pledge, Letter.CARD_GONE)
    paid = first.filter(state__in=PAID | AUTHORISED).count()
    if paid < pool.least and pool.state in TO_TAKE_MONEY:
        pool_fail_locked(pool, EndedBecause.TOO_FEW_PAID, now)
        return pool
    pool.settled_at = now
    pool.save(update_fields=["settled_at"])
    return pool


@in_one_go
def pool_wind_up(*, pool: Pool, now: datetime) -> Pool:
    """A pool that is over is settled when nothing is held, or to be given back, any more."""
    pool = pool_locked(pool.pk)
    if pool.settled_at is None and not pool.pledges.filter(attempts__state__in=UNSETTLED).exists():
        if pool.pledges.filter(order__state__in=NOT_BEGUN).exists():
            return pool
        pool.settled_at = now
        pool.save(update_fields=["settled_at"])
    return pool


@in_one_go
def take_over_lapse(*, pledge: Pledge, now: datetime) -> Pledge:
    """Whoever takes a place over and whose card says no for 96 hours does not have it: nothing is paid, and somebody
    else may take it over. Before that, or twice, it changes nothing."""
    _pool, pledge = pledge_locked(pledge)
    if pledge.replaces_id is None or pledge.state not in MAY_REPAIR or may_save_card(pledge.pool, pledge, now):
        return pledge
    _let_go(pledge, now)
    pledge.replaces = pledge.share_pence = None
    pledge.save(update_fields=["replaces", "share_pence"])
    tell_member(pledge, Letter.CARD_GONE)
    return pledge


def waiting_of(pool: Pool) -> list[Pledge]:
    return _pledges(pool, ON_WAITING_LIST)
