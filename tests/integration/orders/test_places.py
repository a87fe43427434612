"""A class with places: held for ten minutes while somebody pays, freed if they do not, never sold twice."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from payments.orders import jobs, services
from payments.orders.models import Order
from payments.orders.states import OrderState
from payments.sandbox import services as sandbox
from tests.integration.orders.test_buying import hidden

pytestmark = pytest.mark.django_db


def taken(lesson) -> int:
    lesson.refresh_from_db()
    return lesson.taken


def book(client, lesson, quantity: int = 1):
    base = f"/orders/new/{lesson.offer.public_id}/"
    client.post(f"{base}date/", {"date": lesson.public_id})
    client.post(f"{base}quantity/", {"quantity": str(quantity)})
    client.post(f"{base}note/", {"note": ""})
    page = client.get(f"{base}check/")
    data = {"token": hidden(page, "token"), "total": hidden(page, "total"), "begin_early": "on"}
    return client.post(f"{base}check/", data)


def test_booking_goes_straight_to_the_payment_page_with_the_place_held(cast, client_of, lesson, payer, deliver):
    answer = book(client_of(cast.ken), lesson)
    assert "/sandbox/pay/" in answer.url
    assert taken(lesson) == 1
    order = Order.objects.get()
    assert order.state == OrderState.PAYMENT_PENDING
    assert timedelta(minutes=9) < order.pay_by - timezone.now() <= timedelta(minutes=10)
    payer.card(answer.url.rstrip("/").rsplit("/", 1)[1])
    deliver()
    order.refresh_from_db()
    assert (order.state, order.total_pence) == (OrderState.PAID, 800)
    assert taken(lesson) == 1


def test_a_hold_that_nobody_pays_is_freed_and_the_page_closed(cast, client_of, lesson, payer, deliver, store):
    answer = book(client_of(cast.ken), lesson, quantity=2)
    assert taken(lesson) == 2
    jobs.look_round(timezone.now() + timedelta(minutes=11))
    order = Order.objects.get()
    assert order.state == OrderState.EXPIRED
    assert taken(lesson) == 0
    with pytest.raises(sandbox.NotOpen):
        payer.card(answer.url.rstrip("/").rsplit("/", 1)[1])
    deliver()
    assert taken(lesson) == 0
    assert "Your order ran out of time" in [letter.subject for letter in mail.outbox]


def test_whoever_paid_in_the_last_second_keeps_the_place(cast, client_of, lesson, payer):
    """The money moved before the clock came round: the page cannot be closed any more."""
    answer = book(client_of(cast.ken), lesson)
    payer.card(answer.url.rstrip("/").rsplit("/", 1)[1])
    jobs.look_round(timezone.now() + timedelta(minutes=11))
    assert Order.objects.get().state == OrderState.PAID
    assert taken(lesson) == 1


def test_a_silent_gateway_keeps_the_place_until_it_speaks(cast, client_of, lesson, payer, settings):
    """Freed too soon, the place would be sold to one while another pays for it."""
    book(client_of(cast.ken), lesson)
    settings.SANDBOX_FAULT = lambda method, path: "500"
    jobs.look_round(timezone.now() + timedelta(minutes=11))
    assert Order.objects.get().state == OrderState.PAYMENT_PENDING
    assert taken(lesson) == 1
    settings.SANDBOX_FAULT = None
    jobs.look_round(timezone.now() + timedelta(minutes=12))
    assert Order.objects.get().state == OrderState.EXPIRED
    assert taken(lesson) == 0


def test_a_full_date_is_shown_and_cannot_be_chosen(cast, client_of, lesson):
    book(client_of(cast.ken), lesson, quantity=2)
    joan = client_of(cast.joan)
    page = joan.get(f"/orders/new/{lesson.offer.public_id}/date/").content.decode()
    assert "No date is free just now" in page
    forged = joan.post(f"/orders/new/{lesson.offer.public_id}/date/", {"date": lesson.public_id})
    assert "full or over" in forged.content.decode()
    assert taken(lesson) == 2


def test_the_last_place_gone_between_page_and_button(cast, client_of, lesson):
    joan = client_of(cast.joan)
    base = f"/orders/new/{lesson.offer.public_id}/"
    joan.post(f"{base}date/", {"date": lesson.public_id})
    joan.post(f"{base}quantity/", {"quantity": "2"})
    joan.post(f"{base}note/", {"note": ""})
    page = joan.get(f"{base}check/")
    book(client_of(cast.ken), lesson)
    data = {"token": hidden(page, "token"), "total": hidden(page, "total"), "begin_early": "on"}
    answer = joan.post(f"{base}check/", data)
    assert "taken the last place" in answer.content.decode()
    assert Order.objects.filter(person=cast.joan).count() == 0
    assert taken(lesson) == 1


def test_cancelling_while_the_page_is_open_closes_it_and_frees_the_place(cast, client_of, lesson, payer, deliver):
    ken = client_of(cast.ken)
    answer = book(ken, lesson)
    order = Order.objects.get()
    ken.post(f"/orders/{order.public_id}/cancel/")
    order.refresh_from_db()
    assert order.state in {OrderState.CANCELLED, OrderState.EXPIRED}
    assert taken(lesson) == 0
    with pytest.raises(sandbox.NotOpen):
        payer.card(answer.url.rstrip("/").rsplit("/", 1)[1])


def test_the_database_itself_refuses_more_than_there_are(lesson):
    lesson.taken = 3
    with pytest.raises(IntegrityError), transaction.atomic():
        lesson.save()


def test_a_date_of_another_offer_is_refused(cast, lesson, offer, place_order):
    with pytest.raises(services.WrongDay):
        place_order(on=offer, date=lesson, wanted_on=None, quantity=1)
    assert taken(lesson) == 0
