"""Which visits the terms call for, eight weeks ahead. The site writes down what was agreed and decides nothing."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from .. import rules, selectors
from ..models import Arrangement, Terms, Visit
from ..states import HAS_VISITS, TO_COME, VISIT_MOVES, TermsState
from .locking import arrangement_locked
from .promising import promise_release, promises_keep


def wanted(arrangement: Arrangement, today: date) -> dict[date, Terms]:
    """The days from today on that the agreed terms call for, each with the terms that hold on it; none beyond the last
    day that whoever holds the money has said yes to."""
    last = today + rules.PLANNED_AHEAD
    ends = (arrangement.ends_on, selectors.paid_until(arrangement))
    last = min([last, *(end for end in ends if end is not None)])
    agreed = [each for each in arrangement.versions.all() if each.state == TermsState.AGREED]
    days: dict[date, Terms] = {}
    for at, terms in enumerate(agreed):
        # Any later agreement takes its place from its own first day on, in whichever order they were made.
        until = min([last, *(later.starts_on - timedelta(days=1) for later in agreed[at + 1 :])])
        days |= dict.fromkeys(rules.days_between(terms.pattern, today, until), terms)
    return days


@transaction.atomic
def visits_plan(*, arrangement: Arrangement, now: datetime) -> Arrangement:
    """Make the visits to come what the terms call for, and promise what they cost. Safe to repeat.

    What a new agreement, a pause or an end no longer calls for is taken away; days that were skipped stay, called off.
    """
    arrangement = arrangement_locked(arrangement.pk)
    today = timezone.localdate(now)
    days = wanted(arrangement, today) if arrangement.state in HAS_VISITS else {}
    skips = list(arrangement.skips.all())
    known = {visit.day: visit for visit in arrangement.visits.select_related("terms").filter(day__gte=today)}
    for day, visit in known.items():
        if visit.state not in TO_COME or visit.starts_at <= now:
            continue
        if day not in days:
            promise_release(visit, now)
            visit.delete()
        elif any(skip.covers(day) for skip in skips):
            promise_release(visit, now)
            VISIT_MOVES.apply(visit, "cancel", at=now)
        elif visit.terms_id != days[day].pk:
            promise_release(visit, now)
            _fit(visit, days[day])
            visit.save()
    for day, terms in days.items():
        begins = rules.moment(day, terms.begins_at)
        taken = day in known or any(skip.covers(day) for skip in skips)
        if begins > now and not taken:
            visit = Visit(arrangement=arrangement, day=day, state_since=now)
            _fit(visit, terms)
            visit.save()
    promises_keep(arrangement, now)
    return arrangement


def _fit(visit: Visit, terms: Terms) -> None:
    visit.terms, visit.planned_minutes = terms, terms.minutes
    visit.starts_at = rules.moment(visit.day, terms.begins_at)
