"""The official SDK with the twin behind it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import stripe

from payments.sandbox import services
from payments.sandbox.cards import Card
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


@dataclass(frozen=True)
class Saved:
    """A card saved on the platform (`method` of `customer`) and its `copy` on the account."""

    session: str
    customer: str
    method: str
    copy: str


@pytest.fixture
def saved_card(client, store, account) -> Callable[..., Saved]:
    """Saves one of the practice cards as a person would."""

    def save(card: Card, expiry: tuple[int, int] = (2040, 12)) -> Saved:
        customer = client.v1.customers.create({"email": "joan@example.org"}).id
        session = client.v1.checkout.sessions.create(
            {"mode": "setup", "currency": "gbp", "customer": customer, "success_url": "http://testserver/saved/"}
        )
        after = services.session_pay(store, session_id=session.id, number=card.number, expiry=expiry)
        if after["status"] == "open":
            services.session_approve(store, session_id=session.id, approved=True)
        method = client.v1.setup_intents.retrieve(session.setup_intent).payment_method
        copy = client.v1.payment_methods.create(
            {"customer": customer, "payment_method": method}, {"stripe_account": account}
        )
        return Saved(session.id, customer, method, copy.id)

    return save
