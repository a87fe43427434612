"""Ended by either with the notice they agreed on, by its last day, or by nobody's answer."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK, Actor

from .. import rules
from ..models import Arrangement
from ..models.arrangement import Side
from ..states import HAS_VISITS, MOVES, TERMS_MOVES, TERMS_UNANSWERED
from .locking import arrangement_locked
from .planning import visits_plan
from .standing import yes_withdraw, yeses_finish
from .telling import tell, tell_both


def ends_at_once(arrangement: Arrangement, side: str, today: date) -> bool:
    """Whether ending it today needs no notice."""
    last = arrangement.cancel_until
    return arrangement.state not in HAS_VISITS or (side == Side.PERSON and last is not None and today <= last)


@transaction.atomic
def arrangement_end(*, arrangement: Arrangement, side: Side, by: Actor, now: datetime, words: str = "") -> Arrangement:
    """Give notice: the last day is as far off as was agreed. What has not begun, or stands still, ends at once, and so
    does what the person ends in the 14 days after the yes; what has happened by then is still to be paid.

    Raises IllegalMove when it is over or somebody gave notice already.
    """
    arrangement = arrangement_locked(arrangement.pk)
    today = timezone.localdate(now)
    if arrangement.ends_on is not None or not MOVES.can(arrangement, "end"):
        MOVES.apply(arrangement, "decline", at=now, save=False)  # raises: there is nothing left to end
    at_once = ends_at_once(arrangement, side, today)
    arrangement.ends_on = today if at_once else rules.last_day(today, arrangement.terms.notice_days)
    arrangement.ended_by, arrangement.end_words = side, words
    if arrangement.change is not None:
        TERMS_MOVES.apply(arrangement.change, "lapse", at=now)
    if at_once:
        MOVES.apply(arrangement, "end", at=now, save=False)
    arrangement.save()
    yes_withdraw(arrangement, by=by, now=now)
    if at_once:
        yeses_finish(arrangement, by=by, now=now)
    arrangement = visits_plan(arrangement=arrangement, now=now)
    tell_both(arrangement, "notice", now=now)
    audit.record("arrangements.arrangement.end", by=by, subject=arrangement, at=now, title=arrangement.title)
    return arrangement


@transaction.atomic
def arrangement_lapse(*, arrangement: Arrangement, now: datetime) -> Arrangement:
    """What nobody answered in time: the proposal, or a change of what holds. Safe to repeat."""
    arrangement = arrangement_locked(arrangement.pk)
    change, terms = arrangement.change, arrangement.terms
    if change is not None and change.state in TERMS_UNANSWERED and now > change.answer_by:
        TERMS_MOVES.apply(change, "lapse", at=now)
        tell(arrangement, "change_refused", change.proposed_by, now=now)
    elif MOVES.can(arrangement, "lapse") and now > terms.answer_by:
        MOVES.apply(arrangement, "lapse", at=now)
        TERMS_MOVES.apply(terms, "lapse", at=now)
        tell_both(arrangement, "lapsed", now=now)
        audit.record("arrangements.arrangement.lapse", by=CLOCKWORK, subject=arrangement, at=now)
    return arrangement


@transaction.atomic
def arrangement_finish(*, arrangement: Arrangement, now: datetime) -> Arrangement:
    """The last day is over. Safe to repeat."""
    arrangement = arrangement_locked(arrangement.pk)
    last = arrangement.ends_on or arrangement.terms.until
    if last is not None and last < timezone.localdate(now) and MOVES.can(arrangement, "end"):
        arrangement.ends_on = last
        if arrangement.change is not None:
            TERMS_MOVES.apply(arrangement.change, "lapse", at=now)
        MOVES.apply(arrangement, "end", at=now, save=False)
        arrangement.save()
        yes_withdraw(arrangement, by=CLOCKWORK, now=now)
        yeses_finish(arrangement, by=CLOCKWORK, now=now)
        visits_plan(arrangement=arrangement, now=now)
        tell_both(arrangement, "over", now=now)
        audit.record("arrangements.arrangement.finish", by=CLOCKWORK, subject=arrangement, at=now)
    return arrangement
