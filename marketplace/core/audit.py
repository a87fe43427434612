"""Write down who did what. One call beside every change that matters."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from .models import AuditEntry

SELF, DELEGATE, PHONE, SYSTEM = "self", "delegate", "phone", "system"


@dataclass(frozen=True)
class Actor:
    """Who acts, and for whom: `for_id` differs from `by_id` when somebody acts for another person.

    `channel` is one of SELF, DELEGATE, PHONE (council staff for a caller), SYSTEM (by_id is None).
    """

    by_id: int | None
    for_id: int | None = None
    channel: str = SELF

    @property
    def person_id(self) -> int | None:
        """Whose orders and shortlist this concerns."""
        return self.for_id if self.for_id is not None else self.by_id


CLOCKWORK = Actor(by_id=None, channel=SYSTEM)


def record(
    action: str, *, by: Actor, subject: Any, note: str = "", at: datetime | None = None, **details: Any
) -> AuditEntry:
    """Add an audit entry. `action` is namespaced ("orders.request.accept"); details must be JSON."""
    return AuditEntry.objects.create(
        at=at or timezone.now(),
        action=action,
        by_id=by.by_id,
        for_id=by.for_id,
        channel=by.channel,
        subject_kind=subject._meta.label_lower,
        subject_id=str(subject.pk),
        note=note[:500],
        details=details,
    )
