"""Calling off, running out, money back: the gateway's record is the oracle, and nothing goes back twice."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from payments.orders import jobs, services
from payments.orders.models import Order, PaymentAttempt, Refund
from payments.orders.states import OrderState, RefundState
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db


def went_back(payer) -> int:
    return sum(charge["amount_refunded"] for charge in payer.charges())


def test_cancelling_before_it_begins_gives_everything_back_once(cast, client_of, paid, payer, deliver):
    ken = client_of(cast.ken)
    page = ken.get(f"/orders/{paid.public_id}/cancel/").content.decode()
    assert "£36.00" in page
    ken.post(f"/orders/{paid.public_id}/cancel/")
    ken.post(f"/orders/{paid.public_id}/cancel/")
    paid.refresh_from_db()
    assert paid.state == OrderState.CANCELLED
    deliver()
    paid.refresh_from_db()
    assert paid.state == OrderState.REFUNDED
    assert went_back(payer) == 3600
    assert Refund.objects.count() == 1
    subjects = [letter.subject for letter in mail.outbox]
    assert "Ken cancelled" in subjects
    assert "Your money is on its way to your card" in subjects
    receipt = ken.get(f"/orders/{paid.public_id}/receipt/").content.decode()
    assert "-£36.00" in receipt


@pytest.mark.fault("M2")
@pytest.mark.parametrize("fault", ["lost", "unheard", "500", "429", "409"])
def test_a_refund_whose_answer_is_lost_is_looked_for_and_given_once(
    cast, client_of, paid, payer, deliver, settings, fault
):
    client_of(cast.ken).post(f"/orders/{paid.public_id}/cancel/")
    settings.SANDBOX_FAULT = lambda method, path: fault if (method, path) == ("POST", "/v1/refunds") else ""
    deliver()
    refund = Refund.objects.get()
    told_by_webhook = fault == "unheard"
    assert refund.state == (RefundState.SUCCEEDED if told_by_webhook else RefundState.UNKNOWN)
    assert PaymentAttempt.objects.get().refund_asked_pence == 3600, "unknown counts as given"
    settings.SANDBOX_FAULT = None
    jobs.look_round(timezone.now() + timedelta(minutes=3))
    deliver()
    refund.refresh_from_db()
    paid.refresh_from_db()
    assert (refund.state, paid.state) == (RefundState.SUCCEEDED, OrderState.REFUNDED)
    assert went_back(payer) == 3600


def test_more_than_was_paid_never_goes_back(cast, paid):
    attempt = paid.attempts.get()
    now = timezone.now()
    with transaction.atomic():
        services.refund_start(attempt=attempt, amount_pence=3000, by=by_self(cast.ken), now=now)
        with pytest.raises(services.MoreThanPaid):
            services.refund_start(attempt=attempt, amount_pence=601, by=by_self(cast.ken), now=now)
    assert sum(refund.amount_pence for refund in Refund.objects.all()) == 3000
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentAttempt.objects.update(refund_asked_pence=3601)


def test_money_that_the_provider_gives_back_at_stripe_is_noticed(cast, paid, payer, deliver, store):
    from payments.gateway import services as gateway

    attempt = paid.attempts.select_related("account").get()
    gateway.refund_create(
        account=attempt.account.stripe_id,
        payment_intent=attempt.payment_intent,
        amount_pence=600,
        reference="made-at-stripe",
        idempotency_key="made-at-stripe",
    )
    deliver()
    paid.refresh_from_db()
    attempt.refresh_from_db()
    assert (paid.state, attempt.refunded_pence) == (OrderState.PART_REFUNDED, 600)
    assert not Refund.objects.exists()


def test_the_provider_who_cannot_come_gives_everything_back(cast, client_of, paid, payer, deliver):
    sam = client_of(cast.sam)
    assert "Write a few words" in sam.post(f"/provider/orders/{paid.public_id}/cancel/", {"words": ""}).content.decode()
    sam.post(f"/provider/orders/{paid.public_id}/cancel/", {"words": "The van broke down."})
    deliver()
    paid.refresh_from_db()
    assert paid.state == OrderState.REFUNDED
    assert went_back(payer) == 3600
    letter = next(letter for letter in mail.outbox if letter.subject == "Sam had to cancel")
    assert "The van broke down." in letter.body


def test_what_has_begun_is_for_the_two_of_them(cast, client_of, paid, payer, deliver):
    Order.objects.update(wanted_on=timezone.localdate() - timedelta(days=1))
    paid.refresh_from_db()
    ken = client_of(cast.ken)
    assert "Talk to Sam" in ken.get(f"/orders/{paid.public_id}/cancel/").content.decode()
    ken.post(f"/orders/{paid.public_id}/cancel/")
    deliver()
    paid.refresh_from_db()
    assert paid.state == OrderState.PAID
    assert went_back(payer) == 0


def test_requests_and_accepted_orders_run_out(cast, place_order, accepted):
    asked = place_order(wanted_on=None, wanted_words="any Tuesday")
    jobs.look_round(timezone.now() + timedelta(days=2))
    asked.refresh_from_db()
    accepted.refresh_from_db()
    assert (asked.state, accepted.state) == (OrderState.REQUESTED, OrderState.ACCEPTED)
    jobs.look_round(timezone.now() + timedelta(days=8))
    asked.refresh_from_db()
    accepted.refresh_from_db()
    assert (asked.state, accepted.state) == (OrderState.EXPIRED, OrderState.EXPIRED)


def test_done_and_then_finished_after_a_week(cast, client_of, paid, deliver):
    sam = client_of(cast.sam)
    page = sam.post(f"/provider/orders/{paid.public_id}/done/", follow=True).content.decode()
    assert "The day has not come yet." in page
    Order.objects.update(wanted_on=timezone.localdate())
    sam.post(f"/provider/orders/{paid.public_id}/done/")
    paid.refresh_from_db()
    assert paid.state == OrderState.DELIVERED
    jobs.look_round(timezone.now() + timedelta(days=6))
    paid.refresh_from_db()
    assert paid.state == OrderState.DELIVERED
    jobs.look_round(timezone.now() + timedelta(days=8))
    paid.refresh_from_db()
    assert paid.state == OrderState.COMPLETED


def test_another_day_proposed_and_agreed(cast, client_of, place_order, deliver):
    order = place_order(begin_early=True)
    day = timezone.localdate() + timedelta(days=9)
    boxes = {"day_0": str(day.day), "day_1": str(day.month), "day_2": str(day.year), "words": "2.30pm"}
    client_of(cast.sam).post(f"/provider/orders/{order.public_id}/propose/", boxes)
    deliver()
    assert "Sam proposes another day" in [letter.subject for letter in mail.outbox]
    ken = client_of(cast.ken)
    assert "2.30pm" in ken.get(f"/orders/{order.public_id}/").content.decode()
    ken.post(f"/orders/{order.public_id}/agree/", {})
    order.refresh_from_db()
    assert (order.state, order.wanted_on, order.wanted_words) == (OrderState.ACCEPTED, day, "2.30pm")
    deliver()
    assert "Ken Hobbs said yes to your day" in [letter.subject for letter in mail.outbox]


def test_saying_no_to_a_proposed_day_costs_nothing(cast, client_of, place_order):
    order = place_order()
    services.order_propose(
        order=order,
        day=timezone.localdate() + timedelta(days=9),
        words="2pm",
        by=by_self(cast.sam),
        now=timezone.now(),
    )
    client_of(cast.ken).post(f"/orders/{order.public_id}/cancel/")
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED


def test_declined_with_a_reason(cast, client_of, place_order, deliver):
    order = place_order()
    client_of(cast.sam).post(f"/provider/orders/{order.public_id}/decline/", {"words": "I am away all month."})
    deliver()
    order.refresh_from_db()
    assert order.state == OrderState.DECLINED
    letter = next(letter for letter in mail.outbox if letter.subject == "Sam cannot do this")
    assert "I am away all month." in letter.body
