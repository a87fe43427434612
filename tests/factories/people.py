"""Who may act for whom."""

from datetime import datetime

from django.utils import timezone

from marketplace.people.models import Delegation, Scope, User


def make_delegation(person: User, delegate: User, scope: str = Scope.BUY, *, now: datetime | None = None) -> Delegation:
    """In force from now, granted by the person."""
    now = now or timezone.now()
    facts = {"starts_at": now, "granted_by": person, "granted_at": now}
    return Delegation.objects.create(person=person, delegate=delegate, scope=scope, **facts)
