"""The fault rows of money that need no real server: lost answers, news in any order, forgeries, providers who leave."""

import json
import random
import time
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
import stripe
from django.conf import settings as site
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from marketplace.core import clock, outbox
from marketplace.core.errors import DomainError
from marketplace.core.models import OutboxRow
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount, WebhookEvent
from payments.gateway.services import webhooks as inbox
from payments.orders import jobs, services
from payments.orders.models import Dispute, Order, PaymentAttempt, Receivable, Refund
from payments.orders.services import paying, refunding
from payments.orders.states import AttemptState, OrderState
from payments.sandbox import cards, webhooks
from payments.sandbox import services as sandbox
from payments.sandbox.transport import SandboxTransport
from tests.faults.plugin import share
from tests.integration.orders.shop import PRICE, Misfortune, Shop, by_self, forgets_the_bank, open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(store, offer, cast, account) -> Shop:
    return open_shop(store, offer, cast.ken, cast.sam)


def send_what_waits(shop: Shop) -> None:
    """The worker's turn, by whichever clock is ahead: rows are due by the real one."""
    outbox.deliver(now=max(shop.at, timezone.now()) + timedelta(minutes=1), limit=10_000)


def settle(shop: Shop, rounds: int = 4) -> None:
    for _round in range(rounds):
        shop.later(minutes=70)
        jobs.look_round(shop.at)
        send_what_waits(shop)


def buy_and_sometimes_cancel(shop: Shop, chance: random.Random) -> None:
    order = shop.accepted()
    for _click in range(3):
        try:
            attempt = shop.begin(order)
        except DomainError:
            continue
        if attempt.session_url and chance.random() < 0.8:
            pay_if_open(shop, attempt.session_id)
    for page in shop.open_pages():  # an old tab, opened by an answer that we never heard
        if page["client_reference_id"].split(":")[1] == order.public_id and chance.random() < 0.5:
            pay_if_open(shop, page["id"])
    try:
        order = services.order_look_up(order=order, now=shop.at)
        if chance.random() < 0.3:
            services.order_cancel(order=order, by=by_self(shop.buyer), now=shop.at)
    except DomainError:
        pass
    send_what_waits(shop)


def pay_if_open(shop: Shop, session_id: str) -> None:
    with suppress(sandbox.NotOpen):
        sandbox.session_pay(shop.store, session_id=session_id, number=cards.SUCCESS.number)


@pytest.mark.fault("M2")
def test_whatever_goes_wrong_on_the_way_every_payment_is_known_once(shop, chance, settings, fault_row):
    calls = share(10_000)
    settings.SANDBOX_FAULT = trouble = Misfortune(chance)
    while trouble.calls < calls:
        buy_and_sometimes_cancel(shop, chance)
        shop.later(minutes=3)
    fault_row.count(trouble.calls)
    settings.SANDBOX_FAULT = None
    settle(shop)
    for wrong in shop.troubles():
        fault_row.violation(wrong)
    stuck = PaymentAttempt.objects.filter(state__in=[AttemptState.STARTED, AttemptState.UNKNOWN, AttemptState.OPEN])
    assert not stuck.exists()
    assert not Refund.objects.filter(state__in=["started", "unknown"]).exists()


@pytest.mark.fault("M2", canary=True)
def test_canary_an_unknown_result_taken_for_a_failure_makes_somebody_pay_twice(shop, chance, settings, monkeypatch):
    real = paying.gateway.checkout_open

    def hasty(request):
        try:
            return real(request)
        except gateway.GatewayUnknown as error:
            raise gateway.GatewayRefused("it must have failed") from error

    settings.SANDBOX_FAULT = Misfortune(chance)
    monkeypatch.setattr(paying.gateway, "checkout_open", hasty)
    for _order in range(200):
        buy_and_sometimes_cancel(shop, chance)
        if any(len(charges) > 1 for charges in shop.charges().values()):
            return
    pytest.fail("nobody paid twice")


def said(store) -> list[tuple[bytes, dict]]:
    """Everything the gateway has to say, without saying it."""
    heard: list[tuple[bytes, dict]] = []

    def note(body: bytes, headers: dict) -> int:
        heard.append((body, headers))
        return 200

    while webhooks.deliver(store, note, site.STRIPE_WEBHOOK_SECRET):
        pass
    return heard


def hear(event: tuple[bytes, dict]) -> None:
    inbox.webhook_receive(body=event[0], signature=event[1]["Stripe-Signature"], now=timezone.now())


def picture() -> dict:
    """What the site believes about money."""
    return {
        "orders": sorted(Order.objects.values_list("public_id", "state")),
        "attempts": sorted(
            PaymentAttempt.objects.values_list(
                "reference", "state", "captured_pence", "refunded_pence", "disputed_pence"
            )
        ),
        "disputes": sorted(Dispute.objects.values_list("dispute_id", "state")),
        "owed": sorted(Receivable.objects.filter(state="owed").values_list("key", "amount_pence")),
        "accounts": sorted(ConnectedAccount.objects.values_list("state", flat=True)),
        "earned": sorted(PaymentAttempt.objects.values_list("earning__state", "earning__payout__payout_id")),
    }


def live_and_tell(shop: Shop) -> list[tuple[bytes, dict]]:
    """A payment, a payout, money back, a dispute won, an account that stopped and went on: all that was said of it."""
    order = shop.accepted()
    shop.pay(shop.begin(order))
    charge = shop.record("charge")[0]
    account = ConnectedAccount.objects.get().stripe_id
    payout = sandbox.payout_make(shop.store, account_id=account)
    sandbox.payout_arrive(shop.store, payout_id=payout["id"])
    gateway.refund_create(
        account=account,
        payment_intent=shop.record("payment_intent")[0]["id"],
        amount_pence=600,
        reference="made-at-stripe",
        idempotency_key="made-at-stripe",
    )
    dispute = sandbox.dispute_open(shop.store, charge_id=charge["id"])
    sandbox.dispute_close(shop.store, dispute_id=dispute["id"], won=True)
    sandbox.account_restrict(shop.store, account_id=account, due=["external_account"])
    sandbox.onboarding_finish(shop.store, account_id=account)
    return said(shop.store)


AT_ONCE = ("orders", "attempts", "owed", "accounts")  # a payout or a dispute heard of before its payment waits a night


def heard_in_any_order(
    news: list[tuple[bytes, dict]], chance: random.Random, at_least: int, *, night: bool = True
) -> tuple[list[dict], int]:
    """The different pictures that shuffled news end in, some of it late and twice; and how many events were heard.

    With the nightly comparison before the picture, or without: it puts right also what an inbox never did.
    """
    pictures, heard = list[dict](), 0
    while heard < at_least:
        stream = news + chance.sample(news, k=chance.randint(0, len(news)))
        chance.shuffle(stream)
        savepoint = transaction.savepoint()
        for event in stream:
            hear(event)
            if chance.random() < 0.5:
                outbox.deliver(limit=100)
        outbox.deliver(limit=1000)
        if night:
            services.payments_reconcile(now=timezone.now() + timedelta(hours=1))
        seen = picture()
        transaction.savepoint_rollback(savepoint)
        heard += len(stream)
        if seen not in pictures:
            pictures.append(seen)
    return pictures, heard


@pytest.mark.fault("M3")
def test_news_in_any_order_late_and_again_ends_in_the_same_picture(shop, chance, fault_row):
    news = live_and_tell(shop)
    pictures, heard = heard_in_any_order(news, chance, share(5_000))
    same_day, more = heard_in_any_order(news, chance, share(5_000), night=False)
    fault_row.count(heard + more)
    for other in pictures[1:]:
        fault_row.violation(f"ends in {other}, not in {pictures[0]}")
    for other in same_day:
        if any(other[part] != pictures[0][part] for part in AT_ONCE):
            fault_row.violation(f"is {other} on the same day, not {pictures[0]}")
    for event in news:
        hear(event)
    outbox.deliver(limit=1000)
    assert picture() == pictures[0], "in its own order nothing waits for the night"
    reference = PaymentAttempt.objects.get().reference
    assert pictures[0]["attempts"] == [(reference, "captured", PRICE, 600, 0)]
    assert pictures[0]["orders"][0][1] == OrderState.PART_REFUNDED
    assert pictures[0]["owed"] == [(reference, 600)]
    assert pictures[0]["accounts"] == ["ready"]


@pytest.mark.fault("M3", canary=True)
def test_canary_a_site_that_believes_the_message_ends_elsewhere(shop, chance, monkeypatch):
    """The same news to a site that takes what a message says for what is: the last one to come wins."""
    act, ask, told = inbox._act, SandboxTransport.request, dict[str, str]()

    def believing(row: WebhookEvent, account: ConnectedAccount, now: datetime) -> None:
        thing = json.loads(row.body)["data"]["object"]
        told.clear()
        told[thing["id"]] = json.dumps(thing)
        act(row, account, now)
        told.clear()

    def never_asked(self, method, url, headers, post_data=None, **unused):
        name = url.partition("?")[0].rsplit("/", 1)[1]
        if method.upper() == "GET" and name in told:
            return told[name], 200, {}
        return ask(self, method, url, headers, post_data, **unused)

    news = live_and_tell(shop)
    monkeypatch.setattr(inbox, "_act", believing)
    monkeypatch.setattr(SandboxTransport, "request", never_asked)
    pictures, _heard = heard_in_any_order(news, chance, 200)
    assert len(pictures) > 1


@pytest.mark.fault("M3", canary=True)
def test_canary_an_inbox_that_hears_and_does_nothing_ends_elsewhere(shop, chance, monkeypatch):
    """The same news to a site that keeps every message and acts on none."""
    news = live_and_tell(shop)
    heard, _count = heard_in_any_order(news, chance, 50, night=False)
    monkeypatch.setattr(inbox, "_act", lambda *_all: None)
    unheard, _count = heard_in_any_order(news, chance, 50, night=False)
    for part in ("orders", "attempts", "owed"):
        assert unheard[0][part] != heard[0][part], part


def forge(event: dict, body: bytes, secret: str, chance: random.Random) -> tuple[bytes, str]:
    """A webhook that nobody at the gateway sent, in one of the ways people try."""
    now = int(time.time())
    way = chance.randrange(7)
    if way == 0:
        return body, ""
    if way == 1:
        return body, webhooks.signature(body, chance.choice(["", "whsec_", "whsec_of_somebody_else"]), now)
    if way == 2:
        return body, webhooks.signature(body, secret, now - 301 - chance.randrange(10**6))
    if way == 3:
        at = chance.randrange(len(body))
        edited = body[:at] + bytes([body[at] ^ (1 << chance.randrange(8))]) + body[at + 1 :]
        return edited, webhooks.signature(body, secret, now)
    if way == 4:
        return body, webhooks.signature(body, secret, now).replace("v1=", "v0=")
    if way == 5:
        whole = webhooks.signature(body, secret, now)
        return body, whole[: chance.randrange(len(whole) - 1)]
    return body[: chance.randrange(1, len(body))], webhooks.signature(body, secret, now)


@pytest.mark.fault("M4")
def test_a_forgery_is_turned_away_and_a_stranger_to_us_is_set_aside(shop, chance, settings, fault_row):
    order = shop.accepted()
    attempt = shop.begin(order)
    shop.pay(attempt)
    news, secret = [body for body, _headers in said(shop.store)], settings.STRIPE_WEBHOOK_SECRET
    before, client = picture(), Client()
    for n in range(share(2000)):
        body = chance.choice(news)
        event = json.loads(body)
        expected, genuine = 400, chance.random() < 0.3
        if genuine:  # signed by the gateway, and not for us: mode, account, or an unknown thing
            thing = event["data"]["object"] | {"id": f"pi_unknown{n}", "object": "payment_intent"}
            other = chance.choice(
                [{"livemode": True}, {"account": f"acct_stranger{n}"}, {"account": ""}, {"data": {"object": thing}}]
            )
            body = json.dumps(event | other | {"id": f"evt_{n}"}).encode()
            signature, expected = webhooks.signature(body, secret, int(time.time())), 200
        else:
            body, signature = forge(event, body, secret, chance)
        answer = client.post(
            "/payments/webhooks/stripe/", body, content_type="application/json", headers={"Stripe-Signature": signature}
        )
        fault_row.count()
        if answer.status_code != expected:
            fault_row.violation(f"{expected} expected, {answer.status_code} for {body[:80]!r}")
    outbox.deliver(limit=10_000)
    if picture() != before:
        fault_row.violation(f"something moved: {before} became {picture()}")
    assert not WebhookEvent.objects.filter(state="processed").exists()


@pytest.mark.fault("M4", canary=True)
def test_canary_without_the_signature_check_a_forgery_gets_in(shop, monkeypatch):
    shop.pay(shop.begin(shop.accepted()))
    body = said(shop.store)[-1][0]
    monkeypatch.setattr(stripe.WebhookSignature, "verify_header", staticmethod(lambda *args: True))
    assert Client().post("/payments/webhooks/stripe/", body, content_type="application/json").status_code == 200


@pytest.mark.fault("M9")
def test_a_provider_who_leaves_or_is_stopped_at_any_moment_is_shown_honestly(shop, chance, fault_row, client_of):
    """At a random moment of a random payment. Never "paid" unless seen; never "paid nothing" when nobody can look."""
    account = ConnectedAccount.objects.get().stripe_id
    ken = client_of(shop.buyer)
    for _order in range(share(500)):
        order, step, leaves = shop.accepted(), chance.randrange(4), chance.random() < 0.6
        savepoint = transaction.savepoint()
        if step > 0:
            attempt = shop.begin(order)
        if step > 1:
            shop.pay(attempt)
        if step > 2:
            services.order_look_up(order=order, now=shop.at)
        if leaves:
            sandbox.account_disconnect(shop.store, account_id=account)
        else:
            sandbox.account_restrict(shop.store, account_id=account, due=["external_account"])
        gateway.account_refresh(account=ConnectedAccount.objects.get(), now=shop.at)
        send_what_waits(shop)
        order.refresh_from_db()
        page = ken.get(f"/orders/{order.public_id}/").content.decode()
        expected = OrderState.ACCEPTED
        if step == 3 or (step == 2 and not leaves):
            expected = OrderState.PAID
        elif step > 0 and leaves:
            expected = OrderState.PAYMENT_UNCLEAR
        fault_row.count()
        if order.state != expected:
            fault_row.violation(f"step {step}, leaves {leaves}: {order.state}, not {expected}")
        if expected == OrderState.PAYMENT_UNCLEAR and ("paid nothing" in page or "All set" in page):
            fault_row.violation(f"step {step}: the page claims what nobody has seen")
        if f"/orders/{order.public_id}/pay/" in page:
            fault_row.violation(f"step {step}, leaves {leaves}: still asks for money")
        in_flight = leaves or expected != OrderState.PAID
        if in_flight and not OutboxRow.objects.filter(topic="orders.council_letter").exists():
            fault_row.violation("the council was not told")
        transaction.savepoint_rollback(savepoint)
        with shop.store.open() as records:
            records.save(records.get("account", account, "") | {"_disconnected": False})
        sandbox.onboarding_finish(shop.store, account_id=account)


def disputed_after_the_payout(shop: Shop, chance: random.Random, tries: int) -> list[str]:
    """What went wrong in so many payments: paid out, some given back in part, all taken back by a bank."""
    account, wrong = ConnectedAccount.objects.get(), list[str]()
    for _order in range(tries):
        sandbox.debt_collect(shop.store, account_id=account.stripe_id)
        order = shop.paid()
        attempt = order.attempts.get()
        payout = sandbox.payout_make(shop.store, account_id=account.stripe_id)
        sandbox.payout_arrive(shop.store, payout_id=payout["id"])
        gateway.payout_refresh(account=account, payout_id=payout["id"], now=shop.at)
        if chance.choice([True, False]):
            shop.give_back(order, 600)
            send_what_waits(shop)
        shown = gateway.dispute_look_up(
            account=account.stripe_id,
            dispute_id=sandbox.dispute_open(shop.store, charge_id=attempt.charge_id)["id"],
        )
        for _again in range(2):
            services.dispute_settle(account=account, shown=shown, now=shop.at)
        attempt.refresh_from_db()
        owed = sum(Receivable.objects.filter(order=order, state="owed").values_list("amount_pence", flat=True))
        if owed != PRICE:
            wrong.append(f"{order}: {owed}p is owed, not {PRICE}p")
        if attempt.disputed_pence + attempt.refund_asked_pence > PRICE:
            wrong.append(f"{order}: more than the price went back")
        with suppress(DomainError):
            shop.give_back(order, 1)
            wrong.append(f"{order}: a refund on top of a dispute")
    return wrong


@pytest.mark.fault("M11")
def test_a_dispute_after_the_payout_is_owed_by_the_provider_and_never_given_back_as_well(shop, chance, fault_row):
    fault_row.count(share(100))
    for wrong in disputed_after_the_payout(shop, chance, share(100)):
        fault_row.violation(wrong)


@pytest.mark.fault("M11", canary=True)
def test_canary_a_refund_that_forgets_the_bank_comes_on_top_of_a_dispute(shop, chance, monkeypatch):
    forgets_the_bank(monkeypatch)
    assert any("on top of a dispute" in words for words in disputed_after_the_payout(shop, chance, 3))


def test_a_refund_on_top_of_a_dispute_is_refused_by_the_database_too(shop):
    """The service is the courtesy, the constraint is the law."""
    attempt = shop.paid().attempts.get()
    PaymentAttempt.objects.update(disputed_pence=PRICE)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentAttempt.objects.filter(pk=attempt.pk).update(refund_asked_pence=1)


CLOCKS = {
    "a day slow": timedelta(days=-1),
    "ten minutes slow": timedelta(minutes=-10),
    "ten minutes fast": timedelta(minutes=10),
    "the night the clocks go forward": datetime(2026, 3, 29, 0, 59, 30, tzinfo=timezone.get_fixed_timezone(0)),
    "the night they go back": datetime(2026, 10, 25, 0, 59, 30, tzinfo=timezone.get_fixed_timezone(0)),
    "midnight": datetime(2026, 6, 30, 22, 59, 30, tzinfo=timezone.get_fixed_timezone(0)),
}


@pytest.mark.fault("M12")
@pytest.mark.parametrize("clock", CLOCKS)
def test_a_wrong_clock_costs_nobody_money(shop, clock):
    """The site's clock against the gateway's: paid once or not at all, and never called paid for nothing."""
    setting = CLOCKS[clock]
    if isinstance(setting, timedelta):
        shop.at += setting
    else:
        shop.later(seconds=int((setting - shop.at).total_seconds()))
    order = shop.accepted()
    try:
        shop.pay(shop.begin(order))
    except services.GatewayRefused:
        assert clock == "a day slow", "the gateway takes no page that ended yesterday"
    services.order_look_up(order=order, now=shop.at)
    settle(shop)
    order.refresh_from_db()
    assert shop.troubles() == []
    assert order.state == (OrderState.ACCEPTED if clock == "a day slow" else OrderState.PAID)


@pytest.mark.fault("M15")
def test_mail_that_is_down_stops_no_payment_and_follows(shop, settings, fault_row, mailoutbox):
    settings.EMAIL_BACKEND = "tests.integration.orders.conftest.DeadPost"
    orders = [shop.paid() for _each in range(share(200))]
    tried_at = clock.now()
    outbox.deliver(limit=10_000)
    for order in orders:
        fault_row.count()
        if order.state != OrderState.PAID:
            fault_row.violation(f"{order} is {order.state}")
    waiting = outbox.pending("orders.letter")
    assert waiting.count() >= 2 * len(orders)
    for tries in range(1, 6):
        assert set(waiting.values_list("attempts", flat=True)) == {tries}
        soonest, latest = (waiting.order_by(order).first().due_at for order in ("due_at", "-due_at"))
        wait = timedelta(seconds=10 * 2 ** (tries - 1))
        assert tried_at + wait <= soonest <= latest <= clock.now() + wait, "each wait is twice as long as the last"
        outbox.deliver(now=soonest - timedelta(seconds=1), limit=10_000)
        assert set(waiting.values_list("attempts", flat=True)) == {tries}, "nobody knocks before it is time"
        if tries == 5:
            settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        tried_at = clock.now()
        outbox.deliver(now=latest, limit=10_000)
    assert not waiting.exists()
    receipts = [letter for letter in mailoutbox if "receipt" in letter.subject]
    if len(receipts) != len(orders):
        fault_row.violation(f"{len(receipts)} receipts for {len(orders)} payments")
    told = [letter for letter in mailoutbox if letter.to == ["sam@example.org"] and "paid" in letter.subject]
    if len(told) != len(orders):
        fault_row.violation(f"the provider was told of {len(told)} payments of {len(orders)}")


@pytest.mark.fault("M6")
def test_buttons_pressed_twice_and_news_before_answers_never_give_back_more_than_was_paid(shop, chance, fault_row):
    """On one connection, in every interleaving that luck finds; many connections at once are in test_races."""
    for _order in range(share(1000)):
        order = shop.paid()
        for _press in range(chance.randint(2, 4)):
            pence = chance.choice([1, 600, 1800, 3000, PRICE])
            try:
                shop.give_back(order, pence)
            except services.MoreThanPaid:
                pass
            except services.NothingPaid:
                pass
            if chance.random() < 0.5:
                send_what_waits(shop)
        refund = Refund.objects.filter(attempt__order=order, state="started").first()
        if refund is not None:  # the webhook comes while the answer is under way
            shown = gateway.refund_create(
                account=refund.attempt.account.stripe_id,
                payment_intent=refund.attempt.payment_intent,
                amount_pence=refund.amount_pence,
                reference=refund.public_id,
                idempotency_key=refund.idempotency_key,
            )
            refunding.refund_settle(refund=refund, shown=shown, now=shop.at)
            refunding.refund_send(refund=refund, now=shop.at)
        send_what_waits(shop)
        fault_row.count()
    for wrong in shop.troubles():
        fault_row.violation(wrong)
