"""Days on which banks work in England and Wales: no database, no clock."""

from datetime import date, timedelta
from functools import cache

from dateutil.easter import easter


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """Bank holidays of England and Wales by rule; days proclaimed once are not known.

    Banking and Financial Dealings Act 1971, schedule 1; https://www.gov.uk/bank-holidays.

    >>> sorted(day.isoformat() for day in bank_holidays(2026))[:4]
    ['2026-01-01', '2026-04-03', '2026-04-06', '2026-05-04']
    >>> date(2027, 12, 27) in bank_holidays(2027), date(2027, 12, 28) in bank_holidays(2027)
    (True, True)
    """
    sunday = easter(year)
    fixed = [_moved(date(year, 1, 1))]
    fixed += [sunday - timedelta(days=2), sunday + timedelta(days=1)]
    fixed += [_monday_from(date(year, 5, 1)), _monday_from(date(year, 5, 25)), _monday_from(date(year, 8, 25))]
    christmas, boxing = date(year, 12, 25), date(year, 12, 26)
    match christmas.weekday():
        case 4:  # Friday: the day after is a Saturday
            boxing = date(year, 12, 28)
        case 5:
            christmas, boxing = date(year, 12, 27), date(year, 12, 28)
        case 6:
            christmas = date(year, 12, 27)
    return frozenset([*fixed, christmas, boxing])


def _moved(day: date) -> date:
    return day + timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def is_workday(day: date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def workday_after(day: date, count: int) -> date:
    """The day that lies so many working days after `day`, or before it where `count` is below zero.

    Thursday 2 April 2026 is the day before Good Friday:

    >>> workday_after(date(2026, 4, 2), 1), workday_after(date(2026, 4, 7), -1)
    (datetime.date(2026, 4, 7), datetime.date(2026, 4, 2))
    """
    step = timedelta(days=1 if count > 0 else -1)
    for _each in range(abs(count)):
        day += step
        while not is_workday(day):
            day += step
    return day
