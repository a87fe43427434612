"""A clean practice store, a provider who can be paid, and webhooks that reach the real endpoint."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import CLOCKWORK
from payments.gateway import services
from payments.sandbox import place, webhooks
from payments.sandbox import services as sandbox
from tests.factories.listings import make_provider


@pytest.fixture
def store(settings, tmp_path):
    settings.SANDBOX_DB = str(tmp_path / "sandbox.sqlite3")
    return place.store()


@pytest.fixture
def provider(cast):
    return make_provider(cast.council["quantock"], cast.sam, email="sam@example.org")


@pytest.fixture
def account(store, provider):
    """Sam's account, every question answered."""
    account = services.account_open(provider=provider, by=CLOCKWORK, now=timezone.now())
    sandbox.onboarding_finish(store, account_id=account.stripe_id)
    return services.account_refresh(account=account, now=timezone.now())


@pytest.fixture
def post():
    """Posts a webhook body to the site's own endpoint; answers the status."""

    def poster(body: bytes, headers: dict[str, str]) -> int:
        signature = headers.get("Stripe-Signature", "")
        return (
            Client()
            .post(
                "/payments/webhooks/stripe/",
                data=body,
                content_type="application/json",
                headers={"Stripe-Signature": signature},
            )
            .status_code
        )

    return poster


@pytest.fixture
def hear(store, settings, post):
    """Everything the twin has to say is posted, and the outbox emptied."""

    def listen() -> int:
        heard = webhooks.deliver(store, post, settings.STRIPE_WEBHOOK_SECRET)
        outbox.deliver()
        return heard

    return listen


@pytest.fixture
def ask(account):
    """A request to be paid, with what a test wants to be different."""

    def request(**changed) -> services.CheckoutRequest:
        facts = {
            "account": account.stripe_id,
            "amount_pence": 3600,
            "description": "Order HB-20417",
            "reference": "order-1",
            "success_url": "http://testserver/orders/1/?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://testserver/orders/1/",
            "expires_at": timezone.now() + timedelta(minutes=31),
            "idempotency_key": "order-1:checkout:0",
        }
        return services.CheckoutRequest(**(facts | changed))

    return request
