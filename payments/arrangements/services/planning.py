"""Which visits the terms call for, eight weeks ahead. The site writes down what was agreed and decides nothing."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from .. import rules, selectors
from ..models import Arrangement, Terms, Visit
from ..states import HAS_VISITS, TO_COME, VISIT_MOVES, TermsState
from .locking import arrangement_locked
from .promising import promise_release, promises_keep

Slot = tuple[date, time]


def wanted(arrangement: Arrangement, today: date) -> dict[Slot, Terms]:
    """The visits from today on that the agreed terms call for, by day and time on the clock, each with the terms that
    hold for it; none beyond the last day that whoever holds the money has said yes to."""
    last = today + rules.PLANNED_AHEAD
    ends = (arrangement.ends_on, selectors.paid_until(arrangement))
    last = min([last, *(end for end in ends if end is not None)])
    agreed = [each for each in arrangement.versions.all() if each.state == TermsState.AGREED]
    slots: dict[Slot, Terms] = {}
    for at, terms in enumerate(agreed):
        # Any later agreement takes its place from its own first day on, in whichever order they were made.
        until = min([last, *(later.starts_on - timedelta(days=1) for later in agreed[at + 1 :])])
        slots |= dict.fromkeys(rules.visits_between(terms.pattern, today, until), terms)
    return slots


@transaction.atomic
def visits_plan(*, arrangement: Arrangement, now: datetime) -> Arrangement:
    """Make the visits to come what the terms call for, and promise what they cost. Safe to repeat.

    What a new agreement, a pause or an end no longer calls for is taken away; what was skipped stays, called off.
    """
    arrangement = arrangement_locked(arrangement.pk)
    today = timezone.localdate(now)
    slots = wanted(arrangement, today) if arrangement.state in HAS_VISITS else {}
    skips = list(arrangement.skips.all())
    known = list(arrangement.visits.select_related("terms").filter(day__gte=today).order_by("starts_at"))
    to_come = [visit for visit in known if visit.state in TO_COME and visit.starts_at > now]
    taken = {(visit.day, visit.at) for visit in known}
    free = [slot for slot in slots if slot not in taken]
    for visit in to_come:
        slot = (visit.day, visit.at)
        if slot not in slots:
            # Another time of the same day: the visit moves there, and so does its line in everybody's calendar.
            slot = next((each for each in free if each[0] == visit.day), slot)
        if slot not in slots:
            promise_release(visit, now)
            visit.delete()
        elif any(skip.covers(*slot) for skip in skips):
            promise_release(visit, now)
            VISIT_MOVES.apply(visit, "cancel", at=now)
        elif visit.terms_id != slots[slot].pk or slot != (visit.day, visit.at):
            promise_release(visit, now)
            _fit(visit, slots[slot], slot)
            visit.save()
        if slot in free:
            free.remove(slot)
    for slot in free:
        if rules.moment(*slot) > now and not any(skip.covers(*slot) for skip in skips):
            visit = Visit(arrangement=arrangement, state_since=now)
            _fit(visit, slots[slot], slot)
            visit.save()
    promises_keep(arrangement, now)
    return arrangement


def _fit(visit: Visit, terms: Terms, slot: Slot) -> None:
    visit.day, visit.at = slot
    visit.terms, visit.planned_minutes = terms, terms.minutes
    visit.starts_at = rules.moment(*slot)
