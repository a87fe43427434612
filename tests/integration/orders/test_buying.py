"""Ken's way from a listing to a receipt, through real pages, the practice gateway and real letters."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import CLOCKWORK
from payments.orders.models import Order
from payments.orders.states import AttemptState, OrderState
from payments.sandbox import cards
from providers.listings import services as listings
from providers.listings.models import Unit
from providers.listings.states import HoldKind
from tests.factories.listings import make_offer

pytestmark = pytest.mark.django_db


def day_boxes(days: int) -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=days)
    return {"day_0": str(day.day), "day_1": str(day.month), "day_2": str(day.year)}


def hidden(response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, f"no {name} on the page"
    return found[1]


def answer_all(client: Client, offer, **when) -> None:
    base = f"/orders/new/{offer.public_id}/"
    assert client.get(base).status_code == 302
    assert client.post(f"{base}when/", when or day_boxes(5)).url == f"{base}quantity/"
    assert client.post(f"{base}quantity/", {"quantity": "2"}).url == f"{base}note/"
    assert client.post(f"{base}note/", {"note": "The gate sticks."}).url == f"{base}check/"


def order_now(client: Client, offer, **extra):
    page = client.get(f"/orders/new/{offer.public_id}/check/")
    data = {"token": hidden(page, "token"), "total": hidden(page, "total"), "begin_early": "on", **extra}
    return client.post(f"/orders/new/{offer.public_id}/check/", data), data


def letters_to(address: str) -> list:
    return [letter for letter in mail.outbox if letter.to == [address]]


def test_the_whole_way_from_asking_to_a_receipt(cast, client_of, offer, payer, deliver):
    ken, sam = client_of(cast.ken), client_of(cast.sam)
    answer_all(ken, offer)
    response, _data = order_now(ken, offer)
    order = Order.objects.get()
    assert response.url == f"/orders/{order.public_id}/"
    assert (order.person, order.placed_by, order.channel) == (cast.ken, cast.ken, "self")
    assert (order.state, order.total_pence, order.quantity) == (OrderState.REQUESTED, 3600, 2)
    assert order.express_request_at is not None
    deliver()
    assert letters_to("sam@example.org")[-1].subject == "Ken asks for your help"

    assert "Ken" in sam.get("/provider/orders/").content.decode()
    sam.post(f"/provider/orders/{order.public_id}/", {"words": "See you on Tuesday."})
    deliver()
    assert "Sam said yes: please pay" in [letter.subject for letter in letters_to("ken@example.org")]

    assert "Waiting for Ken to pay" in sam.get("/provider/orders/").content.decode()
    session_id = payer.open(ken, order)
    attempt = order.attempts.get()
    assert (attempt.session_id, attempt.state) == (session_id, AttemptState.OPEN)
    payer.card(session_id)
    response = ken.get(f"/orders/{order.public_id}/paid/?session={session_id}", follow=True)
    assert response.redirect_chain[-1][0] == f"/orders/{order.public_id}/receipt/"
    receipt = response.content.decode()
    for words in ("Sam Orchard", "£36.00", "An hour in your garden, 2 hours at £18.00", "14 days", "begin before"):
        assert words in receipt
    deliver()
    order.refresh_from_db()
    assert order.state == OrderState.PAID
    assert [charge["amount"] for charge in payer.charges()] == [3600]

    letter = next(letter for letter in letters_to("ken@example.org") if "receipt" in letter.subject)
    for text in (letter.body, letter.alternatives[0][0]):
        for words in ("£36.00", "2 hours at £18.00", "14 days", "begin before", order.public_id):
            assert words in text, words
    assert letters_to("sam@example.org")[-1].subject == "Ken Hobbs has paid £36"
    everything = "".join(sent.body + sent.alternatives[0][0] for sent in mail.outbox)
    assert "gate sticks" not in everything, "the note is for the provider alone"
    page = ken.get(f"/orders/{order.public_id}/").content.decode()
    assert "All set, and paid." in page
    assert "The gate sticks." in page


def test_signing_up_on_the_way_loses_nothing(cast, client_of, offer):
    """A stranger answers everything, then signs in: the same session carries the answers."""
    stranger = Client()
    answer_all(stranger, offer)
    page = stranger.get(f"/orders/new/{offer.public_id}/check/").content.decode()
    assert f"/accounts/signup/?next=/orders/new/{offer.public_id}/check/" in page
    assert not Order.objects.exists()
    stranger.post("/accounts/login/", {"login": "ken@example.org", "password": "a long enough word"})
    page = stranger.get(f"/orders/new/{offer.public_id}/check/").content.decode()
    assert "The gate sticks." in page
    assert "£36.00" in page
    order_now(stranger, offer)
    assert Order.objects.get().person == cast.ken


def test_the_button_pressed_twice_makes_one_order(cast, client_of, offer):
    ken = client_of(cast.ken)
    answer_all(ken, offer)
    first, data = order_now(ken, offer)
    second = ken.post(f"/orders/new/{offer.public_id}/check/", data)
    assert first.url == second.url
    assert Order.objects.count() == 1
    assert len(outbox.pending("orders.letter")) == 2, "one to Sam, one to Ken"


def test_a_day_within_the_14_days_needs_the_express_request(cast, client_of, offer):
    ken = client_of(cast.ken)
    answer_all(ken, offer)
    page, _data = order_now(ken, offer, begin_early="")
    assert "Tick this, or go back" in page.content.decode()
    assert not Order.objects.exists()


def test_a_price_that_changed_while_typing_is_shown_before_it_is_agreed(cast, client_of, offer):
    ken = client_of(cast.ken)
    answer_all(ken, offer)
    ken.get(f"/orders/new/{offer.public_id}/check/")
    shown = offer.price_pence
    offer.price_pence = 2000
    offer.save()
    page, _data = order_now(ken, offer, total=str(shown * 2))
    assert "The price has changed" in page.content.decode()
    assert "£40.00" in page.content.decode()
    assert not Order.objects.exists()
    order_now(ken, offer)
    assert Order.objects.get().total_pence == 4000


def test_an_order_keeps_the_price_it_was_placed_at(cast, client_of, offer, accepted, payer, deliver):
    offer.price_pence, offer.title = 9900, "Something else"
    offer.save()
    payer.card(payer.open(client_of(cast.ken), accepted))
    deliver()
    accepted.refresh_from_db()
    assert (accepted.state, accepted.total_pence, accepted.title) == (OrderState.PAID, 3600, "An hour in your garden")
    assert [charge["amount"] for charge in payer.charges()] == [3600]


@pytest.mark.parametrize("quantity", ["0", "-1", "41", "two", "1e3", "", "9" * 500, "１２３"])
def test_a_number_out_of_bounds_is_asked_again(cast, client_of, offer, quantity):
    ken = client_of(cast.ken)
    ken.post(f"/orders/new/{offer.public_id}/when/", day_boxes(5))
    page = ken.post(f"/orders/new/{offer.public_id}/quantity/", {"quantity": quantity})
    assert page.status_code == 200
    assert "Type a number from 1 to 40." in page.content.decode()


@pytest.mark.parametrize(
    "when",
    [{}, day_boxes(-1), day_boxes(900), {"day_0": "31", "day_1": "2", "day_2": "2027"}, {"words": "x" * 201}],
)
def test_a_day_that_cannot_be_is_asked_again(cast, client_of, offer, when):
    page = client_of(cast.ken).post(f"/orders/new/{offer.public_id}/when/", when)
    assert page.status_code == 200
    assert "nhsuk-error-summary" in page.content.decode()


def test_odd_text_is_kept_tidy_and_harmless(cast, client_of, offer):
    ken = client_of(cast.ken)
    answer_all(ken, offer)
    odd = "<script>alert(1)</script> \u202eolleh \U0001f600 \x00"
    ken.post(f"/orders/new/{offer.public_id}/note/", {"note": odd})
    page = ken.get(f"/orders/new/{offer.public_id}/check/").content.decode()
    assert "<script>alert" not in page
    order_now(ken, offer)
    assert Order.objects.get().note == "<script>alert(1)</script> olleh \U0001f600"


def test_a_provider_who_cannot_be_paid_is_asked_for_a_visit_instead(cast, client_of, listing, offer, account):
    type(account).objects.update(state="restricted", charges_enabled=False)
    page = client_of(cast.ken).get(f"/orders/new/{offer.public_id}/")
    assert page.status_code == 200
    assert "cannot be paid through this site yet" in page.content.decode()
    assert client_of(cast.ken).get(f"/orders/new/{offer.public_id}/note/").status_code == 302


def test_a_hidden_listing_takes_no_order(cast, client_of, listing, offer):
    ken = client_of(cast.ken)
    answer_all(ken, offer)
    page = ken.get(f"/orders/new/{offer.public_id}/check/")
    data = {"token": hidden(page, "token"), "total": "3600", "begin_early": "on"}
    listings.hold_place(provider=listing.provider, kind=HoldKind.SUSPENDED, by=CLOCKWORK, now=timezone.now())
    assert ken.post(f"/orders/new/{offer.public_id}/check/", data).status_code == 404
    assert not Order.objects.exists()


def test_a_keeper_cannot_order_from_their_own_listing(cast, client_of, offer):
    sam = client_of(cast.sam)
    answer_all(sam, offer)
    page, _data = order_now(sam, offer)
    assert "so you cannot order from it" in page.content.decode()
    assert not Order.objects.exists()


def test_free_help_is_arranged_without_paying(cast, client_of, listing, place_order, payer, deliver):
    free = make_offer(listing, "A chat", 0, unit=Unit.FREE)
    order = place_order(on=free, quantity=1)
    client_of(cast.sam).post(f"/provider/orders/{order.public_id}/", {})
    deliver()
    order.refresh_from_db()
    assert order.state == OrderState.PAID
    assert "It is arranged with Sam" in [letter.subject for letter in letters_to("ken@example.org")]
    assert "There is nothing to pay" in client_of(cast.ken).get(f"/orders/{order.public_id}/").content.decode()
    assert not order.attempts.exists()
    client_of(cast.ken).post(f"/orders/{order.public_id}/cancel/")
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED
    assert payer.charges() == []


def test_a_declined_card_then_a_good_one_pays_once(cast, client_of, accepted, payer, deliver):
    from payments.sandbox.services import CardRefused

    session_id = payer.open(client_of(cast.ken), accepted)
    with pytest.raises(CardRefused):
        payer.card(session_id, cards.DECLINED)
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAYMENT_PENDING
    assert payer.open(client_of(cast.ken), accepted) == session_id
    payer.card(session_id)
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAID
    assert len(payer.charges()) == 1


@pytest.mark.parametrize("approved", [True, False])
def test_the_banks_own_question(cast, client_of, accepted, payer, store, deliver, approved):
    from payments.sandbox import services as sandbox

    session_id = payer.open(client_of(cast.ken), accepted)
    payer.card(session_id, cards.ASKS)
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAYMENT_PENDING
    if approved:
        sandbox.session_approve(store, session_id=session_id, approved=True)
    else:
        with pytest.raises(sandbox.CardRefused):
            sandbox.session_approve(store, session_id=session_id, approved=False)
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == (OrderState.PAID if approved else OrderState.PAYMENT_PENDING)
    assert len(payer.charges()) == int(approved)


def test_leaving_the_payment_page_and_paying_later(cast, client_of, accepted, payer, deliver):
    ken = client_of(cast.ken)
    session_id = payer.open(ken, accepted)
    page = ken.get(f"/orders/{accepted.public_id}/paid/?session={session_id}", follow=True).content.decode()
    assert "We have not seen a payment" in page
    assert payer.open(ken, accepted) == session_id
    payer.card(session_id)
    answer = ken.post(f"/orders/{accepted.public_id}/pay/")
    assert answer.url == f"/orders/{accepted.public_id}/receipt/"
    assert accepted.attempts.count() == 1
    assert len(payer.charges()) == 1


def test_the_browser_cannot_say_that_it_is_paid(cast, client_of, accepted, payer):
    """Somebody types the address of the receipt, with any session they like."""
    ken = client_of(cast.ken)
    payer.open(ken, accepted)
    ken.get(f"/orders/{accepted.public_id}/paid/?session=cs_test_anything")
    assert ken.get(f"/orders/{accepted.public_id}/receipt/").status_code == 302
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAYMENT_PENDING
    assert accepted.paid_at is None
