"""A share that was taken and that we never heard of is found by comparing with the gateway's record."""

from datetime import timedelta

import pytest

from payments.orders import services as orders
from payments.orders.models import Difference, DifferenceKind
from payments.orders.states import DifferenceState, OrderState
from payments.pools.models import Pledge, PledgeAttempt, Pool
from payments.pools.states import PledgeState, PoolState

pytestmark = pytest.mark.django_db


@pytest.fixture
def unheard(group, settings) -> Pool:
    """It goes ahead, and not one answer to the taking of a share came back."""
    pool = group.open(least=2, most=2)
    for person in group.people(2):
        group.join(pool, person)
    settings.SANDBOX_FAULT = lambda method, path: "unheard" if path.endswith("/capture") else ""
    group.look(pool)
    settings.SANDBOX_FAULT = None
    assert group.fresh(pool).state == PoolState.CONFIRMED
    assert sum(group.taken(pool).values()) == 10_000
    assert not Pledge.objects.filter(pool=pool, state=PledgeState.CAPTURED).exists()
    return pool


def test_shares_that_were_taken_unheard_are_found_and_put_right(group, unheard):
    tally = orders.payments_reconcile(now=group.at + timedelta(hours=1))
    assert (tally.found, tally.repaired, tally.new) == (2, 2, [])
    for pledge in unheard.pledges.select_related("order"):
        assert (pledge.state, pledge.order.state, pledge.order.total_pence) == ("captured", OrderState.PAID, 5000)
    assert group.troubles(unheard) == []
    again = orders.payments_reconcile(now=group.at + timedelta(hours=2))
    assert (again.payments, again.found) == (2, 0)


def test_a_share_that_nobody_here_asked_for_is_left_for_somebody_to_look_at(group, unheard):
    """As from a copy of the site that was put back from an older one."""
    PledgeAttempt.objects.all().delete()
    tally = orders.payments_reconcile(now=group.at + timedelta(hours=1))
    assert (tally.found, tally.repaired, len(tally.new)) == (2, 0, 2)
    kinds = set(Difference.objects.values_list("kind", "state", "theirs"))
    assert kinds == {(DifferenceKind.MISSING_HERE, DifferenceState.OPEN, "5000p gbp")}
