"""Two tabs, Back, closed pages, late cards, things that changed meanwhile: nobody pays twice and everybody is told."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.models import ProtectedError
from django.utils import timezone

from payments.gateway.apps import GatewayConfig
from payments.orders import jobs, services
from payments.orders.models import Order
from payments.orders.states import OrderState
from payments.sandbox import cards
from payments.sandbox import services as sandbox

pytestmark = pytest.mark.django_db


def test_two_tabs_lead_to_one_page_and_one_payment(cast, client_of, accepted, payer, deliver):
    ken = client_of(cast.ken)
    first, second = payer.open(ken, accepted), payer.open(ken, accepted)
    assert first == second
    payer.card(first)
    with pytest.raises(sandbox.NotOpen):
        payer.card(second)
    deliver()
    assert len(payer.charges()) == 1


def test_back_after_paying_leads_to_the_receipt_not_to_a_second_payment(cast, client_of, accepted, payer, deliver):
    ken = client_of(cast.ken)
    session_id = payer.open(ken, accepted)
    payer.card(session_id)
    page = ken.get(f"/sandbox/pay/{session_id}/").content.decode()
    assert "You cannot pay it twice." in page
    answer = ken.post(f"/orders/{accepted.public_id}/pay/")
    assert answer.url.endswith("/receipt/")
    deliver()
    assert len(payer.charges()) == 1


def test_closing_the_payment_page_keeps_the_order_and_the_page(cast, client_of, accepted, payer, deliver):
    """Somebody closes the window and comes back from the letter an hour later."""
    ken = client_of(cast.ken)
    first = payer.open(ken, accepted)
    page = ken.get(f"/orders/{accepted.public_id}/").content.decode()
    assert "Not paid yet." in page
    assert payer.open(ken, accepted) == first


def test_paying_after_the_page_ran_out_takes_nothing_and_a_new_page_opens(
    cast, client_of, accepted, payer, deliver, store
):
    ken = client_of(cast.ken)
    first = payer.open(ken, accepted)
    store.clock_move(61 * 60)
    with pytest.raises(sandbox.NotOpen):
        payer.card(first)
    assert "This payment page has closed" in ken.get(f"/sandbox/pay/{first}/").content.decode()
    deliver()
    store.clock_move(-61 * 60)
    second = payer.open(ken, accepted)
    assert second != first
    assert payer.charges() == []


def test_an_order_whose_time_ran_out_cannot_be_paid_from_an_old_tab(cast, client_of, accepted, payer, deliver):
    ken = client_of(cast.ken)
    session_id = payer.open(ken, accepted)
    Order.objects.update(pay_by=timezone.now() - timedelta(minutes=1))
    jobs.look_round(timezone.now())
    with pytest.raises(sandbox.NotOpen):
        payer.card(session_id)
    page = ken.post(f"/orders/{accepted.public_id}/pay/", follow=True).content.decode()
    assert "cannot be paid any more" in page
    assert payer.charges() == []


def test_a_card_declined_thrice_keeps_the_order_and_says_what_to_do(cast, client_of, accepted, payer, deliver):
    ken = client_of(cast.ken)
    session_id = payer.open(ken, accepted)
    typed = {"expiry": "09/35", "code": "123"}
    for card in (cards.DECLINED, cards.NO_FUNDS, cards.EXPIRED):
        page = ken.post(f"/sandbox/pay/{session_id}/", {"number": card.number, **typed}).content.decode()
        assert "Try another card, or go back without paying." in page
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAYMENT_PENDING
    assert f"/orders/{accepted.public_id}/pay/" in ken.get(f"/orders/{accepted.public_id}/").content.decode()
    payer.card(session_id)
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAID
    assert len(payer.charges()) == 1


def test_a_bank_that_asks_and_is_told_no_takes_nothing(cast, client_of, accepted, payer, deliver):
    session_id = payer.open(client_of(cast.ken), accepted)
    payer.card(session_id, cards.ASKS)
    with pytest.raises(sandbox.CardRefused):
        sandbox.session_approve(payer.store, session_id=session_id, approved=False)
    deliver()
    accepted.refresh_from_db()
    assert accepted.paid_at is None
    payer.card(session_id)
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAID


def test_a_provider_with_orders_cannot_be_deleted(accepted, sam):
    with pytest.raises(ProtectedError):
        sam.delete()
    accepted.refresh_from_db()


def test_an_offer_withdrawn_and_a_price_changed_meanwhile_leave_the_order_as_it_was(
    cast, client_of, accepted, payer, deliver, offer
):
    offer.price_pence, offer.withdrawn_at = 9900, timezone.now()
    offer.save()
    ken = client_of(cast.ken)
    assert "Pay £36.00" in ken.get(f"/orders/{accepted.public_id}/").content.decode()
    payer.card(payer.open(ken, accepted))
    deliver()
    assert [charge["amount"] for charge in payer.charges()] == [3600]


@pytest.mark.parametrize("total", ["0", "-1", "1e9", "1.005", "١٢", "£12,50", ""])
def test_a_total_that_the_browser_made_up_places_no_order(cast, client_of, offer, total):
    """The hidden total says which price was seen; the price itself is ours."""
    ken, base = client_of(cast.ken), f"/orders/new/{offer.public_id}/"
    day = timezone.localdate() + timedelta(days=5)
    ken.post(f"{base}when/", {"day_0": day.day, "day_1": day.month, "day_2": day.year, "words": ""})
    ken.post(f"{base}quantity/", {"quantity": "2"})
    ken.post(f"{base}note/", {"note": ""})
    answer = ken.post(f"{base}check/", {"token": "t", "total": total, "begin_early": "on"})
    assert answer.status_code < 500
    assert not Order.objects.exists()


def test_a_payment_that_arrives_after_the_order_is_over_goes_back_whole(
    cast, accepted, payer, store, client_of, deliver
):
    """Pages are closed before an order is; should one slip through, nobody keeps the money."""
    payer.card(payer.open(client_of(cast.ken), accepted))
    Order.objects.update(state=OrderState.EXPIRED)
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.EXPIRED
    assert sum(charge["amount_refunded"] for charge in payer.charges()) == 3600


def test_a_silent_gateway_is_never_called_unpaid(cast, client_of, accepted, payer, store):
    ken = client_of(cast.ken)
    payer.card(payer.open(ken, accepted))
    store.switch("outage", 1)
    page = ken.post(f"/orders/{accepted.public_id}/pay/", follow=True).content.decode()
    assert "paid nothing" not in page
    store.switch("outage", 0)
    assert services.order_look_up(order=accepted, now=timezone.now()).state == OrderState.PAID


def test_late_webhooks_change_nothing_but_the_hour(cast, client_of, accepted, payer, deliver, store):
    store.switch("webhook_delay", 300)
    payer.card(payer.open(client_of(cast.ken), accepted))
    deliver()
    accepted.refresh_from_db()
    assert accepted.paid_at is None
    store.clock_move(301)
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAID


@pytest.mark.parametrize(
    ("key", "live", "secret", "refused"),
    [
        ("sk_live_1", False, "whsec_1", True),
        ("sk_test_1", True, "whsec_1", True),
        ("sk_test_1", False, "", True),
        ("sk_test_1", False, "  ", True),
        ("pk_test_1", False, "whsec_1", True),
        ("rk_test_1", False, "whsec_1", False),
        ("sk_live_1", True, "whsec_1", False),
    ],
)
def test_keys_of_the_wrong_mode_and_an_empty_secret_stop_the_start(settings, key, live, secret, refused):
    import payments.gateway as module

    settings.PAYMENTS_SANDBOX, settings.PAYMENTS_LIVE = False, live
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = key, secret
    app = GatewayConfig("payments.gateway", module)
    if refused:
        with pytest.raises(ImproperlyConfigured):
            app.ready()
    else:
        app.ready()
