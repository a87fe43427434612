"""The inbox: only what Stripe signed for us, in our mode, for an account of ours, is acted on; and only once."""

import json
import random
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import CLOCKWORK
from payments.gateway import services, signals
from payments.gateway.models import ConnectedAccount, WebhookEvent
from payments.gateway.states import AccountState, WebhookState
from payments.sandbox import cards, webhooks
from payments.sandbox import services as sandbox
from tests.factories.listings import make_provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def told():
    """What those above would hear."""
    heard = []

    def note(**facts):
        heard.append(facts)

    signals.object_changed.connect(note)
    yield heard
    signals.object_changed.disconnect(note)


@pytest.fixture
def paid(store, ask, account):
    opened = services.checkout_open(ask())
    sandbox.session_pay(store, session_id=opened.session_id, number=cards.SUCCESS.number)
    return opened


def waiting(store) -> list[dict]:
    """Every event the twin has to tell, oldest first."""
    with store.open() as records:
        return list(reversed(records.page("event", None, limit=1000)[0]))


def signed(event: dict, secret: str, at: int | None = None) -> tuple[bytes, dict[str, str]]:
    body = json.dumps(event).encode()
    return body, {"Stripe-Signature": webhooks.signature(body, secret, int(time.time()) if at is None else at)}


def test_a_payment_is_heard_and_those_above_see_it_as_it_is_now(paid, hear, told, account):
    hear()
    assert not WebhookEvent.objects.exclude(state=WebhookState.PROCESSED).exists()
    sessions = [facts for facts in told if facts["kind"] == "checkout.session"]
    assert [facts["object_id"] for facts in sessions] == [paid.session_id]
    assert sessions[0]["account"] == account
    assert sessions[0]["snapshot"].paid
    payments = [facts["snapshot"] for facts in told if facts["kind"] == "payment_intent"]
    assert {payment.reference for payment in payments} == {"order-1"}


def test_a_repeated_event_is_kept_once_and_told_once(paid, hear, told, store, settings, post):
    hear()
    before = len(told)
    for event in waiting(store):
        assert post(*signed(event, settings.STRIPE_WEBHOOK_SECRET)) == 200
    outbox.deliver()
    assert len(told) == before
    assert WebhookEvent.objects.count() == len(waiting(store))


def test_in_any_order_the_last_thing_told_is_what_is_true(paid, told, store, settings, post):
    """Events come late and shuffled; each is only a hint to look."""
    for seed in range(20):
        events = waiting(store)
        random.Random(seed).shuffle(events)
        WebhookEvent.objects.all().delete()
        told.clear()
        for event in events:
            post(*signed(event, settings.STRIPE_WEBHOOK_SECRET))
        outbox.deliver()
        assert all(facts["snapshot"].paid for facts in told)


def test_an_account_event_brings_its_state_up_to_date(store, provider, hear):
    account = services.account_open(provider=provider, by=CLOCKWORK, now=timezone.now())
    sandbox.onboarding_finish(store, account_id=account.stripe_id)
    hear()
    assert ConnectedAccount.objects.get().state == AccountState.READY
    sandbox.account_disconnect(store, account_id=account.stripe_id)
    hear()
    assert ConnectedAccount.objects.get().state == AccountState.DISCONNECTED


def test_when_stripe_cannot_be_asked_the_event_waits_and_is_acted_on_later(paid, hear, told, settings):
    settings.SANDBOX_FAULT = lambda method, path: "500"
    hear()
    assert told == []
    assert WebhookEvent.objects.exclude(state=WebhookState.RECEIVED).count() == 0
    settings.SANDBOX_FAULT = None
    for row in outbox.pending():
        services.webhook_process(event_pk=row.payload["event"], now=timezone.now())
    assert any(facts["kind"] == "checkout.session" for facts in told)


def test_each_place_that_stripe_sends_from_has_its_own_secret(paid, store, settings, post):
    event = waiting(store)[0]
    settings.STRIPE_WEBHOOK_SECRET = "whsec_of_accounts, whsec_of_ours,"
    assert [post(*signed(event, each)) for each in ("whsec_of_accounts", "whsec_of_ours")] == [200, 200]
    assert [post(*signed(event, each)) for each in ("whsec_of_others", "", " ")] == [400, 400, 400]
    assert WebhookEvent.objects.count() == 1


FORGERIES = {
    "unsigned": lambda event, secret: (json.dumps(event).encode(), {}),
    "empty signature": lambda event, secret: (json.dumps(event).encode(), {"Stripe-Signature": ""}),
    "nonsense signature": lambda event, secret: (json.dumps(event).encode(), {"Stripe-Signature": "t=x,v1=,"}),
    "wrong secret": lambda event, secret: signed(event, "whsec_somebody_else"),
    "empty secret": lambda event, secret: signed(event, ""),
    "301 seconds old": lambda event, secret: signed(event, secret, int(time.time()) - 301),
    "one byte changed": lambda event, secret: (
        (made := signed(event, secret))[0].replace(b'"amount_total": 3600', b'"amount_total": 3601'),
        made[1],
    ),
    "signed for an older scheme": lambda event, secret: (
        (made := signed(event, secret))[0],
        {"Stripe-Signature": made[1]["Stripe-Signature"].replace("v1=", "v0=")},
    ),
    "not an event": lambda event, secret: signed({"hello": "there"}, secret),
    "a list": lambda event, secret: signed([event], secret),
    "without its object": lambda event, secret: signed(event | {"data": {}}, secret),
    "not text": lambda event, secret: (b"\xff\xfe", {"Stripe-Signature": webhooks.signature(b"\xff\xfe", secret, 1)}),
}


@pytest.mark.fault("M4")
@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_webhook_is_turned_away_and_leaves_nothing(paid, store, settings, post, told, forgery):
    event = next(event for event in waiting(store) if event["type"] == "checkout.session.completed")
    body, headers = FORGERIES[forgery](event, settings.STRIPE_WEBHOOK_SECRET)
    assert post(body, headers) == 400
    assert not WebhookEvent.objects.exists()
    assert not outbox.pending("gateway.webhook_received")
    assert told == []


def test_canary_an_honest_webhook_a_moment_inside_the_tolerance_is_kept(paid, store, settings, post):
    """Without this, an endpoint that turned everything away would pass the test above."""
    event = next(event for event in waiting(store) if event["type"] == "checkout.session.completed")
    assert post(*signed(event, settings.STRIPE_WEBHOOK_SECRET, int(time.time()) - 290)) == 200
    assert WebhookEvent.objects.get().event_id == event["id"]


@pytest.mark.fault("M3")
@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"livemode": True}, "wrong mode"),
        ({"account": "acct_of_a_stranger"}, "unknown account"),
        ({"account": ""}, "no account"),
    ],
)
def test_a_genuine_event_that_is_not_for_us_is_set_aside(paid, store, settings, post, told, changed, reason):
    event = next(event for event in waiting(store) if event["type"] == "checkout.session.completed") | changed
    assert post(*signed(event, settings.STRIPE_WEBHOOK_SECRET)) == 200
    outbox.deliver()
    row = WebhookEvent.objects.get()
    assert (row.state, row.reason) == (WebhookState.QUARANTINED, reason)
    assert told == []


@pytest.mark.fault("M4")
def test_an_event_that_names_another_accounts_payment_is_set_aside(paid, store, settings, post, told, cast):
    other = services.account_open(
        provider=make_provider(cast.council["wharfe"], cast.asha, name="Asha"), by=CLOCKWORK, now=timezone.now()
    )
    event = next(event for event in waiting(store) if event["type"] == "checkout.session.completed")
    event = event | {"account": other.stripe_id, "id": "evt_elsewhere"}
    assert post(*signed(event, settings.STRIPE_WEBHOOK_SECRET)) == 200
    outbox.deliver()
    row = WebhookEvent.objects.get(event_id="evt_elsewhere")
    assert row.state == WebhookState.QUARANTINED
    assert row.reason.startswith("refused")
    assert told == []


def test_what_was_set_aside_can_be_replayed_when_its_cause_is_gone(paid, store, settings, post, told, account):
    stripe_id = account.stripe_id
    ConnectedAccount.objects.update(stripe_id="acct_not_yet")
    event = next(event for event in waiting(store) if event["type"] == "checkout.session.completed")
    post(*signed(event, settings.STRIPE_WEBHOOK_SECRET))
    row = WebhookEvent.objects.get()
    services.webhook_replay(row=row, by=CLOCKWORK, now=timezone.now())
    outbox.deliver()
    row.refresh_from_db()
    assert row.reason == "unknown account"
    ConnectedAccount.objects.update(stripe_id=stripe_id)
    services.webhook_replay(row=row, by=CLOCKWORK, now=timezone.now())
    outbox.deliver()
    row.refresh_from_db()
    assert row.state == WebhookState.PROCESSED
    assert [facts["object_id"] for facts in told] == [event["data"]["object"]["id"]]


def test_only_a_post_is_a_webhook(db):
    assert Client().get("/payments/webhooks/stripe/").status_code == 405


def test_a_listener_that_finds_the_thing_does_not_fit_sets_the_event_aside(paid, store, settings, post):
    """A paid page of another amount or order must wait for a person, not be acted on or lost."""

    def object_to(**facts):
        raise signals.NotOurs("another amount")

    event = next(event for event in waiting(store) if event["type"] == "checkout.session.completed")
    signals.object_changed.connect(object_to)
    try:
        post(*signed(event, settings.STRIPE_WEBHOOK_SECRET))
        outbox.deliver()
    finally:
        signals.object_changed.disconnect(object_to)
    row = WebhookEvent.objects.get()
    assert (row.state, row.reason) == (WebhookState.QUARANTINED, "not ours: another amount")
    assert not outbox.pending()


def test_words_of_old_events_are_forgotten_and_the_row_still_stops_a_repeat(paid, hear, store, settings, post):
    hear()
    assert services.webhooks_forget(now=timezone.now() + timedelta(days=89)) == 0
    count = WebhookEvent.objects.count()
    assert services.webhooks_forget(now=timezone.now() + timedelta(days=91)) == count
    for event in waiting(store):
        post(*signed(event, settings.STRIPE_WEBHOOK_SECRET))
    assert WebhookEvent.objects.count() == count
    assert not outbox.pending()
