"""Nothing holds that two people have not both said yes to; either may end it."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import DELEGATE, Actor
from marketplace.people.models import Delegation
from payments.arrangements import rules, services
from payments.arrangements.models import Arrangement, Visit
from payments.arrangements.models.arrangement import Side
from payments.arrangements.services import PaidFrom
from payments.arrangements.states import ArrangementState, TermsState, VisitState
from payments.budgets import services as budgets
from payments.budgets.models import DelegateLimit, Relation
from payments.budgets.selectors import figures
from tests.factories.people import make_delegation

pytestmark = pytest.mark.django_db


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


@pytest.fixture
def limited(garden, cast) -> Delegation:
    """Priya may buy for Joan, up to £50 at a time."""
    held = make_delegation(cast.joan, cast.priya, now=garden.at)
    DelegateLimit.objects.create(delegation=held, per_order_pence=5000)
    return Delegation.objects.get(pk=held.pk)


@pytest.fixture
def sam_helps(garden, cast) -> Delegation:
    """Sam, who keeps the garden's listing, may buy for Joan too."""
    return make_delegation(cast.joan, cast.sam, now=garden.at)


def to_come(arrangement) -> list[date]:
    return list(arrangement.visits.filter(state=VisitState.PLANNED).order_by("day").values_list("day", flat=True))


def test_nothing_is_planned_before_both_said_yes_and_a_card_is_saved(garden):
    made = garden.proposed()
    assert not Visit.objects.exists()
    with pytest.raises(services.NotYours):
        services.arrangement_agree(arrangement=made, side=Side.PERSON, by=garden.joan, now=garden.at)
    services.arrangement_agree(arrangement=made, side=Side.PROVIDER, by=garden.sam, now=garden.at)
    assert not Visit.objects.exists()
    garden.save_card(made)
    days = to_come(made)
    assert len(days) in {7, 8}
    assert {day.weekday() for day in days} == {1}


def test_a_proposal_sent_twice_asks_once(garden):
    facts = {"person": garden.cast.joan, "offer": garden.offer, "wanted": garden.wanted(), "side": Side.PERSON}
    facts |= {"token": "same", "by": garden.joan, "now": garden.at, "paid_from": PaidFrom(begin_early=True)}
    assert services.arrangement_propose(**facts) == services.arrangement_propose(**facts)
    assert Arrangement.objects.count() == 1


def test_what_nobody_answers_lapses_and_cannot_be_agreed_late(garden):
    made = garden.proposed()
    with pytest.raises(services.TooLate):
        services.arrangement_agree(
            arrangement=made, side=Side.PROVIDER, by=garden.sam, now=garden.at + timedelta(days=15)
        )
    garden.later(days=15)
    assert fresh(made).state == ArrangementState.LAPSED


@pytest.mark.parametrize(
    "changed",
    [
        {"starts_on": date(2020, 1, 7)},
        {"starts_on": date(2099, 1, 6)},
        {"until": date(2020, 1, 7)},
        {"minutes": 5},
        {"minutes": 100_000},
        {"notice_days": 3},
        {"price_pence": 1},
    ],
)
def test_terms_that_cannot_be_are_refused_and_nothing_is_kept(garden, changed):
    with pytest.raises(services.WrongTerms):
        garden.proposed(**changed)
    assert not Arrangement.objects.exists()


def test_a_change_holds_only_when_both_said_yes(garden):
    arrangement = garden.running()
    before = to_come(arrangement)
    fridays = replace(garden.wanted(), rule=rules.weekly(["FR"], 1), starts_on=before[2], price_pence=2000)
    services.change_propose(arrangement=arrangement, wanted=fridays, side=Side.PROVIDER, by=garden.sam, now=garden.at)
    assert to_come(arrangement) == before
    with pytest.raises(services.NotYours):
        services.change_agree(arrangement=arrangement, side=Side.PROVIDER, by=garden.sam, now=garden.at)
    with pytest.raises(services.ChangeWaits):
        services.change_propose(
            arrangement=arrangement, wanted=fridays, side=Side.PERSON, by=garden.joan, now=garden.at
        )
    services.change_agree(arrangement=arrangement, side=Side.PERSON, by=garden.joan, now=garden.at)
    after = to_come(arrangement)
    assert after[:2] == before[:2]
    assert {day.weekday() for day in after[2:]} == {4}
    done = garden.done(arrangement, 2)
    assert done.pence == 4000


def test_a_later_change_takes_the_place_of_one_that_has_not_begun(garden):
    """Tuesdays now, Fridays agreed for next month, then Wednesdays agreed from tomorrow: Wednesdays alone remain."""
    arrangement, today = garden.running(), timezone.localdate(garden.at)
    tomorrow = today + timedelta(days=1)
    for day, first in (("FR", today + timedelta(days=30)), ("WE", tomorrow)):
        wanted = garden.wanted(rule=rules.weekly([day], 1), starts_on=first)
        services.change_propose(
            arrangement=arrangement, wanted=wanted, side=Side.PROVIDER, by=garden.sam, now=garden.at
        )
        services.change_agree(arrangement=arrangement, side=Side.PERSON, by=garden.joan, now=garden.at)
    assert {day.weekday() for day in to_come(arrangement) if day >= tomorrow} == {2}


def test_a_change_that_the_chosen_money_may_not_pay_is_not_proposed(garden, budget, client_of):
    """Sam has become family who lives with her, whom a direct payment may not pay: the form says why, and keeps words.

    What Sam proposes she is asked about when she answers.
    """
    arrangement = garden.running(paid_from=PaidFrom(budget, budget.outcomes.get(), begin_early=True))
    garden.later(minutes=1)
    partner = budgets.the_same_of_all(arrangement.provider, budgets.Related(Relation.PARTNER, shares_home=True))
    budgets.declaration_make(
        person=garden.cast.joan, provider=arrangement.provider, said=partner, by=garden.joan, now=garden.at
    )
    dearer = garden.wanted(starts_on=garden.wanted().starts_on + timedelta(days=7), price_pence=2000)
    with pytest.raises(budgets.Barred):
        services.change_propose(arrangement=arrangement, wanted=dearer, side=Side.PERSON, by=garden.joan, now=garden.at)
    first = dearer.starts_on
    typed = {"days": ["TU"], "every": "1", "begins_at": "10am", "minutes": "120", "price": "20", "notice_days": "14"}
    typed |= {"starts_on_0": first.day, "starts_on_1": first.month, "starts_on_2": first.year}
    typed |= {"bank_holidays": "no", "collects": "weekly", "words": "My own words"}
    page = client_of(garden.cast.joan).post(f"/arrangements/{arrangement.public_id}/change/", typed)
    said = page.content.decode()
    assert page.status_code == 200
    assert "direct payment" in said
    assert "My own words" in said
    assert arrangement.versions.count() == 1
    services.change_propose(arrangement=arrangement, wanted=dearer, side=Side.PROVIDER, by=garden.sam, now=garden.at)
    assert arrangement.versions.count() == 2


def test_a_helper_with_a_limit_cannot_propose_a_change(garden, limited):
    arrangement = garden.running()
    wanted = garden.wanted(starts_on=garden.wanted().starts_on + timedelta(days=7))
    with pytest.raises(services.OnlyThePerson):
        services.change_propose(
            arrangement=arrangement,
            wanted=wanted,
            side=Side.PERSON,
            by=garden.joan,
            now=garden.at,
            delegation=limited,
        )
    assert arrangement.versions.count() == 1


def test_a_change_that_nobody_answered_by_the_last_day_lapses_with_it(garden):
    last = garden.wanted().starts_on + timedelta(days=1)
    arrangement = garden.running(until=last)
    wanted = garden.wanted(starts_on=last)
    services.change_propose(arrangement=arrangement, wanted=wanted, side=Side.PERSON, by=garden.joan, now=garden.at)
    garden.to(garden.visit(arrangement).starts_at + timedelta(days=2))
    arrangement = fresh(arrangement)
    assert (arrangement.state, arrangement.change) == (ArrangementState.ENDED, None)
    assert arrangement.versions.last().state == TermsState.LAPSED


def test_a_refused_change_changes_nothing(garden):
    arrangement = garden.running()
    before = to_come(arrangement)
    wanted = garden.wanted(rule=rules.weekly(["FR"], 1), starts_on=timezone.localdate(garden.at) + timedelta(days=7))
    services.change_propose(arrangement=arrangement, wanted=wanted, side=Side.PERSON, by=garden.joan, now=garden.at)
    services.change_refuse(arrangement=arrangement, side=Side.PROVIDER, by=garden.sam, now=garden.at)
    assert to_come(arrangement) == before
    assert fresh(arrangement).change is None


def test_skipped_days_are_called_off_by_either_and_stay_so(garden):
    arrangement = garden.running()
    day = to_come(arrangement)[1]
    services.skip_add(arrangement=arrangement, first=day, last=day, side=Side.PERSON, by=garden.joan, now=garden.at)
    for _ in range(2):
        services.visits_plan(arrangement=arrangement, now=garden.at)
    assert day not in to_come(arrangement)
    assert arrangement.visits.get(day=day).state == VisitState.CANCELLED


def test_bank_holidays_are_left_out_where_agreed(garden):
    christmas = rules.Pattern("FREQ=WEEKLY;INTERVAL=1;BYDAY=FR", date(2026, 12, 4), time(10), None, False)
    assert date(2026, 12, 25) not in rules.days_between(christmas, date(2026, 12, 1), date(2026, 12, 31))


def test_the_person_may_change_their_mind_for_fourteen_days_and_then_gives_notice(garden):
    arrangement, other = garden.running(), garden.running(rule=rules.weekly(["FR"], 1))
    services.arrangement_end(arrangement=arrangement, side=Side.PERSON, by=garden.joan, now=garden.at)
    assert fresh(arrangement).state == ArrangementState.ENDED
    garden.later(days=15)
    ended = services.arrangement_end(arrangement=fresh(other), side=Side.PERSON, by=garden.joan, now=garden.at)
    assert (ended.state, ended.ends_on) == (
        ArrangementState.RUNNING,
        timezone.localdate(garden.at) + timedelta(days=14),
    )
    assert max(to_come(other)) <= ended.ends_on
    with pytest.raises(services.IllegalMove):
        services.arrangement_end(arrangement=other, side=Side.PROVIDER, by=garden.sam, now=garden.at)


def test_beginning_within_the_fourteen_days_has_to_be_asked_for(garden):
    with pytest.raises(services.EarlyStartNotAsked):
        garden.proposed(paid_from=PaidFrom())
    assert garden.proposed(paid_from=PaidFrom(), starts_on=timezone.localdate() + timedelta(days=40)).pk


def test_a_provider_cannot_buy_from_themselves(garden):
    with pytest.raises(services.OwnListing):
        services.arrangement_propose(
            person=garden.cast.sam,
            offer=garden.offer,
            wanted=garden.wanted(),
            side=Side.PERSON,
            token="own",
            by=garden.sam,
            now=garden.at,
        )


def test_the_next_four_weeks_are_promised_and_what_is_paid_is_spent(garden, budget):
    paid_from = PaidFrom(budget, budget.outcomes.get(), begin_early=True)
    arrangement = garden.running(paid_from=paid_from)
    promised = arrangement.visits.exclude(purchase="")
    assert 1 <= promised.count() <= 3  # £36 each, and £120 in the budget
    before = figures(budget)
    assert before.committed == 3600 * promised.count()
    assert before.available == 12_000 - before.committed
    garden.done(arrangement, 0, minutes=90)
    garden.later(days=7)
    after = figures(budget)
    assert garden.charged() == [2700]
    assert after.spent == 2700
    assert after.available + after.committed == 12_000 - 2700


def test_a_missed_visit_frees_its_promise(garden, budget):
    arrangement = garden.running(paid_from=PaidFrom(budget, budget.outcomes.get(), begin_early=True))
    visit = garden.visit(arrangement)
    committed = figures(budget).committed
    garden.to(visit.starts_at + timedelta(hours=1))
    services.visit_missed(visit=visit, side=Side.PERSON, by=garden.joan, now=garden.at)
    assert figures(budget).committed == committed - 3600


def test_when_the_budget_is_empty_the_rest_is_the_persons_own(garden, budget):
    arrangement = garden.running(
        paid_from=PaidFrom(budget, budget.outcomes.get(), begin_early=True), price_pence=5000, minutes=180
    )
    garden.done(arrangement, 0, minutes=180)
    garden.later(days=7)
    garden.pay_oneself(arrangement.bills.get())
    assert garden.charged() == [15_000]
    assert figures(budget).spent == 12_000
    lines = arrangement.bills.get().order
    shares = budgets.of_order(lines.public_id).lines.order_by("position")
    assert [(line.budget_id, line.pence) for line in shares] == [(budget.pk, 12_000), (None, 3_000)]


def test_a_helper_with_a_limit_cannot_promise_week_after_week(garden, limited):
    made = garden.proposed(side=Side.PROVIDER)
    with pytest.raises(services.OnlyThePerson):
        services.arrangement_agree(
            arrangement=made,
            side=Side.PERSON,
            by=garden.joan,
            now=garden.at,
            paid_from=PaidFrom(begin_early=True),
            delegation=limited,
        )
    assert fresh(made).state == ArrangementState.PROPOSED


def test_whoever_relies_on_a_visit_gets_the_councils_number(garden, cast):
    arrangement = garden.running(paid_from=PaidFrom(relies_on=True, begin_early=True))
    visit = garden.visit(arrangement)
    garden.to(visit.starts_at + timedelta(hours=1))
    services.visit_missed(visit=visit, side=Side.PROVIDER, words="I am ill.", by=garden.sam, now=garden.at)
    outbox.deliver()
    letter = [each for each in mail.outbox if each.to == [cast.joan.email] and "did not happen" in each.subject][-1]
    assert cast.council["quantock"].help_phone in letter.body
    assert "I am ill" not in letter.body


def test_a_visit_cannot_be_done_before_it_began(garden):
    arrangement = garden.running()
    with pytest.raises(services.NotYet):
        services.visit_done(visit=garden.visit(arrangement), minutes=60, by=garden.sam, now=garden.at)


def test_the_same_time_on_the_clock_in_summer_and_winter():
    assert [
        rules.moment(day, time(9, 30)).astimezone(timezone.get_fixed_timezone(0)).hour
        for day in (date(2026, 10, 24), date(2026, 10, 25), date(2026, 10, 26))
    ] == [8, 9, 9]
    assert rules.moment(date(2026, 10, 25), time(1, 30)) == datetime(2026, 10, 25, 1, 30, tzinfo=rules.HERE)


def test_whoever_keeps_the_listing_says_yes_for_nobody(garden, cast, sam_helps):
    """Sam may help Joan and be paid by Joan, never both in one agreement."""
    for_joan = Actor(cast.sam.pk, cast.joan.pk, DELEGATE)
    joan = {"side": Side.PERSON, "by": for_joan, "now": garden.at}
    with pytest.raises(services.OwnListing):
        services.arrangement_propose(
            person=cast.joan, offer=garden.offer, wanted=garden.wanted(), token="both", **joan, delegation=sam_helps
        )
    made = garden.proposed(side=Side.PROVIDER)
    with pytest.raises(services.OwnListing):
        services.arrangement_agree(arrangement=made, paid_from=PaidFrom(begin_early=True), **joan)
    assert fresh(made).state == ArrangementState.PROPOSED
    services.arrangement_agree(
        arrangement=made, paid_from=PaidFrom(begin_early=True), side=Side.PERSON, by=garden.joan, now=garden.at
    )
    with pytest.raises(services.OwnListing):
        services.card_begin(
            arrangement=made, by=for_joan, now=garden.at, saved_url="http://testserver/", back_url="http://testserver/"
        )
    assert not made.cards.exists()
    garden.save_card(made)
    later = garden.wanted(starts_on=timezone.localdate(garden.at) + timedelta(days=20))
    with pytest.raises(services.OwnListing):
        services.change_propose(arrangement=made, wanted=later, **joan)
    change = services.change_propose(arrangement=made, wanted=later, side=Side.PROVIDER, by=garden.sam, now=garden.at)
    with pytest.raises(services.OwnListing):
        services.change_agree(arrangement=made, **joan)
    assert fresh(change).state == TermsState.PROPOSED
    visit = garden.done(fresh(made))
    services.visit_query(visit=visit, by=garden.joan, now=garden.at, words="Half an hour only")
    with pytest.raises(services.OwnListing):
        services.visit_settle(visit=visit, by=for_joan, now=garden.at)
    assert fresh(visit).state == VisitState.QUERIED


def test_a_keeper_who_helps_reads_why_others_have_to_say_yes(garden, cast, client_of, sam_helps):
    made = garden.proposed(side=Side.PROVIDER)
    sam = client_of(cast.sam)
    sam.post(f"/accounts/acting/start/{sam_helps.pk}/")
    page = sam.get(f"/arrangements/{made.public_id}/").content.decode()
    assert "You keep this listing, so you cannot do this for them." in page
    assert f"/arrangements/{made.public_id}/agree/" not in page
    answer = sam.post(f"/arrangements/{made.public_id}/agree/", {"paid_from": "own", "begin_early": "on"}, follow=True)
    assert "They can, or others they trust." in answer.content.decode()
    assert fresh(made).state == ArrangementState.PROPOSED
    assert "/agree/" in client_of(cast.joan).get(f"/arrangements/{made.public_id}/").content.decode()
