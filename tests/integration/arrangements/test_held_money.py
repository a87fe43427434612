"""Money that somebody else holds pays for help every week: one yes to all of it, and asked again when it is more."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from marketplace.core import outbox
from payments.arrangements import rules, selectors, services
from payments.arrangements.models import Arrangement, Bill, StandingYes
from payments.arrangements.models.arrangement import Side
from payments.arrangements.services import PaidFrom
from payments.arrangements.states import ArrangementState, BillState, TermsState
from payments.budgets import jobs as budget_jobs
from payments.budgets import selectors as budget_reading
from payments.budgets import services as budgets
from payments.budgets.models import Approval, AskedOf, Method
from payments.budgets.states import Source
from payments.ledger import selectors as ledger
from payments.orders import services as orders
from payments.orders.models import Order
from payments.orders.states import OrderState
from providers.listings.models import DirectPaymentRule
from tests.factories.listings import make_category, make_provider
from tests.integration.arrangements.conftest import days_from_monday
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db
FOUR_WEEKS = 4 * 3600  # two hours at £18, every Tuesday


@pytest.fixture
def managed(held):
    return held()


def money(budget) -> PaidFrom:
    return PaidFrom(budget, budget.outcomes.first(), begin_early=True)


def answer(garden, user, *, yes=True, words="") -> Approval:
    approval = Approval.objects.order_by("pk").last()
    act = budgets.approval_give if yes else budgets.approval_refuse
    act(approval=approval, user=user, by=by_self(user), now=garden.at, words=words)
    outbox.deliver()
    return approval


def fresh(arrangement) -> Arrangement:
    return selectors.whole().get(pk=arrangement.pk)


def pays(bill, user, garden) -> None:
    """The council says that it has paid the provider."""
    purchase = budgets.of_order(bill.order.public_id)
    budgets.purchase_holder_paid(purchase=purchase, by=by_self(user), now=garden.at)
    garden.tick()


def tuesdays(garden) -> int:
    """How many of the next four weeks have begun to be promised: four, and three on a Tuesday."""
    return days_from_monday(timezone.localdate(garden.at) + rules.PROMISED_AHEAD - timedelta(days=1)).count(1)


@pytest.fixture
def begun(cast, garden, managed):
    """The garden every Tuesday, to which the council has said yes."""
    made = garden.agreed(paid_from=money(managed))
    answer(garden, cast.theo)
    return fresh(made)


def test_nothing_is_planned_until_the_council_has_said_yes(cast, garden, managed):
    made = garden.agreed(paid_from=money(managed))
    yes = StandingYes.objects.get()
    assert (yes.approval.asked_of, yes.ceiling_pence) == (AskedOf.COUNCIL, FOUR_WEEKS)
    assert fresh(made).state == ArrangementState.AGREED
    assert not made.visits.exists()
    assert budget_reading.figures(managed).available == 50_000, "a question sets nothing aside"
    garden.save_card(made)
    assert not made.visits.exists(), "a card is no yes"

    answer(garden, cast.theo)
    assert fresh(made).state == ArrangementState.RUNNING
    promised = tuesdays(garden)
    assert made.visits.exclude(purchase="").count() == promised
    figures = budget_reading.figures(managed)
    assert (figures.available, figures.committed) == (50_000 - promised * 3600, promised * 3600)
    assert ledger.out_of_step() == []


def test_bills_within_the_yes_are_the_councils_to_pay_and_no_card_is_asked_for(cast, garden, managed, begun):
    visit = garden.done(begun)
    garden.later(days=8)
    bill = Bill.objects.get()
    purchase = budgets.of_order(bill.order.public_id)
    assert (bill.state, purchase.method, purchase.approvals.count()) == (BillState.HELD, Method.FUNDER, 0)
    assert list(budget_reading.to_be_paid_by(council=cast.council["quantock"])) == [purchase]
    assert not any("pay" in letter.subject for letter in mail.outbox if letter.to == [cast.joan.email])
    pays(bill, cast.theo, garden)
    bill.refresh_from_db()
    visit.refresh_from_db()
    assert (bill.state, visit.state) == (BillState.PAID, "paid")
    assert Order.objects.get(pk=bill.order_id).state == OrderState.COMPLETED
    assert budget_reading.figures(managed).spent == 3600
    assert garden.charged() == []
    assert ledger.out_of_step() == []


def test_a_holder_of_a_fund_is_asked_and_pays_the_same_way(cast, garden, held):
    holder = make_provider(cast.council["quantock"], name="Holding Hands")
    holder.keepers.add(cast.asha)
    made = garden.agreed(paid_from=money(held(Source.ISF, holder=holder)))
    assert StandingYes.objects.get().approval.holder == holder
    answer(garden, cast.asha)
    garden.done(fresh(made))
    garden.later(days=8)
    assert budget_reading.to_be_paid_by(holder_of=cast.asha).count() == 1


def test_a_no_is_told_to_both_with_its_reason_on_the_page_and_other_money_may_pay(cast, garden, managed, client_of):
    made = garden.agreed(paid_from=money(managed))
    answer(garden, cast.theo, yes=False, words="Your review comes first, in May.")
    assert fresh(made).state == ArrangementState.AGREED
    told = {letter.to[0] for letter in mail.outbox if letter.subject.startswith("A no to the money")}
    assert told == {cast.joan.email, cast.sam.email}
    assert not any("May" in letter.body for letter in mail.outbox), "a reason never travels by mail"
    for user, space in ((cast.joan, "arrangements"), (cast.sam, "provider_arrangements")):
        page = client_of(user).get(reverse(f"{space}:arrangement", args=[made.public_id])).content.decode()
        assert "Your review comes first, in May." in page, space

    services.money_choose(arrangement=made, paid_from=PaidFrom(), by=garden.joan, now=garden.at)
    garden.save_card(made)
    assert fresh(made).state == ArrangementState.RUNNING
    assert fresh(made).budget is None


def test_nobody_answering_in_time_is_told_and_can_be_asked_once_more(cast, garden, managed):
    made = garden.agreed(paid_from=money(managed))
    first = StandingYes.objects.get()
    garden.at = first.approval.answer_by + timedelta(minutes=1)
    budget_jobs.lapse_all(garden.at)
    garden.tick()
    assert any(letter.subject.startswith("No answer about the money") for letter in mail.outbox)
    services.money_choose(arrangement=made, paid_from=money(managed), by=garden.joan, now=garden.at)
    assert StandingYes.objects.count() == 2
    answer(garden, cast.theo)
    assert fresh(made).state == ArrangementState.RUNNING


def test_a_change_that_costs_more_waits_for_another_yes_and_a_cheaper_one_does_not(cast, garden, begun):
    cheaper = garden.wanted(starts_on=timezone.localdate(garden.at) + timedelta(days=8), price_pence=1700)
    services.change_propose(arrangement=begun, wanted=cheaper, side=Side.PROVIDER, by=garden.sam, now=garden.at)
    services.change_agree(arrangement=begun, side=Side.PERSON, by=garden.joan, now=garden.at)
    assert StandingYes.objects.count() == 1
    dearer = garden.wanted(starts_on=timezone.localdate(garden.at) + timedelta(days=15), price_pence=1900)
    services.change_propose(arrangement=begun, wanted=dearer, side=Side.PROVIDER, by=garden.sam, now=garden.at)
    services.change_agree(arrangement=begun, side=Side.PERSON, by=garden.joan, now=garden.at)
    assert fresh(begun).change.state == TermsState.ASKING
    assert fresh(begun).terms.price_pence == 1700, "what was agreed holds meanwhile"
    with pytest.raises(services.TooLate):
        services.change_agree(arrangement=begun, side=Side.PERSON, by=garden.joan, now=garden.at)
    answer(garden, cast.theo)
    assert fresh(begun).change is None
    assert fresh(begun).terms.price_pence == 1900


def test_a_no_to_a_dearer_change_leaves_what_was_agreed(cast, garden, begun):
    dearer = garden.wanted(starts_on=timezone.localdate(garden.at) + timedelta(days=8), minutes=180)
    services.change_propose(arrangement=begun, wanted=dearer, side=Side.PERSON, by=garden.joan, now=garden.at)
    services.change_agree(arrangement=begun, side=Side.PROVIDER, by=garden.sam, now=garden.at)
    answer(garden, cast.theo, yes=False, words="Two hours are enough.")
    now = fresh(begun)
    assert now.change is None
    assert now.terms.minutes == 120
    assert now.visits.filter(planned_minutes=180).count() == 0
    assert now.visits.exclude(purchase="").count() == tuesdays(garden)


def test_a_bill_above_the_ceiling_is_asked_for_and_a_no_leaves_it_to_the_persons_own_choice(cast, garden, begun):
    garden.done(begun, minutes=12 * 60)
    garden.later(days=8)
    bill = Bill.objects.get()
    asked = budgets.of_order(bill.order.public_id).approvals.get()
    assert (bill.state, asked.asked_of) == (BillState.HELD, AskedOf.COUNCIL)
    answer(garden, cast.theo, yes=False, words="Twelve hours?")
    bill.refresh_from_db()
    assert (bill.state, bill.refusal) == (BillState.ASKING, rules.HELD_NO)
    letter = next(letter for letter in mail.outbox if letter.subject.startswith("Will you pay"))
    assert letter.to == [cast.joan.email]
    garden.pay_oneself(bill)
    bill.refresh_from_db()
    assert bill.state == BillState.PAID
    assert budget_reading.figures(begun.budget).spent == 0
    assert ledger.out_of_step() == []


def test_a_bill_above_the_ceiling_that_the_council_says_yes_to_is_theirs_to_pay(cast, garden, begun):
    garden.done(begun, minutes=12 * 60)
    garden.later(days=8)
    bill = Bill.objects.get()
    answer(garden, cast.theo)
    pays(bill, cast.theo, garden)
    bill.refresh_from_db()
    assert bill.state == BillState.PAID
    assert budget_reading.figures(begun.budget).spent == bill.pence == 12 * 1800


def test_no_visit_is_planned_past_the_yes_and_it_is_asked_for_again_in_time(cast, garden, held):
    review = timezone.localdate() + timedelta(days=40)
    budget = held(ends_on=timezone.localdate() + timedelta(days=200))
    type(budget).objects.filter(pk=budget.pk).update(review_on=review)
    budget.refresh_from_db()
    made = garden.agreed(paid_from=money(budget))
    answer(garden, cast.theo)
    assert StandingYes.objects.get().until == review
    assert made.visits.order_by("day").last().day <= review
    garden.later(days=13)
    assert StandingYes.objects.count() == 2, "four weeks before it runs out"
    assert StandingYes.objects.last().until == budget.ends_on
    garden.tick()
    assert StandingYes.objects.count() == 2
    answer(garden, cast.theo)
    services.visits_plan(arrangement=made, now=garden.at)
    assert made.visits.order_by("day").last().day > review


def test_money_whose_days_end_is_said_once_and_nobody_is_asked_in_vain(cast, garden, held):
    made = garden.agreed(paid_from=money(held(ends_on=timezone.localdate() + timedelta(days=30))))
    answer(garden, cast.theo)
    garden.later(days=5)
    garden.tick()
    ends = [letter for letter in mail.outbox if letter.subject.startswith("This money lasts until")]
    assert [letter.to for letter in ends] == [[cast.joan.email]]
    assert made.yeses.count() == 1


def test_ending_it_takes_the_question_back(cast, garden, managed):
    made = garden.agreed(paid_from=money(managed))
    services.arrangement_end(arrangement=made, side=Side.PERSON, by=garden.joan, now=garden.at)
    approval = Approval.objects.get()
    assert approval.state == "withdrawn"
    with pytest.raises(budgets.IllegalMove):
        answer(garden, cast.theo)


def test_money_that_needs_a_yes_takes_over_only_once_it_has_one(cast, garden, managed):
    made = garden.running()
    services.money_choose(arrangement=made, paid_from=money(managed), by=garden.joan, now=garden.at)
    assert fresh(made).budget is None
    assert made.visits.exists(), "the visits go on meanwhile"
    answer(garden, cast.theo)
    assert fresh(made).budget == managed
    assert made.visits.exclude(purchase="").count() == tuesdays(garden)


def test_a_kind_of_help_that_the_council_wants_to_be_asked_about_is_asked_once_and_paid_by_card(
    cast, garden, budget, listing
):
    listing.page.categories.add(make_category("gardening", "Gardening", direct_payment=DirectPaymentRule.ASK))
    listing.page.save()
    made = garden.agreed(paid_from=PaidFrom(budget, budget.outcomes.get(), begin_early=True))
    assert StandingYes.objects.get().approval.asked_of == AskedOf.COUNCIL
    garden.save_card(made)
    assert fresh(made).state == ArrangementState.AGREED
    answer(garden, cast.theo)
    assert fresh(made).state == ArrangementState.RUNNING
    garden.done(fresh(made))
    garden.later(days=8)
    assert garden.charged() == [3600]
    assert Bill.objects.get().state == BillState.PAID


def test_the_council_reads_what_it_says_yes_to(cast, garden, managed, client_of):
    garden.agreed(paid_from=money(managed))
    theo = client_of(cast.theo)
    desk = theo.get(f"/staff/money/{cast.council['quantock'].slug}/").content.decode()
    assert "£144.00 in four weeks" in desk
    approval = Approval.objects.get()
    page = theo.get(f"/staff/money/requests/{approval.public_id}/").content.decode()
    for words in ("Every Tuesday at 10am", "2 hours", "£18 an hour", "The most in any four weeks", "£144.00"):
        assert words in page, words


def test_a_bill_that_the_provider_calls_off_takes_its_question_back(cast, garden, begun):
    """The council would else be asked about money that nobody wants, and its yes be refused."""
    garden.done(begun, minutes=12 * 60)
    garden.later(days=8)
    bill = Bill.objects.get()
    orders.order_call_off(order=bill.order, by=garden.sam, now=garden.at, words="I wrote down the wrong length.")
    garden.tick()
    bill.refresh_from_db()
    assert bill.state == BillState.DROPPED
    assert Approval.objects.order_by("pk").last().state == "withdrawn"
    assert not budget_reading.approvals_for_council(cast.council["quantock"]).exists()
