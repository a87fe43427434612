"""A card that says no three times, everything given back, a dispute that is won: every page passed is looked at."""

import pytest
from playwright.sync_api import expect

from payments.orders.models import Dispute
from payments.orders.states import OrderState
from payments.sandbox import cards
from payments.sandbox import services as sandbox
from tests.browser.orders.test_from_listing_to_receipt import pay, press
from tests.browser.orders.test_money_elsewhere import done

SLOW = 20_000  # milliseconds that a page may take to stand
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def says(page, words: str) -> None:
    expect(page.get_by_text(words).first).to_be_visible(timeout=SLOW)


def test_a_card_that_says_no_three_times_costs_nothing_and_the_order_waits(
    browser_of, look, cast, accepted, deliver, store
):
    """Kind words each time, back to the order without paying, and another card another time."""
    ken = browser_of(cast.ken, f"/orders/{accepted.public_id}/")
    press(ken, "Pay £36.00")
    for times in range(3):
        pay(ken, cards.DECLINED.spaced)
        says(ken, "The bank said no to this card.")
        if times == 0:
            look(ken, "refused")
    ken.get_by_role("link", name="Go back without paying", exact=True).click()
    deliver()
    expect(ken.get_by_role("button", name="Pay £36.00")).to_be_visible(timeout=SLOW)
    look(ken, "still-to-pay")
    accepted.refresh_from_db()
    assert (accepted.state, accepted.paid_at) == (OrderState.PAYMENT_PENDING, None)
    press(ken, "Pay £36.00")
    pay(ken)
    ken.wait_for_url("**/receipt/")
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAID
    with store.open() as records:
        taken = [charge["amount"] for charge in records.page("charge", None, limit=20)[0] if charge["paid"]]
    assert taken == [3600]


def test_everything_goes_back_and_there_is_no_more_to_give(browser_of, look, cast, paid, deliver):
    done(paid, cast)
    sam = browser_of(cast.sam, f"/provider/orders/{paid.public_id}/give-back/")
    sam.get_by_label("How much goes back?").fill("36.01")
    sam.get_by_label("Why? One sentence will do.").fill("I came on the wrong day.")
    press(sam, "Give it back")
    look(sam, "more-than-was-paid")
    sam.get_by_label("How much goes back?").fill("36")
    press(sam, "Give it back")
    sam.wait_for_url("**/provider/orders/")
    deliver()
    sam.goto(f"/provider/orders/{paid.public_id}/")
    look(sam, "all-given-back")
    ken = browser_of(cast.ken, f"/orders/{paid.public_id}/")
    says(ken, "I came on the wrong day.")
    look(ken, "all-came-back")
    paid.refresh_from_db()
    assert paid.state == OrderState.REFUNDED
    assert sam.get_by_role("link", name="Give money back").count() == 0


def test_a_dispute_that_the_bank_decides_for_the_provider(browser_of, look, cast, paid, deliver, store):
    done(paid, cast)
    sandbox.dispute_open(store, charge_id=paid.attempts.get().charge_id)
    deliver()
    sam, ken = (
        browser_of(cast.sam, f"/provider/orders/{paid.public_id}/evidence/"),
        browser_of(cast.ken, f"/orders/{paid.public_id}/"),
    )
    sandbox.dispute_close(store, dispute_id=Dispute.objects.get().dispute_id, won=True)
    deliver()
    for page, name in ((sam, "won-evidence"), (ken, "won-ken")):
        page.reload()
        look(page, name)
    sam.goto(f"/provider/orders/{paid.public_id}/")
    look(sam, "won-sam")
    paid.refresh_from_db()
    assert paid.state == OrderState.DELIVERED
