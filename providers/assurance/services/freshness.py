"""Listings that nobody has confirmed for long: reminded, then hidden until their keeper says "still right"."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from marketplace.core import audit, outbox
from marketplace.core.audit import CLOCKWORK
from marketplace.core.models import AuditEntry
from providers.listings.models import Listing
from providers.listings.services import hold_place, listing_remind, public_change
from providers.listings.states import PUBLIC, HoldKind

from .. import rules

AGED = "assurance.listing.age"


def listings_age(*, now: datetime) -> dict[int, int]:
    """Act once on each live listing that has passed 150, 180, 365 or 395 days; returns how many per step."""
    today = timezone.localdate(now)
    counts: dict[int, int] = {}
    old = Listing.objects.filter(state__in=PUBLIC, assured_on__lte=today - timedelta(days=rules.REMIND_DAYS))
    for listing in old.select_related("provider"):
        since: date = listing.assured_on  # type: ignore[assignment]
        step = rules.freshness_step((today - since).days)
        if step is not None and _pass_step(listing, step, since, now):
            counts[step] = counts.get(step, 0) + 1
    return counts


@transaction.atomic
def _pass_step(listing: Listing, step: int, since: date, now: datetime) -> bool:
    done = AuditEntry.objects.filter(
        action=AGED, subject_id=str(listing.pk), details__days=step, details__since=since.isoformat()
    )
    if done.exists():
        return False
    audit.record(AGED, by=CLOCKWORK, subject=listing, at=now, days=step, since=since.isoformat())
    if step == rules.HIDE_DAYS:
        hold_place(provider=listing.provider, listing=listing, kind=HoldKind.STALE, by=CLOCKWORK, now=now)
        outbox.add("assurance.listing_hidden", listing=listing.pk)
    elif step in {rules.REMIND_DAYS, rules.DEMOTE_DAYS}:
        listing_remind(listing=listing, now=now)
    if step in {rules.BANNER_DAYS, rules.DEMOTE_DAYS}:
        public_change(listing)
    return True
