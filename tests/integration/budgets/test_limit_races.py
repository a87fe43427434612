"""A helper with many tabs never spends more than a month allows: on a real PostgreSQL, with a twin without locks."""

import pytest
from django.utils import timezone

from marketplace.core.audit import DELEGATE, Actor
from payments.budgets.models import Purchase
from payments.budgets.services import checking
from payments.budgets.states import PurchaseState
from payments.orders.models import Order
from payments.orders.rules import Wish
from payments.orders.services import funding
from providers.listings.models import Offer
from tests.factories.listings import make_offer
from tests.integration.budgets.test_asking_first import priya
from tests.integration.orders.test_races import all_at_once, slowed, without_locks

__all__ = ["priya"]
pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("only_on_postgresql"),
]
CLIENTS = 6


@pytest.fixture
def offers(listing, offer) -> list[Offer]:
    return [offer, make_offer(listing, "An hour of hedges"), make_offer(listing, "An hour of mowing")]


def six_tabs(cast, offers, priya, shares) -> tuple[int, int]:
    """How many orders Priya places at once at £36, of £60 that a month allows; and how many ask Joan first.

    Of several offers, as two tabs with the same offer stand in its own queue.
    """

    def buy(number: int) -> None:
        funding.order_buy(
            person=cast.joan,
            offer=offers[number % len(offers)],
            wish=Wish(quantity=2, wanted_words="any day"),
            expected_total_pence=3600,
            token=f"tab-{number}",
            by=Actor(cast.priya.pk, cast.joan.pk, DELEGATE),
            now=timezone.now(),
            shares=shares,
            delegation=priya,
        )

    assert all_at_once(buy, CLIENTS) == CLIENTS, "nobody sees an error"
    return Order.objects.count(), Purchase.objects.filter(state=PurchaseState.WAITING).count()


def test_of_all_tabs_one_order_fits_the_month_and_the_others_ask(cast, offers, direct_payment, unrelated, share, priya):
    assert six_tabs(cast, offers, priya, [share(direct_payment, 3600)]) == (1, CLIENTS - 1)
    promised = Purchase.objects.filter(made_by=priya.delegate_id, state=PurchaseState.COMMITTED)
    assert [each.total_pence for each in promised] == [3600]


def test_canary_without_the_lock_more_is_spent_than_the_month_allows(
    cast, offers, direct_payment, unrelated, share, priya, monkeypatch
):
    slowed(monkeypatch, checking, "_over_limit", 0.1)
    with without_locks(monkeypatch):
        assert six_tabs(cast, offers, priya, [share(direct_payment, 3600)])[0] > 1
