"""Joan has help every Tuesday: proposed, agreed, visited, queried, a card that says no, put right, and ended."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from payments.arrangements import jobs
from payments.arrangements.models import Arrangement, Bill, Visit
from payments.arrangements.states import ArrangementState, BillState
from payments.sandbox import cards

SLOW = 20_000  # milliseconds that a page may take to stand
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def follow(page, words: str) -> None:
    page.get_by_role("link", name=words).first.click()


def stands(page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(words, timeout=SLOW)


def card(page, number: str, button: str) -> None:
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expiry date").fill("09/35")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name=button).click()


def days_pass(store, deliver, days: int) -> None:
    """The site's clock looks ahead, and comes back: pages are asked for at the time of the browser."""
    store.clock_move(days * 24 * 60 * 60)
    jobs.look_round(timezone.now() + timedelta(days=days))
    store.clock_move(-days * 24 * 60 * 60)
    deliver()


def happened(number: int, days_ago: int) -> Visit:
    """Let a visit lie in the past, as if the weeks had gone by."""
    visit = Visit.objects.order_by("day")[number]
    begins = timezone.now() - timedelta(days=days_ago)
    Visit.objects.filter(pk=visit.pk).update(starts_at=begins, day=timezone.localdate(begins))
    return visit


def two_hours_on_tuesdays(page: Page) -> None:
    """Fill in when somebody should come, from the day after tomorrow."""
    first = timezone.localdate() + timedelta(days=2)
    page.get_by_label("Tuesday", exact=True).check()
    page.get_by_label("At what time?").fill("10am")
    page.get_by_label("How long is each visit?").select_option(label="2 hours")
    boxes = page.get_by_role("group", name="The first day")
    for label, value in (("Day", first.day), ("Month", first.month), ("Year", first.year)):
        boxes.get_by_label(label, exact=True).fill(str(value))


def test_from_a_proposal_to_the_end(browser_of, look, cast, listing, offer, store, deliver):
    joan, sam = browser_of(cast.joan, listing.page.url), browser_of(cast.sam, "/provider/arrangements/")
    look(sam, "provider-empty")
    follow(joan, "Ask for help every week")
    stands(joan, "Help every week from Sam")
    press(joan, "Ask Sam")
    look(joan, "new-wrong")
    two_hours_on_tuesdays(joan)
    joan.get_by_label("My own money, by card").check()
    joan.get_by_label("I cannot do without these visits").check()
    press(joan, "Ask Sam")
    look(joan, "new-early")
    joan.get_by_label("Please begin before the 14 days are over.").check()
    look(joan, "new")
    press(joan, "Ask Sam")
    stands(joan, "An hour in your garden")
    look(joan, "asked")
    arrangement = Arrangement.objects.get()
    deliver()

    sam.goto("/provider/")
    look(sam, "desk")
    follow(sam, "See help every week")
    stands(sam, "Help every week")
    follow(sam, "An hour in your garden")
    stands(sam, "for Joan")
    look(sam, "request")
    follow(sam, "Say yes")
    stands(sam, "Say yes to this?")
    look(sam, "agree")
    press(sam, "Yes, agree to this")
    stands(sam, "for Joan")
    look(sam, "agreed")

    joan.reload()
    look(joan, "save-a-card")
    follow(joan, "Save a card")
    stands(joan, "Save a card")
    look(joan, "consent")
    press(joan, "Go on to save a card")
    stands(joan, "Save a card for later")
    look(joan, "card-page")
    card(joan, cards.DECLINED_LATER.spaced, "Save this card")
    stands(joan, "An hour in your garden")
    look(joan, "visits")
    arrangement.refresh_from_db()
    assert arrangement.state == ArrangementState.RUNNING

    happened(0, 2), happened(1, 1)
    joan.reload()
    look(joan, "not-marked")
    for minutes in ("120", "90"):
        sam.goto(f"/provider/arrangements/{arrangement.public_id}/")
        follow(sam, "Write it down")
        stands(sam, "How was the visit?")
        press(sam, "Write it down")
        look(sam, "mark-wrong")
        sam.get_by_label("Yes", exact=True).check()
        sam.get_by_label("How many minutes did it take?").fill(minutes)
        press(sam, "Write it down")
        stands(sam, "for Joan")
    joan.reload()
    look(joan, "to-look-at")
    joan.get_by_role("link", name="Something is not right").last.click()
    stands(joan, "Ask about this visit")
    joan.get_by_label("What was not right?").fill("You left after an hour, because of the rain.")
    look(joan, "query")
    press(joan, "Send the question")
    stands(joan, "An hour in your garden")
    look(joan, "queried")
    sam.reload()
    look(sam, "asked-about")
    follow(sam, "Answer")
    stands(sam, "Answer about this visit")
    sam.get_by_label("Yes", exact=True).check()
    sam.get_by_label("How many minutes did it take?").fill("60")
    look(sam, "answer")
    press(sam, "Write it down")
    stands(sam, "for Joan")

    days_pass(store, deliver, 12)
    bill = Bill.objects.get()
    assert (bill.state, bill.pence) == (BillState.ASKING, 5400)
    joan.reload()
    look(joan, "card-said-no")
    follow(joan, "See it and pay")
    expect(joan.get_by_role("button", name="Pay £54.00")).to_be_visible(timeout=SLOW)
    look(joan, "bill")
    press(joan, "Pay £54.00")
    card(joan, cards.SUCCESS.spaced, "Pay £54.00")
    joan.wait_for_url("**/receipt/")
    deliver()
    bill.refresh_from_db()
    assert bill.state == BillState.PAID

    joan.goto(f"/arrangements/{arrangement.public_id}/")
    look(joan, "paid")
    follow(joan, "Days without a visit")
    stands(joan, "Days without a visit")
    look(joan, "skip")
    joan.goto(f"/arrangements/{arrangement.public_id}/change/")
    look(joan, "change")
    joan.goto("/arrangements/calendar/")
    press(joan, "Make an address")
    expect(joan.locator(".hb-code")).to_contain_text(".ics", timeout=SLOW)
    look(joan, "calendar")
    joan.goto(f"/arrangements/{arrangement.public_id}/end/")
    look(joan, "end")
    press(joan, "End it")
    stands(joan, "An hour in your garden")
    look(joan, "ends")
    joan.goto("/arrangements/")
    look(joan, "mine")
    arrangement.refresh_from_db()
    assert (arrangement.ends_on, arrangement.state) == (timezone.localdate(), ArrangementState.ENDED)
