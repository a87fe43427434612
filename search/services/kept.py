"""What people keep from a search."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from marketplace.core import audit
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError
from marketplace.people.models import User
from providers.listings.models import Listing

from ..models import Need, ShortlistEntry

MOST_KEPT = 40


class ShortlistFull(DomainError):
    """A list of more than this is no longer short."""


@transaction.atomic
def shortlist_add(*, listing: Listing, person: User, by: Actor, now: datetime) -> ShortlistEntry:
    """Put a listing on somebody's shortlist; twice changes nothing. Raises ShortlistFull."""
    User.objects.select_for_update().get(pk=person.pk)  # two taps at once must not pass the limit
    found = ShortlistEntry.objects.filter(person=person, listing=listing).first()
    if found is not None:
        return found
    if ShortlistEntry.objects.filter(person=person).count() >= MOST_KEPT:
        raise ShortlistFull
    entry = ShortlistEntry.objects.create(
        person=person, listing=listing, added_by_id=by.by_id, channel=by.channel, at=now
    )
    audit.record("search.shortlist.add", by=by, subject=listing, at=now, title=listing.page.title)
    return entry


@transaction.atomic
def shortlist_remove(*, listing: Listing, person: User, by: Actor, now: datetime) -> None:
    """Take a listing off; twice changes nothing."""
    deleted, _each = ShortlistEntry.objects.filter(person=person, listing=listing).delete()
    if deleted:
        audit.record("search.shortlist.remove", by=by, subject=listing, at=now, title=listing.page.title)


@transaction.atomic
def shortlist_keep(*, public_ids: Iterable[str], person: User, by: Actor, now: datetime) -> None:
    """Keep what somebody shortlisted before they signed in, as far as there is room."""
    kept = set(ShortlistEntry.objects.filter(person=person).values_list("listing_id", flat=True))
    wanted = list(public_ids)
    order = {public_id: place for place, public_id in enumerate(wanted)}
    found = sorted(Listing.objects.filter(public_id__in=wanted), key=lambda listing: order[listing.public_id])
    for listing in [listing for listing in found if listing.pk not in kept][: max(0, MOST_KEPT - len(kept))]:
        shortlist_add(listing=listing, person=person, by=by, now=now)


@transaction.atomic
def need_record(
    *,
    words: str,
    now: datetime,
    by: Actor,
    searched_for: str = "",
    place: str = "",
    la_code: str = "",
    contact: str = "",
) -> Need:
    """Keep what somebody needs and did not find. Their words stay out of the audit log."""
    need = Need.objects.create(
        words=words,
        searched_for=searched_for,
        place=place,
        la_code=la_code,
        contact=contact,
        person_id=by.person_id,
        at=now,
    )
    audit.record("search.need.record", by=by, subject=need, at=now)
    return need
