"""What may be typed where a group's price belongs. The form alone: the pages around it are tried in browsers."""

import pytest

from payments.pools.forms import PriceForm

WRONG = ("0", "-1", "1e9", "1.005", "١٢", "£12,50", "", "lots")


def form_of(**typed: str) -> PriceForm:
    return PriceForm({"kind": "each", "amount": "9", "larger": "", "less": ""} | typed, least=3, most=6)


@pytest.mark.parametrize("kind", ["shared", "each"])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_price_that_is_no_amount_is_asked_for_again(kind, wrong):
    assert list(form_of(kind=kind, amount=wrong).errors) == ["amount"]


@pytest.mark.parametrize("wrong", [each for each in WRONG if each])
def test_a_step_that_is_no_amount_is_asked_for_again(wrong):
    assert list(form_of(larger="5", less=wrong).errors) == ["less"]


def test_an_amount_is_kept_to_the_penny():
    form = form_of(amount="£9.05", larger="5", less="7.5")
    assert form.is_valid(), form.errors
    assert [tier.each_pence for tier in form.cleaned_data["price"].tiers] == [905, 750]
