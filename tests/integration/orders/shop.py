"""Many orders quickly: placed, accepted, paid and looked up through the services, with the gateway's record beside."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK, Actor
from marketplace.people.models import User
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount
from payments.orders import services
from payments.orders.models import Order, PaymentAttempt, Refund
from payments.orders.rules import Wish
from payments.orders.services import refunding
from payments.orders.states import OrderState
from payments.sandbox import cards
from payments.sandbox import services as sandbox
from payments.sandbox.store import Store, Thing
from providers.listings.models import Offer
from tests.integration.orders.conftest import by_self

PRICE = 3600  # pence: two hours with Sam
TROUBLES = ("lost", "unheard", "500", "409", "429")


class Misfortune:
    """Five in a hundred of each trouble, on every endpoint; counts the calls."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.calls = chance, 0

    def __call__(self, method: str, path: str) -> str:
        self.calls += 1
        drawn = self.chance.random()
        return TROUBLES[int(drawn / 0.05)] if drawn < 0.25 else ""


@dataclass
class Shop:
    """Sam's shop. `at` is what its clock shows; move it and the gateway's with `later`."""

    store: Store
    offer: Offer
    buyer: User
    keeper: User
    at: datetime = field(default_factory=timezone.now)
    made: int = 0

    def later(self, **more: int) -> None:
        self.at += timedelta(**more)
        self.store.clock_move(int(timedelta(**more).total_seconds()))

    def accepted(self, quantity: int = 2) -> Order:
        self.made += 1
        wish = Wish(quantity=quantity, wanted_on=timezone.localdate(self.at) + timedelta(days=200), begin_early=True)
        order = services.order_place(
            person=self.buyer,
            offer=self.offer,
            wish=wish,
            expected_total_pence=PRICE // 2 * quantity,
            token=f"shop-{self.made}",
            by=by_self(self.buyer),
            now=self.at,
        )
        return services.order_accept(order=order, by=by_self(self.keeper), now=self.at)

    def begin(self, order: Order) -> PaymentAttempt:
        return services.payment_begin(
            order=order,
            by=by_self(self.buyer),
            now=self.at,
            paid_url="http://testserver/paid/",
            back_url="http://testserver/back/",
        )

    def pay(self, attempt: PaymentAttempt, card: cards.Card = cards.SUCCESS) -> None:
        sandbox.session_pay(self.store, session_id=attempt.session_id, number=card.number)

    def paid(self, quantity: int = 2) -> Order:
        order = self.accepted(quantity)
        self.pay(self.begin(order))
        return services.order_look_up(order=order, now=self.at)

    def give_back(self, order: Order, pence: int) -> None:
        services.order_give_back(order=order, amount_pence=pence, words="Sorry.", by=by_self(self.keeper), now=self.at)

    def record(self, kind: str) -> list[Thing]:
        """Everything of a kind that the gateway has: the oracle."""
        with self.store.open() as records:
            return records.page(kind, None, limit=1_000_000)[0]

    def charges(self) -> dict[str, list[Thing]]:
        """The charges that went through, by order."""
        found: dict[str, list[Thing]] = {}
        for charge in self.record("charge"):
            if charge["paid"]:
                found.setdefault(charge["metadata"]["reference"].split(":")[1], []).append(charge)
        return found

    def fees(self) -> dict[str, int]:
        """Pence that the gateway kept of each charge that went through, by its own books."""
        kept = {line["id"]: line["fee"] for line in self.record("balance_transaction")}
        paid = (charge for charges in self.charges().values() for charge in charges)
        return {charge["id"]: kept[charge["balance_transaction"]] for charge in paid}

    def open_pages(self) -> list[Thing]:
        return [page for page in self.record("checkout.session") if page["status"] == "open"]

    def troubles(self) -> list[str]:
        """Where our rows and the gateway's record disagree about money, once everything has settled."""
        charges, wrong = self.charges(), []
        for order in Order.objects.prefetch_related("attempts"):
            taken = charges.get(order.public_id, [])
            if len(taken) > 1:
                wrong.append(f"{order} was paid {len(taken)} times")
            there, back = sum(each["amount"] for each in taken), sum(each["amount_refunded"] for each in taken)
            here = sum(attempt.captured_pence for attempt in order.attempts.all())
            returned = sum(attempt.refunded_pence for attempt in order.attempts.all())
            if there != here:
                wrong.append(f"{order}: the gateway took {there}p, we know of {here}p ({order.state})")
            if back != returned:
                wrong.append(f"{order}: {back}p went back, we know of {returned}p ({order.state})")
            if order.paid_at and not taken:
                wrong.append(f"{order} is called paid, and nothing was taken")
        return wrong


def open_shop(store: Store, offer: Offer, buyer: User, keeper: User) -> Shop:
    """With an account of Sam's that can be paid."""
    provider = offer.listing.provider
    account = gateway.account_open(provider=provider, by=CLOCKWORK, now=timezone.now())
    sandbox.onboarding_finish(store, account_id=account.stripe_id or "")
    gateway.account_refresh(account=ConnectedAccount.objects.get(pk=account.pk), now=timezone.now())
    return Shop(store, offer, buyer, keeper)


def forgets_the_bank(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refunds as one would write them who never heard of disputes: no state and no sum that a bank has taken counts."""

    def naive(*, attempt: PaymentAttempt, amount_pence: int, by: Actor, now: datetime, words: str = "") -> Refund:
        number = attempt.refunds.count()
        key = f"{attempt.reference}:naive:{number}"
        facts = {"attempt": attempt, "amount_pence": amount_pence, "idempotency_key": key, "words": words}
        return Refund.objects.create(state_since=now, created_at=now, **facts)

    monkeypatch.setattr(refunding, "MAY_GIVE_BACK", frozenset(OrderState))
    monkeypatch.setattr(refunding, "refund_start", naive)
