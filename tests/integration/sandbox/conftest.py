"""The official SDK with the twin behind it."""

import time
from collections.abc import Callable

import pytest
import stripe

from payments.sandbox import services
from payments.sandbox.store import Store
from payments.sandbox.transport import SandboxTransport

CONTROLLER = {
    "fees": {"payer": "account"},
    "losses": {"payments": "stripe"},
    "requirement_collection": "stripe",
    "stripe_dashboard": {"type": "full"},
}


@pytest.fixture
def store(settings, tmp_path) -> Store:
    from payments.sandbox import place

    settings.SANDBOX_DB = str(tmp_path / "sandbox.sqlite3")
    return place.store()


@pytest.fixture
def client(store) -> stripe.StripeClient:
    return stripe.StripeClient("sk_test_x", http_client=SandboxTransport(store), max_network_retries=0)


@pytest.fixture
def account(store, client) -> str:
    """The id of an account that can charge."""
    profile = {"name": "Sam Orchard"}
    made = client.v1.accounts.create({"country": "GB", "controller": CONTROLLER, "business_profile": profile})
    services.onboarding_finish(store, account_id=made.id)
    return made.id


@pytest.fixture
def page(client, account) -> Callable:
    """Opens a payment page; the key and the parameters may be chosen."""

    def opened(key: str = "", on: str = "", **changed) -> stripe.checkout.Session:
        price = {"currency": "gbp", "unit_amount": 3600, "product_data": {"name": "Order HB-20417"}}
        params = {
            "mode": "payment",
            "line_items": [{"price_data": price, "quantity": 1}],
            "success_url": "http://testserver/orders/1/?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://testserver/orders/1/",
            "expires_at": int(time.time()) + 31 * 60,
        }
        options = {"stripe_account": on or account} | ({"idempotency_key": key} if key else {})
        return client.v1.checkout.sessions.create(params | changed, options)

    return opened
