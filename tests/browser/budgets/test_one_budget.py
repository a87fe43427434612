"""Theo, who commissions for Quantock, looks after one budget; Joan reads what he wrote."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from payments.budgets.models import Budget
from tests.browser.budgets.test_from_first_budget_to_statement import fill_date
from tests.browser.orders.test_from_listing_to_receipt import press
from tests.factories.listings import make_category

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def follow(page, words: str) -> None:
    page.get_by_role("link", name=words, exact=True).first.click()


def stands(page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def test_a_council_reviews_decides_and_adds(browser_of, look, cast, sam, open_budget):
    today = timezone.localdate()
    budget = open_budget(starts_on=today - timedelta(days=250), review_on=today - timedelta(days=60))
    make_category("care-home-stay", "A short stay in a care home", direct_payment="ask")
    theo, joan = browser_of(cast.theo, "/staff/money/quantock/"), browser_of(cast.joan, f"/money/{budget.public_id}/")
    expect(joan.get_by_text("A review was due by")).to_be_visible()
    look(joan, "late")
    look(theo, "desk")
    follow(theo, "Budgets: add money, reviews, decisions")
    stands(theo, "Budgets of")
    look(theo, "budgets")
    follow(theo, str(cast.joan))
    stands(theo, str(cast.joan))
    look(theo, "budget-before")
    follow(theo, "A review was held")
    stands(theo, "A review was held")
    press(theo, "Keep the day")
    look(theo, "review-wrong")
    fill_date(theo, "On which day was it looked at?", today - timedelta(days=2))
    press(theo, "Keep the day")
    stands(theo, str(cast.joan))
    follow(theo, "Write a decision")
    stands(theo, "Write a decision")
    press(theo, "Keep it")
    look(theo, "decision-wrong")
    theo.get_by_label("Money that was not spent").check()
    theo.get_by_label("What have you decided?").fill("Keep it for the winter, when you need more help.")
    press(theo, "Keep it")
    stands(theo, str(cast.joan))
    follow(theo, "Add money to this budget")
    stands(theo, "Add money to this budget")
    theo.get_by_label("What the council adds").fill("250")
    look(theo, "more")
    press(theo, "Add it")
    stands(theo, str(cast.joan))
    follow(theo, "Who looks after the money")
    stands(theo, "Who looks after the money")
    theo.get_by_label("The e-mail address of whoever looks after the money").fill(cast.priya.email)
    look(theo, "nominated")
    press(theo, "Keep it")
    stands(theo, str(cast.joan))
    look(theo, "budget-after")
    assert Budget.objects.get().nominated == cast.priya
    joan.reload()
    expect(joan.get_by_text("Keep it for the winter")).to_be_visible()
    expect(joan.get_by_text("A review was due by")).to_have_count(0)
    look(joan, "decided")

    theo.goto("/staff/money/quantock/settings/")
    theo.get_by_label("Your own services").fill(sam.name)
    look(theo, "settings")
    press(theo, "Save")
    stands(theo, "Money of")
    follow(theo, "What your money may pay for")
    stands(theo, "What your money may pay for")
    theo.get_by_label("A short stay in a care home").select_option(label="Cannot be bought with a direct payment")
    look(theo, "kinds")
    press(theo, "Save")
    stands(theo, "Money of")
    look(theo, "desk-after")
