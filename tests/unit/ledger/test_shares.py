"""Sums shared out are exact to the penny, and nobody gets back more than they paid."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core.money import allocate
from payments.ledger.rules import shares_back
from tests.faults.plugin import share

TRIES = share(10_000)
WEIGHTS = st.lists(st.integers(0, 10**7), min_size=1, max_size=8).filter(any)
PAID = st.lists(st.integers(1, 300) | st.integers(1, 10**6), min_size=1, max_size=6)
FEW = 5  # refunds of one order that Hypothesis chooses; the next gives the rest


@pytest.mark.fault("M8")
def test_a_split_is_exact_and_within_a_penny_of_the_exact_share(fault_row):
    """Nobody's penny may be lost or made in a split of one order between several budgets."""

    @settings(max_examples=TRIES, deadline=None)
    @given(st.integers(0, 10**7), WEIGHTS)
    def try_one(total, weights):
        fault_row.count()
        shares = allocate(total, weights)
        assert sum(shares) == total
        assert all(
            abs(one * sum(weights) - total * weight) < sum(weights) for one, weight in zip(shares, weights, strict=True)
        )

    try_one()


@pytest.mark.fault("M8")
def test_refunds_in_any_number_of_parts_give_everybody_their_own(fault_row):
    """A refund in five parts must leave each budget where one refund would have."""

    @settings(max_examples=TRIES, deadline=None)
    @given(PAID, st.data())
    def try_one(paid, data):
        fault_row.count()
        had, left, had_back = [0] * len(paid), sum(paid), 0
        while left:
            part = data.draw(st.integers(1, left) if had_back < FEW else st.just(left))
            had_back += 1
            shares = shares_back(part, paid, had)
            assert sum(shares) == part
            assert min(shares) >= 0
            had = [before + now for before, now in zip(had, shares, strict=True)]
            assert all(got <= gave for got, gave in zip(had, paid, strict=True))
            left -= part
            gone, whole = sum(paid) - left, sum(paid)
            for got, gave in zip(had, paid, strict=True):
                assert abs(got * whole - gone * gave) < whole, "within a penny of the exact share, after each part"
        assert had == paid

    try_one()


def test_a_refund_after_another_takes_no_penny_from_anybody_and_is_nobodys_gain():
    """By largest remainder the second of these went 2p past the exact share of whoever paid most."""
    had = [1, 9, 4, 66]
    assert shares_back(2, [2, 22, 9, 171], had) == [0, 0, 0, 2]
    assert shares_back(sum([2, 22, 9, 171]) - 80, [2, 22, 9, 171], had) == [1, 13, 5, 105]


def test_shares_that_a_bank_has_changed_meanwhile_still_add_up():
    """One line lost its penny again, so it has had less than these shares would give it, and another more."""
    for had in ([40, 0, 0], [0, 39, 0], [1, 1, 38]):
        shares = shares_back(30, [50, 40, 60], had)
        assert sum(shares) == 30
        assert min(shares) >= 0
        assert all(before + now <= own for before, now, own in zip(had, shares, [50, 40, 60], strict=True))


def test_more_than_was_paid_never_goes_back():
    with pytest.raises(ValueError, match="more"):
        shares_back(101, [50, 50], [0, 0])
