"""Visits paid by Direct Debit: told of first, asked of the bank, answered days later, and what may go wrong."""

from datetime import time, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from marketplace.core import outbox
from payments.arrangements import rules, services
from payments.arrangements.models import Arrangement, Bill, SavedCard
from payments.arrangements.models.money import Way
from payments.arrangements.services import PaidFrom
from payments.arrangements.states import BillState, CardState, VisitState
from payments.budgets.selectors import figures
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount
from payments.ledger import selectors as ledger
from payments.orders import jobs as order_jobs
from payments.orders import services as orders
from payments.orders.models import Difference, Earning, Order, PaymentAttempt
from payments.orders.presentation import receipt
from payments.orders.states import AttemptState, OrderState
from payments.sandbox import banks, cards
from payments.sandbox import services as sandbox
from tests.integration.arrangements.conftest import BACK

pytestmark = pytest.mark.django_db


def asked_of_banks(garden) -> int:
    """How often a bank was asked, as the gateway has it."""
    with garden.store.open() as records:
        found, _more = records.page("charge", None, limit=1000)
    return len([charge for charge in found if charge["payment_method_details"]["type"] == "bacs_debit"])


def letters(subject: str) -> list:
    return [each for each in mail.outbox if subject in each.subject]


def attempt_of(bill: Bill) -> PaymentAttempt:
    return bill.order.attempts.last()


def test_a_mandate_begins_the_visits_as_a_card_does(garden):
    arrangement = garden.debited()
    card = arrangement.cards.get()
    assert (card.way, card.state, card.last4) == (Way.DEBIT, CardState.SAVED, "2345")
    assert card.account == ConnectedAccount.objects.get().stripe_id
    assert card.mandate.startswith("mandate_")
    assert arrangement.state == "running"


def test_without_the_capability_no_mandate_can_be_given(garden):
    arrangement = garden.agreed()
    with pytest.raises(services.NoDebits):
        services.card_begin(arrangement=arrangement, by=garden.joan, now=garden.at, way=Way.DEBIT, **BACK)
    assert not SavedCard.objects.exists()


def test_the_database_keeps_cards_and_mandates_apart(garden):
    card = garden.running().cards.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedCard.objects.filter(pk=card.pk).update(way=Way.DEBIT)


def test_the_person_is_told_sum_and_day_and_the_bank_is_asked_only_then(garden):
    arrangement = garden.debited()
    bill = garden.told(arrangement)
    today = timezone.localdate(garden.at)
    assert (bill.state, bill.order.state) == (BillState.TOLD, OrderState.ACCEPTED)
    assert bill.order.debit_on == rules.debit_leaves_on(today)
    (letter,) = letters("leaves your bank account")
    assert "£36" in letter.subject
    assert "immediate refund" in letter.body
    for _day in range(2):
        garden.later(days=1)
    assert (asked_of_banks(garden), len(letters("leaves your bank account"))) == (0, 1)
    garden.to(rules.moment(rules.debit_asked_on(bill.order.debit_on), time(9)))
    assert asked_of_banks(garden) == 1
    asked = attempt_of(bill).parameters
    assert (asked["amount_pence"], asked["leaves_on"]) == (bill.pence, bill.order.debit_on.isoformat())


def test_money_under_way_holds_the_bill_and_promises_nothing(garden):
    arrangement = garden.debited()
    bill = garden.asked(arrangement)
    assert (bill.state, bill.order.state) == (BillState.ON_ITS_WAY, OrderState.PAYMENT_PENDING)
    assert attempt_of(bill).state == AttemptState.UNDER_WAY
    assert not Earning.objects.exists()
    assert garden.visit(arrangement).state == VisitState.DUE
    with pytest.raises(orders.OnItsWay):
        garden.pay_oneself(bill)
    with pytest.raises(orders.StillBeingPaid):
        orders.order_call_off(order=bill.order, by=garden.sam, now=garden.at, words="I was wrong.")
    assert orders.payments_reconcile(now=garden.at).found == 0
    garden.later(hours=2)
    assert (asked_of_banks(garden), bill.order.attempts.count()) == (1, 1)


def test_when_the_bank_pays_it_is_settled_as_by_a_card(garden, budget):
    arrangement = garden.debited(paid_from=PaidFrom(budget, budget.outcomes.get(), begin_early=True))
    bill = garden.asked(arrangement)
    before = figures(budget)
    assert (before.committed >= 3600, before.spent) == (True, 0), "promised still, and not spent"
    garden.to(rules.moment(bill.order.debit_on, time(12)))
    order_jobs.look_at_banks(garden.at)
    garden.tick()
    bill.refresh_from_db()
    assert bill.state == BillState.PAID
    assert garden.visit(arrangement).state == VisitState.PAID
    assert figures(budget).spent == 3600
    assert Earning.objects.get().attempt.captured_pence == 3600
    assert receipt(Order.objects.get(pk=bill.order_id)).total_words == "Paid by Direct Debit"
    assert orders.payments_reconcile(now=garden.at).found == 0


def test_the_gateways_news_settles_it_without_the_clock(garden, deliver):
    arrangement = garden.debited()
    bill = garden.asked(arrangement)
    deliver()
    garden.store.clock_move(6 * 24 * 60 * 60)
    with garden.store.open():
        pass
    gateway.charge_look_up(account=ConnectedAccount.objects.get().stripe_id, intent_id=attempt_of(bill).payment_intent)
    deliver()
    bill.refresh_from_db()
    assert bill.state == BillState.PAID


def test_a_bank_that_says_no_days_later_leads_to_a_kind_letter_with_a_link(garden):
    arrangement = garden.debited(banks.NO_FUNDS)
    bill = garden.answered(arrangement)
    assert (bill.state, bill.order.state) == (BillState.ASKING, OrderState.ACCEPTED)
    assert attempt_of(bill).state == AttemptState.FAILED
    assert bill.order.debit_on is None
    (letter,) = letters("Please pay")
    assert "your Direct Debit" in letter.body
    assert "There was not enough money in your account" in letter.body
    assert not Earning.objects.exists()
    garden.pay_oneself(bill)
    bill.refresh_from_db()
    assert bill.state == BillState.PAID
    assert garden.charged() == [3600]
    assert arrangement.cards.get().state == CardState.SAVED


def test_after_two_reminders_the_visits_stop_as_for_a_card(garden):
    arrangement = garden.debited(banks.NO_FUNDS)
    garden.answered(arrangement)
    for _day in range(11):
        garden.later(days=1)
    assert len(letters("A reminder")) == 2
    assert Arrangement.objects.get(pk=arrangement.pk).state == "paused"


def test_a_bank_that_wants_no_more_debits_ends_the_mandate(garden, deliver):
    arrangement = garden.debited(banks.NOT_AUTHORISED)
    garden.answered(arrangement)
    deliver()
    assert arrangement.cards.get().state == CardState.FORGOTTEN
    assert len(letters("Your Direct Debit has ended")) == 1


def test_a_mandate_that_ends_before_the_bank_is_asked_is_asked_for_by_link(garden, deliver):
    arrangement = garden.debited()
    bill = garden.told(arrangement)
    sandbox.mandate_end(garden.store, mandate_id=arrangement.cards.get().mandate)
    deliver()
    garden.tick()
    bill.refresh_from_db()
    assert (bill.state, bill.refusal) == (BillState.ASKING, rules.DEBIT_ENDED)
    assert Order.objects.get(pk=bill.order_id).debit_on is None
    assert asked_of_banks(garden) == 0


def test_a_mandate_of_another_account_ends_nothing(garden):
    """Whoever runs an account can make things there that carry our references."""
    arrangement = garden.debited()
    card = arrangement.cards.get()
    from payments.gateway.signals import mandate_changed

    foreign = gateway.Mandate(card.mandate, "acct_other", "inactive", card.payment_method)
    mandate_changed.send(sender=None, mandate=foreign)
    card.refresh_from_db()
    assert card.state == CardState.SAVED


def test_an_account_that_loses_the_capability_collects_nothing(garden):
    arrangement = garden.debited()
    bill = garden.told(arrangement)
    account = ConnectedAccount.objects.get()
    sandbox.account_debits(garden.store, account_id=account.stripe_id, status="inactive")
    garden.to(rules.moment(rules.debit_asked_on(bill.order.debit_on), time(9)))
    bill.refresh_from_db()
    assert not ConnectedAccount.objects.get().debits_enabled, "the refusal made us look"
    garden.tick()
    bill.refresh_from_db()
    assert (bill.state, bill.refusal) == (BillState.ASKING, rules.NO_DEBITS)
    assert asked_of_banks(garden) == 0


def test_nobody_is_debited_for_a_day_that_has_become_too_near(garden):
    """The worker stood still over the day: another day is told, and nothing is taken before it."""
    arrangement = garden.debited()
    bill = garden.told(arrangement)
    first = bill.order.debit_on
    garden.to(rules.moment(first, time(9)))
    bill = Bill.objects.select_related("order").get(pk=bill.pk)
    assert bill.order.debit_on == rules.debit_leaves_on(first)
    assert (asked_of_banks(garden), len(letters("leaves your bank account"))) == (0, 2)


def test_nothing_is_collected_while_its_letter_has_not_left(garden, settings):
    arrangement = garden.debited()
    settings.EMAIL_BACKEND = "tests.integration.orders.conftest.DeadPost"
    bill = garden.told(arrangement)
    for _day in range(3):
        garden.later(days=1)
    assert asked_of_banks(garden) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    bill.refresh_from_db()
    assert bill.state == BillState.TOLD
    assert outbox.pending("arrangements.letter").exists()


def test_another_bank_account_is_told_of_anew(garden):
    arrangement = garden.debited()
    garden.told(arrangement)
    garden.later(days=1)
    garden.set_up_debit(arrangement, banks.NO_FUNDS)
    garden.tick()
    bill = Bill.objects.select_related("order").get()
    assert bill.order.debit_on == rules.debit_leaves_on(timezone.localdate(garden.at))
    assert bill.told_of == arrangement.cards.get(state=CardState.SAVED)
    assert len(letters("leaves your bank account")) == 2


def test_back_to_the_card_and_what_was_told_of_is_charged_to_it(garden):
    arrangement = garden.debited()
    bill = garden.told(arrangement)
    garden.save_card(arrangement)
    garden.tick()
    bill.refresh_from_db()
    assert bill.state == BillState.PAID
    assert (garden.charged(), asked_of_banks(garden)) == ([3600], 0)
    assert [card.state for card in arrangement.cards.all()] == [CardState.FORGOTTEN, CardState.SAVED]


def test_a_card_saved_while_money_is_under_way_charges_nothing_twice(garden):
    arrangement = garden.debited()
    bill = garden.asked(arrangement)
    garden.save_card(arrangement)
    garden.later(hours=1)
    assert Bill.objects.get(pk=bill.pk).state == BillState.ON_ITS_WAY
    garden.to(rules.moment(bill.order.debit_on, time(12)))
    order_jobs.look_at_banks(garden.at)
    garden.tick()
    assert Bill.objects.get(pk=bill.pk).state == BillState.PAID
    assert garden.charged() == [3600]


def test_paid_on_the_page_before_the_day_it_is_not_collected_too(garden):
    arrangement = garden.debited()
    bill = garden.told(arrangement)
    garden.pay_oneself(bill)
    garden.to(rules.moment(bill.order.debit_on, time(12)))
    assert (garden.charged(), asked_of_banks(garden)) == ([3600], 0)


def test_a_page_for_the_other_way_is_closed_first(garden):
    arrangement = garden.debited()
    card_page = services.card_begin(arrangement=arrangement, by=garden.joan, now=garden.at, **BACK)
    debit_page = services.card_begin(arrangement=arrangement, by=garden.joan, now=garden.at, way=Way.DEBIT, **BACK)
    card_page.refresh_from_db()
    assert (card_page.state, debit_page.state) == (CardState.ENDED, CardState.OPEN)
    with pytest.raises(sandbox.NotOpen):
        sandbox.session_pay(garden.store, session_id=card_page.session_id, number=cards.SUCCESS.number)


def test_what_is_taken_back_under_the_guarantee_is_a_lost_dispute_that_asks_nobody(garden, deliver):
    arrangement = garden.debited(banks.TAKEN_BACK)
    bill = garden.answered(arrangement)
    deliver()
    order = Order.objects.get(pk=bill.order_id)
    assert order.state == OrderState.DISPUTE_LOST
    assert Bill.objects.get(pk=bill.pk).state == BillState.PAID
    assert not letters("A bank asks you about a payment")
    assert len(letters("Your bank has decided about a payment")) == 1
    assert orders.payments_reconcile(now=garden.at).found == 0
    assert ledger.out_of_step() == []


def test_a_bank_that_never_answers_is_found_by_the_nightly_comparison(garden):
    arrangement = garden.debited()
    bill = garden.asked(arrangement)
    with garden.store.open() as records:
        records.db.execute("UPDATE things SET ends_at = NULL WHERE kind = 'payment_intent'")
    garden.to(rules.moment(bill.order.debit_on + timedelta(days=13), time(9)))
    assert orders.payments_reconcile(now=garden.at).found == 0
    garden.to(rules.moment(bill.order.debit_on + timedelta(days=21), time(9)))
    orders.payments_reconcile(now=garden.at)
    assert Difference.objects.get().kind == "under_way"


def test_an_answer_that_nobody_told_us_of_is_put_right_at_night(garden):
    arrangement = garden.debited(banks.NO_FUNDS)
    bill = garden.asked(arrangement)
    garden.store.clock_move(7 * 24 * 60 * 60)
    garden.at += timedelta(days=7)
    tally = orders.payments_reconcile(now=garden.at)
    assert (tally.found, tally.repaired) == (1, 1)
    garden.tick()
    assert Bill.objects.get(pk=bill.pk).state == BillState.ASKING


def test_an_account_that_leaves_takes_money_under_way_out_of_sight_and_back(garden):
    arrangement = garden.debited()
    bill = garden.asked(arrangement)
    account = ConnectedAccount.objects.get()
    sandbox.account_disconnect(garden.store, account_id=account.stripe_id)
    gateway.account_refresh(account=account, now=garden.at)
    assert attempt_of(bill).state == AttemptState.UNSEEN
    code = sandbox.account_reconnect(garden.store, account_id=account.stripe_id)
    gateway.account_reconnect(account=account, code=code, by=garden.sam, now=garden.at)
    outbox.deliver()
    assert attempt_of(bill).state == AttemptState.UNDER_WAY


def test_a_restricted_account_leaves_money_under_way_alone(garden):
    arrangement = garden.debited()
    bill = garden.asked(arrangement)
    account = ConnectedAccount.objects.get()
    sandbox.account_restrict(garden.store, account_id=account.stripe_id, due=["external_account"])
    gateway.account_refresh(account=account, now=garden.at)
    outbox.deliver()
    assert attempt_of(bill).state == AttemptState.UNDER_WAY
    assert not letters("cannot be paid")


def test_an_answer_that_was_lost_asks_the_bank_once(garden, settings):
    """The bank was asked and we never heard: the next look finds it under way, and nobody is told another day."""
    arrangement = garden.debited()
    bill = garden.told(arrangement)

    def fault(method: str, path: str) -> str:
        return "unheard" if path.endswith("/confirm") else ""

    settings.SANDBOX_FAULT = fault
    garden.to(rules.moment(rules.debit_asked_on(bill.order.debit_on), time(9)))
    settings.SANDBOX_FAULT = None
    garden.tick()
    assert Bill.objects.get(pk=bill.pk).state == BillState.ON_ITS_WAY
    assert (asked_of_banks(garden), len(letters("leaves your bank account"))) == (1, 1)
