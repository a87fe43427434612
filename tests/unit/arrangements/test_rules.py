"""Days, prices and words that a mistake would hide in for months: clock changes, leap days, moved holidays."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from django import forms

from payments.arrangements import rules
from payments.arrangements.forms import time_read
from payments.arrangements.states import BILL_MOVES, CARD_MOVES, MOVES, TERMS_MOVES, VISIT_MOVES


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10", time(10)),
        ("10am", time(10)),
        ("2.30pm", time(14, 30)),
        ("14:30", time(14, 30)),
        ("12am", time(0)),
        ("12 pm", time(12)),
        ("midday", time(12)),
    ],
)
def test_times_as_people_type_them(typed, meant):
    assert time_read(typed) == meant


@pytest.mark.parametrize("typed", ["25", "13pm", "10.75", "soon", "١٠", "-1", "0pm", "1e1", "10:3"])
def test_what_is_no_time_is_refused(typed):
    with pytest.raises(forms.ValidationError):
        time_read(typed)


@pytest.mark.parametrize(
    "day",
    [
        *(date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1), date(2026, 4, 6), date(2026, 5, 25)),
        *(date(2026, 8, 31), date(2026, 12, 28), date(2027, 3, 26), date(2028, 1, 3)),
    ],
)
def test_bank_holidays_as_published(day):
    """https://www.gov.uk/bank-holidays, England and Wales."""
    assert day in rules.bank_holidays(day.year)


def test_a_year_of_wednesdays_is_every_wednesday():
    pattern = rules.Pattern(rules.weekly(["WE"], 1), date(2027, 12, 29), time(9))
    days = list(rules.days_between(pattern, date(2027, 12, 1), date(2028, 12, 31)))
    assert len(days) == 53
    assert {after - before for before, after in pairwise(days)} == {timedelta(days=7)}
    assert date(2028, 3, 1) in days


def test_asking_in_pieces_gives_the_same_days():
    pattern = rules.Pattern(rules.weekly(["MO", "TH"], 2), date(2026, 2, 5), time(9), date(2026, 11, 30))
    whole = list(rules.days_between(pattern, date(2026, 1, 1), date(2026, 12, 31)))
    pieces = [
        day
        for month in range(1, 12)
        for day in rules.days_between(pattern, date(2026, month, 1), date(2026, month + 1, 1) - timedelta(days=1))
    ]
    assert whole == pieces


def test_an_hour_is_an_hour_on_the_day_the_clocks_change():
    before, after = (rules.moment(date(2026, 10, day), time(10)) for day in (24, 25))
    assert after - before == timedelta(hours=24)  # on the wall
    assert after.timestamp() - before.timestamp() == 25 * 3600


@pytest.mark.parametrize("minutes", range(15, 721, 15))
def test_the_minutes_of_a_visit_cost_what_an_hour_costs(minutes):
    pence = rules.cost(1777, by_hour=True, minutes=minutes)
    assert abs(pence * 60 - 1777 * minutes) <= 30


def test_only_four_weeks_at_most_between_visits():
    with pytest.raises(ValueError, match="no such week"):
        rules.weekly(["MO"], 3)
    with pytest.raises(ValueError, match="no such week"):
        rules.weekly([], 1)


@pytest.mark.parametrize("table", [MOVES, TERMS_MOVES, VISIT_MOVES, BILL_MOVES, CARD_MOVES])
def test_every_state_is_reached_or_is_where_things_begin(table):
    reached = {move.to for move in table.moves.values()}
    first = next(iter(table.choices)).value
    assert set(table.choices.values) - reached <= {first}


def test_reminders_stop():
    asked = datetime(2026, 3, 2)
    assert rules.reminders_due(asked, asked + timedelta(days=400)) == 2
