"""The same end whatever the order of the news: webhooks late, early, doubled, shuffled, forged, or answers lost."""

from datetime import timedelta
from itertools import permutations
from random import Random

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from payments.gateway import services as gateway
from payments.gateway.models import WebhookEvent
from payments.gateway.states import WebhookState
from payments.orders import jobs, services
from payments.orders.models import PaymentAttempt
from payments.orders.states import AttemptState, OrderState
from payments.sandbox import webhooks
from tests.faults.plugin import share
from tests.integration.orders.conftest import Payer, by_self

pytestmark = pytest.mark.django_db


def said(store) -> list[tuple[bytes, dict]]:
    """Everything the gateway has to say, in its order, without saying it."""
    heard: list[tuple[bytes, dict]] = []

    def note(body: bytes, headers: dict) -> int:
        heard.append((body, headers))
        return 200

    from django.conf import settings

    webhooks.deliver(store, note, settings.STRIPE_WEBHOOK_SECRET)
    return heard


def post(body: bytes, headers: dict) -> int:
    signature = {"Stripe-Signature": headers["Stripe-Signature"]}
    return (
        Client()
        .post("/payments/webhooks/stripe/", body, content_type="application/json", headers=signature)
        .status_code
    )


def keys_kept(store) -> set[str]:
    """The idempotency keys that the gateway remembers of us; the client makes up its own for what has none."""
    with store.open() as records:
        kept = {row["key"] for row in records.db.execute("SELECT key FROM keys")}
    return {key for key in kept if key.startswith("order:")}


def settle() -> None:
    from marketplace.core import outbox

    outbox.deliver()


def is_paid_once(order, payer) -> None:
    order.refresh_from_db()
    assert order.state == OrderState.PAID
    assert order.attempts.get().state == AttemptState.CAPTURED
    assert len(payer.charges()) == 1
    assert order.events.filter(kind="paid").count() == 1
    assert len([letter for letter in mail.outbox if "receipt" in letter.subject]) <= 1


def test_the_webhook_before_the_browser_is_back(cast, client_of, accepted, payer, deliver):
    ken = client_of(cast.ken)
    payer.card(payer.open(ken, accepted))
    deliver()
    is_paid_once(accepted, payer)
    ken.get(f"/orders/{accepted.public_id}/paid/")
    is_paid_once(accepted, payer)


def test_the_browser_back_before_the_webhook(cast, client_of, accepted, payer, deliver):
    ken = client_of(cast.ken)
    payer.card(payer.open(ken, accepted))
    ken.get(f"/orders/{accepted.public_id}/paid/")
    is_paid_once(accepted, payer)
    deliver()
    is_paid_once(accepted, payer)


def test_neither_browser_nor_webhook_the_clock_finds_it(cast, client_of, accepted, payer, store):
    payer.card(payer.open(client_of(cast.ken), accepted))
    said(store)
    jobs.look_round(timezone.now() + timedelta(minutes=3))
    is_paid_once(accepted, payer)


@pytest.mark.fault("M3")
def test_every_order_of_the_news_and_all_of_it_twice_ends_the_same(
    cast, client_of, accepted, payer, store, account, fault_row
):
    """A payment and part of it given back at Stripe by hand: five pieces of news, in each of their 120 orders."""
    payer.card(payer.open(client_of(cast.ken), accepted))
    charge = payer.charges()[0]
    news = [event for event in said(store) if b"account.updated" not in event[0]]
    gateway.refund_create(
        account=account.stripe_id,
        payment_intent=charge["payment_intent"],
        amount_pence=600,
        reference="made-at-stripe",
        idempotency_key="made-at-stripe",
    )
    news += [event for event in said(store) if b'"charge.refunded"' in event[0]]
    assert len(news) == 5
    orders_of_news = list(permutations(news))
    for order_of_news in Random(20260303).sample(orders_of_news, k=share(len(orders_of_news))):
        mail.outbox.clear()
        with transaction.atomic():
            for event in order_of_news:
                assert post(*event) == 200
                settle()
                assert post(*event) == 200
            settle()
            fault_row.count()
            accepted.refresh_from_db()
            attempt, told = accepted.attempts.get(), list(accepted.events.values_list("kind", flat=True))
            assert (accepted.state, attempt.state) == (OrderState.PART_REFUNDED, AttemptState.CAPTURED)
            assert (attempt.captured_pence, attempt.refunded_pence) == (3600, 600)
            assert (told.count("paid"), told.count("refunded")) == (1, 1)
            transaction.set_rollback(True)
    assert len(payer.charges()) == 1


@pytest.mark.fault("M3")
def test_a_webhook_before_we_have_the_pages_id_still_finds_its_attempt(cast, client_of, accepted, payer, store):
    """The answer to opening the page was lost, the person paid all the same (an old tab)."""
    session_id = payer.open(client_of(cast.ken), accepted)
    PaymentAttempt.objects.update(session_id="", session_url="", state=AttemptState.UNKNOWN)
    payer.card(session_id)
    for event in said(store):
        post(*event)
    settle()
    is_paid_once(accepted, payer)
    assert accepted.attempts.get().session_id == session_id


@pytest.mark.fault("M2")
@pytest.mark.parametrize("fault", ["lost", "unheard", "500", "429", "409"])
def test_an_answer_that_is_lost_is_no_second_page(cast, client_of, accepted, payer, settings, fault):
    """Unknown is not failed: the next try finds the first page, or sends the very same request."""
    ken = client_of(cast.ken)
    settings.SANDBOX_FAULT = lambda method, path: fault if (method, path) == ("POST", "/v1/checkout/sessions") else ""
    page = ken.post(f"/orders/{accepted.public_id}/pay/", follow=True).content.decode()
    assert "did not answer" in page
    attempt = accepted.attempts.get()
    assert attempt.state == AttemptState.UNKNOWN
    settings.SANDBOX_FAULT = None
    payer.card(payer.open(ken, accepted))
    ken.get(f"/orders/{accepted.public_id}/paid/")
    is_paid_once(accepted, payer)
    with payer.store.open() as records:
        assert len(records.page("checkout.session", None, limit=10)[0]) == 1


@pytest.mark.fault("M2")
@pytest.mark.parametrize("fault", ["lost", "unheard"])
def test_what_was_asked_for_is_asked_for_again_word_for_word_whatever_has_changed_meanwhile(
    cast, accepted, store, settings, fault
):
    """The first request may have been carried out: the same key with other words would be a second one."""
    facts = {"order": accepted, "by": by_self(cast.ken), "back_url": "http://testserver/back/"}
    settings.SANDBOX_FAULT = lambda method, path: fault if (method, path) == ("POST", "/v1/checkout/sessions") else ""
    with pytest.raises(services.GatewayUnknown):
        services.payment_begin(
            now=timezone.now(), paid_url="http://testserver/first/", customer_email="ken@example.org", **facts
        )
    frozen = accepted.attempts.get().parameters
    settings.SANDBOX_FAULT = None
    later = timezone.now() + timedelta(minutes=2)
    again = {"paid_url": "http://testserver/second/", "customer_email": "kenneth@example.org"}
    attempt = services.payment_begin(now=later, **again, **facts)
    with store.open() as records:
        (page,), _more = records.page("checkout.session", None, limit=10)
    assert (page["id"], page["success_url"]) == (attempt.session_id, "http://testserver/first/")
    assert page["customer_email"] == "ken@example.org"
    assert page["expires_at"] == frozen["expires_at"], "the time of the first sending"
    assert attempt.parameters == frozen
    assert keys_kept(store) == {f"order:{accepted.public_id}:checkout:0"}


def test_a_refund_is_asked_for_by_the_payment_it_belongs_to_and_its_number(cast, paid, store, settings):
    """A key is {object}:{operation}:{generation}: two refunds of one payment are two requests."""
    before = keys_kept(store)
    for _each in range(2):
        facts = {"amount_pence": 600, "words": "Sorry.", "by": by_self(cast.sam), "now": timezone.now()}
        refund = services.order_give_back(order=paid, **facts)
        settings.SANDBOX_FAULT = lambda method, path: "unheard" if (method, path) == ("POST", "/v1/refunds") else ""
        with pytest.raises(services.GatewayUnknown):
            services.refund_send(refund=refund, now=timezone.now())
        settings.SANDBOX_FAULT = None
        services.refund_send(refund=refund, now=timezone.now())
    assert sum(charge["amount_refunded"] for charge in Payer(store).charges()) == 1200
    asked = f"order:{paid.public_id}:0:refund"
    assert keys_kept(store) - before == {f"{asked}:0", f"{asked}:1"}


def test_the_page_says_so_while_the_gateway_is_silent(cast, client_of, accepted, payer, settings):
    ken = client_of(cast.ken)
    payer.card(payer.open(ken, accepted))
    settings.SANDBOX_FAULT = lambda method, path: "500"
    page = ken.get(f"/orders/{accepted.public_id}/paid/").content.decode()
    assert "Do not pay again" in page
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAYMENT_PENDING
    settings.SANDBOX_FAULT = None
    assert ken.get(f"/orders/{accepted.public_id}/paid/").url.endswith("/receipt/")


@pytest.mark.fault("M4")
@pytest.mark.parametrize(
    "changed", [{"amount_pence": 1}, {"amount_pence": 9900}, {"reference": "order:another:0"}, {"session_id": "cs_x"}]
)
def test_a_page_that_does_not_fit_its_attempt_moves_nothing(cast, client_of, accepted, payer, changed):
    """Somebody on the same account makes a page with our reference and another amount."""
    from dataclasses import replace

    session_id = payer.open(client_of(cast.ken), accepted)
    payer.card(session_id)
    attempt = accepted.attempts.select_related("account").get()
    shown = gateway.checkout_look_up(account=attempt.account.stripe_id, session_id=session_id)
    with pytest.raises(services.NotOurs):
        services.attempt_settle(attempt=attempt, checkout=replace(shown, **changed), now=timezone.now())
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAYMENT_PENDING
    assert accepted.attempts.get().captured_pence == 0


@pytest.mark.fault("M4")
def test_a_webhook_for_a_page_with_another_amount_is_set_aside(cast, client_of, accepted, payer, store):
    payer.card(payer.open(client_of(cast.ken), accepted))
    with transaction.atomic():
        PaymentAttempt.objects.update(amount_pence=1)
    for event in said(store):
        assert post(*event) == 200
    settle()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAYMENT_PENDING
    states = set(WebhookEvent.objects.filter(object_kind="checkout.session").values_list("state", flat=True))
    assert states == {WebhookState.QUARANTINED}


def test_two_live_attempts_cannot_stand_beside_each_other(cast, client_of, accepted, payer):
    payer.open(client_of(cast.ken), accepted)
    attempt = accepted.attempts.get()
    attempt.pk = None
    attempt.generation, attempt.session_id = 1, ""
    attempt.reference = attempt.idempotency_key = "another"
    with pytest.raises(IntegrityError, match=r"UNIQUE|one_live_attempt"), transaction.atomic():
        attempt.save(force_insert=True)


def test_a_page_that_closed_unpaid_lets_the_order_wait_and_a_new_page_open(cast, client_of, accepted, payer, deliver):
    ken = client_of(cast.ken)
    first = payer.open(ken, accepted)
    attempt = accepted.attempts.get()
    gateway.checkout_expire(account=attempt.account.stripe_id, session_id=first)
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.ACCEPTED
    second = payer.open(ken, accepted)
    assert second != first
    payer.card(second)
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAID
    assert [each.state for each in accepted.attempts.all()] == [AttemptState.ENDED, AttemptState.CAPTURED]
    assert [each.idempotency_key.rsplit(":", 1)[1] for each in accepted.attempts.all()] == ["0", "1"]


def test_nobody_pays_a_provider_whom_the_council_has_stopped(cast, client_of, accepted, payer, deliver):
    from marketplace.core.audit import CLOCKWORK
    from providers.listings import services as listings
    from providers.listings.states import HoldKind

    ken = client_of(cast.ken)
    session_id = payer.open(ken, accepted)
    listings.hold_place(provider=accepted.provider, kind=HoldKind.SUSPENDED, by=CLOCKWORK, now=timezone.now())
    deliver()
    from payments.sandbox.services import NotOpen

    with pytest.raises(NotOpen):
        payer.card(session_id)
    accepted.refresh_from_db()
    assert accepted.state == OrderState.ACCEPTED
    page = ken.post(f"/orders/{accepted.public_id}/pay/", follow=True).content.decode()
    assert "stopped new work" in page
    assert payer.charges() == []
    told = [letter.subject for letter in mail.outbox if letter.to == ["ken@example.org"]]
    assert "Quantock Council has stopped new work by Sam" in told
    deliver()
    assert told.count("Quantock Council has stopped new work by Sam") == 1


@pytest.mark.fault("M15")
def test_mail_that_is_down_neither_stops_the_payment_nor_is_forgotten(
    cast, client_of, accepted, payer, deliver, settings
):
    settings.EMAIL_BACKEND = "tests.integration.orders.conftest.DeadPost"
    payer.card(payer.open(client_of(cast.ken), accepted))
    deliver()
    accepted.refresh_from_db()
    assert accepted.state == OrderState.PAID
    from marketplace.core import outbox
    from marketplace.core.models import OutboxRow

    assert outbox.pending("orders.letter").exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    OutboxRow.objects.filter(delivered_at=None).update(due_at=timezone.now())
    settle()
    assert [letter for letter in mail.outbox if "receipt" in letter.subject]
