"""Row P9: people who join pools and shares that are taken, a second; a pool of 200 from its last day to paid.

Two processes on PostgreSQL, the gateway's twin in each of them. Adds its rows to var/bench.json, and ends
badly where one misses its goal.
"""

import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2
MEMBERS = int(os.environ.get("BENCH_MEMBERS", "200"))


def main() -> None:
    django.setup()
    from payments.pools.models import Pool
    from tests.bench.goals import POOLS, end_badly_if_missed

    shared, halves, big = _made()
    joins = rate(joining, [shared] * WORKERS, MEMBERS)
    pool = Pool.objects.get(pk=shared)
    figures: dict[str, Any] = {
        "P9 joins a second, 2 workers, one pool": joins,
        "P9 places oversold": max(0, pool.pledges.filter(state="joining").count() - pool.most),
        "P9 shares taken a second, 2 workers": rate(taking, halves, MEMBERS // WORKERS),
        f"P9 seconds from lock to captured, {MEMBERS} members": lived(big),
    }
    path = ROOT / "var" / "bench.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(known | figures, indent=2) + "\n")
    for name, value in figures.items():
        print(f"{name}: {value}")
    end_badly_if_missed(figures, POOLS)


def rate(work: Callable[[int, int, int, Any], None], pools: Sequence[int], count: int) -> float:
    """How many a second all workers together did, from the moment when all were ready."""
    from django.db import connections

    connections.close_all()
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(len(pools) + 1)
    workers = [context.Process(target=work, args=(pool, number, count, ready)) for number, pool in enumerate(pools)]
    for worker in workers:
        worker.start()
    ready.wait()
    began = time.perf_counter()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0, "a worker failed"
    return round(len(pools) * count / (time.perf_counter() - began), 1)


def _made() -> tuple[int, list[int], int]:
    """A pool to join, two that were decided and are to be paid, and one that waits for its last day."""
    from marketplace.core.audit import CLOCKWORK
    from marketplace.core.models import public_id
    from marketplace.people.models import Council, User
    from payments.gateway import services as gateway
    from payments.pools import jobs
    from payments.pools.services import closing
    from payments.sandbox import place
    from payments.sandbox import services as sandbox
    from tests.factories.listings import make_listing, make_offer, make_provider
    from tests.integration.pools.group import Group

    mark = public_id().lower()
    council = Council.objects.first()
    assert council is not None, "fill the database first (tests.bench.data)"
    keeper = User.objects.create_user(f"pools-{mark}@example.org", None, first_name="Sam")
    provider = make_provider(council, keeper, f"Classes {mark}")
    organiser = User.objects.create_user(f"organiser-{mark}@example.org", None, first_name="Ken")
    facts = {"unit": "fixed", "group_price_pence": 100_000, "group_least": 2, "group_most": MEMBERS}
    offer = make_offer(make_listing(provider, f"Classes {mark}"), "Chair yoga", 4000, **facts)
    account = gateway.account_open(provider=provider, by=CLOCKWORK, now=_now())
    sandbox.onboarding_finish(place.store(), account_id=account.stripe_id or "")
    gateway.account_refresh(account=account, now=_now())
    group = Group(place.store(), offer, organiser, at=_now(), made=os.getpid() * 1000)

    def people(many: int) -> list[User]:
        group.made += 1
        return User.objects.bulk_create(
            User(email=f"m{group.made}-{n}-{mark}@example.org", first_name=f"Member {n}") for n in range(many)
        )

    shared = group.open(least=2, most=MEMBERS)
    people(MEMBERS * WORKERS)  # found again by their address
    group.made += 100
    pools = [group.open(least=2, most=size) for size in (MEMBERS // 2, MEMBERS // 2, MEMBERS)]
    for pool in pools:
        for person in people(pool.most):
            group.join(pool, person)
    group.at = shared.pledge_by + timedelta(minutes=1)  # our clock alone: the twin's is used by other rows too
    for pool in pools[:2]:
        closing.pool_lock(pool=pool, now=group.at)
        jobs.cards_ask(closing.pool_authorise(pool=pool, now=group.at), group.at)
        closing.pool_decide(pool=group.fresh(pool), now=group.at)
    return shared.pk, [pool.pk for pool in pools[:2]], pools[2].pk


def _now():
    from django.utils import timezone

    return timezone.now()


def joining(pool_id: int, number: int, count: int, ready: Any) -> None:
    """Take a place and say yes to the terms. As many again as there are places want one."""
    from marketplace.people.models import User
    from payments.pools import services
    from payments.pools.models import Pool
    from tests.factories.pools import by_self

    pool = Pool.objects.select_related("terms").get(pk=pool_id)
    crowd = list(User.objects.filter(first_name__startswith="Member ").order_by("-pk"))
    crowd = [person for person in crowd if not person.pledges.exists()][number::WORKERS][:count]
    assert len(crowd) == count
    facts = {"terms": pool.current, "maximum_pence": pool.worst_pence, "now": _now()}
    ready.wait()
    for person in crowd:
        with suppress(services.NoPlaceLeft):
            services.pledge_make(pool=pool, person=person, by=by_self(person), **facts)


def taking(pool_id: int, number: int, count: int, ready: Any) -> None:
    """Take what is held: looked up, captured, written down as an order with its books."""
    from payments.pools.models import PledgeAttempt
    from payments.pools.services.taking import share_take

    attempts = list(PledgeAttempt.objects.filter(pledge__pool=pool_id, state="capturing").order_by("pk"))
    assert len(attempts) == count, len(attempts)
    ready.wait()
    for attempt in attempts:
        share_take(attempt=attempt, now=attempt.state_since)
    assert not PledgeAttempt.objects.filter(pledge__pool=pool_id).exclude(state="captured").exists()


def lived(pool_id: int) -> float:
    """Seconds that one worker needs from the last day until the last share is taken."""
    from payments.pools import jobs
    from payments.pools.models import Pool

    pool = Pool.objects.get(pk=pool_id)
    at, began = pool.pledge_by + timedelta(minutes=1), time.perf_counter()
    while pool.settled_at is None:
        jobs.pool_step(pool, at)
        pool = Pool.objects.get(pk=pool_id)
    assert pool.heads == MEMBERS, pool.heads
    return round(time.perf_counter() - began, 1)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from tests.bench.pools import main as run

    run()
