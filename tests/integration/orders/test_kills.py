"""M1: the worker is killed in the middle of a payment or a refund, again and again; the gateway is another process.

The gateway's record is the oracle: at the end nobody has paid twice and nothing that was taken is unknown to us.
"""

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol, TypeVar

import pytest
from django.db import connection

from marketplace.core import outbox
from marketplace.core.errors import DomainError
from payments.gateway import client
from payments.gateway.shapes import CheckoutRequest
from payments.orders import jobs, services
from payments.orders.models import Order
from payments.orders.services import paying
from payments.orders.states import TO_BE_DONE, UNPAID
from payments.sandbox import cards
from payments.sandbox import services as sandbox
from payments.sandbox.store import Store
from tests.factories.listings import make_listing, make_offer
from tests.faults.plugin import FULL
from tests.integration.orders.shop import Shop, by_self, open_shop

pytestmark = [pytest.mark.postgresql, pytest.mark.fault("M1"), pytest.mark.django_db(transaction=True)]
KILLS = 3000 if FULL else 180  # with arrangements and pools a tenth of the row's 3,000 in the commit tier
CREW = 3  # workers at a time: what they begin and never end, they do beside each other
FORGETS = 50  # kills between two times that the gateway forgets its idempotency keys
UNDER_WAY = 6  # orders at a time


class Clocked(Protocol):
    """Something to work on that has a clock of its own, and the gateway beside it."""

    store: Store
    at: datetime


World = TypeVar("World", bound=Clocked)
AT_REST = 0.040  # seconds to place, accept and open a page when nobody else uses the machine


@pytest.fixture
def shop(gateway_apart, sam, cast) -> Shop:
    """Sam's shop, on PostgreSQL, with the gateway as a process of its own."""
    return open_shop(gateway_apart, make_offer(make_listing(sam)), cast.ken, cast.sam)


def work(shop: Shop) -> None:
    """What a web process and a worker do: begin payments, look at them, cancel, send what waits."""
    for order in random.sample(list(Order.objects.filter(state__in=UNPAID | TO_BE_DONE)), k=UNDER_WAY // 2):
        try:
            if order.state in UNPAID:
                shop.begin(order)
                services.order_look_up(order=order, now=shop.at)
            elif random.random() < 0.5:
                services.order_cancel(order=order, by=by_self(shop.buyer), now=shop.at)
        except DomainError:
            pass
    outbox.deliver(now=shop.at, limit=10)
    jobs.look_round(shop.at)


def slowness(shop: Shop) -> float:
    """How many times longer this machine takes, just now, than one at rest needs to open a payment page."""
    took = []
    for _try in range(3):
        began = time.monotonic()
        shop.begin(shop.accepted())
        took.append(time.monotonic() - began)
    return max(1.0, min(took) / AT_REST)


def killed_while(world: World, act: Callable[[World], None], slow: float, crew: int = CREW) -> int:
    """Let child processes act side by side, and kill each after 10 to 60 ms of work; longer where others keep the
    machine busy. How many were killed."""
    connection.close()
    ready, tell = os.pipe()
    children = [_at_work(world, act, tell) for _each in range(crew)]
    for _each in children:
        os.read(ready, 1)
    ends = sorted(random.uniform(0.010, 0.060) * slow for _each in children)
    for child, last, end in zip(children, [0.0, *ends], ends, strict=False):
        time.sleep(end - last)
        os.kill(child, signal.SIGKILL)
    for child in children:
        os.waitpid(child, 0)
    os.close(ready)
    os.close(tell)
    with world.store.open() as records:  # where kills take hours, the gateway's clock has gone on meanwhile
        world.at = max(world.at, datetime.fromtimestamp(records.now(), UTC))
    return crew


def _at_work(world: World, act: Callable[[World], None], tell: int) -> int:
    """A child process that acts until it is killed, and says when it begins."""
    parent, child = os.getpid(), os.fork()
    if child:
        return child
    try:
        client._network.cache_clear()
        random.seed()
        connection.ensure_connection()
        os.write(tell, b".")
        while os.getppid() == parent:  # nobody is left to kill it when the tests themselves are stopped
            act(world)
    finally:
        os._exit(1)


def top_up(shop: Shop) -> None:
    """People go on ordering, and whoever has a payment page before them pays there: every page that is open."""
    waiting = Order.objects.filter(state__in=UNPAID).count()
    for _each in range(UNDER_WAY - waiting):
        shop.accepted()
    for page in shop.open_pages():
        if random.random() < 0.5:
            pay_if_open(shop, page["id"])


def pay_if_open(shop: Shop, session_id: str) -> None:
    with suppress(sandbox.NotOpen):
        sandbox.session_pay(shop.store, session_id=session_id, number=cards.SUCCESS.number)


def settle(shop: Shop) -> None:
    """No more kills: let everything come to its end."""
    for _round in range(6):
        shop.later(minutes=90)
        jobs.look_round(shop.at)
        outbox.deliver(now=shop.at, limit=10_000)


def test_nobody_pays_twice_and_nothing_is_lost_however_often_the_worker_is_killed(shop, fault_row):
    slow = slowness(shop)
    killed = 0
    while killed < KILLS:
        top_up(shop)
        before, killed = killed, killed + killed_while(shop, work, slow)
        shop.later(minutes=3)
        if killed // FORGETS > before // FORGETS:
            shop.store.keys_forget()
            slow = slowness(shop)
    fault_row.count(killed)
    settle(shop)
    for trouble in shop.troubles():
        fault_row.violation(trouble)
    assert len(shop.charges()) >= KILLS // 20, "hardly anything was paid, so nothing was shown"


@pytest.mark.fault("M1", canary=True)
def test_canary_a_worker_that_asks_anew_each_time_makes_somebody_pay_twice(shop, monkeypatch):
    """A fresh key a call, and no look before: the way that double-charged 726 of 4,000."""
    honest = CheckoutRequest.from_row

    def anew(row: dict) -> CheckoutRequest:
        return replace(honest(row), idempotency_key=f"fresh-{random.random()}")

    monkeypatch.setattr(CheckoutRequest, "from_row", staticmethod(anew))
    monkeypatch.setattr(paying, "_find", lambda attempt, now: None)
    slow = slowness(shop)
    for _round in range(130):
        top_up(shop)
        killed_while(shop, work, slow)
        shop.later(minutes=3)
        if any(len(charges) > 1 for charges in shop.charges().values()):
            return
    pytest.fail("nobody paid twice")
