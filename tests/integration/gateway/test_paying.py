"""The adapter against the twin: what is asked, what comes back, and the two ways of failing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from payments.gateway import selectors, services
from payments.gateway.models import ConnectedAccount
from payments.gateway.states import AccountState
from payments.sandbox import cards
from payments.sandbox import services as sandbox

pytestmark = pytest.mark.django_db


def charges(store, account):
    with store.open() as records:
        found, _ = records.page("charge", account.stripe_id, limit=1000)
    return found


def test_a_provider_can_be_paid_only_when_stripe_has_asked_everything(store, provider):
    account = services.account_open(provider=provider, by=CLOCKWORK, now=timezone.now())
    assert account.state == AccountState.ONBOARDING
    assert not selectors.can_be_paid(provider)
    link = services.account_link_create(
        account=account, return_url="http://testserver/provider/", refresh_url="http://testserver/provider/again/"
    )
    assert link.startswith(f"http://testserver/sandbox/onboard/{account.stripe_id}/")

    sandbox.onboarding_finish(store, account_id=account.stripe_id, due=["individual.verification.document"])
    account = services.account_refresh(account=account, now=timezone.now())
    assert account.state == AccountState.RESTRICTED
    assert [str(words) for words in selectors.still_needed(account)] == ["a photo of your passport or driving licence"]
    assert not selectors.can_be_paid(provider)

    sandbox.onboarding_finish(store, account_id=account.stripe_id)
    account = services.account_refresh(account=account, now=timezone.now())
    assert account.state == AccountState.READY
    assert selectors.can_be_paid(provider)
    assert selectors.account_of(provider) == account


def test_opening_twice_or_after_a_lost_answer_makes_one_account(store, provider, settings):
    """The first call may have worked although nobody heard the answer."""
    settings.SANDBOX_FAULT = lambda method, path: "unheard" if path == "/v1/accounts" else ""
    with pytest.raises(services.GatewayUnknown):
        services.account_open(provider=provider, by=CLOCKWORK, now=timezone.now())
    assert ConnectedAccount.objects.get().state == AccountState.OPENING
    settings.SANDBOX_FAULT = None
    first = services.account_open(provider=provider, by=CLOCKWORK, now=timezone.now())
    second = services.account_open(provider=provider, by=CLOCKWORK, now=timezone.now())
    assert first == second
    with store.open() as records:
        (made,), _more = records.page("account", "", limit=10)
    assert made["controller"] == {
        "type": "application",
        "is_controller": True,
        "fees": {"payer": "account"},
        "losses": {"payments": "stripe"},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": "full"},
    }, "the platform pays no fees, bears no losses, and is never in the money's way"


def test_after_a_refusal_the_corrected_facts_are_sent(store, provider):
    provider.email = "not an address"
    provider.save()
    with pytest.raises(services.GatewayRefused, match="Invalid email"):
        services.account_open(provider=provider, by=CLOCKWORK, now=timezone.now())
    provider.email = "sam@example.org"
    provider.save()
    assert services.account_open(provider=provider, by=CLOCKWORK, now=timezone.now()).state == AccountState.ONBOARDING


def test_facts_changed_after_an_unknown_result_wait_so_that_no_second_account_is_made(store, provider, settings):
    settings.SANDBOX_FAULT = lambda method, path: "unheard"
    with pytest.raises(services.GatewayUnknown):
        services.account_open(provider=provider, by=CLOCKWORK, now=timezone.now())
    settings.SANDBOX_FAULT = None
    provider.name = "Sam Orchard and Daughter"
    provider.save()
    services.account_open(provider=provider, by=CLOCKWORK, now=timezone.now())
    with store.open() as records:
        assert [row["business_profile"]["name"] for row in records.page("account", "", limit=9)[0]] == ["Sam Orchard"]


def test_a_disconnected_account_is_noticed(store, provider, account):
    sandbox.account_disconnect(store, account_id=account.stripe_id)
    account = services.account_refresh(account=account, now=timezone.now())
    assert account.state == AccountState.DISCONNECTED
    assert not selectors.can_be_paid(provider)


def test_a_payment_from_page_to_refund(store, account, ask):
    opened = services.checkout_open(ask())
    assert opened.status == "open"
    assert not opened.paid
    assert opened.payment_intent is None
    assert opened.url == f"http://testserver/sandbox/pay/{opened.session_id}/"

    sandbox.session_pay(store, session_id=opened.session_id, number=cards.SUCCESS.number)
    done = services.checkout_look_up(account=account.stripe_id, session_id=opened.session_id)
    assert done.paid
    assert done.reference == "order-1"
    assert done.payment.received_pence == 3600
    assert done.payment.reference == "order-1"

    refund = services.refund_create(
        account=account.stripe_id,
        payment_intent=done.payment_intent,
        amount_pence=600,
        reference="refund-1",
        idempotency_key="order-1:refund:0",
    )
    assert (refund.status, refund.amount_pence, refund.reference) == ("succeeded", 600, "refund-1")
    assert services.refund_look_up(account=account.stripe_id, refund_id=refund.refund_id) == refund
    found = services.refund_find(account=account.stripe_id, payment_intent=done.payment_intent, reference="refund-1")
    assert found == refund
    payment = services.payment_look_up(account=account.stripe_id, intent_id=done.payment_intent)
    assert payment.refunded_pence == 600


def test_the_same_request_again_opens_the_same_page(ask):
    request = ask()
    first = services.checkout_open(request)
    again = services.checkout_open(services.CheckoutRequest.from_row(request.as_row()))
    assert again.session_id == first.session_id


def test_the_same_key_with_another_amount_is_not_taken_for_a_refusal(ask):
    """The first request may have been carried out, so nothing may be concluded from this no."""
    services.checkout_open(ask())
    with pytest.raises(services.GatewayUnknown):
        services.checkout_open(ask(amount_pence=9900))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"amount_pence": 29}, "at least £0.30"),
        ({"amount_pence": -500}, "greater than or equal to"),
        ({"expires_at": timezone.now() + timedelta(minutes=10)}, "30 minutes"),
        ({"success_url": "not an address"}, "Not a valid URL"),
        ({"account": "acct_of_nobody"}, "does not have access"),
    ],
)
def test_what_stripe_would_refuse_is_refused(ask, store, account, changed, words):
    with pytest.raises(services.GatewayRefused, match=words):
        services.checkout_open(ask(**changed))
    with store.open() as records:
        assert records.page("checkout.session", None, limit=10) == ([], False)


@pytest.mark.parametrize("fault", ["lost", "unheard", "500", "503", "429", "409"])
def test_every_doubtful_failure_is_unknown_and_sending_again_settles_it(ask, store, account, settings, fault):
    settings.SANDBOX_FAULT = lambda method, path: fault
    with pytest.raises(services.GatewayUnknown):
        services.checkout_open(ask())
    settings.SANDBOX_FAULT = None
    opened = services.checkout_open(ask())
    with store.open() as records:
        assert [page["id"] for page in records.page("checkout.session", None, limit=10)[0]] == [opened.session_id]


def test_a_page_whose_answer_was_lost_is_found_by_our_reference(ask, account, settings):
    started = timezone.now()
    settings.SANDBOX_FAULT = lambda method, path: "unheard"
    with pytest.raises(services.GatewayUnknown):
        services.checkout_open(ask())
    settings.SANDBOX_FAULT = None
    found = services.checkout_find(account=account.stripe_id, reference="order-1", since=started)
    assert found is not None
    assert found.amount_pence == 3600
    assert services.checkout_find(account=account.stripe_id, reference="order-2", since=started) is None


def test_an_ended_page_cannot_be_paid(ask, store, account):
    opened = services.checkout_open(ask())
    ended = services.checkout_expire(account=account.stripe_id, session_id=opened.session_id)
    assert (ended.status, ended.paid) == ("expired", False)
    with pytest.raises(sandbox.NotOpen):
        sandbox.session_pay(store, session_id=opened.session_id, number=cards.SUCCESS.number)
    assert charges(store, account) == []


def test_ending_a_page_that_was_paid_a_moment_before_says_so(ask, store, account):
    """The person was quicker than the ten minutes: the caller must see the money, not an error."""
    opened = services.checkout_open(ask())
    sandbox.session_pay(store, session_id=opened.session_id, number=cards.SUCCESS.number)
    ended = services.checkout_expire(account=account.stripe_id, session_id=opened.session_id)
    assert (ended.status, ended.paid) == ("complete", True)
    assert services.checkout_expire(account=account.stripe_id, session_id=opened.session_id).paid


def test_refunds_never_come_to_more_than_was_taken(ask, store, account):
    opened = services.checkout_open(ask())
    sandbox.session_pay(store, session_id=opened.session_id, number=cards.SUCCESS.number)
    intent = services.checkout_look_up(account=account.stripe_id, session_id=opened.session_id).payment_intent
    common = {"account": account.stripe_id, "payment_intent": intent, "reference": "r"}
    services.refund_create(amount_pence=3000, idempotency_key="a", **common)
    with pytest.raises(services.GatewayRefused, match="greater than unrefunded"):
        services.refund_create(amount_pence=601, idempotency_key="b", **common)
    services.refund_create(amount_pence=600, idempotency_key="c", **common)
    with pytest.raises(services.GatewayRefused) as refused:
        services.refund_create(amount_pence=1, idempotency_key="d", **common)
    assert refused.value.code == "charge_already_refunded"
    assert [charge["amount_refunded"] for charge in charges(store, account)] == [3600]


def test_another_accounts_payment_cannot_be_seen_or_refunded(ask, store, account, cast):
    from tests.factories.listings import make_provider

    other = services.account_open(
        provider=make_provider(cast.council["quantock"], cast.asha, name="Asha"), by=CLOCKWORK, now=timezone.now()
    )
    opened = services.checkout_open(ask())
    sandbox.session_pay(store, session_id=opened.session_id, number=cards.SUCCESS.number)
    intent = services.checkout_look_up(account=account.stripe_id, session_id=opened.session_id).payment_intent
    with pytest.raises(services.GatewayRefused, match="No such"):
        services.checkout_look_up(account=other.stripe_id, session_id=opened.session_id)
    with pytest.raises(services.GatewayRefused, match="No such"):
        services.refund_create(
            account=other.stripe_id, payment_intent=intent, amount_pence=1, reference="r", idempotency_key="x"
        )
    assert [charge["amount_refunded"] for charge in charges(store, account)] == [0]


def test_without_keys_and_sandbox_nothing_is_asked_of_anybody(settings, ask):
    settings.PAYMENTS_SANDBOX = False
    with pytest.raises(services.GatewayRefused, match="not set up"):
        services.checkout_open(ask())
