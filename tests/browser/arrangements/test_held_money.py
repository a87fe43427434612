"""The council looks after Joan’s money: asked once, it says yes and pays the bills; or no, and Joan pays herself."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from payments.arrangements import jobs, services
from payments.arrangements.models import Arrangement, Bill
from payments.arrangements.models.arrangement import Side
from payments.arrangements.services import PaidFrom
from payments.arrangements.states import ArrangementState, BillState
from tests.integration.orders.conftest import by_self

from .test_every_week import SLOW, follow, happened, press, stands, two_hours_on_tuesdays

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def managed(held):
    return held(pence=60_000)


def test_proposed_agreed_a_yes_a_visit_a_bill_and_the_statement(
    browser_of, look, cast, listing, offer, store, deliver, managed
):
    joan = browser_of(cast.joan, f"/arrangements/new/{offer.public_id}/")
    two_hours_on_tuesdays(joan)
    joan.get_by_label("they are asked first, once for all visits): I get into my garden").check()
    joan.get_by_label("Please begin before the 14 days are over.").check()
    look(joan, "held-new")
    press(joan, "Ask Sam")
    stands(joan, "An hour in your garden")
    arrangement = Arrangement.objects.get()
    services.arrangement_agree(arrangement=arrangement, side=Side.PROVIDER, by=by_self(cast.sam), now=timezone.now())
    deliver()
    joan.reload()
    expect(joan.get_by_text("Waiting for Quantock Council to say yes to the money.")).to_be_visible(timeout=SLOW)
    look(joan, "held-waiting")
    follow(joan, "See what was asked")
    stands(joan, "again and again")
    look(joan, "held-request")

    theo = browser_of(cast.theo, "/staff/money/quantock/")
    look(theo, "held-desk")
    follow(theo, "An hour in your garden, again and again")
    stands(theo, "asks for")
    look(theo, "held-answer")
    press(theo, "Say yes")
    stands(theo, "Money of Quantock")
    deliver()
    joan.goto(f"/arrangements/{arrangement.public_id}/")
    expect(joan.get_by_text("up to £144.00 in any four weeks")).to_be_visible(timeout=SLOW)
    look(joan, "held-running")

    visit = happened(0, 1)
    services.visit_done(visit=visit, minutes=120, by=by_self(cast.sam), now=timezone.now())
    jobs.look_round(timezone.now() + timedelta(days=12))
    deliver()
    assert Bill.objects.get().state == BillState.HELD
    theo.reload()
    look(theo, "held-to-pay")
    theo.get_by_role("button", name="We have paid it").click()
    expect(theo.get_by_text("Kept: paid. Both sides have been told.")).to_be_visible(timeout=SLOW)
    deliver()
    assert Bill.objects.get().state == BillState.PAID
    joan.goto(f"/money/{managed.public_id}/statement/")
    expect(joan.get_by_text("£36.00").first).to_be_visible(timeout=SLOW)
    look(joan, "held-statement")


def test_a_no_with_its_reason_and_joan_pays_by_card_instead(browser_of, look, cast, garden, managed, deliver):
    made = garden.agreed(paid_from=PaidFrom(managed, managed.outcomes.get(), begin_early=True))
    theo = browser_of(cast.theo, f"/staff/money/requests/{made.yeses.get().approval.public_id}/")
    theo.get_by_label("A few words for them").fill("Your review comes first, in May.")
    press(theo, "Say no")
    stands(theo, "Money of Quantock")
    deliver()
    joan = browser_of(cast.joan, f"/arrangements/{made.public_id}/")
    expect(joan.get_by_text("Your review comes first, in May.")).to_be_visible(timeout=SLOW)
    look(joan, "held-no")
    follow(joan, "Choose the money")
    stands(joan, "Which money pays?")
    look(joan, "held-choose")
    joan.get_by_label("My own money, by card").check()
    press(joan, "Choose this money")
    stands(joan, "An hour in your garden")
    expect(joan.get_by_role("link", name="Save a card")).to_be_visible(timeout=SLOW)
    look(joan, "held-other-money")
    made.refresh_from_db()
    assert (made.state, made.budget) == (ArrangementState.AGREED, None)
