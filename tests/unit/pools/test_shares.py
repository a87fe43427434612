"""M8 for pools: every split is exact to the penny, whatever the price and the size."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.pools import rules
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


def try_splits(tried: Callable[[], None], examples: int = EXAMPLES) -> None:
    """A larger group never costs anybody more, and a share is within a penny of the exact one."""

    @settings(max_examples=examples, deadline=None, database=None)
    @given(total=prices, least=sizes, more=st.integers(min_value=0, max_value=50))
    def try_one(total, least, more):
        tried()
        price, heads = Price(total_pence=total), least + more
        shares = each_pays(price, heads)
        assert sum(shares) == total
        assert max(shares) - min(shares) <= 1
        assert all(abs(each * heads - total) < heads for each in shares)
        assert max(shares) <= worst_case(price, least)
        assert shares == sorted(shares, reverse=True)  # the first to join pay the odd pennies

    try_one()


@pytest.mark.fault("M8")
def test_shares_make_the_price_and_nobody_pays_above_the_worst_case(fault_row):
    try_splits(fault_row.count)


@pytest.mark.fault("M8", canary=True)
def test_canary_a_price_divided_and_rounded_down_loses_pennies(monkeypatch):
    """As one would write it who had never divided £100 by three."""
    monkeypatch.setattr(rules, "allocate", lambda total, weights: [total // len(weights)] * len(weights))
    with pytest.raises(AssertionError):
        try_splits(lambda: None, examples=100)


@pytest.mark.fault("M8")
def test_with_tiers_nobody_pays_above_the_worst_case_either(fault_row):
    @settings(max_examples=EXAMPLES, deadline=None)
    @given(steps=st.lists(st.tuples(st.integers(1, 8), st.integers(0, 500)), min_size=1, max_size=6), first=sizes)
    def try_one(steps, first):
        fault_row.count()
        tiers_hold(steps, first)

    try_one()


def tiers_hold(steps: list[tuple[int, int]], first: int) -> None:
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


@pytest.mark.fault("M8")
def test_a_place_taken_over_never_costs_more_than_was_paid(fault_row):
    @settings(max_examples=EXAMPLES, deadline=None)
    @given(share_pence=st.integers(30, 1_000_000), sessions=st.integers(1, 52), data=st.data())
    def try_one(share_pence, sessions, data):
        fault_row.count()
        gone = data.draw(st.integers(0, sessions))
        left = left_of_block(share_pence, sessions=sessions, gone=gone)
        assert 0 <= left <= share_pence
        assert left * sessions <= share_pence * (sessions - gone) < (left + 1) * sessions

    try_one()


@settings(max_examples=EXAMPLES, deadline=None)
@given(total=prices, heads=sizes, alone=st.none() | st.integers(1, 100_000))
def test_what_is_saved_and_what_is_paid_make_what_it_would_have_cost(total, heads, alone):
    paid = each_pays(Price(total_pence=total), heads)
    kept = saving(alone_pence=alone, paid=paid)
    assert kept >= 0
    if alone is not None and alone * heads >= total:
        assert kept + total == alone * heads
