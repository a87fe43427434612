"""Somebody leaves a group that is paid, and somebody from the waiting list takes the place over."""

import pytest

from marketplace.core.audit import CLOCKWORK
from payments.pools import selectors, services
from payments.pools.models import Pledge
from payments.pools.states import PledgeState, PoolState
from payments.sandbox import cards
from tests.factories.pools import by_self
from tests.integration.pools.group import Group, letters

pytestmark = pytest.mark.django_db


def take_over(group: Group, waiting: Pledge, at_most: int = 5000) -> Pledge:
    """They say that they take the place and pay at most so many pence."""
    return services.place_take_over(
        pledge=waiting, maximum_pence=at_most, by=by_self(waiting.person), now=group.at, express_request=True
    )


def test_a_member_who_leaves_keeps_paying_and_nobodys_share_rises(group, three):
    pool, pledges = three
    pool = group.confirmed(pool)
    before = group.taken(pool)
    services.pledge_leave(pledge=pledges[0], by=by_self(pledges[0].person), now=group.at)
    group.step(pool)
    assert group.taken(pool) == before
    assert len(selectors.members_of(pool, None)) == 2


def test_somebody_from_the_waiting_list_takes_a_place_over(group, cast, three):
    """They pay for the dates still to come, and the one who left has exactly that back."""
    pool, pledges = three
    pool = group.confirmed(pool)
    leaver = Pledge.objects.get(pk=pledges[0].pk)
    waiting = services.waiting_join(pool=pool, person=cast.lee, by=by_self(cast.lee), now=group.at)
    services.pledge_leave(pledge=leaver, by=by_self(leaver.person), now=group.at)
    assert letters("wants_to_leave") == {cast.lee.pk}
    group.later(seconds=(pool.current.starts[1] - group.at).total_seconds() + 60)
    assert group.step(pool).state == PoolState.DELIVERING
    price = selectors.take_over_pence(pool, group.at)
    assert price == 3334 * 4 // 6
    taker = take_over(group, waiting, at_most=price)
    group.save_card(taker)
    pool = group.step(pool, times=4)
    taker.refresh_from_db()
    leaver.refresh_from_db()
    assert (taker.state, taker.order.total_pence) == (PledgeState.CAPTURED, price)
    assert leaver.order.attempts.get().refunded_pence == price
    assert pool.taken == 3
    net = sum(group.taken(pool).values()) - sum(refund["amount"] for refund in group.record("refund"))
    assert net == 10000
    group.step(pool)
    assert len(group.record("refund")) == 1


@pytest.fixture
def taken_over(group, cast, three):
    """Lee takes a paid place over with a card that says no. The group, and Lee's place."""
    pool, pledges = three
    pool = group.confirmed(pool)
    services.pledge_leave(pledge=pledges[0], by=by_self(pledges[0].person), now=group.at)
    taker = services.waiting_join(pool=pool, person=cast.lee, by=by_self(cast.lee), now=group.at)
    group.save_card(take_over(group, taker), cards.ASKS_EACH_TIME)
    pool = group.step(pool)
    taker.refresh_from_db()
    assert (taker.state, letters("card_failed")) == (PledgeState.AUTH_FAILED, {cast.lee.pk})
    return pool, taker


def test_a_card_that_says_no_for_a_place_that_is_taken_over_can_be_mended(group, taken_over):
    pool, taker = taken_over
    group.later(hours=95)
    group.repair(taker, cards.ASKS)
    pool = group.step(pool, times=4)
    taker.refresh_from_db()
    assert taker.state == PledgeState.CAPTURED
    assert sum(refund["amount"] for refund in group.record("refund")) == taker.share_pence
    assert group.troubles(pool) == []


def test_a_card_that_goes_on_saying_no_leaves_the_place_to_somebody_else(group, cast, taken_over):
    """It would be nobody's for ever, and the one who gave it up would never have their money back."""
    pool, taker = taken_over
    group.later(hours=97)
    pool = group.step(pool)
    taker.refresh_from_db()
    assert (taker.state, taker.replaces, letters("card_gone")) == (PledgeState.RELEASED, None, {cast.lee.pk})
    assert (pool.taken, group.held(pool), group.record("refund")) == (3, 0, [])
    with pytest.raises(services.IllegalMove):
        group.repair(taker, cards.SUCCESS)
    assert group.troubles(pool) == []
    next_one = services.waiting_join(pool=pool, person=cast.joan, by=by_self(cast.joan), now=group.at)
    group.save_card(take_over(group, next_one))
    group.step(pool, times=4)
    next_one.refresh_from_db()
    assert next_one.state == PledgeState.CAPTURED
    assert len(group.record("refund")) == 1


def test_a_place_that_was_not_taken_over_in_time_counts_as_nobodys_share(group, cast, three):
    """No card within the hour. What the group saved is reckoned from the shares."""
    pool, pledges = three
    pool = group.confirmed(pool)
    services.pledge_leave(pledge=pledges[0], by=by_self(pledges[0].person), now=group.at)
    taker = services.waiting_join(pool=pool, person=cast.lee, by=by_self(cast.lee), now=group.at)
    take_over(group, taker)
    before = selectors.saving_of(pool)
    group.later(hours=2)
    pool = group.step(pool)
    assert (group.troubles(pool), selectors.saving_of(pool)) == ([], before)


def test_only_one_takes_the_place_over(group, cast, three):
    pool, pledges = three
    pool = group.confirmed(pool)
    services.pledge_leave(pledge=pledges[0], by=by_self(pledges[0].person), now=group.at)
    two = [
        services.waiting_join(pool=pool, person=person, by=by_self(person), now=group.at)
        for person in (cast.lee, cast.joan)
    ]
    take_over(group, two[0])
    with pytest.raises(services.NothingToTakeOver):
        take_over(group, two[1])


def test_a_place_given_up_when_all_dates_are_over_is_offered_to_nobody(group, cast, three):
    pool, pledges = three
    pool = group.confirmed(pool)
    services.waiting_join(pool=pool, person=cast.lee, by=by_self(cast.lee), now=group.at)
    group.later(seconds=(pool.current.starts[-1] - group.at).total_seconds() + 60 * 60 * 48)
    assert group.step(pool).state == PoolState.COMPLETED
    services.person_leaves(person=pledges[0].person, by=CLOCKWORK, now=group.at)
    assert letters("wants_to_leave") == set()
