"""M11: a bank takes a member's share back after everybody has paid. The group stands, the provider owes, once."""

import random
from contextlib import suppress

import pytest

from marketplace.core.audit import CLOCKWORK
from marketplace.core.errors import DomainError
from payments.orders import services as orders
from payments.orders.models import Receivable
from payments.orders.states import OrderState
from payments.pools.states import PoolState
from payments.sandbox import services as sandbox
from tests.faults.plugin import share
from tests.integration.orders.shop import forgets_the_bank

pytestmark = pytest.mark.django_db


def disputed(group, deliver, chance: random.Random, tries: int) -> list[str]:
    """What went wrong in so many groups of three: paid, the money paid out, one share disputed, and won or lost."""
    wrong = []
    for _group in range(tries):
        pool = group.paid_by(*group.people(3))
        assert pool.state == PoolState.CONFIRMED
        paid = [pledge.order for pledge in pool.pledges.select_related("order").order_by("pk")]
        attempt = paid[0].attempts.select_related("account").get()
        sandbox.debt_collect(group.store, account_id=attempt.account.stripe_id)
        payout = sandbox.payout_make(group.store, account_id=attempt.account.stripe_id)
        sandbox.payout_arrive(group.store, payout_id=payout["id"])
        deliver()
        dispute = sandbox.dispute_open(group.store, charge_id=attempt.charge_id)
        deliver()
        with suppress(DomainError):
            orders.order_give_back(order=paid[0], amount_pence=1, words="", by=CLOCKWORK, now=group.at)
            wrong.append(f"{pool}: a refund on top of a dispute")
        won = chance.choice([True, False])
        sandbox.dispute_close(group.store, dispute_id=dispute["id"], won=won)
        deliver()
        pool = group.step(pool)
        for order in paid:
            order.refresh_from_db()
        owed = sum(Receivable.objects.filter(order=paid[0], state="owed").values_list("amount_pence", flat=True))
        if owed != (0 if won else attempt.captured_pence):
            wrong.append(f"{pool}: {owed}p is owed after a dispute that was {'won' if won else 'lost'}")
        ended = [OrderState.PAID if won else OrderState.DISPUTE_LOST, OrderState.PAID, OrderState.PAID]
        if [order.state for order in paid] != ended or pool.state != PoolState.CONFIRMED:
            wrong.append(f"{pool}: {pool.state}, {[order.state for order in paid]}")
    if group.record("refund"):
        wrong.append("money was given back as well")
    return wrong


@pytest.mark.fault("M11")
def test_a_dispute_after_the_pool_succeeded_leaves_it_standing(group, deliver, fault_row):
    fault_row.count(share(100))
    for wrong in disputed(group, deliver, random.Random(1103), share(100)):
        fault_row.violation(wrong)


@pytest.mark.fault("M11", canary=True)
def test_canary_a_refund_that_forgets_the_bank_comes_on_top_of_a_dispute(group, deliver, monkeypatch):
    forgets_the_bank(monkeypatch)
    assert any("on top of a dispute" in words for words in disputed(group, deliver, random.Random(1103), 1))
