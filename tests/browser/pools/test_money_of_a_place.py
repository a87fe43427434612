"""A place paid from a direct payment, and one that the council has to say yes to first. No JavaScript, 320 pixels."""

import pytest
from playwright.sync_api import expect

from payments.budgets import selectors
from payments.budgets.states import Source
from payments.pools.states import PledgeState
from payments.sandbox import cards
from tests.browser.orders.test_from_listing_to_receipt import press

from .test_from_an_offer_to_a_group import heading, save_card

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def to_the_money(page, most: str = "50") -> None:
    page.get_by_role("link", name="Join the group").click()
    page.get_by_label("Yes, I agree to these rules").check()
    press(page, "Go on")
    page.get_by_label("What is the most you want to pay?").fill(most)
    press(page, "Go on")


def test_a_direct_payment_promises_the_worst_case_for_an_outcome(phone_of, look, cast, group, open_budget, deliver):
    pool, budget = group.open(least=2, most=3), open_budget(Source.DIRECT_PAYMENT, 20_000)
    joan = phone_of(cast.joan, f"/pools/{pool.public_id}/")
    to_the_money(joan)
    joan.get_by_label("Direct payment").check()
    look(joan, "which-money")
    press(joan, "Go on")
    joan.get_by_label("I see people I like").check()
    look(joan, "outcome")
    press(joan, "Go on")
    joan.get_by_label("We are not related").check()
    joan.get_by_label("No", exact=True).check()
    look(joan, "relation")
    press(joan, "Go on")
    look(joan, "check-budget")
    press(joan, "Take my place")
    press(joan, "Go on to the card page")
    save_card(joan, cards.SUCCESS)
    heading(joan, pool.name)
    figures = selectors.figures(budget)
    assert (figures.available, figures.committed) == (15_000, 5_000)
    ken = phone_of(cast.ken, f"/pools/{pool.public_id}/")
    expect(ken.get_by_text("Joan").first).to_be_visible()
    assert "irect payment" not in ken.content()


def test_the_council_says_yes_before_a_place_counts(phone_of, look, cast, group, open_budget, deliver):
    pool = group.open(least=2, most=3)
    open_budget(Source.COUNCIL_MANAGED, 20_000)
    joan = phone_of(cast.joan, f"/pools/{pool.public_id}/")
    to_the_money(joan)
    joan.get_by_label("Budget looked after by the council").check()
    press(joan, "Go on")
    press(joan, "Ask Quantock Council")
    heading(joan, pool.name)
    look(joan, "waits-for-the-council")
    pledge = pool.pledges.get()
    assert pledge.state == PledgeState.APPROVAL
    theo = phone_of(cast.theo, "/staff/money/")
    theo.get_by_role("link", name=pool.name).click()
    look(theo, "council-asked")
    press(theo, "Say yes")
    deliver()
    pledge.refresh_from_db()
    assert pledge.state == PledgeState.PLEDGED
    joan.reload()
    look(joan, "council-said-yes")
