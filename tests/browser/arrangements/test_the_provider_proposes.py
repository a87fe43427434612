"""Sam has dug Joan's garden once and proposes to come every week; she reads it, chooses her money and says yes."""

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from payments.arrangements.models import Arrangement
from payments.arrangements.models.arrangement import Side
from payments.arrangements.states import ArrangementState
from payments.orders import services as orders
from tests.browser.arrangements.test_every_week import SLOW, card, follow, press, stands, two_hours_on_tuesdays
from tests.integration.orders.conftest import by_self

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def dug_once(cast, client_of, place_order, payer, deliver):
    """Two hours that Joan ordered, Sam agreed to and Joan paid."""
    order = place_order(person=cast.joan)
    orders.order_accept(order=order, by=by_self(cast.sam), now=timezone.now(), words="")
    payer.card(payer.open(client_of(cast.joan), order))
    deliver()
    mail.outbox.clear()
    return order


def test_from_sams_proposal_to_joans_yes(browser_of, look, cast, dug_once, deliver):
    sam = browser_of(cast.sam, f"/provider/orders/{dug_once.public_id}/")
    follow(sam, "Propose to come every week")
    stands(sam, "Come every week to Joan")
    press(sam, "Ask Joan Tapper")
    look(sam, "provider-new-wrong")
    two_hours_on_tuesdays(sam)
    price = sam.get_by_label("The price", exact=True)
    price.fill("nothing")
    press(sam, "Ask Joan Tapper")
    stands(sam, "Come every week to Joan")
    assert price.input_value() == "nothing", "what was typed is kept"
    assert not Arrangement.objects.exists()
    price.fill("17.50")
    sam.get_by_label("Anything to say about it?").fill("Tuesdays suit me all summer.")
    look(sam, "provider-new")
    press(sam, "Ask Joan Tapper")
    expect(sam.get_by_text("We have asked them.")).to_be_visible(timeout=SLOW)
    look(sam, "provider-asked")
    made = Arrangement.objects.get()
    assert (made.state, made.proposed_by, made.person) == (ArrangementState.PROPOSED, Side.PROVIDER, cast.joan)
    deliver()
    (letter,) = [each for each in mail.outbox if each.to == [cast.joan.email]]
    assert f"/arrangements/{made.public_id}/" in letter.body

    joan = browser_of(cast.joan, f"/arrangements/{made.public_id}/")
    expect(joan.get_by_text("£17.50").first).to_be_visible(timeout=SLOW)
    expect(joan.get_by_text("Tuesdays suit me all summer.")).to_be_visible(timeout=SLOW)
    look(joan, "to-answer")
    follow(joan, "Say yes")
    stands(joan, "Say yes to this?")
    press(joan, "Yes, agree to this")
    stands(joan, "Say yes to this?")
    look(joan, "agree-wrong")
    made.refresh_from_db()
    assert made.state == ArrangementState.PROPOSED, "nobody begins within 14 days who was not asked to"
    joan.get_by_label("My own money, by card").check()
    joan.get_by_label("Please begin before the 14 days are over.").check()
    look(joan, "agree")
    press(joan, "Yes, agree to this")
    follow(joan, "Save a card")
    press(joan, "Go on to save a card")
    stands(joan, "Save a card for later")
    card(joan, "4242 4242 4242 4242", "Save this card")
    stands(joan, "An hour in your garden")
    look(joan, "running")
    made.refresh_from_db()
    assert (made.state, made.terms.price_pence) == (ArrangementState.RUNNING, 1750)
    assert made.visits.count() >= 3
    sam.goto(f"/provider/arrangements/{made.public_id}/")
    expect(sam.get_by_text("17.50").first).to_be_visible(timeout=SLOW)
    look(sam, "agreed")
