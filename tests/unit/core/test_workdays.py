"""Working days around every bank holiday of some years, and what follows from them for a Direct Debit."""

from datetime import date, timedelta

import pytest

from marketplace.core.workdays import bank_holidays, is_workday, workday_after
from payments.arrangements import rules

SOME_YEARS = [date(2026, 1, 1) + timedelta(days=number) for number in range(3 * 365)]


def workdays_between(first: date, last: date) -> int:
    """How many working days lie after `first`, up to and with `last`, counted one by one."""
    return sum(is_workday(first + timedelta(days=each)) for each in range(1, (last - first).days + 1))


@pytest.mark.parametrize(
    ("day", "count", "found"),
    [
        (date(2026, 12, 23), 1, date(2026, 12, 24)),
        (date(2026, 12, 24), 1, date(2026, 12, 29)),  # Christmas on a Friday, Boxing Day moved to Monday
        (date(2026, 12, 29), -1, date(2026, 12, 24)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
    ],
)
def test_weekends_and_bank_holidays_do_not_count(day, count, found):
    assert workday_after(day, count) == found


def test_there_are_eight_bank_holidays_a_year_and_none_at_a_weekend():
    for year in range(2024, 2040):
        assert len(bank_holidays(year)) == 8
        assert all(day.weekday() < 5 for day in bank_holidays(year))


def test_whenever_somebody_is_told_the_notice_is_three_working_days_and_stripes_bounds_are_kept():
    """Stripe takes a day that lies 3 to 15 days ahead; the scheme wants three working days of notice."""
    for told in SOME_YEARS:
        leaves = rules.debit_leaves_on(told)
        asked = rules.debit_asked_on(leaves)
        assert workdays_between(told, asked) == rules.NOTICE_WORKDAYS
        assert workdays_between(asked, leaves) == rules.BANK_WORKDAYS
        assert 3 <= (leaves - asked).days <= 15
        assert not rules.debit_too_late(leaves, asked)
        assert is_workday(leaves)
