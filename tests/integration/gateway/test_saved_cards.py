"""A card saved once and charged later with nobody there: what the bank may say, and what is held."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.core import outbox
from payments.gateway import services
from payments.gateway.models import WebhookEvent
from payments.gateway.services import CardSetupRequest, ChargeRequest, GatewayRefused
from payments.gateway.signals import card_setup_changed
from payments.gateway.states import WebhookState
from payments.sandbox import cards
from payments.sandbox import services as sandbox

pytestmark = pytest.mark.django_db
DAY = 24 * 60 * 60


@pytest.fixture
def customer(store):
    return services.customer_open(reference="joan", email="joan@example.org", idempotency_key="joan:customer:0")


@pytest.fixture
def setup(customer):
    return services.card_setup_open(
        CardSetupRequest(
            customer=customer,
            consent="Sam may charge this card for visits that happened.",
            reference="card-1",
            success_url="http://testserver/back/",
            cancel_url="http://testserver/",
            expires_at=timezone.now() + timedelta(minutes=31),
            idempotency_key="card-1:open:0",
        )
    )


@pytest.fixture
def save(store, account, customer, setup):
    """A practice card saved and copied to Sam's account."""

    def saved(card, expiry=(2040, 12)) -> str:
        after = sandbox.session_pay(store, session_id=setup.session_id, number=card.number, expiry=expiry)
        if after["status"] == "open":
            sandbox.session_approve(store, session_id=setup.session_id, approved=True)
        found = services.card_setup_look_up(session_id=setup.session_id)
        assert found.saved
        assert (found.last4, found.card_expires) == (card.last4, expiry)
        return services.card_copy(
            account=account.stripe_id,
            customer=customer,
            payment_method=found.payment_method,
            idempotency_key="card-1:copy:0",
        )

    return saved


@pytest.fixture
def charge(account):
    def begun(method: str, hold: bool = False, number: int = 0, confirm: bool = True):
        request = ChargeRequest(
            account=account.stripe_id,
            payment_method=method,
            amount_pence=4800,
            description="Visits AB12",
            reference=f"bill-1:{number}",
            idempotency_key=f"bill-1:create:{number}",
            hold=hold,
        )
        made = services.charge_create(request)
        assert made.received_pence == 0
        if not confirm:
            return made
        return services.charge_confirm(
            account=account.stripe_id,
            intent_id=made.intent_id,
            payment_method=method,
            idempotency_key=f"bill-1:confirm:{number}",
        )

    return begun


def test_a_saved_card_pays_with_nobody_there(save, charge):
    paid = charge(save(cards.SUCCESS))
    assert (paid.paid, paid.received_pence, paid.held_pence) == (True, 4800, 0)
    assert paid.fee_pence == 92


def test_a_card_that_was_asked_about_while_saving_is_not_asked_again(save, charge):
    assert charge(save(cards.ASKS)).paid


@pytest.mark.parametrize(
    ("card", "refusal", "asks"),
    [
        (cards.DECLINED_LATER, "generic_decline", False),
        (cards.NO_FUNDS_LATER, "insufficient_funds", False),
        (cards.ASKS_EACH_TIME, "authentication_required", True),
    ],
)
def test_a_refusal_is_told_and_takes_nothing(save, charge, card, refusal, asks):
    said = charge(save(card))
    assert (said.refusal, said.asks_person, said.paid, said.received_pence) == (refusal, asks, False, 0)


def test_a_refusal_is_remembered_under_its_key(save, charge, account):
    """Sending again after a lost answer must not try the card a second time."""
    method = save(cards.DECLINED_LATER)
    first, again = charge(method), charge(method)
    assert again == first


def test_a_card_past_its_date_is_refused_when_the_day_comes(save, charge, store):
    method = save(cards.SUCCESS, expiry=(timezone.now().year, timezone.now().month))
    store.clock_move(40 * DAY)
    assert charge(method).refusal == "expired_card"


def test_a_card_refused_at_once_is_not_saved(store, setup):
    with pytest.raises(sandbox.CardRefused):
        sandbox.session_pay(store, session_id=setup.session_id, number=cards.DECLINED.number)
    assert not services.card_setup_look_up(session_id=setup.session_id).saved


def test_a_hold_is_captured_once_and_for_less(save, charge, account):
    held = charge(save(cards.SUCCESS), hold=True)
    assert (held.paid, held.held_pence, held.received_pence) == (False, 4800, 0)
    hours = (held.held_until - timezone.now()).total_seconds() / 3600
    assert 113 < hours <= 114
    for pence in (3000, 4800):
        taken = services.charge_capture(
            account=account.stripe_id, intent_id=held.intent_id, amount_pence=pence, idempotency_key=f"c:{pence}"
        )
        assert (taken.paid, taken.received_pence, taken.held_pence, taken.refunded_pence) == (True, 3000, 0, 0)
    assert services.charge_cancel(account=account.stripe_id, intent_id=held.intent_id).received_pence == 3000


def test_what_was_captured_can_be_given_back_and_no_more(save, charge, account):
    held = charge(save(cards.SUCCESS), hold=True)
    services.charge_capture(
        account=account.stripe_id, intent_id=held.intent_id, amount_pence=3000, idempotency_key="c:0"
    )
    give = {"account": account.stripe_id, "payment_intent": held.intent_id, "reference": "r"}
    with pytest.raises(GatewayRefused):
        services.refund_create(**give, amount_pence=3001, idempotency_key="r:0")
    services.refund_create(**give, amount_pence=3000, idempotency_key="r:1")
    found = services.charge_look_up(account=account.stripe_id, intent_id=held.intent_id)
    assert (found.received_pence, found.refunded_pence) == (3000, 3000)


def test_more_than_is_held_is_never_taken(save, charge, account):
    held = charge(save(cards.SUCCESS), hold=True)
    with pytest.raises(GatewayRefused):
        services.charge_capture(
            account=account.stripe_id, intent_id=held.intent_id, amount_pence=4801, idempotency_key="c:0"
        )
    assert services.charge_look_up(account=account.stripe_id, intent_id=held.intent_id).held_pence == 4800


def test_a_hold_runs_out_by_itself(save, charge, account, store):
    held = charge(save(cards.SUCCESS), hold=True)
    store.clock_move(5 * DAY)
    late = services.charge_capture(
        account=account.stripe_id, intent_id=held.intent_id, amount_pence=4800, idempotency_key="c:0"
    )
    assert (late.over, late.paid, late.received_pence, late.held_pence) == (True, False, 0, 0)


def test_a_cancelled_charge_can_never_take_money(save, charge, account):
    method = save(cards.SUCCESS)
    made = charge(method, confirm=False)
    assert services.charge_cancel(account=account.stripe_id, intent_id=made.intent_id).over
    after = services.charge_confirm(
        account=account.stripe_id, intent_id=made.intent_id, payment_method=method, idempotency_key="late"
    )
    assert (after.over, after.received_pence) == (True, 0)


def test_a_charge_whose_answer_was_lost_is_found_by_our_reference(save, charge, account):
    made = charge(save(cards.SUCCESS), confirm=False)
    since = timezone.now() - timedelta(minutes=5)
    found = services.charge_find(account=account.stripe_id, reference="bill-1:0", since=since)
    assert found is not None
    assert found.intent_id == made.intent_id
    assert services.charge_find(account=account.stripe_id, reference="bill-2:0", since=since) is None


def test_where_the_bank_asks_the_person_pays_on_a_page(save, charge, account, store, ask):
    said = charge(save(cards.ASKS_EACH_TIME), hold=True)
    assert services.charge_cancel(account=account.stripe_id, intent_id=said.intent_id).over
    page = services.checkout_open(ask(hold=True))
    sandbox.session_pay(store, session_id=page.session_id, number=cards.ASKS_EACH_TIME.number)
    sandbox.session_approve(store, session_id=page.session_id, approved=True)
    seen = services.checkout_look_up(account=account.stripe_id, session_id=page.session_id)
    assert (seen.status, seen.paid, seen.payment.held_pence) == ("complete", False, 3600)
    services.charge_capture(
        account=account.stripe_id, intent_id=seen.payment_intent, amount_pence=3600, idempotency_key="c:0"
    )
    assert services.checkout_look_up(account=account.stripe_id, session_id=page.session_id).paid


def test_a_forgotten_card_cannot_be_copied_again(save, setup, customer, account):
    save(cards.SUCCESS)
    found = services.card_setup_look_up(session_id=setup.session_id)
    for _ in range(2):
        services.card_forget(payment_method=found.payment_method)
    with pytest.raises(GatewayRefused):
        services.card_copy(
            account=account.stripe_id,
            customer=customer,
            payment_method=found.payment_method,
            idempotency_key="card-1:copy:1",
        )


def test_a_card_of_somebody_else_is_not_copied(save, setup, account):
    save(cards.SUCCESS)
    found = services.card_setup_look_up(session_id=setup.session_id)
    other = services.customer_open(reference="ken", email="", idempotency_key="ken:customer:0")
    with pytest.raises(GatewayRefused):
        services.card_copy(
            account=account.stripe_id, customer=other, payment_method=found.payment_method, idempotency_key="k"
        )


def test_a_page_to_save_a_card_is_found_and_ended(setup, customer, store):
    since = timezone.now() - timedelta(minutes=5)
    found = services.card_setup_find(customer=customer, reference="card-1", since=since)
    assert found is not None
    assert found.session_id == setup.session_id
    assert services.card_setup_expire(session_id=setup.session_id).status == "expired"
    with pytest.raises(sandbox.NotOpen):
        sandbox.session_pay(store, session_id=setup.session_id, number=cards.SUCCESS.number)


def test_what_happens_on_the_platform_is_heard_and_not_set_aside(save, hear):
    heard = []
    card_setup_changed.connect(receiver := lambda setup, **_: heard.append(setup))
    save(cards.SUCCESS)
    hear()
    card_setup_changed.disconnect(receiver)
    assert [setup.saved for setup in heard] == [True]
    assert not WebhookEvent.objects.exclude(state=WebhookState.PROCESSED).exists()


def test_a_listener_that_says_no_sets_the_saved_card_aside(save, hear):
    """Otherwise the outbox would ask again and again for what will never fit."""

    def object_to(**_facts):
        raise GatewayRefused("does not fit card-2")

    card_setup_changed.connect(object_to)
    try:
        save(cards.SUCCESS)
        hear()
    finally:
        card_setup_changed.disconnect(object_to)
    row = WebhookEvent.objects.get(state=WebhookState.QUARANTINED)
    assert row.reason == "refused: does not fit card-2"
    assert not outbox.pending()
