"""Joining, saying yes again, leaving: one person's part until the pool is closed. Nothing is paid here."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK, PHONE, Actor
from marketplace.core.errors import DomainError
from marketplace.people.models import Council, Delegation, User
from payments.budgets.rules import Share
from payments.budgets.services import SharesDoNotFit
from payments.budgets.states import HOLDS_MONEY, TO_BE_PAID
from payments.orders.rules import RIGHT_TO_CANCEL
from payments.orders.services import EarlyStartNotAsked, OwnListing

from .. import rules
from ..models import Invitation, InvitationKind, Pledge, Pool, Terms, Visibility
from ..states import (
    ACTIVE,
    COUNTS,
    HAS_PLACE,
    JOINABLE,
    MAY_WITHDRAW,
    NEEDS_CARD,
    ON_WAITING_LIST,
    PLEDGE_MOVES,
    UNDER_WAY,
    PledgeState,
)
from . import promising
from .locking import in_one_go, place_free, place_take, pledge_locked, pool_locked
from .starting import can_be_bought
from .telling import Letter, step_soon, tell_member, tell_organiser

SAVE_CARD_WITHIN = timedelta(days=3)  # after somebody said yes to the money


class NotJoinable(DomainError):
    """The pool is not open, is closed for joining, or its last day has passed."""


class NotInvited(DomainError):
    """Only people who are invited may join, and this invitation is for somebody else, used up, or over."""


class AlreadyIn(DomainError):
    """This person has a place already. `pledge` is it."""

    def __init__(self, pledge: Pledge | None) -> None:
        super().__init__(str(pledge))
        self.pledge = pledge


class TermsChanged(DomainError):
    """What was read is not what would be agreed to: price, dates or rules changed in between."""


class MaximumTooLow(DomainError):
    """The most this person would pay is less than the worst case, so they cannot join. `worst_pence` is that."""

    def __init__(self, worst_pence: int) -> None:
        super().__init__(str(worst_pence))
        self.worst_pence = worst_pence


class StillPlaces(DomainError):
    """There is a place: join instead of waiting."""


def begins_early(pool: Pool) -> bool:
    """Whether the first date may fall within the 14 days of the right to cancel, so that members must ask for it."""
    starts = pool.current.starts
    return bool(starts) and starts[0] < pool.pledge_by + rules.REPAIR_WINDOW + RIGHT_TO_CANCEL


def may_enter(pool: Pool, person: User, invitation: Invitation | None, now: datetime) -> bool:
    """Whether this person may join or wait: the pool is open to the area, they organise it, or are invited."""
    if pool.visibility == Visibility.AREA or pool.organiser_id == person.pk:
        return True
    if invitation is None or invitation.pool_id != pool.pk:
        return False
    if invitation.withdrawn_at is not None or invitation.declined_at is not None or now >= invitation.open_until:
        return False
    if invitation.person_id is not None and invitation.person_id != person.pk:
        return False
    once = invitation.kind in (InvitationKind.EMAIL, InvitationKind.MEMBER)
    return not (once and invitation.used_at is not None)


def pledge_make(
    *,
    pool: Pool,
    person: User,
    terms: Terms,
    maximum_pence: int,
    by: Actor,
    now: datetime,
    shares: Sequence[Share] = (),
    express_request: bool = False,
    invitation: Invitation | None = None,
    council: Council | None = None,
    delegation: Delegation | None = None,
) -> Pledge:
    """Take a place and say yes to the terms. Pence.

    `terms` are those that were read. `shares` say which budgets promise the worst case, and add up to it; none means
    own money. `express_request` is the wish to begin within the 14 days of the right to cancel, needed where
    `begins_early`. `council` is the one whose staff do it on the telephone. The place is held for an hour until a card
    is saved, or until whoever has to say yes to the money has answered. Somebody on the waiting list joins with the
    same call.

    Raises NotJoinable, NotInvited, AlreadyIn, TermsChanged, MaximumTooLow, NoPlaceLeft, OwnListing,
    EarlyStartNotAsked, NotOffered, NotPayable, Stopped, Busy, and what payments.budgets refuses (SharesDoNotFit,
    NotOpen, OutcomeMissing, NotDeclared, Barred, NotEnoughLeft).
    """
    try:
        return _make(
            pool=pool,
            person=person,
            terms=terms,
            maximum_pence=maximum_pence,
            by=by,
            now=now,
            shares=shares,
            express_request=express_request,
            invitation=invitation,
            council=council,
            delegation=delegation,
        )
    except IntegrityError as error:
        mine = Pledge.objects.filter(pool=pool, person=person, state__in=ACTIVE).first()
        if mine is None:
            raise
        raise AlreadyIn(mine) from error


@in_one_go
def _make(
    *,
    pool: Pool,
    person: User,
    terms: Terms,
    maximum_pence: int,
    by: Actor,
    now: datetime,
    shares: Sequence[Share],
    express_request: bool,
    invitation: Invitation | None,
    council: Council | None,
    delegation: Delegation | None,
) -> Pledge:
    pool = pool_locked(pool.pk)
    if pool.state not in JOINABLE or now >= pool.pledge_by:
        raise NotJoinable(pool)
    mine = Pledge.objects.select_for_update().filter(pool=pool, person=person, state__in=ACTIVE).first()
    if mine is not None and mine.state in HAS_PLACE:
        raise AlreadyIn(mine)
    if invitation is not None:
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if mine is None and not may_enter(pool, person, invitation, now):
        raise NotInvited(pool)
    if pool.provider.keepers.filter(pk__in=[by.by_id, person.pk]).exists():
        raise OwnListing(pool.provider)
    can_be_bought(pool.offer)
    _consent_check(pool, terms, maximum_pence=maximum_pence, express_request=express_request)
    if shares and sum(share.pence for share in shares) != pool.worst_pence:
        raise SharesDoNotFit(pool.worst_pence)
    place_take(pool)
    if mine is None:
        mine = Pledge(pool=pool, person=person, state=PledgeState.JOINING, state_since=now, made_at=now)
    else:
        PLEDGE_MOVES.apply(mine, "join", at=now, save=False)
    mine.pool, mine.invitation = pool, invitation or mine.invitation
    mine.placed_by_id, mine.channel = by.by_id, by.channel  # type: ignore[assignment]
    mine.through = council if by.channel == PHONE else None
    _consent(mine, maximum_pence=maximum_pence, express_request=express_request, now=now)
    mine.save()
    _invitation_use(invitation, now)
    _promise(mine, shares=shares, delegation=delegation, by=by, now=now)
    audit.record("pools.pledge.make", by=by, subject=mine, at=now, title=pool.name, worst_pence=mine.worst_pence)
    return mine


def _consent_check(pool: Pool, terms: Terms, *, maximum_pence: int, express_request: bool) -> None:
    if terms.pk != pool.terms_id:
        raise TermsChanged(pool)
    if maximum_pence < pool.worst_pence:
        raise MaximumTooLow(pool.worst_pence)
    if begins_early(pool) and not express_request:
        raise EarlyStartNotAsked(pool)


def _consent(pledge: Pledge, *, maximum_pence: int, express_request: bool, now: datetime) -> None:
    pledge.terms, pledge.consented_at = pledge.pool.current, now
    pledge.maximum_pence, pledge.worst_pence = maximum_pence, pledge.pool.worst_pence
    pledge.express_request_at = now if express_request else None
    pledge.place_until = min(now + rules.PLACE_HELD_FOR, pledge.pool.pledge_by)


def _invitation_use(invitation: Invitation | None, now: datetime) -> None:
    if invitation is None:
        return
    invitation.uses += 1
    invitation.used_at = now if invitation.kind in (InvitationKind.EMAIL, InvitationKind.MEMBER) else None
    invitation.save(update_fields=["uses", "used_at"])


def _promise(
    pledge: Pledge, *, shares: Sequence[Share], delegation: Delegation | None, by: Actor, now: datetime
) -> None:
    asks = promising.promise_make(pledge, shares=shares, delegation=delegation, by=by, now=now)
    if asks:
        PLEDGE_MOVES.apply(pledge, "ask", at=now, save=False)
        pledge.place_until = None
        pledge.save(update_fields=["state", "state_since", "place_until"])
    else:
        pledge_ready(pledge, now)


def pledge_ready(pledge: Pledge, now: datetime) -> None:
    """Count the pledge, once nothing more is needed of anybody. Inside a transaction, the pool locked."""
    if pledge.state not in NEEDS_CARD or not pledge.can_pay or pledge.terms_id != pledge.pool.terms_id:
        return
    pledge.place_until = None
    PLEDGE_MOVES.apply(pledge, "ready", at=now, save=False)
    pledge.save()
    if pledge.replaces_id is None:
        tell_member(pledge, Letter.JOINED)
        if pledge.pool.organiser_id != pledge.person_id:
            tell_organiser(pledge.pool, Letter.SOMEBODY_JOINED)
    full = pledge.pool.places_left == 0
    if pledge.replaces_id or (full and not pledge.pool.pledges.filter(state__in=HAS_PLACE - COUNTS).exists()):
        step_soon(pledge.pool)


@in_one_go
def pledge_consent(
    *,
    pledge: Pledge,
    terms: Terms,
    maximum_pence: int,
    by: Actor,
    now: datetime,
    shares: Sequence[Share] = (),
    express_request: bool = False,
    delegation: Delegation | None = None,
) -> Pledge:
    """Say yes to terms that changed; the place and the saved card are kept. Raises IllegalMove, NotJoinable, and what
    pledge_make raises for terms and money."""
    pool, pledge = pledge_locked(pledge)
    if pool.state not in JOINABLE or now >= pool.pledge_by:
        raise NotJoinable(pool)
    _consent_check(pool, terms, maximum_pence=maximum_pence, express_request=express_request)
    if shares and sum(share.pence for share in shares) != pool.worst_pence:
        raise SharesDoNotFit(pool.worst_pence)
    PLEDGE_MOVES.apply(pledge, "consent", at=now, save=False)
    _consent(pledge, maximum_pence=maximum_pence, express_request=express_request, now=now)
    pledge.save()
    _promise(pledge, shares=shares, delegation=delegation, by=by, now=now)
    audit.record("pools.pledge.consent", by=by, subject=pledge, at=now, title=pool.name, terms=pool.current.number)
    return pledge


@in_one_go
def pledge_withdraw(*, pledge: Pledge, by: Actor, now: datetime) -> Pledge:
    """Leave before the pool is closed; nothing is paid, and the place is free. Raises IllegalMove, NotJoinable when
    the pool has been closed meanwhile."""
    pool, pledge = pledge_locked(pledge)
    waited, replacing = pledge.state in ON_WAITING_LIST, pledge.replaces_id is not None
    if pledge.state in MAY_WITHDRAW and not waited and not replacing and pool.state not in JOINABLE:
        raise NotJoinable(pool)
    pledge_give_up(pledge, "withdraw", by=by, now=now)
    if not waited and not replacing and pool.organiser_id != pledge.person_id:
        tell_organiser(pool, Letter.SOMEBODY_LEFT)
    audit.record("pools.pledge.withdraw", by=by, subject=pledge, at=now, title=pool.name)
    return pledge


def pledge_give_up(pledge: Pledge, move: str, *, by: Actor, now: datetime) -> None:
    """End a pledge that nothing was ever asked of: place free, promise let go. The pool is locked."""
    held = pledge.state in HAS_PLACE and pledge.replaces_id is None
    PLEDGE_MOVES.apply(pledge, move, at=now, save=False)
    pledge.place_until = None
    if pledge.replaces_id is not None:
        pledge.replaces = pledge.share_pence = None
    pledge.save()
    promising.promise_release(pledge, by=by, now=now)
    if held:
        place_free(pledge.pool)
        if pledge.pool.state in JOINABLE:
            for waiting in pledge.pool.pledges.filter(state__in=ON_WAITING_LIST).order_by("made_at", "pk"):
                waiting.pool = pledge.pool
                tell_member(waiting, Letter.PLACE_FREE)


@in_one_go
def promise_heard(*, pledge: Pledge, now: datetime) -> Pledge:
    """Act on the answer of whoever had to say yes to the money: ready, or asked to save a card, or refused. Safe to
    repeat."""
    _pool, pledge = pledge_locked(pledge)
    answer_take(pledge, now)
    return pledge


def answer_take(pledge: Pledge, now: datetime) -> None:
    """The same, inside a transaction with the pool locked."""
    if not PLEDGE_MOVES.can(pledge, "agree") or pledge.purchase is None:
        return
    if pledge.purchase.state in TO_BE_PAID:
        PLEDGE_MOVES.apply(pledge, "agree", at=now, save=False)
        pledge.place_until = min(now + SAVE_CARD_WITHIN, pledge.pool.pledge_by)
        pledge.save()
        if not pledge.can_pay:
            tell_member(pledge, Letter.SAVE_CARD)
        pledge_ready(pledge, now)
    elif pledge.purchase.state not in HOLDS_MONEY:
        pledge_give_up(pledge, "decline", by=CLOCKWORK, now=now)


@in_one_go
def place_let_go(*, pledge: Pledge, now: datetime) -> Pledge:
    """Free a place whose card was not saved in time. Safe to repeat."""
    _pool, pledge = pledge_locked(pledge)
    if pledge.state in NEEDS_CARD and pledge.place_until is not None and pledge.place_until <= now:
        pledge_give_up(pledge, "release", by=CLOCKWORK, now=now)
        tell_member(pledge, Letter.PLACE_LOST)
        audit.record("pools.pledge.lapse", by=CLOCKWORK, subject=pledge, at=now)
    return pledge


def waiting_join(
    *,
    pool: Pool,
    person: User,
    by: Actor,
    now: datetime,
    invitation: Invitation | None = None,
    council: Council | None = None,
) -> Pledge:
    """Wait for a place in a pool that is full, or that is under way. Nothing is promised or saved.

    Raises NotJoinable, NotInvited, AlreadyIn, StillPlaces, OwnListing, Busy.
    """
    try:
        return _wait(pool, person, invitation, council, by, now)
    except IntegrityError as error:
        raise AlreadyIn(Pledge.objects.filter(pool=pool, person=person, state__in=ACTIVE).first()) from error


@in_one_go
def _wait(
    pool: Pool, person: User, invitation: Invitation | None, council: Council | None, by: Actor, now: datetime
) -> Pledge:
    pool = pool_locked(pool.pk)
    if pool.state not in JOINABLE | UNDER_WAY:
        raise NotJoinable(pool)
    if pool.state in JOINABLE and pool.places_left:
        raise StillPlaces(pool)
    if not may_enter(pool, person, invitation, now):
        raise NotInvited(pool)
    if pool.provider.keepers.filter(pk__in=[by.by_id, person.pk]).exists():
        raise OwnListing(pool.provider)
    pledge = Pledge.objects.create(
        pool=pool,
        person=person,
        invitation=invitation,
        placed_by_id=by.by_id,  # type: ignore[misc]
        channel=by.channel,
        through=council if by.channel == PHONE else None,
        state=PledgeState.WAITING,
        state_since=now,
        made_at=now,
        terms=pool.current,
        consented_at=now,
        maximum_pence=pool.worst_pence,
        worst_pence=pool.worst_pence,
    )
    audit.record("pools.pledge.wait", by=by, subject=pledge, at=now, title=pool.name)
    return pledge
