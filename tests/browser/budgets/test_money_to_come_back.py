"""Asha holds Joan's fund: she paid, Joan calls it off, Sam gives it back; on phones, without a script."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from payments.budgets.models import MoneyBack
from payments.budgets.states import Source
from payments.orders.models import Order
from tests.browser.budgets.test_from_first_budget_to_statement import fill_date
from tests.browser.budgets.test_one_budget import follow, stands
from tests.browser.orders.test_from_listing_to_receipt import press
from tests.factories.listings import make_provider
from tests.integration.budgets.test_money_to_come_back import called_off

__all__ = ["called_off"]
PHONE = {"width": 320, "height": 700}
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_a_holder_paid_is_called_off_given_back_and_written_down(
    browser_of, look, cast, open_budget, called_off, deliver
):
    today = timezone.localdate()
    holder = make_provider(cast.council["quantock"], cast.asha, "Asha’s Co-op")
    fund = open_budget(Source.ISF, 10_000, holder=holder, now=timezone.now() - timedelta(days=20))
    asha = browser_of(cast.asha, "/money/holding/")
    asha.set_viewport_size(PHONE)
    expect(asha.get_by_text("Nothing is to come back.")).to_be_visible()
    look(asha, "back-nothing")
    called_off(fund)
    order = Order.objects.get()
    joan = browser_of(cast.joan, f"/orders/{order.public_id}/")
    joan.set_viewport_size(PHONE)
    expect(joan.get_by_text("Asha’s Co-op paid £36.00. Sam gives it back to them, not to you.").first).to_be_visible()
    sam = browser_of(cast.sam, "/provider/")
    sam.set_viewport_size(PHONE)
    look(sam, "back-desk")
    sam.get_by_role("link", name="See requests and orders").click()
    expect(sam.get_by_text("You still owe Asha’s Co-op £36.00 for “An hour in your garden, 2 hours”")).to_be_visible()
    look(sam, "back-inbox")
    sam.get_by_role("link", name="See the order, or say that you gave it back").click()
    look(sam, "back-provider")
    follow(sam, "I gave it back")
    stands(sam, "I gave the money back")
    look(sam, "back-note")
    sam.get_by_label("How and when did you give it back?").fill("By bank transfer on Friday.")
    press(sam, "Tell them")
    expect(sam.get_by_text("We have told Asha’s Co-op.")).to_be_visible()
    deliver()
    assert "says that they gave money back" in mail.outbox[-1].subject
    sam.goto(sam.url.split("/provider/")[0] + "/provider/orders/")
    expect(sam.get_by_text("You told Asha’s Co-op on")).to_be_visible()
    look(sam, "back-inbox-said")
    asha.reload()
    look(asha, "back-waits")
    asha.get_by_role("link", name="It came back to us").click()
    stands(asha, "£36.00 is to come back to you")
    look(asha, "back-form")
    fill_date(asha, "On which day did it come?", today + timedelta(days=1))
    asha.get_by_label("How much came back?").fill("36,00")
    press(asha, "It came back to us")
    look(asha, "back-wrong")
    fill_date(asha, "On which day did it come?", today - timedelta(days=1))
    asha.get_by_label("How much came back?").fill("30")
    press(asha, "It came back to us")
    expect(asha.get_by_text("Kept. It is in the budget again, and we have told the person.")).to_be_visible()
    asha.get_by_role("link", name="It came back to us").click()
    stands(asha, "£6.00 is to come back to you")
    look(asha, "back-part")
    asha.get_by_role("link", name="We wrote this down by mistake").click()
    stands(asha, "Did the £30.00 not come back?")
    look(asha, "back-mistake")
    press(asha, "It did not come back")
    stands(asha, "£36.00 is to come back to you")
    fill_date(asha, "On which day did it come?", today - timedelta(days=1))
    asha.get_by_label("How much came back?").fill("36")
    press(asha, "It came back to us")
    expect(asha.get_by_text("Came back in the last two months")).to_be_visible()
    look(asha, "back-came")
    sam.reload()
    expect(sam.get_by_text("Money to give back")).to_have_count(0)
    assert [row.pence for row in MoneyBack.objects.all()] == [3000, 3000, 3600]
    joan.goto(joan.url.split("/orders/")[0] + f"/money/{fund.public_id}/statement/")
    expect(joan.get_by_text("Money back: An hour in your garden").first).to_be_visible()
    look(joan, "back-statement")
