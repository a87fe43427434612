"""Joan pays for her garden by Direct Debit: the guarantee, the notice, a bank that says no days later, and the link."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from marketplace.core.look.words import uk_date
from payments.arrangements.models import Bill
from payments.arrangements.states import BillState
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount
from payments.sandbox import banks, cards
from payments.sandbox import services as sandbox
from tests.browser.arrangements.test_every_week import SLOW, card, follow, press, stands

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_told_of_first_then_asked_refused_and_paid_by_the_link(browser_of, look, cast, garden):
    arrangement = garden.agreed()
    collects = ConnectedAccount.objects.get()
    sandbox.account_debits(garden.store, account_id=collects.stripe_id)
    gateway.account_refresh(account=collects, now=garden.at)
    mine = f"/arrangements/{arrangement.public_id}/"
    joan = browser_of(cast.joan, mine)
    follow(joan, "Or pay by Direct Debit")
    stands(joan, "Pay by Direct Debit")
    expect(joan.get_by_role("heading", name="The Direct Debit Guarantee")).to_be_visible(timeout=SLOW)
    look(joan, "direct-debit")
    press(joan, "Go on to set it up")
    stands(joan, "Direct Debit to")
    press(joan, "Set up this Direct Debit")
    look(joan, "mandate-wrong")
    joan.get_by_label("Name on the account").fill("Joan Tapper")
    joan.get_by_label("Sort code").fill("10 88 00")
    joan.get_by_label("Account number").fill(banks.NO_FUNDS.number)
    press(joan, "Set up this Direct Debit")
    expect(joan.get_by_text("Your Direct Debit is set up. Nothing was taken.")).to_be_visible(timeout=SLOW)
    look(joan, "direct-debit-set-up")

    bill = garden.told(arrangement)
    day = uk_date(bill.order.debit_on, today=timezone.localdate())
    joan.goto(joan.url.split("/arrangements/")[0] + mine)
    expect(joan.get_by_text(f"£36.00 leaves your bank account by Direct Debit on {day}")).to_be_visible(timeout=SLOW)
    look(joan, "direct-debit-told")
    garden.asked(arrangement)
    sam = browser_of(cast.sam, f"/provider/arrangements/{arrangement.public_id}/")
    expect(sam.get_by_text(f"£36.00 is on its way by Direct Debit, expected {day}")).to_be_visible(timeout=SLOW)
    look(sam, "direct-debit-on-its-way")

    garden.answered(arrangement)
    ahead = garden.at - timezone.now()
    garden.store.clock_move(-int(ahead / timedelta(seconds=1)))  # pages are asked for at the time of the browser
    joan.reload()
    expect(joan.get_by_text("There was not enough money in your account.")).to_be_visible(timeout=SLOW)
    look(joan, "direct-debit-refused")
    follow(joan, "See it and pay")
    press(joan, "Pay £36.00")
    stands(joan, "Pay £36.00 to")
    card(joan, cards.SUCCESS.spaced, "Pay £36.00")
    expect(joan.get_by_role("heading", level=1)).not_to_contain_text("Pay £36.00", timeout=SLOW)
    assert Bill.objects.get(pk=bill.pk).state == BillState.PAID
    assert garden.charged() == [3600]
