"""What a worker's look at a group costs: it comes every minute, for every group in which something may be due."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from payments.pools import jobs
from payments.pools.models import Pool
from payments.pools.states import PoolState
from payments.sandbox import cards

pytestmark = pytest.mark.django_db


def looked_at(group, pool: Pool) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        jobs.pool_step(pool, group.at)
    return [each["sql"] for each in asked.captured_queries]


def test_a_group_that_is_paid_is_not_locked_until_its_first_date(group):
    """A lock would keep its members waiting for a look that finds nothing."""
    pool = group.step(group.paid_by(*group.people(3)))
    assert pool.state == PoolState.CONFIRMED
    asked = looked_at(group, pool)
    assert not any("SAVEPOINT" in words for words in asked), asked
    assert len(asked) <= 8, asked


def test_a_group_that_one_card_keeps_waiting_costs_the_same_however_many_have_said_yes(group):
    """While a card is mended the whole group is looked at every minute."""
    cost = []
    for size in (2, 7):
        pool = group.open(least=size + 1, most=9)
        for person in group.people(size):
            group.join(pool, person)
        group.join(pool, group.people(1)[0], cards.DECLINED_LATER)
        pool = group.close(pool)
        assert pool.state == PoolState.AUTHORISING
        cost.append(len(looked_at(group, pool)))
    assert cost[0] == cost[1] <= 10, cost
