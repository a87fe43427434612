"""One saved card takes the place of another: at any moment the newest pays, and nobody is asked without need."""

from datetime import timedelta

import pytest

from marketplace.core import outbox
from marketplace.core.audit import CLOCKWORK
from marketplace.people.models import NO_POST
from payments.arrangements import jobs
from payments.arrangements.models import Arrangement, Bill
from payments.arrangements.states import CARD_READY, BillState
from payments.gateway import services as gateway
from payments.gateway.services import GatewayRefused, GatewayUnknown
from payments.orders import services as orders
from payments.orders.states import OrderState

pytestmark = pytest.mark.django_db


def test_a_card_replaced_while_it_is_charged_is_no_refusal(garden, settings):
    """The new one is tried at the next look; nobody is asked to pay what a saved card can."""
    arrangement = garden.running()
    garden.done(arrangement)
    garden.later(days=3)

    def another_is_saved(method: str, path: str) -> str:
        if (method, path) == ("POST", "/v1/payment_methods"):
            settings.SANDBOX_FAULT = None
            garden.save_card(arrangement)
            outbox.deliver()
        return ""

    settings.SANDBOX_FAULT = another_is_saved
    garden.store.clock_move(4 * 24 * 60 * 60)
    garden.at += timedelta(days=4)
    jobs.look_round(garden.at)
    assert settings.SANDBOX_FAULT is None
    assert Bill.objects.get().state == BillState.COLLECTING
    garden.later(minutes=5)
    assert garden.charged() == [3600]
    assert Bill.objects.get().state == BillState.PAID


@pytest.fixture
def asked(monkeypatch):
    """`asked("card_copy")`: the gateway loses its first answer and refuses the second time; every key it was sent."""

    def watch(name: str) -> list[str]:
        keys, troubles, really = [], [GatewayUnknown("lost"), GatewayRefused("not now")], getattr(gateway, name)

        def answer(*, idempotency_key, **facts):
            keys.append(idempotency_key)
            if troubles:
                raise troubles.pop(0)
            return really(idempotency_key=idempotency_key, **facts)

        monkeypatch.setattr(gateway, name, answer)
        return keys

    return watch


def test_a_card_that_was_not_copied_is_copied_under_another_key_and_a_lost_answer_keeps_its_own(
    garden, settings, asked
):
    """The gateway keeps a refusal under its key for a day: asked under the same it could not be paid before."""
    arrangement = garden.running()
    garden.done(arrangement)
    settings.SANDBOX_FAULT = lambda method, path: "lost" if path == "/v1/payment_methods" else ""
    garden.later(days=7)
    settings.SANDBOX_FAULT = None
    order, card = Bill.objects.get().order, arrangement.cards.last()
    assert not order.attempts.exists(), "nothing was asked of the card"
    keys, pays = asked("card_copy"), orders.Card(card.customer, card.payment_method)
    for trouble in (GatewayUnknown, GatewayRefused):
        with pytest.raises(trouble):
            orders.order_charge(order=order, card=pays, by=CLOCKWORK, now=garden.at)
    assert [(attempt.state, attempt.reason) for attempt in order.attempts.all()] == [("failed", "not now")]
    assert fresh_state(order) == OrderState.ACCEPTED, "it can still be paid"
    attempt = orders.order_charge(order=order, card=pays, by=CLOCKWORK, now=garden.at)
    assert (attempt.state, attempt.generation) == ("captured", 1)
    key = f"order:{order.public_id}:{card.payment_method}:copy:{{}}"
    assert keys == [key.format(0), key.format(0), key.format(1)]
    assert garden.charged() == [3600]


def fresh_state(order) -> str:
    order.refresh_from_db()
    return order.state


def test_a_customer_who_was_refused_is_asked_for_under_another_key(garden, asked):
    arrangement = garden.agreed()
    keys = asked("customer_open")
    for trouble in (GatewayUnknown, GatewayRefused):
        with pytest.raises(trouble):
            garden.save_card(Arrangement.objects.get(pk=arrangement.pk))
    assert not arrangement.cards.exists()
    garden.save_card(Arrangement.objects.get(pk=arrangement.pk))
    key = f"arrangement:{arrangement.public_id}:customer:0:{{}}"
    assert keys == [key.format(0), key.format(0), key.format(1)]
    assert arrangement.cards.get().state in CARD_READY


def test_who_has_no_address_has_none_at_the_gateway(garden, cast, monkeypatch):
    seen = []
    really = gateway.customer_open
    monkeypatch.setattr(gateway, "customer_open", lambda **facts: seen.append(facts["email"]) or really(**facts))
    cast.joan.email = f"joan@{NO_POST}"
    cast.joan.save()
    garden.save_card(garden.agreed())
    assert seen == [""]
