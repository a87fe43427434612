"""People type postcodes as they say them; each slip here was one somebody makes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.geo import postcodes


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ta11aa", ("TA1", "1AA")),
        (" Ta1 - 1aa.", ("TA1", "1AA")),
        ("TAI IAA", ("TA1", "1AA")),
        ("SW1A OAA", ("SW1A", "0AA")),
        ("EC1A1BB", ("EC1A", "1BB")),
        ("5W1A 1AA", ("SW1A", "1AA")),
        ("NE61 3AB", ("NE61", "3AB")),
    ],
)
def test_a_slip_of_the_finger_is_understood_first(typed, meant):
    assert next(postcodes.wholes(postcodes.compact(typed))) == meant


def test_what_was_typed_comes_before_what_may_have_been_meant():
    """W1S and W15 are both shaped like halves: guess only when the first does not exist."""
    assert next(postcodes.halves("W1S")) == "W1S"


@given(st.integers(0, 6759))
def test_second_halves_are_kept_as_numbers_and_come_back(number):
    assert postcodes.inward_number(postcodes.inward_text(number)) == number


@given(st.text(max_size=12))
def test_any_text_is_taken_apart_without_error(text):
    typed = postcodes.compact(text)
    assert all(len(half) <= 4 for half in postcodes.halves(typed))
    list(postcodes.wholes(typed))
