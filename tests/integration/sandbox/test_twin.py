"""The twin keeps state as Stripe does: keys, accounts, time, and one success at most a page."""

import multiprocessing
import sqlite3
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import stripe

from payments.sandbox import cards, services, webhooks
from payments.sandbox.store import Records, Store


def charges(store: Store) -> list[dict]:
    with store.open() as records:
        return records.page("charge", None, limit=10_000)[0]


def test_a_key_answers_again_word_for_word_even_after_the_page_was_paid(store, page):
    first = page(key="k")
    services.session_pay(store, session_id=first.id, number=cards.SUCCESS.number)
    again = page(key="k", expires_at=first.expires_at)
    assert again.id == first.id
    assert again.status == "open"
    assert again.last_response.headers["idempotent-replayed"] == "true"


def test_a_key_with_other_parameters_is_an_error_and_makes_nothing(store, page):
    first = page(key="k")
    with pytest.raises(stripe.IdempotencyError):
        page(key="k", expires_at=first.expires_at, client_reference_id="another")
    with store.open() as records:
        assert len(records.page("checkout.session", None, limit=10)[0]) == 1


def test_keys_belong_to_an_account(store, client, page):
    from tests.integration.sandbox.conftest import CONTROLLER

    other = client.v1.accounts.create({"country": "GB", "controller": CONTROLLER}).id
    services.onboarding_finish(store, account_id=other)
    assert page(key="k").id != page(key="k", on=other).id


def test_a_request_that_is_none_leaves_its_key_free(page):
    with pytest.raises(stripe.InvalidRequestError):
        page(key="k", mode="subscription")
    assert page(key="k").status == "open"


def test_a_refusal_is_kept_under_its_key_once_its_work_had_begun(store, client, account, page):
    """Asked again under it, the answer is the same whatever has changed; under another it is what is true now."""
    made = page(key="k")
    services.session_pay(store, session_id=made.id, number=cards.SUCCESS.number)
    paid = client.v1.checkout.sessions.retrieve(made.id, {}, {"stripe_account": account}).payment_intent
    asked = {"payment_intent": paid, "amount": 100}

    def give_back(key: str) -> stripe.Refund:
        return client.v1.refunds.create(asked, {"stripe_account": account, "idempotency_key": key})

    with store.open() as records:
        (charge,) = records.page("charge", None, limit=10)[0]
        records.save(charge | {"disputed": True})
    for _again in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            give_back("r")
        with store.open() as records:
            records.save(charge)
    assert refused.value.headers["idempotent-replayed"] == "true"
    assert give_back("r2").amount == 100


def test_forgotten_keys_make_a_second_page(store, page):
    """Stripe forgets after 24 hours: a caller that relies on keys alone would pay twice."""
    first = page(key="k")
    store.keys_forget()
    assert page(key="k", expires_at=first.expires_at).id != first.id


def test_an_account_with_open_questions_cannot_charge(client, page):
    from tests.integration.sandbox.conftest import CONTROLLER

    fresh = client.v1.accounts.create({"country": "GB", "controller": CONTROLLER}).id
    with pytest.raises(stripe.InvalidRequestError, match="cannot currently make live charges"):
        page(on=fresh)


def test_a_page_ends_when_its_time_is_up(store, client, account, page):
    opened = page()
    store.clock_move(31 * 60 + 1)
    assert client.v1.checkout.sessions.retrieve(opened.id, {}, {"stripe_account": account}).status == "expired"
    with pytest.raises(services.NotOpen):
        services.session_pay(store, session_id=opened.id, number=cards.SUCCESS.number)
    assert charges(store) == []


def test_a_refused_card_leaves_the_page_open_and_the_next_one_pays(store, client, account, page):
    opened = page()
    for number in (cards.DECLINED.number, cards.NO_FUNDS.number, cards.EXPIRED.number):
        with pytest.raises(services.CardRefused):
            services.session_pay(store, session_id=opened.id, number=number)
    services.session_pay(store, session_id=opened.id, number=cards.SUCCESS.number)
    intents = client.v1.payment_intents.list({}, {"stripe_account": account}).data
    assert [intent.status for intent in intents] == ["succeeded"]
    assert sorted(charge["status"] for charge in charges(store)) == ["failed", "failed", "failed", "succeeded"]


def test_an_unapproved_payment_takes_nothing(store, page):
    opened = page()
    services.session_pay(store, session_id=opened.id, number=cards.ASKS.number)
    assert charges(store) == []
    with pytest.raises(services.CardRefused):
        services.session_approve(store, session_id=opened.id, approved=False)
    assert charges(store) == []
    with pytest.raises(services.NotOpen):
        services.session_approve(store, session_id=opened.id, approved=True)


def test_the_payment_of_a_page_is_ended_by_ending_the_page(store, client, account, page):
    opened = page()
    with pytest.raises(services.CardRefused):
        services.session_pay(store, session_id=opened.id, number=cards.DECLINED.number)
    on = {"stripe_account": account}
    intent = client.v1.payment_intents.list({}, on).data[0]
    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session"):
        client.v1.payment_intents.cancel(intent.id, {}, on)
    client.v1.checkout.sessions.expire(opened.id, {}, on)
    assert client.v1.payment_intents.retrieve(intent.id, {}, on).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.cancel(intent.id, {}, on)
    assert refused.value.code == "payment_intent_unexpected_state"


def pay_in_tabs(store: Store, session_id: str) -> list[str]:
    """Eight tabs press the button at the same moment; what each was told."""
    outcomes = []
    together = threading.Barrier(8)

    def pay() -> None:
        together.wait()
        try:
            services.session_pay(store, session_id=session_id, number=cards.SUCCESS.number)
            outcomes.append("paid")
        except services.NotOpen:
            outcomes.append("too late")

    threads = [threading.Thread(target=pay) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_two_tabs_pay_once(store, page):
    for _ in range(20):
        assert pay_in_tabs(store, page().id) == ["paid"] + ["too late"] * 7
    assert [charge["status"] for charge in charges(store)] == ["succeeded"] * 20


class Unguarded(Store):
    """The twin without its queue: every statement for itself."""

    @contextmanager
    def open(self):
        yield Records(self._connection())


def test_canary_without_the_queue_two_tabs_pay_more_than_once(store, page):
    loose = Unguarded(store.path)
    assert any(pay_in_tabs(loose, page().id).count("paid") > 1 for _ in range(20))


class Forgetful(Records):
    """What it says of a key is a moment old."""

    def key_get(self, account, key):
        found = super().key_get(account, key)
        time.sleep(0.01)
        return found


class Hesitant(Unguarded):
    """The same, with a moment between looking for a key and keeping it."""

    @contextmanager
    def open(self):
        yield Forgetful(self._connection())


def _open_many(kind: type[Store], path: str, account: str, results, together) -> None:
    """Twenty pages, each under a key of its own, asked for together; the id of each, or "" where the server broke."""
    from payments.sandbox.transport import SandboxTransport

    client = stripe.StripeClient("sk_test_x", http_client=SandboxTransport(kind(path)), max_network_retries=0)
    price = {"currency": "gbp", "unit_amount": 100, "product_data": {"name": "Order"}}
    params = {"mode": "payment", "line_items": [{"price_data": price, "quantity": 1}], "success_url": "http://a/b"}
    for number in range(20):
        options = {"stripe_account": account, "idempotency_key": f"order-{number}"}
        together.wait(60)
        try:
            results.put(client.v1.checkout.sessions.create(params, options).id)
        except (sqlite3.Error, stripe.StripeError):
            results.put("")


def same_keys(kind: type[Store], store: Store, account: str) -> tuple[set[str], int]:
    """The ids that three processes were given for twenty keys, and how many pages there are then."""
    spawn = multiprocessing.get_context("spawn")
    results, together = spawn.Queue(), spawn.Barrier(3)
    facts = (kind, str(store.path), account, results, together)
    workers = [spawn.Process(target=_open_many, args=facts) for _ in range(3)]
    for worker in workers:
        worker.start()
    ids = {results.get(timeout=60) for _ in range(60)}
    for worker in workers:
        worker.join()
    with store.open() as records:
        return ids, len(records.page("checkout.session", None, limit=1000)[0])


def test_several_processes_with_the_same_keys_make_each_page_once(store, account):
    ids, made = same_keys(Store, store, account)
    assert (len(ids), "" in ids, made) == (20, False, 20)


def test_canary_without_the_queue_the_same_keys_make_pages_twice(store, account):
    ids, made = same_keys(Hesitant, store, account)
    assert made > 20 or "" in ids


def test_lists_come_in_pages_newest_first(client, account, page):
    made = [page().id for _ in range(5)]
    on = {"stripe_account": account}
    found = [session.id for session in client.v1.checkout.sessions.list({"limit": 2}, on).auto_paging_iter()]
    assert found == made[::-1]
    later = int(datetime(2090, 1, 1, tzinfo=UTC).timestamp())
    assert client.v1.checkout.sessions.list({"created": {"gte": later}}, on).data == []


def test_an_undelivered_webhook_is_tried_again_later_and_not_before(store, page):
    opened = page()
    services.session_pay(store, session_id=opened.id, number=cards.SUCCESS.number)
    posted: list[int] = []

    def nobody_home(body: bytes, headers: dict[str, str]) -> int:
        posted.append(503)
        return 503

    first = webhooks.deliver(store, nobody_home, "whsec_x")
    assert first == len(posted) > 0
    assert webhooks.deliver(store, nobody_home, "whsec_x") == 0
    store.clock_move(webhooks.WAITS[0] + 1)
    heard = []

    def at_home(body: bytes, headers: dict[str, str]) -> int:
        heard.append(stripe.Webhook.construct_event(body, headers["Stripe-Signature"], "whsec_x").type)
        return 200

    assert webhooks.deliver(store, at_home, "whsec_x") == first
    assert "checkout.session.completed" in heard
    store.clock_move(24 * 60 * 60)
    assert webhooks.deliver(store, at_home, "whsec_x") == 0


def test_a_webhook_taken_by_a_worker_that_died_is_taken_again(store, page):
    services.session_pay(store, session_id=page().id, number=cards.SUCCESS.number)

    def dies(body: bytes, headers: dict[str, str]) -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        webhooks.deliver(store, dies, "whsec_x", limit=1)
    waiting = webhooks.deliver(store, lambda body, headers: 200, "whsec_x")
    store.clock_move(webhooks.LEASE + 1)
    assert webhooks.deliver(store, lambda body, headers: 200, "whsec_x") == 1
    assert waiting >= 1


def test_a_live_key_gets_nowhere_in_practice(store):
    from payments.sandbox.transport import SandboxTransport

    client = stripe.StripeClient("sk_live_x", http_client=SandboxTransport(store))
    with pytest.raises(stripe.AuthenticationError):
        client.v1.accounts.retrieve("acct_1")


def test_clearing_forgets_everything(store, page):
    page()
    store.clear()
    with store.open() as records:
        assert records.page("account", None, limit=1) == ([], False)
