"""Direct Debits on the account that collects: the mandate, money that is under way for days, and how it may end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from payments.gateway import selectors, services
from payments.gateway.services import CardSetupRequest, ChargeRequest, GatewayRefused
from payments.gateway.signals import card_setup_changed, mandate_changed
from payments.sandbox import banks
from payments.sandbox import services as sandbox

pytestmark = pytest.mark.django_db
DAY = 24 * 60 * 60


@pytest.fixture
def debits(store, account):
    """Sam has switched Direct Debits on at Stripe."""
    sandbox.account_debits(store, account_id=account.stripe_id)
    return services.account_refresh(account=account, now=timezone.now())


def opened(account):
    customer = services.customer_open(
        reference="joan", email="joan@example.org", idempotency_key="joan:customer:0", account=account.stripe_id
    )
    return services.card_setup_open(
        CardSetupRequest(
            customer=customer,
            consent="Sam may debit this account for visits that happened.",
            reference="mandate-1",
            success_url="http://testserver/back/",
            cancel_url="http://testserver/",
            expires_at=timezone.now() + timedelta(minutes=31),
            idempotency_key="mandate-1:open:0",
            account=account.stripe_id,
            method=services.DEBIT,
        )
    )


@pytest.fixture
def mandate(store, debits):
    """Gives a mandate for one of the practice bank accounts."""

    def given(bank=banks.PAYS):
        setup = opened(debits)
        sandbox.session_mandate(
            store, session_id=setup.session_id, sort_code=banks.SORT_CODE, number=bank.number, name="Joan Westcott"
        )
        return services.card_setup_look_up(session_id=setup.session_id, account=debits.stripe_id)

    return given


def of_36_pounds(saved, *, ahead: int) -> ChargeRequest:
    """By this mandate, in so many days."""
    return ChargeRequest(
        account=saved.account,
        payment_method=saved.payment_method,
        amount_pence=3600,
        description="Order HB-20417",
        reference="order-1",
        idempotency_key="order-1:charge:0",
        method=services.DEBIT,
        customer=saved.customer,
        leaves_on=(timezone.now() + timedelta(days=ahead)).date().isoformat(),
    )


@pytest.fixture
def debit(debits, mandate):
    """Asks a bank for £36 in a week, and answers the payment as it then stands."""

    def asked(bank=banks.PAYS):
        saved = mandate(bank)
        made = services.charge_create(of_36_pounds(saved, ahead=7))
        assert made.status == "requires_confirmation"
        return services.charge_confirm(
            account=debits.stripe_id,
            intent_id=made.intent_id,
            payment_method=saved.payment_method,
            idempotency_key="order-1:confirm:0",
        )

    return asked


def later(debits, payment):
    return services.charge_look_up(account=debits.stripe_id, intent_id=payment.intent_id)


def test_only_an_account_that_may_collect_direct_debits_is_given_a_mandate(store, account, provider):
    """A card saved on the platform can be copied to any account; a mandate is given to one."""
    assert not account.debits_enabled
    assert not selectors.can_be_debited_for(provider)
    with pytest.raises(GatewayRefused):
        opened(account)
    sandbox.account_debits(store, account_id=account.stripe_id)
    assert services.account_refresh(account=account, now=timezone.now()).debits_enabled
    assert selectors.can_be_debited_for(provider)
    sandbox.account_restrict(store, account_id=account.stripe_id, due=["individual.verification.document"])
    services.account_refresh(account=account, now=timezone.now())
    assert not selectors.can_be_debited_for(provider)


def test_a_mandate_belongs_to_the_account_that_collects(mandate, debits):
    saved = mandate()
    assert saved.saved
    assert (saved.account, saved.last4, saved.card_expires) == (debits.stripe_id, "2345", None)
    found = services.mandate_look_up(account=debits.stripe_id, mandate_id=saved.mandate)
    assert found.stands
    assert found.payment_method == saved.payment_method
    with pytest.raises(GatewayRefused):
        services.card_setup_look_up(session_id=saved.session_id)


def test_what_is_no_bank_account_is_refused_on_the_page(store, debits):
    setup = opened(debits)
    with pytest.raises(sandbox.CardRefused):
        sandbox.session_mandate(
            store, session_id=setup.session_id, sort_code="108800", number=banks.NO_ACCOUNT.number, name="Joan"
        )
    assert not services.card_setup_look_up(session_id=setup.session_id, account=debits.stripe_id).saved


def test_the_money_is_under_way_until_the_day_it_leaves(store, debits, debit):
    payment = debit()
    assert payment.under_way
    assert not payment.paid
    store.clock_move(6 * DAY)
    assert later(debits, payment).under_way
    store.clock_move(2 * DAY)
    paid = later(debits, payment)
    assert (paid.paid, paid.received_pence, paid.fee_pence) == (True, 3600, 36)


def test_asking_twice_asks_the_bank_once(debits, debit):
    payment = debit()
    again = services.charge_confirm(
        account=debits.stripe_id, intent_id=payment.intent_id, payment_method="pm_1", idempotency_key="another"
    )
    assert again == payment


def test_a_bank_may_say_no_days_later(store, debits, debit):
    payment = debit(banks.NO_FUNDS)
    store.clock_move(8 * DAY)
    refused = later(debits, payment)
    assert (refused.paid, refused.under_way, refused.refusal) == (False, False, "insufficient_funds")


def test_a_day_too_near_is_refused_and_nothing_is_taken(debits, mandate):
    saved = mandate()
    with pytest.raises(GatewayRefused):
        services.charge_create(of_36_pounds(saved, ahead=0))


def test_news_of_mandates_comes_through_the_same_inbox(store, debits, mandate, hear):
    heard = []

    def saved(sender, setup, **kwargs):
        heard.append((setup.account, setup.saved))

    def changed(sender, mandate, **kwargs):
        heard.append((mandate.account, mandate.stands))

    card_setup_changed.connect(saved)
    mandate_changed.connect(changed)
    try:
        given = mandate()
        hear()
        sandbox.mandate_end(store, mandate_id=given.mandate)
        hear()
    finally:
        card_setup_changed.disconnect(saved)
        mandate_changed.disconnect(changed)
    assert heard == [(debits.stripe_id, True), (debits.stripe_id, False)]


def test_a_bank_that_says_no_for_good_ends_the_mandate(store, debits, debit, mandate):
    payment = debit(banks.NOT_AUTHORISED)
    store.clock_move(8 * DAY)
    assert later(debits, payment).refusal == "debit_not_authorized"
    with store.open() as records:
        kept = records.every("mandate", debits.stripe_id)
    assert [each["status"] for each in kept] == ["inactive"]


def test_what_is_taken_back_under_the_guarantee_is_lost_at_once(store, debits, debit):
    debit(banks.TAKEN_BACK)
    store.clock_move(8 * DAY)
    since = timezone.now() - timedelta(days=1)
    dispute = next(services.disputes_of(account=debits.stripe_id, since=since))
    assert (dispute.status, dispute.amount_pence, dispute.due_by) == ("lost", 3600, None)
