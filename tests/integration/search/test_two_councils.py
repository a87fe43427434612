"""A listing may be shown by a second council: one set of words, one place in the results, one record of checks."""

import pytest
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from marketplace.people.models import Council
from providers.listings import services as listings
from providers.listings.models import Listing, ListingPage
from providers.listings.states import HoldKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown_twice(cast, indexed: list[Listing]) -> ListingPage:
    """The gardener's page, shown by the second council as well."""
    there = Council.objects.get(slug="wharfe").page
    return indexed[0].page.create_alias(parent=there, update_slug="shown-by-quantock")


def test_it_is_found_once_under_the_council_that_checked_it(shown_twice, client):
    page = client.get("/search/?q=gardening&postcode=TA1 1AA").content.decode()
    assert page.count('class="hb-card"') == 1
    assert shown_twice.alias_of.url in page
    assert shown_twice.url not in page


def test_its_second_address_leads_to_the_one_page_with_its_checks(shown_twice, client):
    answer = client.get(shown_twice.url)
    assert (answer.status_code, answer["Location"]) == (302, shown_twice.alias_of.url)
    assert client.get(answer["Location"]).status_code == 200


def test_while_it_is_suspended_neither_address_shows_it(shown_twice, gardener, client):
    listings.hold_place(provider=gardener.provider, kind=HoldKind.SUSPENDED, by=CLOCKWORK, now=timezone.now())
    assert client.get(shown_twice.url).status_code == 404
    assert client.get(shown_twice.alias_of.url).status_code == 404
