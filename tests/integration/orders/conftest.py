"""Sam, who can be paid; offers of each kind; and the whole way from asking to paid, through real pages."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

import pytest
import stripe
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import CLOCKWORK, SELF, Actor
from payments.gateway import services as gateway
from payments.orders import services
from payments.orders.models import Order
from payments.orders.rules import Wish
from payments.sandbox import cards, place, webhooks
from payments.sandbox import services as sandbox
from providers.listings.models import Offer, OfferDate, Unit
from tests.factories.listings import make_listing, make_offer, make_provider


class DeadPost(BaseEmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, email_messages) -> int:
        raise ConnectionRefusedError("no mail server")


@pytest.fixture
def store(settings, tmp_path):
    settings.SANDBOX_DB = str(tmp_path / "sandbox.sqlite3")
    return place.store()


@pytest.fixture
def chance(monkeypatch) -> Random:
    """Luck that can be repeated, and a client that does not sleep between its tries."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.0)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.0)
    return Random(20260303)


@pytest.fixture
def sam(cast):
    return make_provider(cast.council["quantock"], cast.sam, email="sam@example.org", phone="01632 960 442")


@pytest.fixture
def account(store, sam):
    account = gateway.account_open(provider=sam, by=CLOCKWORK, now=timezone.now())
    sandbox.onboarding_finish(store, account_id=account.stripe_id)
    return gateway.account_refresh(account=account, now=timezone.now())


@pytest.fixture
def listing(sam, account):
    return make_listing(sam)


@pytest.fixture
def offer(listing) -> Offer:
    """£18 an hour, Sam says yes or no."""
    return make_offer(listing)


@pytest.fixture
def lesson(listing) -> OfferDate:
    """A class on a day in ten days, £8 a place, two places, booked at once."""
    offer = make_offer(listing, "Gentle exercise", 800, unit=Unit.SESSION, books_at_once=True)
    starts = timezone.localtime(timezone.now() + timedelta(days=10)).replace(
        hour=14, minute=30, second=0, microsecond=0
    )
    return OfferDate.objects.create(offer=offer, starts_at=starts, places=2)


@pytest.fixture
def deliver(store, settings):
    """Webhooks through the real endpoint, then the outbox, until nothing is left to say."""

    def post(body: bytes, headers: dict[str, str]) -> int:
        answer = Client().post(
            "/payments/webhooks/stripe/",
            data=body,
            content_type="application/json",
            headers={"Stripe-Signature": headers["Stripe-Signature"]},
        )
        return answer.status_code

    def listen() -> None:
        for _round in range(5):
            heard = webhooks.deliver(store, post, settings.STRIPE_WEBHOOK_SECRET)
            if not outbox.deliver() and not heard:
                return

    return listen


def by_self(user) -> Actor:
    return Actor(by_id=user.pk, for_id=user.pk, channel=SELF)


@pytest.fixture
def place_order(cast, offer):
    """An order placed through the service, with what a test wants to be different."""
    made = iter(range(1000))

    def make(person=None, on=offer, **wish) -> Order:
        person = person or cast.ken
        facts = {"quantity": 2, "wanted_on": timezone.localdate() + timedelta(days=5), "begin_early": True}
        wished = Wish(**(facts | wish))
        return services.order_place(
            person=person,
            offer=on,
            wish=wished,
            expected_total_pence=(on.price_pence or 0) * wished.quantity,
            token=f"form-{next(made)}",
            by=by_self(person),
            now=timezone.now(),
        )

    return make


@pytest.fixture
def accepted(cast, place_order) -> Order:
    """Ken asked for two hours and Sam said yes: £36 to pay."""
    return services.order_accept(order=place_order(), by=by_self(cast.sam), now=timezone.now(), words="See you then.")


@dataclass
class Payer:
    """Somebody at the payment page."""

    store: object

    def open(self, client: Client, order: Order) -> str:
        """Press "Pay" on the order's page; the id of the payment page."""
        answer = client.post(f"/orders/{order.public_id}/pay/")
        assert answer.status_code == 302, answer.content[:500]
        assert "/sandbox/pay/" in answer.url, answer.url
        return answer.url.rstrip("/").rsplit("/", 1)[1]

    def card(self, session_id: str, card=cards.SUCCESS) -> None:
        sandbox.session_pay(self.store, session_id=session_id, number=card.number)

    def charges(self) -> list[dict]:
        """Every charge that went through, as the gateway has it: the oracle."""
        with self.store.open() as records:
            found, _more = records.page("charge", None, limit=1000)
        return [charge for charge in found if charge["paid"]]


@pytest.fixture
def payer(store) -> Payer:
    return Payer(store)


@pytest.fixture
def paid(cast, client_of, accepted, payer, deliver) -> Order:
    """£36, paid and settled."""
    session_id = payer.open(client_of(cast.ken), accepted)
    payer.card(session_id)
    deliver()
    accepted.refresh_from_db()
    return accepted
