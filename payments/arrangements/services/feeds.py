"""Secret addresses for calendars: made, shown once, and taken back."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from marketplace.core import audit
from marketplace.core.audit import Actor
from marketplace.people.models import User
from providers.listings.models import Provider

from ..models import Feed


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def feed_make(
    *, owner: User, by: Actor, now: datetime, person: User | None = None, provider: Provider | None = None
) -> str:
    """The secret of a new address; the one before it stops working. Only its digest is kept."""
    feed_revoke(owner=owner, by=by, now=now, person=person, provider=provider)
    secret = secrets.token_urlsafe(24)
    feed = Feed.objects.create(owner=owner, person=person, provider=provider, digest=digest_of(secret), made_at=now)
    audit.record("arrangements.feed.make", by=by, subject=feed, at=now)
    return secret


@transaction.atomic
def feed_revoke(
    *, owner: User, by: Actor, now: datetime, person: User | None = None, provider: Provider | None = None
) -> int:
    """Whoever has the address reads nothing any more. Returns how many stopped."""
    live = Feed.objects.filter(owner=owner, person=person, provider=provider, revoked_at=None)
    for feed in live:
        audit.record("arrangements.feed.revoke", by=by, subject=feed, at=now)
    return live.update(revoked_at=now)
