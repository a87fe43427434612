"""What strangers see has changed; Wagtail has published, returned or taken down a listing's words."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from marketplace.core import audit, outbox, pagecache
from marketplace.core.audit import Actor
from marketplace.people.models import User

from ..models import Listing, ListingPage
from ..states import MOVES, PUBLIC


def public_change(listing: Listing) -> None:
    """Something strangers see has changed: raise the version, tell the index, drop kept pages."""
    Listing.objects.filter(pk=listing.pk).update(version=F("version") + 1)
    listing.refresh_from_db(fields=["version"])
    outbox.add("listings.changed", listing=listing.pk, version=listing.version)
    pagecache.something_public_changed()


@transaction.atomic
def listing_publish(*, page: ListingPage, by_user: User | None, now: datetime | None = None) -> None:
    """Wagtail has published the page: the listing is live with these words."""
    listing = Listing.objects.select_for_update().filter(page=page).first()
    if listing is None:
        return
    now = now or timezone.now()
    first = listing.state not in PUBLIC
    MOVES.apply(listing, "publish", at=now)
    if first:
        listing.assured_on = timezone.localdate(now)
        listing.save(update_fields=["assured_on"])
    by = Actor(by_id=by_user.pk if by_user else None)
    audit.record("listings.listing.publish", by=by, subject=listing, at=now)
    outbox.add("listings.published", listing=listing.pk, first=first)
    public_change(listing)


@transaction.atomic
def listing_unpublish(*, page: ListingPage, now: datetime | None = None) -> None:
    listing = Listing.objects.select_for_update().filter(page=page).first()
    if listing is None or not MOVES.can(listing, "unpublish"):
        return
    MOVES.apply(listing, "unpublish", at=now or timezone.now())
    public_change(listing)


@transaction.atomic
def listing_sent_by_council(*, page: ListingPage, now: datetime | None = None) -> None:
    """A curator has sent words to a colleague from the admin: the listing waits as if its keeper had sent them."""
    listing = Listing.objects.select_for_update().filter(page=page).first()
    if listing is None:
        return
    move = "submit_changes" if listing.state in PUBLIC else "submit"
    if MOVES.can(listing, move):
        MOVES.apply(listing, move, at=now or timezone.now())


@transaction.atomic
def listing_return(*, page: ListingPage, by_user: User, now: datetime | None = None) -> None:
    """The council asks for changes; what is live stays live."""
    listing = Listing.objects.select_for_update().filter(page=page).first()
    if listing is None:
        return
    now = now or timezone.now()
    move = "return_changes" if listing.state in PUBLIC else "return"
    MOVES.apply(listing, move, at=now)
    audit.record("listings.listing.return", by=Actor(by_id=by_user.pk), subject=listing, at=now)
    outbox.add("listings.returned", listing=listing.pk)


@transaction.atomic
def listing_submission_cancelled(*, page: ListingPage, now: datetime | None = None) -> None:
    listing = Listing.objects.select_for_update().filter(page=page).first()
    if listing is None:
        return
    for move in ("withdraw", "drop_changes"):
        if MOVES.can(listing, move):
            MOVES.apply(listing, move, at=now or timezone.now())
            return
