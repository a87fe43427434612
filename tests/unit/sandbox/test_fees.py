"""What Stripe keeps of a payment is rounded once, payment by payment, and is never more than its price says."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from payments.sandbox.charging import card_fee
from payments.sandbox.debiting import debit_fee
from tests.faults.plugin import share

TRIES = share(10_000)


@pytest.mark.fault("M8")
def test_each_fee_is_whole_pence_and_within_half_a_penny_of_the_price(fault_row):
    @settings(max_examples=TRIES, deadline=None)
    @given(st.integers(1, 10**6))
    @example(33)
    @example(34)
    @example(100)
    @example(19_999)
    def try_one(pence):
        fault_row.count()
        assert abs(card_fee(pence) * 1000 - (pence * 15 + 20_000)) <= 500
        exact = min(20_000, max(2_000, pence))  # hundredths of a penny
        assert abs(debit_fee(pence) * 100 - exact) <= 50

    try_one()


@pytest.mark.fault("M8")
def test_fees_of_many_payments_are_the_sum_of_each_and_not_the_fee_of_the_sum(fault_row):
    """Whoever works out a year's fees from a year's turnover is wrong by up to half a penny a payment."""

    @settings(max_examples=TRIES, deadline=None)
    @given(st.lists(st.integers(1, 10**5), min_size=1, max_size=30))
    def try_one(payments):
        fault_row.count()
        fees = [card_fee(pence) for pence in payments]
        assert abs(sum(fees) * 1000 - sum(pence * 15 + 20_000 for pence in payments)) <= 500 * len(payments)

    try_one()
