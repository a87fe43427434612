"""What became of a visit, as the provider says it; three days for the person to say otherwise."""

from datetime import datetime

from django.db import transaction

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK, Actor
from marketplace.core.errors import DomainError
from marketplace.core.states import IllegalMove

from .. import rules
from ..models import Visit
from ..models.arrangement import Side
from ..states import VISIT_MOVES
from .locking import visit_locked
from .promising import promise_release
from .sides import sides_apart
from .telling import tell


class NotYet(DomainError):
    """The visit has not begun."""


class QueryTooLate(DomainError):
    """Three days have passed."""


class WrongLength(DomainError):
    """Longer or shorter than a visit can be."""


def _length(visit: Visit, minutes: int) -> None:
    if not rules.LEAST_MINUTES <= minutes <= rules.MOST_MINUTES:
        raise WrongLength(minutes)
    visit.minutes = minutes
    visit.pence = rules.cost(visit.terms.price_pence, by_hour=visit.arrangement.by_hour, minutes=minutes)


@transaction.atomic
def visit_done(*, visit: Visit, minutes: int, by: Actor, now: datetime, words: str = "") -> Visit:
    """The provider says that it happened, and how long it took; the person is told at once.

    Raises NotYet, WrongLength, IllegalMove.
    """
    visit = visit_locked(visit)
    if visit.starts_at > now:
        raise NotYet(visit)
    VISIT_MOVES.apply(visit, "do", at=now, save=False)
    _length(visit, minutes)
    visit.query_by, visit.words = now + rules.QUERY_WITHIN, words
    visit.save()
    tell(visit.arrangement, "visit_done", Side.PERSON, now=now, about=visit.pk)
    audit.record("arrangements.visit.done", by=by, subject=visit, at=now, minutes=minutes)
    return visit


@transaction.atomic
def visit_missed(*, visit: Visit, side: Side, by: Actor, now: datetime, words: str = "") -> Visit:
    """It did not happen, so nothing is charged. Either side may say so; the other is told at once.

    Raises NotYet, IllegalMove.
    """
    visit = visit_locked(visit)
    if visit.starts_at > now:
        raise NotYet(visit)
    VISIT_MOVES.apply(visit, "miss", at=now, save=False)
    visit.minutes, visit.pence = None, 0
    if side == Side.PROVIDER:
        visit.words = words
    else:
        visit.query_words = words
    visit.save()
    promise_release(visit, now)
    tell(visit.arrangement, "visit_missed", side.other, now=now, about=visit.pk)
    audit.record("arrangements.visit.miss", by=by, subject=visit, at=now)
    return visit


@transaction.atomic
def visit_query(*, visit: Visit, by: Actor, now: datetime, words: str) -> Visit:
    """The person says that something is not right: it waits, and is not charged. Raises QueryTooLate, IllegalMove."""
    visit = visit_locked(visit)
    if visit.query_by is not None and now > visit.query_by and VISIT_MOVES.can(visit, "query"):
        raise QueryTooLate(visit)
    VISIT_MOVES.apply(visit, "query", at=now, save=False)
    visit.query_words = words
    visit.save()
    tell(visit.arrangement, "visit_queried", Side.PROVIDER, now=now, about=visit.pk)
    audit.record("arrangements.visit.query", by=by, subject=visit, at=now)
    return visit


@transaction.atomic
def visit_settle(*, visit: Visit, by: Actor, now: datetime) -> Visit:
    """The person is content after all: it is to be paid. Raises OwnListing, IllegalMove."""
    visit = visit_locked(visit)
    arrangement = visit.arrangement
    sides_apart(provider=arrangement.provider, person=arrangement.person, side=Side.PERSON, by=by)
    VISIT_MOVES.apply(visit, "settle", at=now)
    tell(visit.arrangement, "visit_settled", Side.PROVIDER, now=now, about=visit.pk)
    audit.record("arrangements.visit.settle", by=by, subject=visit, at=now)
    return visit


@transaction.atomic
def visit_correct(*, visit: Visit, minutes: int, by: Actor, now: datetime, words: str = "") -> Visit:
    """The provider answers a query with the right length; three days begin again. Raises WrongLength, IllegalMove."""
    visit = visit_locked(visit)
    VISIT_MOVES.apply(visit, "correct", at=now, save=False)
    _length(visit, minutes)
    visit.query_by, visit.words = now + rules.QUERY_WITHIN, words
    visit.save()
    tell(visit.arrangement, "visit_corrected", Side.PERSON, now=now, about=visit.pk)
    audit.record("arrangements.visit.correct", by=by, subject=visit, at=now, minutes=minutes)
    return visit


@transaction.atomic
def visit_fall_due(*, visit: Visit, now: datetime) -> Visit:
    """Nobody asked about it within three days: it is to be paid. Safe to repeat."""
    visit = visit_locked(visit)
    if VISIT_MOVES.can(visit, "fall_due") and visit.query_by is not None and now >= visit.query_by:
        VISIT_MOVES.apply(visit, "fall_due", at=now)
        audit.record("arrangements.visit.fall_due", by=CLOCKWORK, subject=visit, at=now)
    return visit


__all__ = [
    "IllegalMove",
    "NotYet",
    "QueryTooLate",
    "WrongLength",
    "visit_correct",
    "visit_done",
    "visit_fall_due",
    "visit_missed",
    "visit_query",
    "visit_settle",
]
