"""Side effects as rows: written in the caller's transaction, delivered after commit, at least once.

A handler may run twice for one row, so it must be safe to repeat. It runs outside any transaction.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from . import clock
from .models import OutboxRow

logger = logging.getLogger(__name__)
Handler = Callable[..., None]
HandlerOfMany = Callable[[list[dict[str, Any]]], None]
_handlers: dict[str, list[Handler]] = {}
_handlers_of_many: dict[str, HandlerOfMany] = {}

LEASE = timedelta(minutes=2)
SKEW = timedelta(milliseconds=200)  # by which two processes may differ who asked the database what time it is
GIVE_UP_AFTER = 12  # attempts; the waits double from 10 s, so the last is after about 11 hours


def handler(topic: str) -> Callable[[Handler], Handler]:
    """Register a function for a topic. It gets the payload as keyword arguments."""

    def register(function: Handler) -> Handler:
        _handlers.setdefault(topic, []).append(function)
        return function

    return register


def handler_of_many(topic: str) -> Callable[[HandlerOfMany], HandlerOfMany]:
    """Register a function that takes the payloads of many rows of a topic at once. It is the topic's only one."""

    def register(function: HandlerOfMany) -> HandlerOfMany:
        _handlers_of_many[topic] = function
        return function

    return register


def add(topic: str, *, due: datetime | None = None, **payload: Any) -> OutboxRow:
    """Ask for something after commit. `payload` must be JSON and free of health words and secrets."""
    row = OutboxRow.objects.create(topic=topic, payload=payload, due_at=due or clock.now())
    from .jobs import wake_worker  # the worker's queue needs the apps to be loaded

    if not any(entry[1] is wake_worker for entry in connection.run_on_commit):
        transaction.on_commit(wake_worker)
    return row


def pending(topic: str | None = None):
    """Rows not yet delivered, oldest first."""
    rows = OutboxRow.objects.filter(delivered_at=None).order_by("id")
    return rows.filter(topic=topic) if topic else rows


def hurry(topic: str, *, now: datetime | None = None) -> int:
    """Let rows that wait for their next try be tried at once: what they waited for is back. Returns how many."""
    now = now or clock.now()
    return pending(topic).filter(attempts__gt=0, due_at__gt=now, claimed_until=None).update(due_at=now)


def deliver(*, now: datetime | None = None, limit: int = 200) -> int:
    """Deliver what is due and not claimed by another worker; returns how many rows were handled."""
    handled = 0
    while handled < limit:
        rows = _claim(now or clock.now(), limit)
        if not rows:
            break
        _deliver_together(rows)
        handled += len(rows)
    return handled


def _claim(now: datetime, many: int) -> list[OutboxRow]:
    """The next row; with it others of its topic, where they are handled together.

    Only on their first try: a row that fails must not hold up the others for ever.
    """
    with transaction.atomic():
        rows = OutboxRow.objects.filter(
            Q(claimed_until=None) | Q(claimed_until__lt=now),
            delivered_at=None,
            due_at__lte=now + SKEW,
            attempts__lt=GIVE_UP_AFTER,
        ).order_by("due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        row = rows.first()
        if row is None:
            return []
        together = row.topic in _handlers_of_many and row.attempts == 0
        claimed = list(rows.filter(topic=row.topic, attempts=0)[:many]) if together else [row]
        tries = row.attempts + 1
        for each in claimed:
            each.claimed_until, each.attempts = now + LEASE, tries
        _all_of(claimed).update(claimed_until=now + LEASE, attempts=tries)
        return claimed


def _all_of(rows: list[OutboxRow]) -> QuerySet[OutboxRow]:
    return OutboxRow.objects.filter(pk__in=[row.pk for row in rows])


def _deliver_together(rows: list[OutboxRow]) -> None:
    topic, together = rows[0].topic, _handlers_of_many.get(rows[0].topic)
    try:
        if together is not None:
            together([row.payload for row in rows])
        for function in _handlers.get(topic, []):
            for row in rows:
                function(**row.payload)
    except Exception as error:  # the one place where anything may go wrong and must not stop the rest
        numbers = ", ".join(str(row.pk) for row in rows[:10])
        logger.exception("outbox rows %s (%s, %s in all) failed", numbers, topic, len(rows))
        again = clock.now() + timedelta(seconds=10 * 2 ** (rows[0].attempts - 1))
        words = f"{type(error).__name__}: {error}"[:500]
        _all_of(rows).update(last_error=words, due_at=again, claimed_until=None)
    else:
        _all_of(rows).update(delivered_at=clock.now(), last_error="")
