"""Many at once on a real PostgreSQL: one form proposes once, a bill is charged once, two answers never both count.

Each race has a twin without its guard, which must fail: so the race is known to bite.
"""

import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from functools import partial

import pytest
from django.utils import timezone

from marketplace.core import clock, outbox
from marketplace.core.errors import DomainError
from marketplace.core.models import AuditEntry, OutboxRow
from payments.arrangements import jobs, rules, selectors, services
from payments.arrangements.models import Arrangement, Bill, Visit
from payments.arrangements.models.arrangement import Side
from payments.arrangements.services import PaidFrom, agreeing, collecting, ending, heeding, planning, visiting
from payments.arrangements.states import ArrangementState, BillState, TermsState, VisitState
from payments.budgets import services as budgets
from payments.budgets.models import Approval
from payments.gateway import selectors as accounts
from payments.gateway import services as gateway
from payments.gateway.services import ChargeRequest
from payments.orders.models import Order
from tests.faults.plugin import FULL
from tests.integration.orders.conftest import by_self
from tests.integration.orders.test_races import all_at_once, slowed, without_unique

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("only_on_postgresql"),
]
CLIENTS = 8
ROUNDS = 40 if FULL else 2


def propose_race(garden, token: str) -> int:
    """How many proposals one form makes that is sent by eight requests at once."""
    facts = {"person": garden.cast.joan, "offer": garden.offer, "wanted": garden.wanted(), "side": Side.PERSON}
    facts |= {"token": token, "by": garden.joan, "now": garden.at, "paid_from": PaidFrom(begin_early=True)}
    done = all_at_once(lambda _number: services.arrangement_propose(**facts), CLIENTS)
    assert done == CLIENTS, "somebody saw an error page"
    return Arrangement.objects.count()


def test_one_form_proposes_once_and_nobody_sees_an_error(garden):
    assert [propose_race(garden, "one form") for _round in range(2)] == [1, 1]


def test_canary_without_the_unique_token_one_form_proposes_several_times(garden, monkeypatch):
    slowed(monkeypatch, agreeing, "can_be_arranged", 0.2)  # between the look for an earlier one and the proposal
    with without_unique(Arrangement, "form_token"):
        assert propose_race(garden, "one form") > 1


def naive_read(pk: int) -> Arrangement:
    """Without the lock, as one would write it who had never seen two people press at once."""
    found = Arrangement.objects.prefetch_related("versions", "skips").get(pk=pk)
    time.sleep(0.05)
    return found


def naive_visit(visit: Visit) -> Visit:
    found = Visit.objects.select_related("terms", "arrangement").get(pk=visit.pk)
    time.sleep(0.05)
    return found


def answers_race(first: Callable[[], object], second: Callable[[], object]) -> int:
    """How many of two answers were taken, given at the same moment: half of the eight say one, half the other."""
    return all_at_once(lambda number: (first if number % 2 else second)(), CLIENTS)


def yes_and_no(garden) -> tuple[int, Arrangement]:
    """Joan says yes to what Sam proposes while he takes it back."""
    made = garden.proposed(side=Side.PROVIDER)
    taken = answers_race(
        lambda: services.arrangement_agree(
            arrangement=made, side=Side.PERSON, by=garden.joan, now=garden.at, paid_from=PaidFrom(begin_early=True)
        ),
        lambda: services.arrangement_decline(arrangement=made, side=Side.PROVIDER, by=garden.sam, now=garden.at),
    )
    return taken, Arrangement.objects.get(pk=made.pk)


BOTH_SAY = {
    (ArrangementState.AGREED, TermsState.AGREED),
    (ArrangementState.DECLINED, TermsState.REFUSED),
}


def change_and_end(garden) -> tuple[date, Arrangement]:
    """Sam says yes to Thursdays while he ends it all: the first of the Thursdays, and what came of it."""
    made, week = garden.running(), timezone.localdate(garden.at) + timedelta(days=7)
    wanted = garden.wanted(rule=rules.weekly(["TH"], 1), starts_on=week)
    services.change_propose(arrangement=made, wanted=wanted, side=Side.PERSON, by=garden.joan, now=garden.at)
    facts = {"arrangement": made, "side": Side.PROVIDER, "by": garden.sam, "now": garden.at}
    answers_race(lambda: services.change_agree(**facts), lambda: services.arrangement_end(**facts))
    return wanted.starts_on, Arrangement.objects.get(pk=made.pk)


def query_race(garden, arrangement: Arrangement, number: int) -> tuple[int, Visit]:
    """Joan asks about a visit at the last moment, and the clock says that the time is up: how many were heard."""
    jobs.plan_ahead(garden.at)
    visit = garden.done(arrangement, number)

    def act(number: int) -> None:
        if number == 0:
            services.visit_query(visit=visit, by=garden.joan, now=visit.query_by, words="He left at eleven.")
        else:
            services.visit_fall_due(visit=visit, now=visit.query_by)

    all_at_once(act, 2)
    heard = AuditEntry.objects.filter(subject_kind="arrangements.visit", subject_id=str(visit.pk))
    heard = heard.filter(action__in=["arrangements.visit.query", "arrangements.visit.fall_due"])
    return heard.count(), Visit.objects.get(pk=visit.pk)


def test_two_answers_at_once_are_one_of_the_two(garden):
    for _round in range(ROUNDS):
        taken, found = yes_and_no(garden)
        assert taken == 1
        assert (found.state, found.terms.state) in BOTH_SAY
        starts_on, found = change_and_end(garden)
        days = set(found.visits.values_list("day", flat=True))
        assert max(days) <= found.ends_on == timezone.localdate(garden.at) + timedelta(days=14)
        assert len({day.weekday() for day in days if day >= starts_on}) == 1
        assert found.change is None


def test_a_question_that_was_heard_is_never_charged_over(garden):
    arrangement = garden.running()
    for number in range(ROUNDS):
        heard, visit = query_race(garden, arrangement, number)
        assert heard == 1
        assert visit.state == (VisitState.QUERIED if visit.query_words else VisitState.DUE)


def test_canary_without_the_lock_both_are_taken(garden, monkeypatch):
    with monkeypatch.context() as patch:
        for module in (agreeing, ending):
            patch.setattr(module, "arrangement_locked", naive_read)
        assert yes_and_no(garden)[0] > 1
    monkeypatch.setattr(visiting, "visit_locked", naive_visit)
    assert query_race(garden, garden.running(), 0)[0] == 2


def collect_race(garden) -> list[int]:
    """Eight workers look round at once when a week has passed: pence of each charge that went through."""
    garden.done(garden.running())
    garden.store.clock_move(7 * 24 * 60 * 60)
    garden.at += timedelta(days=7)
    all_at_once(lambda _number: jobs.look_round(garden.at), CLIENTS)
    return garden.charged()


def test_eight_workers_make_one_bill_and_charge_it_once(garden):
    assert len(collect_race(garden)) <= 1
    garden.tick()
    assert garden.charged() == [3600]
    assert Bill.objects.get().state == BillState.PAID


def test_canary_workers_that_look_before_they_leap_charge_twice(garden, monkeypatch):
    def naive(*, bill: Bill, now: datetime) -> None:
        bill = Bill.objects.select_related("order", "arrangement").get(pk=bill.pk)
        if bill.order.paid_at is not None:
            return
        card, account = bill.arrangement.cards.get(), accounts.account_of(bill.order.provider).stripe_id
        key, name = f"naive-{threading.get_ident()}", f"order:{bill.order.public_id}:0"
        copy = gateway.card_copy(
            account=account, customer=card.customer, payment_method=card.payment_method, idempotency_key=f"{key}:copy"
        )
        made = gateway.charge_create(ChargeRequest(account, copy, bill.pence, "Visits", name, f"{key}:create"))
        gateway.charge_confirm(
            account=account, intent_id=made.intent_id, payment_method=copy, idempotency_key=f"{key}:confirm"
        )

    monkeypatch.setattr(services, "bill_collect", naive)
    assert len(collect_race(garden)) > 1


def debit_race(garden) -> tuple[int, int]:
    """Eight workers look round at once when Joan is to be told, and when the bank is to be asked: letters, and charges
    at the gateway."""
    garden.done(garden.debited())
    garden.store.clock_move(7 * 24 * 60 * 60)
    garden.at += timedelta(days=7)
    all_at_once(lambda _number: jobs.look_round(garden.at), CLIENTS)
    garden.tick()
    told = OutboxRow.objects.filter(payload__letter="debit_notice").count()
    asked_on = rules.debit_asked_on(Order.objects.get().debit_on)
    ahead = rules.moment(asked_on, clock_time(9)) - garden.at
    garden.store.clock_move(int(ahead.total_seconds()))
    garden.at += ahead
    all_at_once(lambda _number: jobs.look_round(garden.at), CLIENTS)
    with garden.store.open() as records:
        return told, len(records.page("charge", None, limit=100)[0])


def test_eight_workers_write_one_notice_and_ask_the_bank_once(garden):
    assert debit_race(garden) == (1, 1)
    garden.tick()
    assert Bill.objects.get().state == BillState.ON_ITS_WAY


def test_canary_workers_that_look_before_they_leap_ask_the_bank_twice(garden, monkeypatch):
    honest = services.bill_collect

    def naive(*, bill: Bill, now: datetime) -> None:
        bill = Bill.objects.select_related("order", "arrangement").get(pk=bill.pk)
        leaves_on, card = bill.order.debit_on, bill.arrangement.cards.get()
        if leaves_on is None or timezone.localdate(now) < rules.debit_asked_on(leaves_on):
            honest(bill=bill, now=now)
            return
        key, name = f"naive-{threading.get_ident()}", f"order:{bill.order.public_id}:0"
        facts = {"method": gateway.DEBIT, "customer": card.customer, "leaves_on": leaves_on.isoformat()}
        request = ChargeRequest(card.account, card.payment_method, bill.pence, "Visits", name, f"{key}:create", **facts)
        gateway.charge_confirm(
            account=card.account,
            intent_id=gateway.charge_create(request).intent_id,
            payment_method=card.payment_method,
            idempotency_key=f"{key}:confirm",
        )

    monkeypatch.setattr(services, "bill_collect", naive)
    assert debit_race(garden)[1] > 1


@pytest.mark.fault("M12")
@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [timedelta(days=4), timedelta(days=-1)])
def test_a_process_whose_clock_is_wrong_ends_no_proposal_early(garden, monkeypatch, client_of, wrong):
    """Neither the job nor the page of the answer: both ask the database what time it is."""
    made, late = garden.proposed(), garden.proposed()
    now, real = clock.now(), timezone.now
    made.versions.update(answer_by=now + timedelta(minutes=1))
    late.versions.update(answer_by=now - timedelta(minutes=1))
    monkeypatch.setattr(timezone, "now", lambda: real() + wrong)
    clock.forget()
    jobs.look_round_every_five_minutes.call_local()
    client_of(garden.cast.sam).post(f"/provider/arrangements/{made.public_id}/agree/", {"yes": "yes"})
    states = [Arrangement.objects.get(pk=each.pk).state for each in (made, late)]
    assert states == [ArrangementState.AGREED, ArrangementState.LAPSED]


def at_the_same_moment(first: Callable[[], object], second: Callable[[], object]) -> None:
    """Both, each by a process of its own, and what each wrote down delivered."""
    all_at_once(lambda number: (first if number else second)(), 2)
    outbox.deliver()


def yes_and_end(garden, cast, held) -> Arrangement:
    """The council says yes, and its answer is followed, while Joan ends it."""
    budget = held()
    made = garden.agreed(paid_from=PaidFrom(budget, budget.outcomes.first(), begin_early=True))
    approval = Approval.objects.latest("pk")
    given = budgets.approval_give(approval=approval, user=cast.theo, by=by_self(cast.theo), now=garden.at)
    ended = {"arrangement": made, "side": Side.PERSON, "by": garden.joan, "now": garden.at}
    at_the_same_moment(
        lambda: services.yes_heed(purchase=given.purchase, now=garden.at), lambda: services.arrangement_end(**ended)
    )
    return Arrangement.objects.get(pk=made.pk)


def test_a_yes_that_comes_while_it_ends_begins_nothing_and_promises_nothing(garden, cast, held):
    for _round in range(ROUNDS):
        found = yes_and_end(garden, cast, held)
        assert found.state == ArrangementState.ENDED
        assert not found.visits.exclude(purchase="").exists()
        assert not found.visits.filter(day__gt=found.ends_on).exists()


def test_a_yes_and_the_end_that_takes_its_question_back_are_never_an_error_page(garden, cast, held):
    """The question is taken back by whoever ends it, in the moment in which it is answered."""
    for _round in range(ROUNDS):
        budget = held()
        made = garden.agreed(paid_from=PaidFrom(budget, budget.outcomes.first(), begin_early=True))
        approval = Approval.objects.latest("pk")
        given = {"approval": approval, "user": cast.theo, "by": by_self(cast.theo), "now": garden.at}
        ended = {"arrangement": made, "side": Side.PERSON, "by": garden.joan, "now": garden.at}
        errors: list[DomainError] = []
        at_the_same_moment(lambda given=given: budgets.approval_give(**given), partial(heard, errors, **ended))
        assert not errors
        found = Arrangement.objects.get(pk=made.pk)
        assert (found.state, found.visits.count()) == (ArrangementState.ENDED, 0)


def heard(errors: list[DomainError], **facts) -> None:
    """End it, and keep what refused that."""
    try:
        services.arrangement_end(**facts)
    except DomainError as error:
        errors.append(error)


def test_canary_a_yes_followed_without_the_lock_begins_what_has_ended(garden, cast, held, monkeypatch):
    for module in (agreeing, ending, heeding, planning):
        monkeypatch.setattr(module, "arrangement_locked", naive_read)
    for _round in range(10):
        found = yes_and_end(garden, cast, held)
        if found.state != ArrangementState.ENDED or found.visits.exclude(purchase="").exists():
            return
    pytest.fail("nothing came back to life")


def back_while_collecting(garden, cast, held, monkeypatch) -> tuple[date, Arrangement]:
    """The council takes its yes back while the worker makes the bill and plans the weeks to come: the last day.

    The worker is slow between reading the last day and writing visits down.
    """
    budget, honest = held(), selectors.paid_until
    made = garden.agreed(paid_from=PaidFrom(budget, budget.outcomes.first(), begin_early=True))
    approval = Approval.objects.latest("pk")
    facts = {"approval": approval, "user": cast.theo, "by": by_self(cast.theo)}
    budgets.approval_give(now=garden.at, **facts)
    outbox.deliver()
    garden.done(made)
    garden.at += timedelta(days=7)
    last = timezone.localdate(garden.at)

    def slow(arrangement: Arrangement) -> date | None:
        until = honest(arrangement)
        if until is not None and until > last:
            time.sleep(0.4)
        return until

    def takes_back() -> None:
        time.sleep(0.15)
        given = budgets.approval_shorten(until=last, now=garden.at, words="Enough.", **facts)
        services.yes_cut(purchase=given.purchase, now=garden.at)

    def works() -> None:
        jobs.plan_ahead(garden.at)
        jobs.look_round(garden.at)

    with monkeypatch.context() as patch:
        patch.setattr(selectors, "paid_until", slow)
        at_the_same_moment(works, takes_back)
    jobs.look_round(garden.at)
    return last, Arrangement.objects.get(pk=made.pk)


def test_a_yes_taken_back_while_the_worker_collects_leaves_one_bill_and_no_later_visit(garden, cast, held, monkeypatch):
    for _round in range(max(1, ROUNDS // 10)):
        last, found = back_while_collecting(garden, cast, held, monkeypatch)
        assert not found.visits.filter(day__gt=last).exists()
        bill = found.bills.get()
        assert bill.state == BillState.HELD
        assert not budgets.of_order(bill.order.public_id).approvals.exists(), "what happened is asked about by nobody"


def test_canary_without_the_lock_visits_come_back_that_nobody_pays(garden, cast, held, monkeypatch):
    for module in (collecting, heeding, planning):
        monkeypatch.setattr(module, "arrangement_locked", naive_read)
    last, found = back_while_collecting(garden, cast, held, monkeypatch)
    assert found.visits.filter(day__gt=last).exists()
