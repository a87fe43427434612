"""Joan writes down her money, spends it and reads her statement; a relative is barred; the council says yes and no.

Every page passed has one heading, fits 320 pixels and gives axe nothing to object to. No script of ours runs.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from payments.budgets import selectors
from payments.budgets.models import Budget, Purchase
from payments.budgets.states import Source
from payments.orders import services as orders
from payments.orders.models import Order
from payments.orders.states import OrderState
from tests.browser.orders.test_from_listing_to_receipt import fill_day, pay, press
from tests.factories.people import make_delegation
from tests.integration.orders.conftest import by_self

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fill_date(page, question: str, day) -> None:
    group = page.get_by_role("group", name=question)
    for label, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(label, exact=True).fill(str(value))


def wish(page, hours: int = 2) -> None:
    """From the first question of an order to the one about money."""
    fill_day(page, timezone.localdate() + timedelta(days=5))
    press(page, "Go on")
    page.get_by_label("How many hours?").fill(str(hours))
    press(page, "Go on")
    press(page, "Go on")


def test_joan_from_her_first_budget_to_her_statement(browser_of, look, cast, listing, offer, deliver):
    today = timezone.localdate()
    joan = browser_of(cast.joan, "/money/")
    look(joan, "empty")
    joan.get_by_role("link", name="Begin: five short questions").click()
    press(joan, "Go on")
    look(joan, "begin-source")
    joan.get_by_label("A direct payment from the council").check()
    press(joan, "Go on")
    fill_date(joan, "The first day", today - timedelta(days=10))
    fill_date(joan, "The last day", today - timedelta(days=20))
    press(joan, "Go on")
    look(joan, "begin-period-wrong")
    fill_date(joan, "The last day", today + timedelta(days=200))
    press(joan, "Go on")
    joan.get_by_role("link", name="Keep it for later").click()
    joan.get_by_role("link", name="Go on where you stopped").click()
    joan.get_by_label("What you are given").fill("50")
    look(joan, "begin-amount")
    press(joan, "Go on")
    press(joan, "Go on")
    look(joan, "begin-outcomes-wrong")
    joan.get_by_role("textbox").fill("I get into the garden every week\nI see people I like")
    press(joan, "Go on")
    joan.get_by_label("Which council pays it?").select_option("quantock")
    look(joan, "begin-who")
    press(joan, "Go on")
    look(joan, "begin-check")
    press(joan, "Write it down")
    look(joan, "budget-new")
    budget = Budget.objects.get()

    joan.goto(f"/orders/new/{offer.public_id}/")
    wish(joan, hours=3)
    look(joan, "money")
    joan.get_by_label("Direct payment").check()
    press(joan, "Go on")
    look(joan, "money-too-little")
    joan.get_by_label("How much of it?").fill("50")
    press(joan, "Go on")
    look(joan, "rest")
    joan.get_by_label("My own money, by card").check()
    press(joan, "Go on")
    joan.get_by_label("I get into the garden every week").check()
    look(joan, "outcome")
    press(joan, "Go on")
    look(joan, "relation")
    joan.get_by_label("We are not related").check()
    joan.get_by_label("No", exact=True).check()
    press(joan, "Go on")
    joan.get_by_label("Please begin before the 14 days are over.").check()
    look(joan, "check-mixed")
    press(joan, "Ask Sam")
    order = Order.objects.get()
    orders.order_accept(order=order, by=by_self(cast.sam), now=timezone.now())
    joan.reload()
    press(joan, "Pay £54.00")
    pay(joan)
    joan.wait_for_url("**/receipt/")
    look(joan, "receipt-mixed")
    deliver()
    assert [line.pence for line in Purchase.objects.get().lines.all()] == [5000, 400]

    joan.goto(f"/money/{budget.public_id}/")
    joan.get_by_role("link", name="Add money to this budget").click()
    expect(joan.get_by_role("heading", level=1)).to_have_text("Add money to this budget")
    press(joan, "Add it")
    look(joan, "more-wrong")
    joan.get_by_label("What you are given on top").fill("100")
    press(joan, "Add it")
    expect(joan.get_by_text("Added.")).to_be_visible()
    look(joan, "more-added")
    joan.goto(f"/money/{budget.public_id}/bought/")
    press(joan, "Write it down")
    look(joan, "bought-wrong")
    joan.get_by_label("What was it?").fill("Seeds")
    joan.get_by_label("Who was paid?").fill("Garden shop")
    fill_date(joan, "On which day?", today)
    joan.get_by_label("How much came from this money?").fill("12.50")
    joan.get_by_label("Cash").check()
    joan.get_by_label("I get into the garden every week").check()
    joan.get_by_label("We are not related").check()
    joan.get_by_role("group", name="Do they live in your home?").get_by_label("No").check()
    joan.get_by_label("The receipt or invoice").set_input_files(
        {"name": "till.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 seeds"}
    )
    press(joan, "Write it down")
    look(joan, "bought")
    joan.goto(f"/money/{budget.public_id}/")
    look(joan, "budget")
    joan.get_by_role("link", name="Statement to print or send to the council").click()
    look(joan, "statement")
    assert "£87.50" in joan.content()
    figures = selectors.figures(budget)
    assert (figures.available, figures.committed) == (8750, 0)
    with joan.expect_download() as download:
        joan.get_by_role("link", name="On paper (PDF)").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")


def test_a_barred_relative_is_refused_in_words_until_the_council_decides(
    browser_of, look, cast, listing, offer, direct_payment
):
    joan = browser_of(cast.joan, f"/orders/new/{offer.public_id}/")
    wish(joan)
    joan.get_by_label("Direct payment").check()
    press(joan, "Go on")
    joan.get_by_label("I get into the garden every week").check()
    press(joan, "Go on")
    joan.get_by_label("Brother or sister").check()
    joan.get_by_label("Yes", exact=True).check()
    press(joan, "Go on")
    expect(joan.get_by_text("By law a direct payment cannot pay Sam").first).to_be_visible()
    press(joan, "Go on")
    look(joan, "barred")
    assert "By law a direct payment cannot pay Sam" in joan.content()
    assert not Order.objects.exists()

    theo = browser_of(cast.theo, "/staff/money/quantock/")
    look(theo, "council-desk")
    theo.get_by_role("link", name="Record an exception").click()
    theo.get_by_label("The person’s e-mail address").fill(cast.joan.email)
    theo.get_by_label("A close relative is paid").check()
    theo.get_by_label("For which provider?").fill("Sam Orchard")
    theo.get_by_label("Why is it necessary?").fill("Nobody else can come at night.")
    look(theo, "exception")
    press(theo, "Record it")
    look(theo, "council-desk-with-exception")
    press(joan, "Go on")
    joan.get_by_label("Please begin before the 14 days are over.").check()
    press(joan, "Ask Sam")
    assert Order.objects.get().person == cast.joan


def test_the_council_says_yes_and_pays_and_says_no(browser_of, look, cast, listing, offer, open_budget, deliver):
    open_budget(Source.COUNCIL_MANAGED, 20_000)
    joan, theo = browser_of(cast.joan, "/money/"), browser_of(cast.theo, "/staff/money/")
    for hours in (2, 3):
        joan.goto(f"/orders/new/{offer.public_id}/")
        wish(joan, hours)
        joan.get_by_label("Budget looked after by the council").check()
        press(joan, "Go on")
        joan.get_by_label("Please begin before the 14 days are over.").check()
        press(joan, "Ask Quantock Council")
        look(joan, f"request-{hours}")
    theo.reload()
    theo.get_by_role("link", name="An hour in your garden").first.click()
    press(theo, "Say no")
    look(theo, "answer-wrong")
    theo.get_by_label("A few words for them").fill("Ask again in May.")
    press(theo, "Say no")
    theo.get_by_role("link", name="An hour in your garden").first.click()
    press(theo, "Say yes")
    order = Order.objects.get()
    orders.order_accept(order=order, by=by_self(cast.sam), now=timezone.now())
    joan.goto(f"/orders/{order.public_id}/")
    look(joan, "order-paid-by-council")
    assert joan.get_by_role("button", name="Pay").count() == 0
    theo.reload()
    look(theo, "council-to-pay")
    theo.get_by_role("button", name="We have paid it").click()
    order.refresh_from_db()
    assert order.state == OrderState.PAID
    refused = Purchase.objects.get(state="released").approvals.get()
    joan.goto(f"/money/requests/{refused.public_id}/")
    look(joan, "request-refused")
    assert "Ask again in May." in joan.content()


def test_priya_within_her_limit_and_beyond_it(browser_of, look, cast, listing, offer, direct_payment, unrelated):
    now = timezone.now()
    make_delegation(cast.joan, cast.priya, now=now)
    joan, priya = browser_of(cast.joan, "/money/limits/"), browser_of(cast.priya, "/accounts/helping/")
    look(joan, "limits")
    joan.get_by_role("link", name="Change").click()
    joan.get_by_label("Most for one order").fill("40")
    look(joan, "limit")
    press(joan, "Save")
    priya.get_by_role("button", name="Act for").first.click()
    for hours in (2, 3):
        priya.goto(f"/orders/new/{offer.public_id}/")
        wish(priya, hours)
        priya.get_by_label("Direct payment").check()
        press(priya, "Go on")
        priya.get_by_label("I see people I like").check()
        press(priya, "Go on")
        priya.get_by_label("Please begin before the 14 days are over.").check()
        press(priya, "Ask Sam" if hours == 2 else f"Ask {cast.joan}")
    look(priya, "beyond-the-limit")
    assert Order.objects.count() == 1
    joan.goto("/money/")
    look(joan, "money-with-request")
    joan.get_by_role("link", name="An hour in your garden").click()
    look(joan, "request-of-priya")
    press(joan, "Say yes")
    assert Order.objects.filter(placed_by=cast.priya, person=cast.joan).count() == 2
