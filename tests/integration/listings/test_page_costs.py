"""What public pages ask of the database, fixed: the same whatever the rows."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from marketplace.core.audit import CLOCKWORK
from payments.gateway import services as gateway
from payments.sandbox import place
from payments.sandbox import services as sandbox
from tests.factories.listings import make_category, make_listing, make_offer, make_provider
from tests.factories.pools import make_group_offer, make_pool

pytestmark = pytest.mark.django_db


def queries(client, path: str) -> int:
    """Queries of the second visit: the first fills Wagtail's look-ups in the process's memory."""
    client.get(f"{path}?n=first")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"{path}?n=second").status_code == 200
    return len(asked)


def neighbours(cast, count: int):
    listings = [
        make_listing(
            make_provider(cast.council["quantock"], name=f"Neighbour {n}"),
            title=f"Neighbour {n}, gardens",
            categories=(make_category(),),
        )
        for n in range(count)
    ]
    for n, listing in enumerate(listings):
        for line in range(n + 1):
            make_offer(listing, f"Hour {line}")
    return listings


@pytest.fixture
def groups(cast, settings, tmp_path):
    """`groups(listing)`: neighbours may join a group at it."""
    settings.SANDBOX_DB = str(tmp_path / "sandbox.sqlite3")

    def open_at(listing) -> None:
        listing.provider.keepers.add(cast.sam)
        account = gateway.account_open(provider=listing.provider, by=CLOCKWORK, now=timezone.now())
        sandbox.onboarding_finish(place.store(), account_id=account.stripe_id)
        gateway.account_refresh(account=account, now=timezone.now())
        make_pool(make_group_offer(listing), cast.joan, visibility="area")

    return open_at


def test_groups_at_a_listing_cost_one_question_however_many(cast, client_of, groups):
    listing = neighbours(cast, 1)[0]
    groups(listing)
    make_pool(listing.offers.get(title="Chair yoga"), cast.ken, visibility="area", name="Wednesday yoga")
    client = client_of(cast.ken, second_factor=False)
    assert queries(client, listing.page.get_url()) <= 10
    shown = client.get(listing.page.get_url()).content.decode()
    assert "Tuesday yoga" in shown
    assert "Wednesday yoga" in shown


@pytest.mark.parametrize("who", ["nobody", "ken"])
def test_a_listing_page_asks_at_most_ten_questions_whatever_stands_on_it(cast, client_of, who):
    listings = neighbours(cast, 6)
    call_command("search_rebuild", verbosity=0)  # so that "others nearby" is paid for too
    client = client_of(cast.ken if who == "ken" else None, second_factor=False)
    costs = {queries(client, listing.page.get_url()) for listing in listings}
    assert max(costs) <= 10
    assert len(costs) == 1


def test_the_front_page_asks_at_most_ten(cast, client_of):
    neighbours(cast, 2)
    assert queries(client_of(cast.ken, second_factor=False), "/") <= 10


def test_the_short_way_honours_a_restriction_that_a_curator_put_on_the_tree(cast, client):
    """The short way leaves Wagtail's own look at view restrictions out, so it has to look itself."""
    listing = neighbours(cast, 1)[0]
    path = listing.page.get_url()
    assert client.get(path).status_code == 200
    PageViewRestriction.objects.create(page=cast.council["quantock"].page, restriction_type=PageViewRestriction.LOGIN)
    assert client.get(f"{path}?n=1").status_code == 302
