"""Morning and evening, and other times on other days: each visit is one of its own, by the clock on the wall."""

from datetime import date, time, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from payments.arrangements import presentation, rules, services
from payments.arrangements.models import Arrangement, Bill, Visit
from payments.arrangements.models.arrangement import Side
from payments.arrangements.services import PaidFrom
from payments.arrangements.states import VisitState
from tests.integration.arrangements.conftest import days_from_monday

pytestmark = pytest.mark.django_db
TWICE = {"TU": [time(9), time(18)]}


@pytest.fixture
def twice(garden):
    """An hour on Tuesdays at nine and at six, and on Thursdays at two."""
    return garden.running(rule=rules.weekly(["TU", "TH"], 1), begins_at=time(14), minutes=60, times=TWICE)


def planned(arrangement: Arrangement) -> list[tuple[int, str]]:
    visits = arrangement.visits.filter(state=VisitState.PLANNED).order_by("starts_at")
    return [(visit.day.weekday(), f"{timezone.localtime(visit.starts_at):%H.%M}") for visit in visits]


def test_each_visit_of_a_day_is_planned_in_words_and_in_the_calendar(garden, twice):
    assert planned(twice)[:4] == [(1, "09.00"), (1, "18.00"), (3, "14.00"), (1, "09.00")]
    assert presentation.when_words(twice.terms) == "Every Tuesday at 9am and 6pm; Thursday at 2pm"
    text = presentation.calendar(twice.visits.all(), side=Side.PERSON, host="x", now=garden.at)
    days = days_from_monday(timezone.localdate(garden.at) + rules.PLANNED_AHEAD)
    assert text.count("BEGIN:VEVENT") == twice.visits.count() == 2 * days.count(1) + days.count(3)
    before = twice.visits.count()
    services.visits_plan(arrangement=twice, now=garden.at)
    assert twice.visits.count() == before, "planning again plans nothing twice"


def test_two_visits_at_one_time_cannot_be(twice):
    visit = twice.visits.first()
    visit.pk, visit.public_id = None, "another"
    with pytest.raises(IntegrityError), transaction.atomic():
        visit.save()


def test_both_visits_of_a_day_are_marked_queried_and_billed_apart(cast, garden, twice):
    morning, evening = twice.visits.order_by("starts_at")[:2]
    garden.to(evening.starts_at + timedelta(hours=2))
    services.visit_done(visit=morning, minutes=60, by=garden.sam, now=garden.at)
    services.visit_done(visit=evening, minutes=30, by=garden.sam, now=garden.at)
    services.visit_query(visit=evening, by=garden.joan, now=garden.at, words="Nobody came in the evening.")
    garden.later(days=8)
    assert [bill.pence for bill in Bill.objects.all()] == [1800]
    assert garden.charged() == [1800]


def test_only_the_evening_visit_is_called_off(garden, twice):
    first = twice.visits.order_by("starts_at").first().day
    facts = {"side": Side.PERSON, "by": garden.joan, "now": garden.at}
    services.skip_add(arrangement=twice, first=first, last=first, at=time(18), **facts)
    states = list(twice.visits.filter(day=first).order_by("starts_at").values_list("state", flat=True))
    assert states == [VisitState.PLANNED, VisitState.CANCELLED]
    services.skip_add(arrangement=twice, first=first + timedelta(days=2), last=first + timedelta(days=7), **facts)
    assert twice.visits.filter(state=VisitState.CANCELLED).count() == 4


def test_a_change_of_times_moves_visits_and_keeps_their_line_in_calendars(garden, twice):
    start = twice.visits.order_by("starts_at").first().day + timedelta(days=7)
    kept = set(twice.visits.filter(day=start).values_list("public_id", flat=True))
    wanted = garden.wanted(
        rule=rules.weekly(["TU", "TH"], 1), begins_at=time(14), minutes=60, times={"TU": [time(9), time(19)]},
        starts_on=start,
    )  # fmt: skip
    services.change_propose(arrangement=twice, wanted=wanted, side=Side.PERSON, by=garden.joan, now=garden.at)
    services.change_agree(arrangement=twice, side=Side.PROVIDER, by=garden.sam, now=garden.at)
    after = twice.visits.filter(day=start)
    assert set(after.values_list("public_id", flat=True)) == kept
    assert sorted(after.values_list("at", flat=True)) == [time(9), time(19)]
    assert twice.visits.filter(day=start - timedelta(days=7), at=time(18)).exists(), "the old times hold until then"


def test_four_weeks_of_both_visits_are_promised_and_asked_for(garden, budget):
    made = garden.running(minutes=60, times=TWICE, paid_from=PaidFrom(budget, budget.outcomes.get(), begin_early=True))
    assert made.visits.exclude(purchase="").count() == 6, "£120 holds six of the eight visits of £18"
    assert rules.most_visits(made.terms.pattern) == 8


def test_bank_holidays_and_the_night_when_clocks_change_hold_for_every_visit_of_the_day():
    pattern = rules.Pattern(
        "FREQ=WEEKLY;INTERVAL=1;BYDAY=SU,MO", date(2026, 3, 23), time(9), None, False, {"SU": [time(1, 30), time(18)]}
    )
    found = list(rules.visits_between(pattern, date(2026, 3, 29), date(2026, 4, 6)))
    assert (date(2026, 4, 6), time(9)) not in found, "Easter Monday"
    hours = [rules.moment(*slot).isoformat() for slot in found if slot[0] == date(2026, 3, 29)]
    assert hours == ["2026-03-29T02:30:00+01:00", "2026-03-29T18:00:00+01:00"]


def test_times_that_overlap_or_are_of_no_chosen_day_are_refused(garden):
    for times in ({"TU": [time(9), time(10)]}, {"FR": [time(9)]}, {"TU": [time(each) for each in range(8, 23, 3)]}):
        with pytest.raises(services.WrongTerms):
            garden.proposed(times=times)


def test_the_form_reads_times_as_people_type_them(cast, garden, client_of):
    joan = client_of(cast.joan)
    path = reverse("arrangements:new", args=[garden.offer.public_id])
    first = timezone.localdate() + timedelta(days=2)
    typed = {
        "days": ["MO", "TH"], "every": "1", "begins_at": "9am and 6.30pm", "on_TH": "2pm", "minutes": "60",
        "starts_on_0": first.day, "starts_on_1": first.month, "starts_on_2": first.year, "bank_holidays": "no",
        "notice_days": "14", "collects": "weekly", "paid_from": "own", "begin_early": "on",
    }  # fmt: skip
    wrong = joan.post(path, typed | {"on_FR": "9am", "begins_at": "9am and half six"}).content.decode()
    assert "Choose this day above too" in wrong
    assert "For two visits, type 9am and 6pm." in wrong
    assert 'value="9am and half six"' in wrong, "what was typed is kept"
    overlap = joan.post(path, typed | {"begins_at": "9am, 9.30am"}).content.decode()
    assert "one begins before the last is over" in overlap
    joan.post(path, typed)
    terms = Arrangement.objects.get().terms
    assert presentation.when_words(terms) == "Every Monday at 9am and 6.30pm; Thursday at 2pm"
    assert (terms.begins_at, terms.times) == (time(9), {"MO": ["09:00", "18:30"], "TH": ["14:00"]})


def test_the_page_asks_which_visit_is_called_off_and_a_change_begins_with_the_times_there_are(cast, twice, client_of):
    joan = client_of(cast.joan)
    skip = joan.get(reverse("arrangements:skip", args=[twice.public_id])).content.decode()
    assert "Only the visit at 6pm" in skip
    change = joan.get(reverse("arrangements:change", args=[twice.public_id])).content.decode()
    assert 'value="09.00 and 18.00"' in change
    assert 'value="14.00"' in change
    day = twice.visits.first().day
    typed = {"first_0": day.day, "first_1": day.month, "first_2": day.year, "at": "18:00"}
    joan.post(reverse("arrangements:skip", args=[twice.public_id]), typed)
    assert twice.skips.get().at == time(18)


def test_visits_from_before_know_their_time(garden):
    made = garden.running()
    Visit.objects.update(at=time(0))
    import_module("payments.arrangements.migrations.0004_several_visits_a_day").times_of_visits(apps, None)
    assert set(made.visits.values_list("at", flat=True)) == {time(10)}


def test_letters_say_which_visit_of_the_day(cast, garden, twice):
    evening = twice.visits.order_by("starts_at")[1]
    today = timezone.localdate(garden.at)
    assert presentation.day_words(evening, today).endswith(", 6pm")
    thursday = twice.visits.filter(at=time(14)).first()
    assert not presentation.day_words(thursday, today).endswith("pm")
