"""The twin is as strict about a request as Stripe, so that a mistake shows here and not on the day."""

import pytest

from payments.sandbox.cards import CARDS, right_check_digit
from payments.sandbox.errors import ApiError
from payments.sandbox.params import Params, decode


def test_what_is_not_asked_for_is_refused_by_its_full_name():
    params = Params(decode("line_items[0][colour]=red"))
    params.items("line_items")
    with pytest.raises(ApiError) as refused:
        params.finish()
    assert refused.value.body["error"]["param"] == "line_items[0][colour]"
    assert refused.value.body["error"]["code"] == "parameter_unknown"


@pytest.mark.parametrize("value", ["12.5", "abc", "1e3", "٣", "-1", "--1", "0x10"])
def test_an_amount_is_a_whole_number_of_pence(value):
    with pytest.raises(ApiError) as refused:
        Params({"amount": value}).whole("amount")
    assert refused.value.body["error"]["code"] == "parameter_invalid_integer"


def test_a_missing_parameter_is_named():
    with pytest.raises(ApiError) as refused:
        Params({}).text("success_url", required=True)
    assert refused.value.body["error"]["code"] == "parameter_missing"


def test_a_parameter_cannot_be_both_a_word_and_a_tree():
    with pytest.raises(ApiError):
        decode("metadata=x&metadata[y]=z")


@pytest.mark.parametrize("number", CARDS)
def test_every_practice_card_has_a_right_check_digit(number):
    assert right_check_digit(number)
    assert not right_check_digit(number[:-1] + str((int(number[-1]) + 1) % 10))
