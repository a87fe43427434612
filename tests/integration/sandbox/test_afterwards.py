"""What banks do after a payment, as the twin does it: shapes that Stripe describes, sums that add up."""

import time

import pytest
import stripe

from payments.sandbox import cards, services
from tests.integration.sandbox.openapi import differences, schemas


@pytest.fixture
def paid(client, store, account, page) -> stripe.Charge:
    """£36 on Sam's account."""
    services.session_pay(store, session_id=page().id, number=cards.SUCCESS.number)
    return client.v1.charges.list({}, {"stripe_account": account}).data[0]


def balance(client, account) -> int:
    return client.v1.balance.retrieve({}, {"stripe_account": account}).available[0].amount


@pytest.mark.parametrize("won", [True, False])
def test_a_dispute_has_stripes_shape_in_each_state_and_moves_the_balance(client, store, account, paid, won):
    schemas()
    on, before = {"stripe_account": account}, balance(client, account)
    made = services.dispute_open(store, charge_id=paid.id)
    shown = client.v1.disputes.retrieve(made["id"], {}, on)
    assert differences(shown.to_dict(), "dispute") == []
    assert balance(client, account) == before - 3600 - 2000
    sent = client.v1.disputes.update(made["id"], {"evidence": {"uncategorized_text": "It was done."}}, on)
    assert sent.status == "under_review"
    assert differences(sent.to_dict(), "dispute") == []
    services.dispute_close(store, dispute_id=made["id"], won=won)
    shown = client.v1.disputes.list({"payment_intent": paid.payment_intent}, on).data[0]
    assert shown.status == ("won" if won else "lost")
    assert differences(shown.to_dict(), "dispute") == []
    assert balance(client, account) == before - 2000 - (0 if won else 3600)


def test_what_is_disputed_cannot_be_refunded(client, store, account, paid):
    services.dispute_open(store, charge_id=paid.id)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"charge": paid.id}, {"stripe_account": account})
    assert refused.value.code == "charge_disputed"
    with pytest.raises(services.NotOpen):
        services.dispute_open(store, charge_id=paid.id)


def test_a_payout_carries_what_there_is_and_comes_back_whole(client, store, account, paid):
    schemas()
    on = {"stripe_account": account}
    made = services.payout_make(store, account_id=account)
    assert made["amount"] == 3600 - 74
    assert services.payout_make(store, account_id=account) is None
    lines = client.v1.balance_transactions.list({"payout": made["id"], "expand": ["data.source"]}, on).data
    assert {line.source.id for line in lines} == {paid.id, made["id"]}
    assert sum(line.net for line in lines) == 0
    services.payout_fail(store, payout_id=made["id"])
    shown = client.v1.payouts.retrieve(made["id"], {}, on)
    assert (shown.status, shown.failure_code) == ("failed", "account_closed")
    assert differences(shown.to_dict(), "payout") == []
    again = services.payout_make(store, account_id=account)
    assert again["amount"] == made["amount"]
    assert differences(client.v1.balance.retrieve({}, on).to_dict(), "balance") == []


def test_a_slow_refund_and_one_that_comes_back(client, store, account, page):
    schemas()
    on = {"stripe_account": account}
    services.session_pay(store, session_id=page().id, number=cards.REFUNDS_LATE.number)
    charge = client.v1.charges.list({}, on).data[0]
    made = client.v1.refunds.create({"charge": charge.id, "amount": 600}, on)
    assert made.status == "pending"
    services.refund_finish(store, refund_id=made.id)
    assert client.v1.refunds.retrieve(made.id, {}, on).status == "succeeded"
    services.refund_fail(store, refund_id=made.id)
    shown = client.v1.refunds.retrieve(made.id, {}, on)
    assert shown.status == "failed"
    assert differences(shown.to_dict(), "refund") == []
    assert client.v1.charges.retrieve(charge.id, {}, on).amount_refunded == 0


def test_a_restricted_account_says_what_is_asked_and_until_when(client, store, account, page):
    schemas()
    deadline = int(time.time()) + 6 * 24 * 60 * 60
    services.account_restrict(store, account_id=account, due=["external_account"], deadline=deadline)
    shown = client.v1.accounts.retrieve(account)
    assert (shown.charges_enabled, shown.requirements.current_deadline) == (False, deadline)
    assert differences(shown.to_dict(), "account") == []
    with pytest.raises(stripe.InvalidRequestError, match="cannot currently make live charges"):
        page()


def test_an_account_that_left_comes_back_by_a_code_that_works_once(client, store, account):
    services.account_disconnect(store, account_id=account)
    with pytest.raises(stripe.PermissionError):
        client.v1.accounts.retrieve(account)
    code = services.account_reconnect(store, account_id=account)
    assert client.oauth.token({"grant_type": "authorization_code", "code": code}).stripe_user_id == account
    assert client.v1.accounts.retrieve(account).id == account
    with pytest.raises(stripe.StripeError):
        client.oauth.token({"grant_type": "authorization_code", "code": code})


def test_the_outage_switch_answers_nobody_and_forgets_nothing(client, store, account):
    store.switch("outage", 1)
    with pytest.raises(stripe.APIError) as down:
        client.v1.accounts.retrieve(account)
    assert down.value.http_status == 503
    store.switch("outage", 0)
    assert client.v1.accounts.retrieve(account).id == account
