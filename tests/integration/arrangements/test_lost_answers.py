"""M2 for what is paid with the person not there: saving a card, charging it, comparing, payouts, accounts and disputes
while one call in four goes wrong. The gateway's record is the oracle.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TypeVar

import pytest
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import CLOCKWORK
from marketplace.core.errors import DomainError
from payments.arrangements import jobs, selectors, services
from payments.arrangements.models import Arrangement, Bill, SavedCard
from payments.arrangements.models.money import Way
from payments.arrangements.states import CARD_UNHEARD, BillState, VisitState
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount
from payments.orders import jobs as order_jobs
from payments.orders import services as orders
from payments.orders.models import Dispute, PaymentAttempt
from payments.orders.services import charging
from payments.orders.services.paying import attempt_over
from payments.orders.states import MAY_STILL_BE_PAID
from payments.sandbox import banks, cards
from payments.sandbox import services as sandbox
from providers.listings.models import Provider
from tests.factories.listings import make_provider
from tests.faults.plugin import share
from tests.integration.arrangements.conftest import BACK, Garden
from tests.integration.orders.shop import Misfortune, Shop

pytestmark = pytest.mark.django_db
T = TypeVar("T")
ALL_CALLS, EVERY_PART = 2000, 200  # so many are met with trouble; from so many on, every part of the gateway is
WEEKS = 4  # with one card before another is saved
PATHS = {
    "/v1/customers": "customers",
    "/v1/checkout/sessions": "pages",
    "/v1/payment_methods": "copies",
    "/v1/payment_intents": "charges",
    "/confirm": "confirmations",
    "/v1/refunds": "refunds",
    "/v1/payouts": "payouts",
    "/v1/disputes": "disputes",
    "/v1/accounts": "accounts",
    "/v1/account_links": "links",
    "/v1/balance": "balances",
}


class Everywhere(Misfortune):
    """The same troubles; and which parts of the gateway have met one."""

    def __init__(self, chance) -> None:
        super().__init__(chance)
        self.met: set[str] = set()

    def __call__(self, method: str, path: str) -> str:
        trouble = super().__call__(method, path)
        if trouble:
            self.met |= {name for part, name in PATHS.items() if part in path}
        return trouble


def pressed_until_it_works(press: Callable[[], T]) -> T:
    for _press in range(20):
        with suppress(DomainError):
            return press()
    raise AssertionError("nobody is so unlucky twenty times")


def save_card(garden: Garden, arrangement: Arrangement) -> None:
    """Joan presses the button until a page opens, saves her card, and comes back."""
    facts = {"arrangement": arrangement, "by": garden.joan, "now": garden.at, **BACK}
    card = pressed_until_it_works(lambda: services.card_begin(**facts))
    sandbox.session_pay(garden.store, session_id=card.session_id, number=cards.SUCCESS.number)
    with suppress(DomainError):
        services.card_look_up(card=card, now=garden.at)


def a_week(garden: Garden, arrangement: Arrangement, shop: Shop) -> None:
    """A visit, its bill charged by the clock; then everything else that the site asks of the gateway."""
    for visit in arrangement.visits.filter(state=VisitState.PLANNED, starts_at__lte=garden.at):
        services.visit_done(visit=visit, minutes=60, by=garden.sam, now=garden.at)
    jobs.plan_ahead(garden.at)
    garden.later(days=7)
    order_jobs.look_round(garden.at)
    account = ConnectedAccount.objects.get()
    orders.payments_reconcile(now=garden.at, since=garden.at - timedelta(days=10))
    with suppress(DomainError):
        gateway.account_refresh(account=account, now=garden.at)
    sandbox.payment_elsewhere(garden.store, account_id=account.stripe_id, pence=50_000)
    payout = sandbox.payout_make(garden.store, account_id=account.stripe_id)
    with suppress(DomainError):
        gateway.payout_refresh(account=account, payout_id=payout["id"], now=garden.at)
    charge = next((charge for charge in shop.record("charge") if charge["paid"] and not charge["disputed"]), None)
    if charge:
        dispute = sandbox.dispute_open(garden.store, charge_id=charge["id"])
        with suppress(DomainError):
            shown = gateway.dispute_look_up(account=account.stripe_id, dispute_id=dispute["id"])
            orders.dispute_settle(account=account, shown=shown, now=garden.at)


@pytest.mark.fault("M2")
@pytest.mark.timeout(3600)
def test_whatever_goes_wrong_while_nobody_is_there_each_bill_is_paid_once(garden, chance, settings, fault_row):
    calls, shop = share(ALL_CALLS), Shop(garden.store, garden.offer, garden.cast.joan, garden.cast.sam)
    arrangement, began = garden.agreed(), garden.at
    settings.SANDBOX_FAULT = trouble = Everywhere(chance)
    while trouble.calls < calls:
        save_card(garden, arrangement)
        for _week in range(WEEKS):
            a_week(garden, arrangement, shop)
    fault_row.count(trouble.calls)
    settings.SANDBOX_FAULT = None
    for _round in range(4):
        garden.later(minutes=70)
        order_jobs.look_round(garden.at)
        outbox.deliver()
    orders.payments_reconcile(now=garden.at, since=began)
    for wrong in shop.troubles():
        fault_row.violation(wrong)
    assert garden.charged() == list(Bill.objects.order_by("order__paid_at", "pk").values_list("pence", flat=True))
    assert set(Bill.objects.values_list("state", flat=True)) == {BillState.PAID}
    assert not PaymentAttempt.objects.filter(state__in=MAY_STILL_BE_PAID).exists()
    assert not SavedCard.objects.filter(state__in=CARD_UNHEARD).exists()
    assert Dispute.objects.count() == len(shop.record("dispute")), "what was not heard is found by comparing"
    if calls >= EVERY_PART:
        assert trouble.met >= set(PATHS.values()) - {"customers", "refunds", "links"}, "every part met trouble"


@pytest.mark.fault("M2", canary=True)
def test_canary_a_lost_confirmation_taken_for_a_no_charges_the_card_again(garden, chance, settings, monkeypatch):
    def hasty(attempt, move, *, now):
        attempt_over(attempt, "fail", now=now, reason="it must have failed")

    monkeypatch.setattr(charging, "attempt_move", hasty)
    garden.done(garden.running())
    settings.SANDBOX_FAULT = lambda method, path: "unheard" if path.endswith("/confirm") else ""
    garden.later(days=7)
    settings.SANDBOX_FAULT = None
    garden.later(minutes=70)
    assert len(garden.charged()) > 1


@pytest.mark.fault("M2")
def test_an_account_whose_answer_was_lost_is_opened_once_and_led_on(cast, store, chance, settings, fault_row):
    """A provider presses until Stripe's questions open: one account each, whatever was lost on the way."""
    providers = [make_provider(cast.council["quantock"], name=f"Helper {number}") for number in range(share(400))]
    settings.SANDBOX_FAULT = trouble = Everywhere(chance)

    def led_on(provider: Provider) -> str:
        account = gateway.account_open(provider=provider, by=CLOCKWORK, now=timezone.now())
        return gateway.account_link_create(account=account, return_url="http://a/b", refresh_url="http://a/c")

    for provider in providers:
        pressed_until_it_works(partial(led_on, provider))
        fault_row.count()
    settings.SANDBOX_FAULT = None
    with store.open() as records:
        there = records.page("account", None, limit=100_000)[0]
    of_each = Counter(each["metadata"]["provider"] for each in there)
    for provider in providers:
        if of_each[provider.public_id] != 1:
            fault_row.violation(f"{provider} has {of_each[provider.public_id]} accounts")
    ours = dict(ConnectedAccount.objects.values_list("provider__public_id", "stripe_id"))
    assert ours == {each["metadata"]["provider"]: each["id"] for each in there}
    if len(providers) >= 40:
        assert trouble.met >= {"accounts", "links"}


@pytest.mark.fault("M2")
def test_a_mandate_whose_answer_was_lost_is_given_once_and_found(garden, chance, settings, fault_row):
    """Joan gives her bank's details once for each of several arrangements; what she gave counts."""
    garden.debited()
    made = [garden.agreed() for _each in range(share(100))]
    settings.SANDBOX_FAULT = Everywhere(chance)
    facts = {"sort_code": banks.SORT_CODE, "number": banks.PAYS.number, "name": "Joan Tapper"}
    begin = partial(services.card_begin, by=garden.joan, now=garden.at, way=Way.DEBIT, **BACK)
    for arrangement in made:
        begun = pressed_until_it_works(partial(begin, arrangement=arrangement))
        sandbox.session_mandate(garden.store, session_id=begun.session_id, **facts)
        with suppress(DomainError):
            services.card_look_up(card=begun, now=garden.at)
        fault_row.count()
    settings.SANDBOX_FAULT = None
    for _round in range(4):
        garden.later(minutes=70)
    for arrangement in made:
        card = selectors.card_of(arrangement)
        if card is None or not card.is_debit:
            fault_row.violation(f"{arrangement} has no mandate that we know of")
    with garden.store.open() as records:
        assert len(records.page("mandate", None, limit=10_000)[0]) == len(made) + 1
    assert not SavedCard.objects.filter(state__in=CARD_UNHEARD).exists()
