"""M5: many at once on a real PostgreSQL. Exactly the capacity joins, losers are not charged, nothing deadlocks.

Each race has a twin without its guard, which must fail: so the race is known to bite.
"""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from marketplace.core import clock
from marketplace.core.audit import CLOCKWORK, DELEGATE, Actor
from marketplace.core.errors import DomainError
from marketplace.people.models import Delegation, Scope, User
from payments.budgets import selectors as budgets
from payments.budgets import services as budget_services
from payments.budgets.models import Purchase
from payments.budgets.rules import Share
from payments.ledger import selectors as ledger
from payments.pools import jobs, services
from payments.pools.models import Pledge, Pool
from payments.pools.services import closing, locking, pledging
from payments.pools.states import HAS_PLACE, PoolState
from tests.factories.pools import by_self
from tests.faults.plugin import FULL

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("only_on_postgresql"),
]
CLIENTS = 50
ROUNDS = 50 if FULL else 1  # the whole count is made by browsers, in test_last_place; here all fifty are inside at once


def all_at_once(act: Callable[[int], object], clients: int = CLIENTS) -> tuple[int, list[str]]:
    """Run `act(n)` in as many threads, each with its own connection: how many were done, and what broke."""
    ready, done, broken = threading.Barrier(clients), [], []

    def run(number: int) -> None:
        ready.wait()
        try:
            act(number)
            done.append(number)
        except DomainError:
            pass
        except DatabaseError as error:
            broken.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done), broken


@pytest.fixture
def crowd(group) -> list[User]:
    return group.people(CLIENTS)


def last_place_race(group, crowd: list[User]) -> tuple[Pool, list[str]]:
    """Fifty want the last of three places."""
    pool = group.open(least=2, most=3)
    group.join(pool, group.people(1)[0])
    group.join(pool, group.people(1)[0])
    pool = group.fresh(pool)
    facts = {"terms": pool.current, "maximum_pence": pool.worst_pence, "now": group.at}

    def join(number: int) -> None:
        person = crowd[number]
        services.pledge_make(pool=Pool.objects.get(pk=pool.pk), person=person, by=by_self(person), **facts)

    _done, broken = all_at_once(join)
    return group.fresh(pool), broken


@pytest.mark.fault("M5")
@pytest.mark.timeout(3600)
def test_the_last_place_in_a_pool_goes_once(group, crowd, fault_row):
    for _round in range(ROUNDS):
        pool, broken = last_place_race(group, crowd)
        placed = list(pool.pledges.filter(state__in=HAS_PLACE))
        fault_row.count()
        if len(placed) != 3 or pool.taken != 3:
            fault_row.violation(f"{len(placed)} people in 3 places, {pool.taken} counted")
        for words in broken:
            fault_row.violation(words)
        if _round % 25 == 0:
            group.save_card(next(each for each in placed if not each.has_card))
            pool = group.step(pool)
            paid = group.taken(pool)
            if len(paid) != 3 or sum(paid.values()) != 10000 or len(group.intents(pool)) != 3:
                fault_row.violation(f"{paid} was taken")


@pytest.mark.fault("M5", canary=True)
def test_canary_without_the_lock_and_the_guard_it_goes_more_than_once(group, crowd, monkeypatch):
    """As one would write it who had never seen two people press at once."""

    def naive(pool: Pool) -> None:
        seen = Pool.objects.get(pk=pool.pk).taken
        if seen >= pool.most:
            raise locking.NoPlaceLeft(pool)
        time.sleep(0.5)
        Pool.objects.filter(pk=pool.pk).update(taken=seen + 1)

    monkeypatch.setattr(pledging, "place_take", naive)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **kwargs: self)
    pool, _broken = last_place_race(group, crowd)
    assert pool.pledges.filter(state__in=HAS_PLACE).count() > 3


def test_one_person_by_two_helpers_has_one_place(group, cast):
    pool = group.fresh(group.open(least=2, most=4))
    facts = {"terms": pool.current, "maximum_pence": pool.worst_pence, "now": group.at, "person": cast.joan}
    by_whom = {"scope": Scope.BUY, "starts_at": group.at, "granted_by": cast.joan, "granted_at": group.at}
    rights = [
        Delegation.objects.create(person=cast.joan, delegate=helper, **by_whom) for helper in (cast.priya, cast.lee)
    ]

    def join(number: int) -> None:
        right = rights[number % 2]
        by = Actor(right.delegate_id, cast.joan.pk, DELEGATE)
        services.pledge_make(pool=Pool.objects.get(pk=pool.pk), by=by, delegation=right, **facts)

    done, broken = all_at_once(join, 12)
    assert (done, broken) == (1, [])
    [pledge] = Pledge.objects.filter(pool=pool)
    assert pledge.placed_by in {cast.priya, cast.lee}
    assert Purchase.objects.filter(person=cast.joan).count() <= 1, "nothing is promised twice"
    assert group.fresh(pool).taken == 1


def make_budgets(people: list[User]) -> list:
    today = timezone.localdate()
    return [
        budget_services.budget_open(
            person=person,
            source="self_fund",
            starts_on=today - timedelta(days=1),
            ends_on=today + timedelta(days=300),
            allocated_pence=50000,
            outcomes=[],
            by=CLOCKWORK,
            now=timezone.now(),
        )
        for person in people
    ]


def opposite_race(group) -> list[str]:
    """Two pools of the same five people, joined in opposite order, are decided at the same moment."""
    people = group.people(5)
    money = make_budgets(people)
    pools = [group.open(least=5, most=6), group.open(least=5, most=6)]
    for pool, order in ((pools[0], 1), (pools[1], -1)):
        for person, budget in list(zip(people, money, strict=True))[::order]:
            group.join(pool, person, shares=[Share(pool.worst_pence, budget.pk)])
    group.later(seconds=(pools[0].pledge_by - group.at).total_seconds() + 60)
    for pool in pools:
        closing.pool_lock(pool=pool, now=group.at)
        jobs.cards_ask(closing.pool_authorise(pool=pool, now=group.at), group.at)
    _done, broken = all_at_once(
        lambda number: closing.pool_decide(pool=Pool.objects.get(pk=pools[number].pk), now=group.at), 2
    )
    for pool in pools:
        group.step(pool)
    assert {group.fresh(pool).state for pool in pools} == {PoolState.CONFIRMED}
    assert [budgets.figures(budget).spent for budget in money] == [4000] * 5
    assert ledger.out_of_step() == []
    return broken


@pytest.mark.fault("M5")
def test_two_pools_of_the_same_people_in_opposite_order_never_deadlock(group, fault_row, monkeypatch):
    monkeypatch.setattr(locking, "TRIES", 1)  # a deadlock that is tried again would hide
    for _round in range(20 if FULL else 1):
        fault_row.count()
        for words in opposite_race(group):
            fault_row.violation(words)


def promises_race(group, lock: Callable[[list[Pledge]], object]) -> list[str]:
    """Twelve workers lock the promises of the same six people, half of them from the other end."""
    pool = group.open(least=2, most=6)
    people = group.people(6)
    for person, budget in zip(people, make_budgets(people), strict=True):
        group.join(pool, person, card=None, shares=[Share(pool.worst_pence, budget.pk)])
    pledges = list(pool.pledges.order_by("pk"))

    def work(number: int) -> None:
        with transaction.atomic():
            lock(pledges[:: 1 if number % 2 else -1])

    return all_at_once(work, 12)[1]


def one_by_one(pledges: list[Pledge]) -> None:
    """Promises locked as they come."""
    for pledge in pledges:
        Purchase.objects.select_for_update().get(pk=pledge.purchase_id)
        time.sleep(0.02)


def test_promises_are_locked_in_one_order_whoever_asks(group):
    assert promises_race(group, locking.money_locked) == []


def test_canary_promises_locked_as_they_come_deadlock(group):
    assert any("deadlock" in words for words in promises_race(group, one_by_one))


@pytest.mark.fault("M12")
@pytest.mark.parametrize("wrong", [timedelta(days=1), timedelta(days=200), timedelta(days=-1)])
def test_a_worker_whose_clock_is_wrong_closes_nothing_early(group, monkeypatch, wrong):
    """The job asks the database what time it is."""
    pool, real = group.open(), timezone.now
    clock.forget()
    monkeypatch.setattr(timezone, "now", lambda: real() + wrong)
    jobs.look_round_every_minute.call_local()
    assert group.fresh(pool).state == PoolState.OPEN
