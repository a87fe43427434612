"""M8 for pools: every split is exact to the penny, whatever the price and the size."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.pools.rules import (
    MOST_HEADS,
    Price,
    Tier,
    each_pays,
    faults_of_price,
    left_of_block,
    price_table,
    saving,
    worst_case,
)
from tests.faults.plugin import share

EXAMPLES = share(10_000)
prices = st.integers(min_value=MOST_HEADS * 30, max_value=10_000_000)
sizes = st.integers(min_value=2, max_value=MOST_HEADS)


@pytest.mark.fault("M8")
@settings(max_examples=EXAMPLES, deadline=None)
@given(total=prices, least=sizes, more=st.integers(min_value=0, max_value=50))
def test_shares_make_the_price_and_nobody_pays_above_the_worst_case(total, least, more):
    """A larger group never costs anybody more, and a share is within a penny of the exact one."""
    price, heads = Price(total_pence=total), least + more
    shares = each_pays(price, heads)
    assert sum(shares) == total
    assert max(shares) - min(shares) <= 1
    assert all(abs(each * heads - total) < heads for each in shares)
    assert max(shares) <= worst_case(price, least)
    assert shares == sorted(shares, reverse=True)  # the first to join pay the odd pennies


@settings(max_examples=EXAMPLES, deadline=None)
@given(steps=st.lists(st.tuples(st.integers(1, 8), st.integers(0, 500)), min_size=1, max_size=6), first=sizes)
def test_with_tiers_nobody_pays_above_the_worst_case_either(steps, first):
    heads, pence, tiers = first, 5000, []
    for more, less in steps:
        tiers.append(Tier(heads, pence))
        heads, pence = heads + more, max(30, pence - less)
    price = Price(tiers=tuple(tiers))
    most = min(heads, MOST_HEADS)
    if faults_of_price(price, least=first, most=most):
        return
    table = price_table(price, least=first, most=most)
    assert [row.heads for row in table] == list(range(first, most + 1))
    assert all(row.most_pence <= worst_case(price, first) for row in table)
    assert all(later.most_pence <= sooner.most_pence for sooner, later in pairwise(table))
    assert all(row.total_pence == row.heads * row.most_pence for row in table)


@settings(max_examples=EXAMPLES, deadline=None)
@given(share_pence=st.integers(30, 1_000_000), sessions=st.integers(1, 52), data=st.data())
def test_a_place_taken_over_never_costs_more_than_was_paid(share_pence, sessions, data):
    gone = data.draw(st.integers(0, sessions))
    left = left_of_block(share_pence, sessions=sessions, gone=gone)
    assert 0 <= left <= share_pence
    assert left * sessions <= share_pence * (sessions - gone) < (left + 1) * sessions


@settings(max_examples=EXAMPLES, deadline=None)
@given(total=prices, heads=sizes, alone=st.none() | st.integers(1, 100_000))
def test_what_is_saved_and_what_is_paid_make_what_it_would_have_cost(total, heads, alone):
    paid = each_pays(Price(total_pence=total), heads)
    kept = saving(alone_pence=alone, paid=paid)
    assert kept >= 0
    if alone is not None and alone * heads >= total:
        assert kept + total == alone * heads
