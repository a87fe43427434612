"""Shops that can be paid, a budget with thousands of movements, and very many payments on both sides."""

import json
import os
import time
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from marketplace.core.models import public_id
from marketplace.people.models import Council, User
from payments.budgets import services as budgets
from payments.budgets.models import Budget, Method, Purchase, PurchaseKind, PurchaseLine
from payments.budgets.services import books
from payments.budgets.states import PurchaseState, Source
from payments.gateway import services as gateway
from payments.ledger.models import Account, Entry
from payments.orders.models import Order, PaymentAttempt
from payments.sandbox import place, webhooks
from payments.sandbox import services as sandbox
from providers.listings.models import Offer, Provider
from tests.factories.listings import make_listing, make_offer, make_provider
from tests.integration.orders.shop import Shop, open_shop

BATCH = 2000


@dataclass
class World:
    """`shops` are the ids of providers, one for each worker."""

    shops: list[int]
    person: User


def make(workers: int) -> World:
    """A council, a buyer, and so many shops; everything under new names, so that it can be run again."""
    mark = public_id().lower()
    council = Council.objects.first()
    assert council is not None, "fill the database first (tests.bench.data)"
    person = User.objects.create_user(f"buyer-{mark}@example.org", None, first_name="Ken", last_name="Hobbs")
    shops = []
    for number in range(workers):
        keeper = User.objects.create_user(f"keeper-{number}-{mark}@example.org", None, first_name="Sam")
        provider = make_provider(council, keeper, f"Shop {number} {mark}")
        account = gateway.account_open(provider=provider, by=CLOCKWORK, now=timezone.now())
        sandbox.onboarding_finish(place.store(), account_id=account.stripe_id or "")
        gateway.account_refresh(account=account, now=timezone.now())
        make_offer(make_listing(provider, f"Shop {number} {mark}"))
        shops.append(provider.pk)
    return World(shops, person)


def shop_of(provider_id: int) -> Shop:
    offer = Offer.objects.get(listing__provider=provider_id)
    buyer = User.objects.filter(email__startswith="buyer-").latest("pk")
    keeper = Provider.objects.get(pk=provider_id).keepers.get()
    shop = open_shop(place.store(), offer, buyer, keeper)
    shop.made = time.time_ns() + os.getpid()  # the form's word has to be new
    return shop


def an_event(shop: Shop) -> bytes:
    """Something that the gateway has said of this shop, as it is sent."""
    heard: list[bytes] = []
    shop.pay(shop.begin(shop.accepted()))

    def note(body: bytes, headers: dict[str, str]) -> int:
        heard.append(body)
        return 200

    webhooks.deliver(shop.store, note, "whsec_of_nobody")
    return next(body for body in heard if json.loads(body)["type"].startswith("payment_intent."))


def long_budget(person: User, lines: int) -> Budget:
    """A year of purchases, some a day, written in bulk the way the services would."""
    now, today = timezone.now(), timezone.localdate()
    budget = budgets.budget_open(
        person=person,
        source=Source.SELF_FUND,
        starts_on=today - timedelta(days=365),
        ends_on=today,
        allocated_pence=lines * 2000,
        outcomes=["I get out every day"],
        by=CLOCKWORK,
        now=now - timedelta(days=365),
    )
    outcome = budget.outcomes.first()
    moments = [now - timedelta(days=365) + timedelta(minutes=90 * n) for n in range(lines)]
    made = Purchase.objects.bulk_create(
        Purchase(
            person=person,
            kind=PurchaseKind.ELSEWHERE,
            state=PurchaseState.SPENT,
            state_since=now,
            title=f"Lunch club and the bus there, ticket number {n}",
            provider_name="St Decuman’s Hall",
            bought_on=timezone.localdate(at),
            method=Method.CASH,
            total_pence=1250,
            made_at=now,
        )
        for n, at in enumerate(moments)
    )
    PurchaseLine.objects.bulk_create(
        PurchaseLine(purchase=each, budget=budget, outcome=outcome, pence=1250) for each in made
    )
    inside = Account.objects.get(key=books.available(budget.pk).key)
    outside, _new = Account.objects.get_or_create(key=books.elsewhere(budget.pk).key, defaults={"kind": "elsewhere"})
    Entry.objects.bulk_create(
        Entry(
            key=f"bench:{each.public_id}",
            debit=outside,
            credit=inside,
            amount_pence=1250,
            at=at,
            why="paid",
            about=each.public_id,
        )
        for each, at in zip(made, moments, strict=True)
    )
    Account.objects.filter(pk=inside.pk).update(balance_pence=F("balance_pence") - 1250 * lines)
    Account.objects.filter(pk=outside.pk).update(balance_pence=F("balance_pence") + 1250 * lines)
    return budget


def payments(world: World, count: int) -> None:
    """Copies of one payment, ours and the gateway's, until the first shop has so many."""
    shop = shop_of(world.shops[0])
    have = PaymentAttempt.objects.filter(order__provider=world.shops[0], state="captured").count()
    first = shop.paid()
    attempt = first.attempts.get()
    with shop.store.open() as records:
        on = attempt.account.stripe_id or ""
        intent = json.dumps(records.get("payment_intent", attempt.payment_intent, on))
        charge = json.dumps(records.get("charge", attempt.charge_id, on))
    for start in range(have, count, BATCH):
        _copies(shop, first, attempt, intent, charge, range(start, min(start + BATCH, count)))


def _copies(shop: Shop, first: Order, attempt: PaymentAttempt, intent: str, charge: str, numbers: range) -> None:
    kept, orders, attempts, things = vars(first).copy(), [], [], []
    for name in ("id", "_state", "_prefetched_objects_cache", "public_id", "form_token"):
        kept.pop(name, None)
    kept = {name: value for name, value in kept.items() if name in {field.attname for field in Order._meta.fields}}
    for _n in numbers:
        mark = public_id()
        orders.append(Order(**kept, public_id=mark, form_token=f"copy-{mark}"))
    Order.objects.bulk_create(orders)
    was = (attempt.reference, attempt.payment_intent, attempt.charge_id)
    for order in orders:
        fresh = (f"order:{order.public_id}:0", f"pi_copy{order.pk}", f"ch_copy{order.pk}")
        facts = {field.attname: getattr(attempt, field.attname) for field in PaymentAttempt._meta.fields}
        facts |= {
            "id": None,
            "order_id": order.pk,
            "reference": fresh[0],
            "idempotency_key": f"copy-{order.pk}",
            "session_id": f"cs_copy{order.pk}",
            "payment_intent": fresh[1],
            "charge_id": fresh[2],
            "state_since": attempt.state_since - timedelta(hours=1),
        }
        attempts.append(PaymentAttempt(**facts))
        for kind, body, number in (("payment_intent", intent, fresh[1]), ("charge", charge, fresh[2])):
            for old, new in zip(was, fresh, strict=True):
                body = body.replace(old, new)
            created = json.loads(body)["created"]
            things.append((number, kind, attempt.account.stripe_id, "", created, None, body))
    PaymentAttempt.objects.bulk_create(attempts)
    with shop.store.open() as records:
        records.db.executemany(
            "INSERT INTO things (id, kind, account, parent, created, ends_at, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
            things,
        )
