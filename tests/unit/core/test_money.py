"""Money is read as people write it and never invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import NotMoney, allocate, parse_pounds, pounds, pounds_exact


@pytest.mark.parametrize(
    ("typed", "pence"), [("36", 3600), ("£36.50", 3650), (" 1,200 ", 120000), ("0.05", 5), ("£ 14.5", 1450)]
)
def test_what_people_type_is_read(typed, pence):
    assert parse_pounds(typed) == pence


@pytest.mark.parametrize("typed", ["", "-1", "1e9", "1.005", "١٢", "£12,50", "twelve", "££1", "1.2.3", "999999999"])
def test_what_is_not_an_amount_is_refused(typed):
    with pytest.raises(NotMoney):
        parse_pounds(typed)


@given(st.integers(0, 10_000_000))
def test_an_amount_written_out_is_read_back(pence):
    assert parse_pounds(pounds_exact(pence)) == pence
    assert parse_pounds(pounds(pence)) == pence


@given(st.integers(0, 10**9), st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any))
def test_shares_add_up_and_each_is_within_a_penny_of_exact(total, weights):
    shares = allocate(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * sum(weights) - total * weight) < sum(weights)
