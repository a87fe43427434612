"""Only what happened and nobody queried is charged, once, from the saved card; otherwise the person is asked kindly."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from marketplace.people.models import User
from payments.arrangements import jobs, rules, services
from payments.arrangements.models import Arrangement, Bill
from payments.arrangements.models.arrangement import Side
from payments.arrangements.services import PaidFrom
from payments.arrangements.services.erasing import what_runs
from payments.arrangements.services.promising import promise_release
from payments.arrangements.states import ArrangementState, BillState, VisitState
from payments.budgets import services as budgets
from payments.budgets.models import Method, Relation
from payments.budgets.rules import Share
from payments.budgets.selectors import figures
from payments.gateway import services as gateway
from payments.gateway.signals import object_changed
from payments.orders import services as orders_services
from payments.orders.models import Order, PaymentAttempt
from payments.orders.states import AttemptState, OrderState
from payments.sandbox import cards
from payments.sandbox import services as sandbox

pytestmark = pytest.mark.django_db


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def test_a_visit_that_happened_is_paid_on_monday_and_its_receipt_is_an_ordinary_order(garden):
    arrangement = garden.running()
    visit = garden.done(arrangement, minutes=90)
    assert (visit.state, visit.pence) == (VisitState.DONE, 2700)
    garden.later(days=2)
    assert fresh(visit).state == VisitState.DONE
    assert garden.charged() == []
    garden.later(days=6)
    assert fresh(visit).state == VisitState.PAID
    assert garden.charged() == [2700]
    order = Order.objects.get()
    assert (order.state, order.total_pence, order.person) == (OrderState.COMPLETED, 2700, garden.cast.joan)
    garden.later(days=7)
    assert garden.charged() == [2700]


def test_a_queried_visit_waits_and_the_others_are_paid(garden):
    arrangement = garden.running()
    first = garden.done(arrangement, 0)
    services.visit_query(visit=first, by=garden.joan, now=garden.at, words="He left at eleven.")
    second = garden.done(arrangement, 1)
    garden.later(days=7)
    assert garden.charged() == [3600]
    assert fresh(second).state == VisitState.PAID
    assert fresh(first).state == VisitState.QUERIED
    services.visit_correct(visit=fresh(first), minutes=60, by=garden.sam, now=garden.at, words="You are right.")
    garden.later(days=8)
    assert garden.charged() == [3600, 1800]


def test_after_three_days_nobody_can_query_and_before_that_nobody_pays(garden):
    arrangement = garden.running()
    visit = garden.done(arrangement)
    with pytest.raises(services.QueryTooLate):
        services.visit_query(visit=visit, by=garden.joan, now=garden.at + timedelta(days=3, minutes=1), words="No")
    assert fresh(visit).state == VisitState.DONE


def test_a_missed_visit_costs_nothing(garden):
    arrangement = garden.running()
    visit = garden.visit(arrangement)
    garden.to(visit.starts_at + timedelta(hours=1))
    services.visit_missed(visit=visit, side=Side.PROVIDER, words="My van broke down.", by=garden.sam, now=garden.at)
    garden.later(days=14)
    assert garden.charged() == []
    assert not Bill.objects.exists()


@pytest.mark.parametrize(
    ("card", "refusal"),
    [
        (cards.DECLINED_LATER, "generic_decline"),
        (cards.NO_FUNDS_LATER, "insufficient_funds"),
        (cards.ASKS_EACH_TIME, "authentication_required"),
    ],
)
def test_a_card_that_says_no_becomes_a_letter_two_reminders_and_then_a_rest(garden, card, refusal):
    arrangement = garden.running(card)
    garden.done(arrangement)
    garden.later(days=7)
    bill = Bill.objects.get()
    assert (bill.state, bill.refusal) == (BillState.ASKING, refusal)
    joan = garden.cast.joan.email
    asked = [letter for letter in mail.outbox if letter.to == [joan] and "pay" in letter.subject.lower()]
    assert len(asked) == 1
    assert f"/orders/{bill.order.public_id}/" in asked[0].body
    garden.later(days=4)
    garden.later(days=4)
    asked = [letter for letter in mail.outbox if letter.to == [joan] and "pay" in letter.subject.lower()]
    assert len(asked) == 3
    garden.later(days=4)
    assert fresh(bill).state == BillState.LEFT
    arrangement = fresh(arrangement)
    assert arrangement.state == ArrangementState.PAUSED
    assert not arrangement.visits.filter(state=VisitState.PLANNED, starts_at__gt=garden.at).exists()
    count = len(mail.outbox)
    garden.later(days=60)
    assert len(mail.outbox) == count
    assert garden.charged() == []


def test_another_card_pays_what_waited_and_the_visits_go_on(garden):
    arrangement = garden.running(cards.DECLINED_LATER)
    garden.done(arrangement)
    garden.later(days=7)
    garden.later(days=11)
    assert fresh(arrangement).state == ArrangementState.PAUSED
    garden.save_card(arrangement)
    garden.tick()
    assert garden.charged() == [3600]
    arrangement = fresh(arrangement)
    assert arrangement.state == ArrangementState.RUNNING
    assert arrangement.visits.filter(state=VisitState.PLANNED, starts_at__gt=garden.at).exists()


def test_paying_on_the_page_settles_the_bill_and_the_card_is_not_charged_again(garden):
    arrangement = garden.running(cards.ASKS_EACH_TIME)
    garden.done(arrangement)
    garden.later(days=7)
    bill = Bill.objects.get()
    attempt = orders_services.payment_begin(
        order=bill.order,
        by=garden.joan,
        now=garden.at,
        paid_url="http://testserver/a/",
        back_url="http://testserver/b/",
    )
    sandbox.session_pay(garden.store, session_id=attempt.session_id, number=cards.SUCCESS.number)
    orders_services.attempt_look_up(attempt=attempt, now=garden.at)
    garden.tick()
    assert fresh(bill).state == BillState.PAID
    assert set(bill.visits.values_list("state", flat=True)) == {VisitState.PAID}
    garden.later(days=9)
    assert garden.charged() == [3600]


@pytest.mark.parametrize("fault", ["unheard", "500"])
@pytest.mark.parametrize("path", ["/v1/payment_methods", "/v1/payment_intents", "confirm"])
def test_a_lost_answer_never_charges_twice_and_in_the_end_once(garden, settings, fault, path):
    """Each call in turn is lost on its way, lost on its way back, or fails."""
    arrangement = garden.running()
    garden.done(arrangement)
    garden.later(days=3)
    settings.SANDBOX_FAULT = lambda method, asked: fault if method == "POST" and asked.endswith(path) else ""
    garden.later(days=4)
    settings.SANDBOX_FAULT = None
    assert sum(garden.charged()) in {0, 3600}
    for _ in range(4):
        from payments.orders.jobs import look_round

        garden.later(minutes=5)
        look_round(garden.at)
    assert garden.charged() == [3600]
    assert Bill.objects.get().state == BillState.PAID


def test_each_call_of_a_charge_has_the_bills_own_key(garden):
    """{object}:{operation}:{generation}: what is sent again is the same request, and another try is another."""
    arrangement = garden.running(cards.DECLINED_LATER)
    garden.done(arrangement)
    garden.later(days=7)
    bill, card = Bill.objects.get(), arrangement.cards.last()
    with garden.store.open() as records:
        kept = {row["key"] for row in records.db.execute("SELECT key FROM keys")}
    of_bill = f"order:{bill.order.public_id}"
    assert {key for key in kept if key.startswith(of_bill)} == {
        f"{of_bill}:{operation}:0" for operation in (f"{card.payment_method}:copy", "charge", "confirm")
    }


def test_the_news_of_a_charge_that_is_on_its_way_does_not_end_it(garden, settings):
    """The gateway tells of a payment as soon as it is made, which is before it is confirmed."""
    arrangement = garden.running()
    garden.done(arrangement)

    def news_comes_first(method: str, path: str) -> str:
        if path.endswith("/confirm"):
            settings.SANDBOX_FAULT = None
            attempt = PaymentAttempt.objects.select_related("account").get()
            made = gateway.charge_look_up(account=attempt.account.stripe_id, intent_id=attempt.payment_intent)
            assert not made.paid
            object_changed.send(sender=None, kind="payment_intent", account=attempt.account, snapshot=made)
        return ""

    settings.SANDBOX_FAULT = news_comes_first
    garden.later(days=7)
    assert settings.SANDBOX_FAULT is None
    assert garden.charged() == [3600]
    assert PaymentAttempt.objects.get().state == AttemptState.CAPTURED


def test_a_charge_begun_since_the_clock_read_its_row_is_looked_up_not_written_off(garden, settings):
    """The clock's list is older than the payment's id: "never begun" would be untrue."""
    arrangement = garden.running()
    garden.done(arrangement)
    read = []

    def clock_is_late(method: str, path: str) -> str:
        if path.endswith("/payment_intents") and not read:
            read.append(PaymentAttempt.objects.select_related("account").get())
        elif path.endswith("/confirm") and len(read) == 1:
            read.append(orders_services.attempt_look_up(attempt=read[0], now=garden.at))
        return ""

    settings.SANDBOX_FAULT = clock_is_late
    garden.later(days=7)
    stale, resumed = read
    assert stale.payment_intent == ""
    assert (resumed.state, resumed.reason) == (AttemptState.FAILED, "cancelled"), "ended at the gateway first"
    settings.SANDBOX_FAULT = None
    for _ in range(3):
        garden.later(minutes=5)
    captured = PaymentAttempt.objects.filter(state=AttemptState.CAPTURED)
    assert garden.charged() == [each.captured_pence for each in captured], "what was taken is written down"


def test_the_clock_may_run_any_number_of_times(garden):
    arrangement = garden.running()
    garden.done(arrangement)
    garden.later(days=7)
    for _ in range(5):
        jobs.look_round(garden.at)
        jobs.plan_ahead(garden.at)
    assert garden.charged() == [3600]
    assert Bill.objects.count() == 1


def test_a_bill_cannot_be_cancelled_by_the_person_and_can_be_dropped_by_the_provider(garden):
    arrangement = garden.running(cards.DECLINED_LATER)
    garden.done(arrangement)
    garden.later(days=7)
    bill = Bill.objects.get()
    with pytest.raises(services.IllegalMove):
        orders_services.order_cancel(order=bill.order, by=garden.joan, now=garden.at)
    orders_services.order_call_off(order=bill.order, by=garden.sam, now=garden.at, words="Never mind.")
    garden.tick()
    assert fresh(bill).state == BillState.DROPPED
    garden.later(days=30)
    assert fresh(arrangement).state == ArrangementState.RUNNING
    assert garden.charged() == []


def test_what_is_left_when_it_ends_is_collected_and_the_card_forgotten(garden):
    arrangement = garden.running()
    garden.done(arrangement)
    services.arrangement_end(arrangement=arrangement, side=Side.PROVIDER, by=garden.sam, now=garden.at)
    assert fresh(arrangement).state == ArrangementState.RUNNING
    garden.later(days=16)
    assert fresh(arrangement).state == ArrangementState.ENDED
    assert garden.charged() == [3600]
    garden.later(days=4)
    assert not Arrangement.objects.filter(cards__state="saved").exists()


def attached(garden) -> list[str]:
    """Which saved cards could still be charged, as the gateway has it."""
    with garden.store.open() as records:
        found, _more = records.page("payment_method", "", limit=1000)
    return [method["id"] for method in found if method["customer"]]


def test_the_card_stays_until_the_last_visit_can_be_written_down(garden):
    """The provider marks the last visit the morning after its day: it is charged, and then the card is forgotten."""
    arrangement = garden.running(until=garden.wanted().starts_on + timedelta(days=1))
    visit = garden.visit(arrangement)
    garden.to(visit.starts_at + timedelta(hours=20))
    assert fresh(arrangement).state == ArrangementState.ENDED
    assert len(attached(garden)) == 1
    services.visit_done(visit=fresh(visit), minutes=120, by=garden.sam, now=garden.at)
    garden.later(days=4)
    assert garden.charged() == [3600]
    garden.later(days=4)
    assert attached(garden) == []
    assert not arrangement.cards.filter(state="saved").exists()


def test_a_last_visit_that_nobody_wrote_down_keeps_the_card_for_three_days_only(garden):
    arrangement = garden.running(until=garden.wanted().starts_on + timedelta(days=1))
    garden.to(garden.visit(arrangement).starts_at + timedelta(days=2, hours=23))
    assert len(attached(garden)) == 1
    garden.later(hours=2)
    assert attached(garden) == []


def test_visits_of_a_bill_that_was_dropped_keep_no_card(garden):
    arrangement = garden.running(cards.DECLINED_LATER, until=garden.wanted().starts_on + timedelta(days=1))
    garden.done(arrangement)
    garden.later(days=7)
    bill = Bill.objects.get()
    assert len(attached(garden)) == 1
    orders_services.order_call_off(order=bill.order, by=garden.sam, now=garden.at, words="Never mind.")
    garden.tick()
    assert fresh(bill).state == BillState.DROPPED
    assert set(bill.visits.values_list("state", flat=True)) == {VisitState.DUE}
    assert attached(garden) == []
    assert what_runs(User, garden.cast.joan) == []


def test_a_card_that_another_takes_the_place_of_is_forgotten_by_the_gateway_too(garden):
    arrangement = garden.running()
    before = attached(garden)
    card = garden.save_card(arrangement)
    garden.tick()
    assert attached(garden) == [card.payment_method] != before
    assert arrangement.cards.filter(state="saved").get() == card


@pytest.mark.parametrize("path", ["/v1/payment_methods", "/v1/payment_intents"])
def test_a_no_that_is_not_the_banks_is_tried_again_and_nobody_gets_a_letter(garden, settings, path):
    arrangement = garden.running()
    garden.done(arrangement)
    garden.later(days=3)
    letters = len(mail.outbox)
    settings.SANDBOX_FAULT = lambda method, asked: "400" if (method, asked) == ("POST", path) else ""
    garden.later(days=4)
    bill = Bill.objects.get()
    assert (bill.state, bill.refusal, len(mail.outbox)) == (BillState.COLLECTING, "", letters)
    settings.SANDBOX_FAULT = None
    garden.later(minutes=10)
    assert garden.charged() == [3600]
    assert fresh(bill).state == BillState.PAID


def test_monthly_collects_on_the_first(garden):
    arrangement = garden.running(collects="monthly")
    garden.done(arrangement)
    first = (garden.at + timedelta(days=32)).replace(day=1, hour=9)
    garden.to(first - timedelta(days=1, hours=1) if first - timedelta(days=1, hours=1) > garden.at else garden.at)
    before = list(garden.charged())
    garden.to(first)
    assert before == []
    assert garden.charged() == [3600]


def letters_to(person, about: str) -> list:
    return [letter for letter in mail.outbox if letter.to == [person.email] and about in letter.subject]


def test_what_the_budget_lacks_is_asked_for_and_never_taken(garden, budget, client_of):
    """£120 in the budget, £150 for the visit: the other £30 is Joan's to give."""
    joan = garden.cast.joan
    arrangement = garden.running(
        paid_from=PaidFrom(budget, budget.outcomes.get(), begin_early=True), price_pence=5000, minutes=180
    )
    visit = garden.done(arrangement, minutes=180)
    garden.later(days=7)
    bill = arrangement.bills.get()
    assert (bill.state, garden.charged()) == (BillState.ASKING, [])
    known = figures(budget)
    assert (known.committed, known.spent) == (12_000, 0), "the budget's line stays, and nothing of it is spent yet"
    (letter,) = letters_to(joan, "£30.00 of your own money")
    assert "Your budget pays £120.00 of it." in letter.body
    assert f"/orders/{bill.order.public_id}/" in letter.body
    page = client_of(joan).get(f"/arrangements/{arrangement.public_id}/").content.decode()
    assert "Nothing was taken. You decide whether to pay it." in page
    assert "Or save another card" not in page
    garden.save_card(arrangement)
    garden.later(days=1)
    assert garden.charged() == [], "another card is no yes"
    garden.pay_oneself(bill)
    assert garden.charged() == [15_000]
    assert (fresh(bill).state, fresh(visit).state) == (BillState.PAID, VisitState.PAID)
    assert figures(budget).spent == 12_000


def test_a_budget_that_may_not_pay_any_more_is_never_made_good_by_the_card(garden, budget, client_of):
    """The rule of relatives begins to hold after everything was agreed."""
    joan = garden.cast.joan
    arrangement = garden.running(paid_from=PaidFrom(budget, budget.outcomes.get(), begin_early=True))
    facts = {"person": joan, "provider": arrangement.provider, "by": garden.joan, "now": timezone.now()}
    partner = budgets.Related(Relation.PARTNER, shares_home=True)
    budgets.declaration_make(said=budgets.the_same_of_all(arrangement.provider, partner), **facts)
    garden.done(arrangement)
    garden.later(days=7)
    bill = arrangement.bills.get()
    assert (bill.state, garden.charged(), figures(budget).spent) == (BillState.ASKING, [], 0)
    (letter,) = letters_to(joan, "£36.00 of your own money")
    assert "one of its rules stands in the way" in " ".join(letter.body.split())
    assert fresh(arrangement).budget == budget
    garden.later(days=4)
    assert len(letters_to(joan, "A reminder: £36.00")) == 1
    garden.pay_oneself(bill)
    assert garden.charged() == [3600]
    assert figures(budget).spent == 0


def test_an_empty_budget_asks_for_all_of_it(garden, budget):
    arrangement = garden.running(paid_from=PaidFrom(budget, budget.outcomes.get(), begin_early=True))
    garden.done(arrangement)
    promise_release(fresh(arrangement.visits.order_by("day").first()), garden.at)
    for visit in arrangement.visits.exclude(purchase=""):
        promise_release(visit, garden.at)
    budgets.purchase_record(
        person=garden.cast.joan,
        title="A mower",
        provider_name="Seeds and More",
        shares=[Share(12_000, budget.pk, budget.outcomes.get().pk)],
        method=Method.CASH,
        bought_on=timezone.localdate(),
        by=garden.joan,
        now=garden.at,
        related=budgets.Related(Relation.NONE, shares_home=False),
    )
    garden.later(days=7)
    bill = arrangement.bills.get()
    assert (bill.state, bill.refusal, garden.charged()) == (BillState.ASKING, rules.SHORT, [])
    (letter,) = letters_to(garden.cast.joan, "£36.00 of your own money")
    assert "Your budget has nothing left for it." in letter.body
