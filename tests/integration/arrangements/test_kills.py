"""M1 for help every week: the worker is killed while visits fall due, bills are made, saved cards are charged, and a
bank is asked for what was told of.

The gateway is another process, and forgets its idempotency keys now and then. Its record is the oracle: at the end no
bill was paid twice, everything taken is known to us, each visit that happened was billed once, and nothing is stuck.
"""

import random
from contextlib import suppress
from datetime import time, timedelta
from time import monotonic, sleep

import pytest
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.errors import DomainError
from payments.arrangements import jobs, rules, services
from payments.arrangements.models import Bill, Visit
from payments.arrangements.states import ASKED, BillState, VisitState
from payments.orders import jobs as order_jobs
from payments.orders import services as orders
from payments.orders.services import charging
from payments.sandbox import cards
from payments.sandbox import services as sandbox
from tests.factories.listings import make_listing, make_offer
from tests.faults.plugin import FULL
from tests.integration.arrangements.conftest import BACK, Garden
from tests.integration.orders.shop import Shop, open_shop
from tests.integration.orders.test_kills import killed_while

pytestmark = [pytest.mark.postgresql, pytest.mark.fault("M1"), pytest.mark.django_db(transaction=True)]
KILLS = 600 if FULL else 42
A_WEEK = 6  # kills between two Mondays
DEBITED_WITHIN = 24  # days in which a Direct Debit ends, were it told of twice and Christmas between
FORGETS = 25  # kills between two times that the gateway forgets its idempotency keys
KILLED_BY = 0.060  # seconds after which killed_while kills at the latest, on a machine that is not slow
WEEKDAYS = ("TU", "TU", "WE", "TH")  # one arrangement for each


@pytest.fixture
def shop(gateway_apart, sam, cast) -> Shop:
    """Sam's shop, on PostgreSQL, with the gateway as a process of its own."""
    return open_shop(gateway_apart, make_offer(make_listing(sam)), cast.ken, cast.sam)


@pytest.fixture
def garden(shop, cast) -> Garden:
    """Four that run; the bank of the first says no to what is charged later, the last is paid by Direct Debit."""
    garden = Garden(shop.store, cast, shop.offer)
    for number, day in enumerate(WEEKDAYS[:-1]):
        garden.running(cards.SUCCESS if number else cards.DECLINED_LATER, rule=rules.weekly([day], 1))
    garden.debited(rule=rules.weekly([WEEKDAYS[-1]], 1))
    return garden


def work(garden: Garden) -> None:
    """What a worker does: both clocks, in any order, and what waits."""
    for look_round in random.sample([jobs.look_round, order_jobs.look_round, order_jobs.look_at_banks], k=3):
        look_round(garden.at)
    outbox.deliver(now=garden.at, limit=10)


def a_week_passes(garden: Garden) -> None:
    """Every visit of the week happens and is written down, and it is Monday morning: four bills are to be paid."""
    today = timezone.localdate(garden.at)
    monday = rules.moment(today + timedelta(days=7 - today.weekday()), time(9))
    garden.store.clock_move(int((monday - garden.at).total_seconds()))
    garden.at = monday
    marked = monday - rules.QUERY_WITHIN - timedelta(hours=1)
    for visit in Visit.objects.filter(state=VisitState.PLANNED, starts_at__lt=monday).order_by("pk"):
        services.visit_done(visit=visit, minutes=120, by=garden.sam, now=max(marked, visit.starts_at))
    jobs.plan_ahead(garden.at)


def the_notice_is_over(garden: Garden) -> None:
    """It is Thursday morning: the bank may be asked for what was told of on Monday."""
    thursday = garden.at + timedelta(days=(3 - timezone.localdate(garden.at).weekday()) % 7)
    garden.store.clock_move(int((thursday - garden.at).total_seconds()))
    garden.at = thursday


def people_act(garden: Garden) -> None:
    """Whoever is asked to pay does so on the page, every other time."""
    for bill in Bill.objects.filter(state__in=ASKED).select_related("order"):
        if random.random() < 0.5:
            with suppress(DomainError, sandbox.NotOpen):
                urls = {"paid_url": BACK["saved_url"], "back_url": BACK["back_url"]}
                page = orders.payment_begin(order=bill.order, by=garden.joan, now=garden.at, **urls)
                sandbox.session_pay(garden.store, session_id=page.session_id, number=cards.SUCCESS.number)


def slowness(garden: Garden) -> float:
    """So many times longer than usual that the kills fall anywhere in a Monday's work."""
    a_week_passes(garden)
    took = []
    for _week in range(2):  # the first visits fall in the week after the first Monday
        a_week_passes(garden)
        began = monotonic()
        work(garden)
        took.append(monotonic() - began)
    return max(1.0, min(took) / KILLED_BY)


def live_through(garden: Garden, kills: int) -> int:
    """Weeks, in each of which workers are killed at any moment of its Monday. How many were."""
    slow, killed = slowness(garden), 0
    while killed < kills:
        if killed % A_WEEK == 0:
            a_week_passes(garden)
        elif killed % A_WEEK == A_WEEK // 2:
            the_notice_is_over(garden)
        before, killed = killed, killed + killed_while(garden, work, slow)
        people_act(garden)
        minutes_pass(garden, 6)
        if killed // FORGETS > before // FORGETS:
            garden.store.keys_forget()
    return killed


def minutes_pass(garden: Garden, minutes: int) -> None:
    garden.at += timedelta(minutes=minutes)
    garden.store.clock_move(minutes * 60)


def settle(garden: Garden) -> None:
    """No more kills: let everything come to its end."""
    for _round in range(6):
        minutes_pass(garden, 90)
        work(garden)
        outbox.deliver(now=garden.at, limit=10_000)
    for _day in range(DEBITED_WITHIN):
        minutes_pass(garden, 24 * 60)
        work(garden)
        outbox.deliver(now=garden.at, limit=10_000)


def troubles(shop: Shop) -> list[str]:
    """Where visits, bills and the gateway's record disagree, once everything has settled."""
    wrong = shop.troubles()
    for bill in Bill.objects.select_related("order").prefetch_related("visits"):
        states = {visit.state for visit in bill.visits.all()}
        sums = sum(visit.pence for visit in bill.visits.all())
        if bill.state in {BillState.COLLECTING, BillState.TOLD, BillState.ON_ITS_WAY}:
            wrong.append(f"{bill} is stuck")
        if (bill.state == BillState.PAID) != bool(bill.order.paid_at):
            wrong.append(f"{bill} is {bill.state}, and its order says otherwise")
        if states != {VisitState.PAID if bill.state == BillState.PAID else VisitState.DUE}:
            wrong.append(f"{bill} is {bill.state}, and its visits are {states}")
        if not sums == bill.pence == bill.order.total_pence:
            wrong.append(f"{bill} is of {bill.pence}p, its visits of {sums}p")
    left = Visit.objects.filter(state__in=[VisitState.DONE, VisitState.DUE], bill=None)
    return wrong + [f"the visit {visit} was never billed" for visit in left]


@pytest.mark.timeout(3600)
def test_however_often_the_worker_is_killed_every_visit_is_paid_once(garden, shop, fault_row):
    fault_row.count(live_through(garden, KILLS))
    settle(garden)
    for trouble in troubles(shop):
        fault_row.violation(trouble)
    assert len(shop.charges()) >= KILLS // 4, "hardly anything was paid, so nothing was shown"
    assert any("_bank" in charge for charge in shop.record("charge")), "no bank was asked, so nothing was shown"


@pytest.mark.fault("M1", canary=True)
@pytest.mark.timeout(3600)
def test_canary_a_worker_that_never_looks_at_what_it_began_charges_twice(garden, shop, monkeypatch):
    """What is under way counts as failed, and the card is charged anew; it is killed before it writes down a charge."""

    def written_off(*, attempt, now, reason=""):
        charging.attempt_over(attempt, "fail", now=now, reason="written off")
        attempt.refresh_from_db()
        return attempt

    honest = charging._charge_settle

    def never_written(attempt, seen, now, *, reason):
        return sleep(3600) if seen.paid else honest(attempt, seen, now, reason=reason)

    slow = slowness(garden)
    a_week_passes(garden)
    monkeypatch.setattr(charging, "charge_resume", written_off)
    monkeypatch.setattr(charging, "_charge_settle", never_written)
    for _kill in range(40):
        killed_while(garden, lambda garden: jobs.look_round(garden.at), slow)
        minutes_pass(garden, 6)
        if any(len(charges) > 1 for charges in shop.charges().values()):
            return
    pytest.fail("nobody paid twice")
