"""Before the gateway is asked for anything, what it is asked for stands in the database, for every process to see."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import CLOCKWORK
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount
from payments.orders.models import PaymentAttempt, Refund
from payments.orders.states import UNHEARD, RefundState
from tests.factories.listings import make_provider
from tests.integration.orders.shop import Shop

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("only_on_postgresql"),
]
ROWS = {
    "/v1/accounts": lambda: ConnectedAccount.objects.filter(stripe_id=None).exclude(asked={}),
    "/v1/checkout/sessions": lambda: PaymentAttempt.objects.filter(state__in=UNHEARD).exclude(parameters={}),
    "/v1/refunds": lambda: Refund.objects.filter(state=RefundState.UNKNOWN),  # until an answer was heard
}


class Outsider:
    """Asked before each call, as tests make the gateway fail: looks through a connection of its own, fails nothing."""

    def __init__(self) -> None:
        self.saw: list[tuple[str, int]] = []

    def __call__(self, method: str, path: str) -> str:
        if method == "POST" and path in ROWS:
            looking = threading.Thread(target=self._look, args=(path,))
            looking.start()
            looking.join()
        return ""

    def _look(self, path: str) -> None:
        try:
            self.saw.append((path, ROWS[path]().count()))
        finally:
            connection.close()


@pytest.fixture
def outsider(settings) -> Outsider:
    settings.SANDBOX_FAULT = seen = Outsider()
    return seen


def test_account_page_and_money_back_are_written_down_before_they_are_asked_for(store, offer, cast, outsider):
    another = make_provider(cast.council["quantock"], cast.bea)
    gateway.account_open(provider=another, by=CLOCKWORK, now=timezone.now())
    shop = Shop(store, offer, cast.ken, cast.sam)
    shop.give_back(shop.paid(), 600)
    outbox.deliver(limit=1000)
    assert outsider.saw == [(path, 1) for path in ROWS]


def test_canary_inside_a_transaction_nobody_else_sees_the_attempt(store, offer, cast, outsider):
    shop = Shop(store, offer, cast.ken, cast.sam)
    order = shop.accepted()
    with transaction.atomic():
        shop.begin(order)
    assert outsider.saw[-1] == ("/v1/checkout/sessions", 0)
