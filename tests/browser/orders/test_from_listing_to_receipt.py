"""Ken buys and Sam answers, through pages that bring no script of their own; every page passed is sound."""

from datetime import timedelta

import pytest
from django.utils import timezone

from payments.orders.models import Order
from payments.orders.states import OrderState
from payments.sandbox import cards

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def fill_day(page, day) -> None:
    for label, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        page.get_by_label(label, exact=True).fill(str(value))


def pay(page, number: str = cards.SUCCESS.spaced) -> None:
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expiry date").fill("09/35")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Pay £").click()


def test_ken_asks_sam_answers_ken_pays(browser_of, look, cast, listing, offer, deliver):
    ken, sam = browser_of(cast.ken, listing.page.url), browser_of(cast.sam, "/provider/orders/")
    look(sam, "inbox-empty")
    look(ken, "listing")
    ken.get_by_role("link", name="Choose and order").click()
    press(ken, "Go on")
    look(ken, "when-wrong")
    fill_day(ken, timezone.localdate() + timedelta(days=5))
    ken.get_by_label("Anything about the time").fill("Mornings are best")
    press(ken, "Go on")
    ken.get_by_label("How many hours?").fill("2")
    look(ken, "quantity")
    press(ken, "Go on")
    ken.get_by_label("Anything they should know?").fill("The gate sticks. Lift it a little.")
    look(ken, "note")
    press(ken, "Go on")
    press(ken, "Ask Sam")
    look(ken, "check-wrong")
    ken.get_by_label("Please begin before the 14 days are over.").check()
    press(ken, "Ask Sam")
    look(ken, "asked")
    order = Order.objects.get()
    deliver()

    sam.goto("/provider/orders/")
    look(sam, "inbox")
    sam.get_by_role("link", name="An hour in your garden, 2 hours").click()
    look(sam, "request")
    sam.get_by_role("link", name="Propose another day").click()
    look(sam, "propose")
    sam.get_by_role("link", name="Go back").click()
    sam.get_by_label("A few words for them").fill("See you then. I bring my own tools.")
    press(sam, "Say yes")
    deliver()

    ken.reload()
    look(ken, "accepted")
    press(ken, "Pay £36.00")
    pay(ken)
    ken.wait_for_url("**/receipt/")
    look(ken, "receipt")
    deliver()
    ken.get_by_role("link", name="See the order").click()
    look(ken, "paid")
    ken.goto("/orders/")
    look(ken, "mine")
    sam.goto(f"/provider/orders/{order.public_id}/")
    look(sam, "to-do")
    ken.goto(f"/orders/{order.public_id}/cancel/")
    look(ken, "cancel")
    press(ken, "Cancel the order")
    deliver()
    ken.reload()
    look(ken, "paid-back")
    order.refresh_from_db()
    assert order.state == OrderState.REFUNDED


def test_a_place_in_a_class_and_a_first_visit(browser_of, look, cast, listing, lesson, deliver):
    ken, sam = browser_of(cast.ken, listing.page.url), browser_of(cast.sam, "/provider/payments/")
    look(sam, "payouts")
    ken.get_by_role("link", name="Book a place").click()
    look(ken, "date")
    ken.get_by_role("radio").first.check()
    press(ken, "Go on")
    ken.get_by_label("How many places?").fill("1")
    press(ken, "Go on")
    press(ken, "Go on")
    look(ken, "check-class")
    ken.get_by_label("Please begin before the 14 days are over.").check()
    press(ken, "Book and pay £8.00")
    ken.get_by_role("link", name="Go back without paying").click()
    look(ken, "held")
    lesson.refresh_from_db()
    assert lesson.taken == 1

    ken.goto(listing.page.url)
    ken.get_by_role("link", name="Ask for a first visit").click()
    ken.get_by_label("Which days and times suit you?").fill("Weekday mornings")
    look(ken, "visit-new")
    press(ken, "Ask Sam")
    look(ken, "visit-asked")
    sam.goto("/provider/orders/")
    sam.get_by_role("link", name="First visit").click()
    fill_day(sam, timezone.localdate() + timedelta(days=3))
    sam.get_by_label("The time of day").fill("10.30am")
    look(sam, "visit-answer")
    press(sam, "Propose this time")
    ken.reload()
    look(ken, "visit-proposed")
    press(ken, "Yes, that suits me")
    look(ken, "visit-agreed")


def test_a_stranger_is_asked_who_they_are(open_page, look, offer):
    page = open_page(f"/orders/new/{offer.public_id}/")
    page.get_by_label("Anything about the time").fill("Any Friday")
    for _question in range(2):
        press(page, "Go on")
        if page.get_by_label("How many hours?").count():
            page.get_by_label("How many hours?").fill("1")
    press(page, "Go on")
    look(page, "who")
    page.get_by_role("link", name="I am new here").click()
    assert "next=" in page.url
