"""Sam, who can be paid and has a price for groups; a group of Ken's."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.people.middleware import ACTING_FOR
from marketplace.people.models import Delegation, User
from providers.listings.models import Offer
from tests.factories.listings import make_listing, make_offer, make_provider
from tests.factories.people import make_delegation
from tests.integration.orders.conftest import account, deliver, listing, sam, store
from tests.integration.pools.group import Group, open_group

__all__ = ["account", "deliver", "listing", "sam", "store"]


@pytest.fixture
def group(store, listing, cast) -> Group:
    """£100 is the price of the whole block for two to six people, £40 alone."""
    offer = make_offer(listing, "Chair yoga", 4000, unit="fixed", group_price_pence=10000, group_least=2, group_most=50)
    return open_group(store, offer, cast.ken)


@pytest.fixture
def three(group):
    """Three places, three people whose cards are good, waiting for the last day."""
    pool = group.open(least=3, most=5)
    return pool, [group.join(pool, person) for person in group.people(3)]


@pytest.fixture
def helping(client_of) -> Callable[[User, User], tuple[Client, Delegation]]:
    """A browser in which somebody acts for a person, with the right to buy: `helping(helper, person)`."""

    def act(helper: User, person: User) -> tuple[Client, Delegation]:
        now = timezone.now()
        held = make_delegation(person, helper, now=now)
        client = client_of(helper)
        session = client.session
        session[ACTING_FOR] = held.pk
        session.save()
        return client, held

    return act


@pytest.fixture
def asha(group, cast, store) -> Offer:
    """What another provider of the area sells, who can be paid and has no price for groups."""
    provider = make_provider(cast.council["quantock"], cast.asha, name="Hill Walkers", email="asha@example.org")
    offer = make_offer(make_listing(provider, "Hill Walkers"), "A walk", 1500, unit="session")
    open_group(store, offer, cast.ken)
    return offer
