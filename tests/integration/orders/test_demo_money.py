"""The demonstration shows every way that money can go, each honestly come by through the services."""

import pytest
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from marketplace.demo.seed.money import money_elsewhere
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount
from payments.gateway.states import AccountState
from payments.orders.models import Dispute, Order
from payments.orders.states import OrderState
from payments.sandbox import services as sandbox
from tests.factories.listings import make_listing, make_offer, make_provider

pytestmark = pytest.mark.django_db


def test_each_kind_is_there_once_however_often_it_is_seeded(cast, offer, store, deliver):
    neighbours = []
    for name in ("Rose Fry", "Tom Dibble"):
        neighbour = make_provider(cast.council["quantock"], cast.asha, name)
        make_offer(make_listing(neighbour, f"{name}, gardens"))
        account = gateway.account_open(provider=neighbour, by=CLOCKWORK, now=timezone.now())
        sandbox.onboarding_finish(store, account_id=account.stripe_id)
        gateway.account_refresh(account=account, now=timezone.now())
        neighbours.append(neighbour)
    for _time in range(2):
        money_elsewhere(offer.listing, neighbours, cast.people, timezone.now())
        deliver()
    states = list(Order.objects.order_by("state").values_list("state", flat=True))
    assert states == sorted(
        [
            OrderState.PART_REFUNDED,
            OrderState.DISPUTED,
            OrderState.DELIVERED,
            OrderState.DISPUTE_LOST,
            OrderState.PAYMENT_UNCLEAR,
        ]
    )
    assert Dispute.objects.count() == 3
    accounts = set(ConnectedAccount.objects.filter(provider__in=neighbours).values_list("state", flat=True))
    assert accounts == {AccountState.DISCONNECTED, AccountState.RESTRICTED}
