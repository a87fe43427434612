"""M1 for pools: the worker is killed while a pool is locked, cards are asked, shares are taken or let go.

The gateway is another process, and forgets its idempotency keys now and then. Its record is the oracle: at the end
nobody was charged twice, everything taken is known to us, everybody paid or nobody did, and nothing is stuck.
"""

import random
import time

import pytest

from marketplace.core import outbox
from payments.pools import jobs
from payments.pools.models import Pledge, PledgeAttempt, Pool
from payments.pools.services import holding
from payments.pools.states import OVER, UNDER_WAY, UNSETTLED
from payments.sandbox import cards
from tests.factories.listings import make_listing, make_offer
from tests.faults.plugin import FULL
from tests.integration.orders.test_kills import killed_while
from tests.integration.pools.group import Group, open_group

pytestmark = [pytest.mark.postgresql, pytest.mark.fault("M1"), pytest.mark.django_db(transaction=True)]
KILLS = 1000 if FULL else 100
A_POOL = 6  # kills between two pools
FORGETS = 25  # kills between two times that the gateway forgets its idempotency keys
KILLED_BY = 0.060  # seconds after which killed_while kills at the latest, on a machine that is not slow


@pytest.fixture
def group(gateway_apart, sam, cast) -> Group:
    """On PostgreSQL, with the gateway as a process of its own."""
    facts = {"unit": "fixed", "group_price_pence": 10000, "group_least": 2, "group_most": 50}
    return open_group(gateway_apart, make_offer(make_listing(sam), "Chair yoga", 4000, **facts), cast.ken)


def work(group: Group) -> None:
    """What a worker does: look at every pool, deliver what waits. In any order."""
    pools = list(Pool.objects.exclude(state__in=OVER, settled_at__isnull=False))
    random.shuffle(pools)
    for pool in pools:
        jobs.pool_step(pool, group.at)
    outbox.deliver(now=group.at, limit=10)


def new_pool(group: Group, *, sound: bool) -> Pool:
    """Four people whose cards all say yes if `sound`; or else one in four says no, and many such pools fall through."""
    may_say = [cards.SUCCESS] * 3 + [cards.DECLINED_LATER] * (not sound)
    pool = group.open(least=random.choice([3, 4]), most=6)
    for person in group.people(4):
        group.join(pool, person, random.choice(may_say))
    return pool


def slowness(group: Group) -> float:
    """So many times longer than usual that the kills fall anywhere between a pool's last day and its last share."""
    pool = new_pool(group, sound=True)
    group.later(seconds=max(0, (pool.pledge_by - group.at).total_seconds()) + 60)
    began = time.monotonic()
    work(group)
    return max(1.0, (time.monotonic() - began) / KILLED_BY)


def live_through(group: Group, kills: int) -> tuple[list[Pool], int]:
    """Pools begun, closed, and their workers killed at any moment; and how many were."""
    pools, slow, killed = list[Pool](), slowness(group), 0
    while killed < kills:
        if killed % A_POOL == 0:
            pools.append(new_pool(group, sound=len(pools) % 2 == 0))
            group.later(seconds=max(0, (pools[-1].pledge_by - group.at).total_seconds()) + 60)
            slow = slowness(group) if len(pools) % 6 == 0 else slow
        before, killed = killed, killed + killed_while(group, work, slow)
        group.later(minutes=random.choice([3, 3, 3, 60 * 30]))
        if killed // FORGETS > before // FORGETS:
            group.store.keys_forget()
    return pools, killed


def settle(group: Group) -> None:
    """No more kills: let everything come to its end."""
    for _round in range(6):
        group.later(hours=49)
        for pool in Pool.objects.exclude(state__in=OVER, settled_at__isnull=False):
            group.step(pool, times=2)


@pytest.mark.timeout(20_000 if FULL else 3600)
def test_however_often_the_worker_is_killed_everybody_pays_once_or_nobody(group, fault_row):
    pools, killed = live_through(group, KILLS)
    fault_row.count(killed)
    settle(group)
    for pool in map(group.fresh, pools):
        for trouble in group.troubles(pool):
            fault_row.violation(trouble)
        if group.held(pool):
            fault_row.violation(f"{pool}: {group.held(pool)}p is still held")
        if pool.settled_at is None or pool.state not in OVER | UNDER_WAY:
            fault_row.violation(f"{pool} is stuck: {pool.state}")
    for attempt in PledgeAttempt.objects.filter(state__in=UNSETTLED):
        fault_row.violation(f"{attempt} is stuck: {attempt.state}")
    assert Pledge.objects.filter(state="captured").exists(), "nothing was paid, so nothing was shown"


@pytest.mark.fault("M1", canary=True)
@pytest.mark.timeout(20_000 if FULL else 3600)
def test_canary_a_worker_that_never_looks_first_holds_money_twice(group, monkeypatch):
    """Each run makes a payment of its own with a key of its own: the way that charges twice."""
    honest = holding._request

    def anew(attempt: PledgeAttempt):
        return honest(attempt).__class__(**{**honest(attempt).as_row(), "idempotency_key": f"fresh-{random.random()}"})

    monkeypatch.setattr(holding, "_request", anew)
    monkeypatch.setattr(holding, "_seen", lambda attempt: None)
    for _round in range(15):
        pools, _killed = live_through(group, 6)
        if any(len(intents) > 1 for pool in pools for intents in group.intents(pool).values()):
            return
    pytest.fail("nobody was asked twice")
