"""The database decides what strangers may see, at every request."""

import pytest
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from providers.listings import selectors, services
from providers.listings.models import Listing
from providers.listings.states import HoldKind, ListingState
from tests.factories.listings import make_listing, make_provider

pytestmark = pytest.mark.django_db


def visible(listing: Listing) -> bool:
    """Both ways of asking say the same."""
    seen = selectors.visible_to().filter(pk=listing.pk).exists()
    assert seen == (listing.pk in selectors.versions_seen([listing.pk]))
    return seen


def test_of_many_those_that_may_be_seen_are_named_with_their_versions(cast, django_assert_num_queries):
    sam = make_provider(cast.council["quantock"], cast.sam)
    many = [make_listing(sam, title=f"Help {number}", live=number % 3 > 0) for number in range(7)]
    Listing.objects.filter(pk=many[4].pk).update(version=9)
    for some in range(1, 8):
        ids = [listing.pk for listing in many[:some]]
        with django_assert_num_queries(1):
            found = selectors.versions_seen(ids)
        assert found == dict(selectors.visible_to().filter(pk__in=ids).values_list("pk", "version"))
    assert (len(found), found[many[4].pk]) == (4, 9)
    with django_assert_num_queries(0):
        assert selectors.versions_seen([]) == {}


def test_a_published_listing_is_seen_and_a_draft_is_not(cast):
    sam = make_provider(cast.council["quantock"], cast.sam)
    assert visible(make_listing(sam))
    assert not visible(make_listing(sam, title="Another", live=False))


def test_a_suspension_hides_at_once_and_lifting_brings_back_what_was_there(cast):
    listing = make_listing(make_provider(cast.council["quantock"], cast.sam))
    hold = services.hold_place(
        provider=listing.provider, kind=HoldKind.SUSPENDED, by=CLOCKWORK, now=timezone.now(), reason="Insurance"
    )
    assert not visible(listing)
    services.hold_lift(hold=hold, by=CLOCKWORK, now=timezone.now())
    assert visible(listing)


def test_two_holds_both_have_to_go(cast):
    listing = make_listing(make_provider(cast.council["quantock"], cast.sam))
    now = timezone.now()
    paused = services.hold_place(
        provider=listing.provider, listing=listing, kind=HoldKind.PAUSED, by=CLOCKWORK, now=now
    )
    services.hold_place(provider=listing.provider, kind=HoldKind.SUSPENDED, by=CLOCKWORK, now=now)
    services.hold_lift(hold=paused, by=CLOCKWORK, now=now)
    assert not visible(listing)


def test_new_words_wait_while_strangers_see_the_approved_ones(cast):
    listing = make_listing(make_provider(cast.council["quantock"], cast.sam), summary="Old words")
    now = timezone.now()
    services.listing_edit(listing=listing, by=CLOCKWORK, user=cast.sam, now=now, summary="New words")
    services.listing_submit(listing=listing, by=CLOCKWORK, user=cast.sam, now=now)
    listing.refresh_from_db()
    listing.page.refresh_from_db()
    assert listing.state == ListingState.CHANGES_PENDING
    assert listing.page.summary == "Old words"
    assert visible(listing)


def test_publishing_an_older_draft_does_not_lift_a_suspension(cast):
    """Measured before: an older revision overwrites every column of the page, so none that acts may live there."""
    listing = make_listing(make_provider(cast.council["quantock"], cast.sam))
    older = listing.page.get_latest_revision()
    services.hold_place(provider=listing.provider, kind=HoldKind.SUSPENDED, by=CLOCKWORK, now=timezone.now())
    older.publish()
    assert not visible(listing)
