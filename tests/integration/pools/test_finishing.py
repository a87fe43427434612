"""After the last date: whatever was paid is noted as done, however late it came, and one order stops no other."""

from datetime import timedelta

import pytest
from django.urls import reverse

from marketplace.core import outbox
from payments.budgets import services as budget_services
from payments.budgets.models import Approval
from payments.gateway import services as gateway
from payments.gateway.services import GatewayRefused, GatewayUnknown
from payments.orders.models import Order
from payments.orders.states import OrderState
from payments.pools import jobs, selectors
from payments.pools.models import Pledge, Pool
from payments.pools.states import PledgeState, PoolState
from tests.factories.pools import by_self
from tests.integration.pools.test_budget_pooling import direct_payment
from tests.integration.pools.test_joining import ask_first, managed

__all__ = ["direct_payment", "managed"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def promised(group, cast, managed) -> tuple[Pool, Pledge]:
    """It goes ahead; the council pays Joan's part when it comes to it."""
    pool = group.open(least=3)
    joan = ask_first(managed, group, pool, cast.joan)
    for person in group.people(2):
        group.join(pool, person)
    budget_services.approval_give(approval=Approval.objects.get(), user=cast.theo, by=by_self(cast.theo), now=group.at)
    group.step(pool)
    pool = group.close(pool)
    assert pool.state == PoolState.CONFIRMED
    return pool, Pledge.objects.get(pk=joan.pk)


def over(group, pool: Pool) -> Pool:
    """All its dates have gone by, and the clock has looked."""
    group.later(seconds=(pool.current.starts[-1] - group.at).total_seconds() + timedelta(days=2).total_seconds())
    pool = group.step(pool)
    assert pool.state == PoolState.COMPLETED
    return pool


def states_of(pool: Pool) -> list[str]:
    return sorted(Order.objects.filter(pledge__pool=pool).values_list("state", flat=True))


def test_what_a_holder_pays_before_the_last_date_is_done_with_the_others(group, cast, promised):
    pool, joan = promised
    budget_services.purchase_holder_paid(purchase=joan.purchase, by=by_self(cast.theo), now=group.at)
    over(group, group.step(pool))
    assert states_of(pool) == [OrderState.DELIVERED] * 3


def test_what_a_holder_pays_when_all_is_over_is_done_at_the_next_look(group, cast, promised):
    pool, joan = promised
    pool = over(group, pool)
    assert states_of(pool) == sorted([OrderState.ACCEPTED, OrderState.DELIVERED, OrderState.DELIVERED])
    assert not selectors.to_look_at(group.at).filter(pk=pool.pk).exists(), "nothing is due before the money comes"
    budget_services.purchase_holder_paid(purchase=joan.purchase, by=by_self(cast.theo), now=group.at)
    outbox.deliver(now=group.at + timedelta(days=400), limit=10_000)
    assert jobs.look_round(group.at) == 1
    assert states_of(pool) == [OrderState.DELIVERED] * 3
    assert jobs.look_round(group.at) == 0


def test_one_order_that_cannot_be_noted_stops_no_other_and_is_tried_again(group, cast, promised):
    pool, joan = promised
    first = Order.objects.filter(pledge__pool=pool).exclude(pledge=joan).order_by("pk").first()
    assert first is not None
    day, far = first.wanted_on, group.at + timedelta(days=400)
    Order.objects.filter(pk=first.pk).update(wanted_on=far)
    pool = over(group, pool)
    assert states_of(pool).count(OrderState.DELIVERED) == 1, "the other one, and not the first"
    Order.objects.filter(pk=first.pk).update(wanted_on=day)
    jobs.look_round(group.at)
    assert states_of(pool).count(OrderState.DELIVERED) == 2


def test_whose_money_is_held_by_somebody_reads_that_they_pay(client_of, cast, promised):
    """Not that cards are asked: that is over, and there is no card."""
    pool, joan = promised
    assert joan.state == PledgeState.AUTHORISED
    shown = client_of(cast.joan).get(reverse("pools:pool", args=[pool.public_id])).content.decode()
    assert "Whoever holds your money pays your part." in shown
    assert "£33.34" in shown
    assert "unless enough cards say yes" not in shown


def test_a_taking_that_was_refused_is_asked_for_under_another_key_and_a_lost_one_under_its_own(group, monkeypatch):
    """The gateway keeps a refusal under its key for a day, so a key that was refused can never succeed."""
    pool = group.open(least=2, most=2)
    for person in group.people(2):
        group.join(pool, person)
    asked, answers, take = [], [GatewayRefused("not now"), GatewayUnknown("lost")] * 2, gateway.charge_capture

    def capture(*, idempotency_key, **facts):
        asked.append(idempotency_key)
        if answers:
            raise answers.pop(0)
        return take(idempotency_key=idempotency_key, **facts)

    monkeypatch.setattr(gateway, "charge_capture", capture)
    pool = group.step(pool, times=6)
    assert sum(group.taken(pool).values()) == 10_000
    for pledge in Pledge.objects.filter(pool=pool):
        attempt = pledge.attempts.get()
        mine = [key for key in asked if key.startswith(attempt.reference)]
        assert (attempt.state, mine[-1]) == ("captured", f"{attempt.reference}:capture:{attempt.tries}")
    assert len(set(asked)) == 2 + 2, "two refusals, so two keys more than shares"
    assert len(asked) == 2 + 4
