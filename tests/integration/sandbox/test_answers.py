"""Every answer of the twin has the shape that Stripe's own description gives it."""

import pytest
import stripe

from payments.sandbox import banks, cards, services
from tests.integration.sandbox.openapi import differences, schemas

WHOLE = {"expand": ["payment_intent.latest_charge.balance_transaction"]}


@pytest.fixture(autouse=True)
def described():
    schemas()


def unlike(thing: stripe.StripeObject, name: str) -> list[str]:
    return differences(thing.to_dict(), name)


def test_accounts_and_links(client, store):
    from tests.integration.sandbox.conftest import CONTROLLER

    made = client.v1.accounts.create({"country": "GB", "controller": CONTROLLER, "email": "sam@example.org"})
    assert unlike(made, "account") == []
    link = client.v1.account_links.create(
        {"account": made.id, "type": "account_onboarding", "refresh_url": "http://a/b", "return_url": "http://a/c"}
    )
    assert unlike(link, "account_link") == []
    for due in (["external_account"], []):
        services.onboarding_finish(store, account_id=made.id, due=due)
        assert unlike(client.v1.accounts.retrieve(made.id), "account") == []


def test_a_page_in_each_of_its_states(client, store, account, page):
    on = {"stripe_account": account}
    opened = page()
    assert unlike(opened, "checkout.session") == []
    with pytest.raises(services.CardRefused):
        services.session_pay(store, session_id=opened.id, number=cards.DECLINED.number)
    assert unlike(client.v1.checkout.sessions.retrieve(opened.id, WHOLE, on), "checkout.session") == []
    services.session_pay(store, session_id=opened.id, number=cards.ASKS.number)
    assert unlike(client.v1.checkout.sessions.retrieve(opened.id, WHOLE, on), "checkout.session") == []
    services.session_approve(store, session_id=opened.id, approved=True)
    done = client.v1.checkout.sessions.retrieve(opened.id, WHOLE, on)
    assert unlike(done, "checkout.session") == []
    assert done.payment_intent.latest_charge.balance_transaction.fee == 74
    ended = page()
    assert unlike(client.v1.checkout.sessions.expire(ended.id, {}, on), "checkout.session") == []
    assert unlike(client.v1.checkout.sessions.list({}, on).data[0], "checkout.session") == []


def test_payments_refunds_and_balance(client, store, account, page):
    on = {"stripe_account": account}
    opened = page()
    services.session_pay(store, session_id=opened.id, number=cards.SUCCESS.number)
    intent = client.v1.payment_intents.list({}, on).data[0]
    assert unlike(intent, "payment_intent") == []
    assert unlike(client.v1.charges.retrieve(intent.latest_charge, {}, on), "charge") == []
    refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 1}, on)
    assert unlike(refund, "refund") == []
    for line in client.v1.balance_transactions.list({}, on).data:
        assert unlike(line, "balance_transaction") == []


def test_saved_cards_and_what_is_charged_to_them(client, store, account, saved_card):
    on = {"stripe_account": account}
    assert unlike(client.v1.customers.create({"email": "joan@example.org"}), "customer") == []
    card = saved_card(cards.SUCCESS)
    session = client.v1.checkout.sessions.retrieve(card.session, {"expand": ["setup_intent.payment_method"]})
    assert unlike(session, "checkout.session") == []
    assert unlike(client.v1.setup_intents.retrieve(session.setup_intent.id), "setup_intent") == []
    assert unlike(client.v1.payment_methods.retrieve(card.copy, {}, on), "payment_method") == []
    for hold in ("automatic", "manual"):
        made = client.v1.payment_intents.create(
            {"amount": 2000, "currency": "gbp", "payment_method": card.copy, "capture_method": hold}, on
        )
        assert unlike(made, "payment_intent") == []
        done = client.v1.payment_intents.confirm(made.id, {"off_session": True, "expand": ["latest_charge"]}, on)
        assert unlike(done, "payment_intent") == []
    captured = client.v1.payment_intents.capture(done.id, {"amount_to_capture": 1500}, on)
    assert unlike(captured, "payment_intent") == []
    assert unlike(client.v1.charges.retrieve(captured.latest_charge, {}, on), "charge") == []
    for event in [*client.v1.events.list({"limit": 100}, on).data, *client.v1.events.list({"limit": 100}).data]:
        assert unlike(event, "event") == []
        assert unlike(event.data.object, event.data.object["object"]) == []


def test_a_refusal_with_nobody_there(client, account, saved_card):
    on, card = {"stripe_account": account}, saved_card(cards.ASKS_EACH_TIME)
    made = client.v1.payment_intents.create({"amount": 2000, "currency": "gbp", "payment_method": card.copy}, on)
    with pytest.raises(stripe.CardError) as refused:
        client.v1.payment_intents.confirm(made.id, {"off_session": True}, on)
    assert differences(refused.value.json_body, "error") == []


def test_every_event_and_the_thing_inside_it(client, store, account, page):
    opened = page()
    with pytest.raises(services.CardRefused):
        services.session_pay(store, session_id=opened.id, number=cards.NO_FUNDS.number)
    services.session_pay(store, session_id=opened.id, number=cards.SUCCESS.number)
    intent = client.v1.payment_intents.list({}, {"stripe_account": account}).data[0]
    client.v1.refunds.create({"payment_intent": intent.id}, {"stripe_account": account})
    client.v1.checkout.sessions.expire(page().id, {}, {"stripe_account": account})
    events = client.v1.events.list({"limit": 100}, {"stripe_account": account}).data
    services.account_disconnect(store, account_id=account)
    kinds = set()
    for event in events:
        assert unlike(event, "event") == []
        inside = event.data.object
        assert unlike(inside, inside["object"]) == []
        assert event.account == account
        kinds.add(event.type)
    assert kinds >= {
        "account.updated",
        "charge.failed",
        "charge.refunded",
        "charge.succeeded",
        "checkout.session.completed",
        "checkout.session.expired",
        "payment_intent.created",
        "payment_intent.payment_failed",
        "payment_intent.succeeded",
        "refund.created",
    }


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        (lambda client, on: client.v1.checkout.sessions.create({"mode": "payment"}, on), 400),
        (lambda client, on: client.v1.checkout.sessions.retrieve("cs_test_none", {}, on), 404),
        (lambda client, on: client.v1.refunds.create({"amount": 1}, on), 400),
        (lambda client, on: client.v1.payment_intents.retrieve("pi_1", {}, {"stripe_account": "acct_none"}), 403),
        (lambda client, on: client.v1.products.create({"name": "none"}, on), 404),
    ],
)
def test_errors(client, account, ask, status):
    with pytest.raises(stripe.StripeError) as refused:
        ask(client, {"stripe_account": account})
    assert refused.value.http_status == status
    assert differences(refused.value.json_body, "error") == []


@pytest.mark.parametrize("bank", [banks.PAYS, banks.NO_FUNDS, banks.NOT_AUTHORISED, banks.TAKEN_BACK])
def test_mandates_and_what_is_debited_under_them(client, store, account, bank):
    on = {"stripe_account": account}
    services.account_debits(store, account_id=account)
    assert unlike(client.v1.accounts.retrieve(account), "account") == []
    customer = client.v1.customers.create({"email": "joan@example.org"}, on).id
    kinds = {"payment_method_types": ["bacs_debit"], "success_url": "http://testserver/saved/"}
    opened = client.v1.checkout.sessions.create({"mode": "setup", "customer": customer} | kinds, on)
    assert unlike(opened, "checkout.session") == []
    facts = {"sort_code": banks.SORT_CODE, "number": bank.number, "name": "Joan Westcott"}
    services.session_mandate(store, session_id=opened.id, **facts)
    setup = client.v1.setup_intents.retrieve(opened.setup_intent, {"expand": ["payment_method", "mandate"]}, on)
    assert unlike(setup, "setup_intent") == []
    made = client.v1.payment_intents.create(
        {
            "amount": 2000,
            "currency": "gbp",
            "customer": customer,
            "payment_method": setup.payment_method.id,
            "payment_method_types": ["bacs_debit"],
        },
        on,
    )
    assert unlike(made, "payment_intent") == []
    asked = client.v1.payment_intents.confirm(made.id, {"off_session": True, "expand": ["latest_charge"]}, on)
    assert (asked.status, asked.latest_charge.status) == ("processing", "pending")
    assert unlike(asked, "payment_intent") == []
    store.clock_move(5 * 24 * 60 * 60)
    whole = {"expand": ["latest_charge.balance_transaction"]}
    assert unlike(client.v1.payment_intents.retrieve(made.id, whole, on), "payment_intent") == []
    assert unlike(client.v1.mandates.retrieve(setup.mandate.id, {}, on), "mandate") == []
    for dispute in client.v1.disputes.list({}, on).data:
        assert unlike(dispute, "dispute") == []
