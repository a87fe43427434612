"""What public pages ask of the database, fixed: the same whatever the rows."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from tests.factories.listings import make_category, make_listing, make_offer, make_provider

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
