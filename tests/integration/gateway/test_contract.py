"""Every request the adapter can make is accepted by stripe-mock, which checks it against Stripe's own description.

stripe-mock has no memory, so only what is asked is tested here, not what comes of it.
"""

import os
from dataclasses import replace
from datetime import timedelta

import pytest
import stripe
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from payments.gateway import services
from payments.gateway.client import client
from payments.gateway.models import ConnectedAccount
from payments.gateway.states import AccountState
from tests.factories.listings import make_provider

pytestmark = [pytest.mark.django_db, pytest.mark.stripe_mock]

ACCOUNT = "acct_1PgafTB7WZ01zgkW"
NOT_ASKED_OF_STRIPE = {
    "account_disconnect",
    "account_reconnect",  # Stripe's OAuth host is not in its description
    "account_reconnect_link",
    "webhook_process",
    "webhook_quarantine",
    "webhook_receive",
    "webhook_replay",
    "webhooks_forget",
    "webhooks_forget_about",
}


@pytest.fixture(autouse=True)
def mocked(settings):
    settings.PAYMENTS_SANDBOX = False
    settings.STRIPE_SECRET_KEY = "sk_test_123"
    settings.STRIPE_API_BASE = os.environ["STRIPE_MOCK_URL"]


def opened(cast) -> ConnectedAccount:
    provider = make_provider(cast.council["quantock"], cast.sam)
    return ConnectedAccount.objects.create(
        provider=provider, stripe_id=ACCOUNT, state=AccountState.ONBOARDING, state_since=timezone.now()
    )


def account_open(cast):
    provider = make_provider(cast.council["quantock"], cast.sam, email="sam@example.org")
    assert services.account_open(provider=provider, by=CLOCKWORK, now=timezone.now()).stripe_id


def account_link_create(cast):
    link = services.account_link_create(
        account=opened(cast), return_url="https://example.org/a", refresh_url="https://example.org/b"
    )
    assert link.startswith("https://")


def account_refresh(cast):
    assert services.account_refresh(account=opened(cast), now=timezone.now()).refreshed_at


def checkout_open(cast):
    request = services.CheckoutRequest(
        account=ACCOUNT,
        amount_pence=3600,
        description="Order HB-20417",
        reference="order-1",
        success_url="https://example.org/?session={CHECKOUT_SESSION_ID}",
        cancel_url="https://example.org/",
        expires_at=timezone.now() + timedelta(minutes=31),
        idempotency_key="order-1:checkout:0",
        customer_email="ken@example.org",
        hold=True,
    )
    assert services.checkout_open(request).session_id


def checkout_look_up(cast):
    found = services.checkout_look_up(account=ACCOUNT, session_id="cs_test_1")
    assert found.payment is not None


def checkout_find(cast):
    services.checkout_find(account=ACCOUNT, reference="nothing", since=timezone.now())


def checkout_expire(cast):
    assert services.checkout_expire(account=ACCOUNT, session_id="cs_test_1").session_id


def customer_open(cast):
    assert services.customer_open(reference="person-1", email="joan@example.org", idempotency_key="person-1:customer:0")


def setup_opened(**more):
    """A page that saves a way to pay; its request can be sent again from what is kept of it."""
    request = services.CardSetupRequest(
        customer="cus_1",
        consent="Sam Orchard may charge this card each week for visits that happened.",
        reference="arrangement-1",
        success_url="https://example.org/?session={CHECKOUT_SESSION_ID}",
        cancel_url="https://example.org/",
        expires_at=timezone.now() + timedelta(minutes=31),
        idempotency_key="arrangement-1:card:0",
        **more,
    )
    kept = replace(request, expires_at=request.expires_at.replace(microsecond=0))
    assert services.CardSetupRequest.from_row(request.as_row()) == kept
    return services.card_setup_open(request)


def card_setup_open(cast):
    assert setup_opened().session_id


def mandate_setup_open(cast):
    assert setup_opened(account=ACCOUNT, method=services.DEBIT).account == ACCOUNT


def mandate_look_up(cast):
    assert services.mandate_look_up(account=ACCOUNT, mandate_id="mandate_1").mandate_id


def card_setup_look_up(cast):
    assert services.card_setup_look_up(session_id="cs_test_1").session_id


def card_setup_find(cast):
    services.card_setup_find(customer="cus_1", reference="nothing", since=timezone.now())


def card_setup_expire(cast):
    assert services.card_setup_expire(session_id="cs_test_1").session_id


def card_copy(cast):
    assert services.card_copy(
        account=ACCOUNT, customer="cus_1", payment_method="pm_1", idempotency_key="arrangement-1:copy:0"
    )


def card_forget(cast):
    services.card_forget(payment_method="pm_1")


def charge_create(cast):
    request = services.ChargeRequest(
        account=ACCOUNT,
        payment_method="pm_1",
        amount_pence=3600,
        description="Order HB-20417",
        reference="order-1",
        idempotency_key="order-1:create:0",
        hold=True,
    )
    assert services.ChargeRequest.from_row(request.as_row()) == request
    assert services.charge_create(request).intent_id


def debit_create(cast):
    request = services.ChargeRequest(
        account=ACCOUNT,
        payment_method="pm_1",
        amount_pence=3600,
        description="Order HB-20417",
        reference="order-1",
        idempotency_key="order-1:create:0",
        method=services.DEBIT,
        customer="cus_1",
        leaves_on="2026-03-10",
    )
    assert services.ChargeRequest.from_row(request.as_row()) == request
    assert services.charge_create(request).intent_id


def charge_confirm(cast):
    assert services.charge_confirm(
        account=ACCOUNT, intent_id="pi_1", payment_method="pm_1", idempotency_key="order-1:confirm:0"
    ).intent_id


def charge_capture(cast):
    assert services.charge_capture(
        account=ACCOUNT, intent_id="pi_1", amount_pence=100, idempotency_key="order-1:capture:0"
    ).intent_id


def charge_cancel(cast):
    assert services.charge_cancel(account=ACCOUNT, intent_id="pi_1").intent_id


def charge_look_up(cast):
    assert services.charge_look_up(account=ACCOUNT, intent_id="pi_1").intent_id


def charge_find(cast):
    services.charge_find(account=ACCOUNT, reference="nothing", since=timezone.now())


def payment_look_up(cast):
    assert services.payment_look_up(account=ACCOUNT, intent_id="pi_1").charge_id


def refund_create(cast):
    refund = services.refund_create(
        account=ACCOUNT, payment_intent="pi_1", amount_pence=100, reference="r", idempotency_key="order-1:refund:0"
    )
    assert refund.refund_id


def refund_look_up(cast):
    assert services.refund_look_up(account=ACCOUNT, refund_id="re_1").refund_id


def refund_find(cast):
    services.refund_find(account=ACCOUNT, payment_intent="pi_1", reference="nothing")


def dispute_look_up(cast):
    assert services.dispute_look_up(account=ACCOUNT, dispute_id="du_1").dispute_id


def payout_refresh(cast):
    assert services.payout_refresh(account=opened(cast), payout_id="po_1", now=timezone.now()).payout_id


def balance_look_up(cast):
    assert isinstance(services.balance_look_up(account=ACCOUNT), int)


def payments_of(cast):
    assert next(services.payments_of(account=ACCOUNT, since=timezone.now())).intent_id


def refunds_of(cast):
    assert next(services.refunds_of(account=ACCOUNT, since=timezone.now())).refund_id


def disputes_of(cast):
    assert next(services.disputes_of(account=ACCOUNT, since=timezone.now())).dispute_id


def payouts_of(cast):
    assert next(services.payouts_of(account=ACCOUNT, since=timezone.now()))


CALLS = {
    call.__name__: call
    for call in (
        account_open,
        account_link_create,
        account_refresh,
        checkout_open,
        checkout_look_up,
        checkout_find,
        checkout_expire,
        customer_open,
        card_setup_open,
        card_setup_look_up,
        card_setup_find,
        card_setup_expire,
        card_copy,
        card_forget,
        mandate_setup_open,
        mandate_look_up,
        charge_create,
        debit_create,
        charge_confirm,
        charge_capture,
        charge_cancel,
        charge_look_up,
        charge_find,
        payment_look_up,
        refund_create,
        refund_look_up,
        refund_find,
        dispute_look_up,
        payout_refresh,
        balance_look_up,
        payments_of,
        refunds_of,
        disputes_of,
        payouts_of,
    )
}


@pytest.mark.parametrize("name", CALLS)
def test_stripe_understands(name, cast):
    CALLS[name](cast)


def test_no_call_is_left_out():
    functions = {name for name in services.__all__ if name.islower()}
    assert functions - NOT_ASKED_OF_STRIPE == set(CALLS) - {"debit_create", "mandate_setup_open"}


def test_canary_a_wrong_request_is_noticed_by_the_mock():
    with pytest.raises(stripe.InvalidRequestError):
        client().v1.checkout.sessions.create({"mode": "payment", "colour": "red"})  # type: ignore[typeddict-unknown-key]
