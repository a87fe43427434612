"""Side effects as rows: written in the caller's transaction, delivered after commit, at least once.

A handler may run twice for one row, so it must be safe to repeat. It runs outside any transaction.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from .models import OutboxRow

logger = logging.getLogger(__name__)
Handler = Callable[..., None]
_handlers: dict[str, list[Handler]] = {}

LEASE = timedelta(minutes=2)
GIVE_UP_AFTER = 12  # attempts; the waits double from 10 s, so the last is after about 11 hours


def handler(topic: str) -> Callable[[Handler], Handler]:
    """Register a function for a topic. It gets the payload as keyword arguments."""

    def register(function: Handler) -> Handler:
        _handlers.setdefault(topic, []).append(function)
        return function

    return register


def add(topic: str, *, due: datetime | None = None, **payload: Any) -> OutboxRow:
    """Ask for something after commit. `payload` must be JSON and free of health words and secrets."""
    row = OutboxRow.objects.create(topic=topic, payload=payload, due_at=due or timezone.now())
    from .jobs import wake_worker  # the worker's queue needs the apps to be loaded

    if not any(entry[1] is wake_worker for entry in connection.run_on_commit):
        transaction.on_commit(wake_worker)
    return row


def pending(topic: str | None = None):
    """Rows not yet delivered, oldest first."""
    rows = OutboxRow.objects.filter(delivered_at=None).order_by("id")
    return rows.filter(topic=topic) if topic else rows


def deliver(*, now: datetime | None = None, limit: int = 200) -> int:
    """Deliver what is due and not claimed by another worker; returns how many rows were handled."""
    handled = 0
    while handled < limit:
        row = _claim(now or timezone.now())
        if row is None:
            break
        _deliver_one(row)
        handled += 1
    return handled


def _claim(now: datetime) -> OutboxRow | None:
    with transaction.atomic():
        rows = OutboxRow.objects.filter(
            Q(claimed_until=None) | Q(claimed_until__lt=now),
            delivered_at=None,
            due_at__lte=now,
            attempts__lt=GIVE_UP_AFTER,
        ).order_by("due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        row = rows.first()
        if row is None:
            return None
        row.claimed_until, row.attempts = now + LEASE, row.attempts + 1
        row.save(update_fields=["claimed_until", "attempts"])
        return row


def _deliver_one(row: OutboxRow) -> None:
    try:
        for function in _handlers.get(row.topic, []):
            function(**row.payload)
    except Exception as error:  # the one place where anything may go wrong and must not stop the rest
        logger.exception("outbox row %s (%s) failed, attempt %s", row.pk, row.topic, row.attempts)
        row.last_error = f"{type(error).__name__}: {error}"[:500]
        row.due_at = timezone.now() + timedelta(seconds=10 * 2 ** (row.attempts - 1))
        row.claimed_until = None
        row.save(update_fields=["last_error", "due_at", "claimed_until"])
    else:
        row.delivered_at, row.last_error = timezone.now(), ""
        row.save(update_fields=["delivered_at", "last_error"])
