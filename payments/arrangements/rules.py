"""When visits fall, what they cost, when money is collected: no database, no clock. See docs/rules/arrangement.md."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from marketplace.core.workdays import bank_holidays, workday_after

HERE = ZoneInfo("Europe/London")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

ANSWER_WITHIN = timedelta(days=14)
QUERY_WITHIN = timedelta(days=3)
PLANNED_AHEAD = timedelta(weeks=8)
PROMISED_AHEAD = timedelta(weeks=4)
REMIND_AFTER = (timedelta(days=3), timedelta(days=7))  # since the person was asked
LEAVE_AFTER = timedelta(days=10)
REMIND_HOLDER_AFTER = timedelta(days=7)  # since they were told that a bill waits
SOONEST_CHANGE = timedelta(days=1)
FURTHEST = timedelta(days=366)
LEAST_MINUTES, MOST_MINUTES = 15, 12 * 60
MOST_A_DAY = 4
NOTICE_DAYS = (7, 14, 28)
EVERY_WEEKS = (1, 2, 4)
SHORT, BARRED = "budget_short", "budget_barred"  # why a bill is asked for before anything is charged
HELD_SHORT, HELD_NO = "held_short", "held_no"  # the same, where somebody else holds the money
TOP_UPS = frozenset({SHORT, BARRED, HELD_SHORT, HELD_NO})
FOUR_WEEKS = timedelta(weeks=4)
YES_AT_MOST = timedelta(weeks=52)
ASK_AGAIN_AHEAD = timedelta(weeks=4)
NOTICE_WORKDAYS = 3  # between the letter that names sum and day, and asking the bank
BANK_WORKDAYS = 3  # between asking the bank and the day that the money leaves
SOONEST_DEBIT = timedelta(days=3)  # Stripe's rule for `target_date`
NO_DEBITS, DEBIT_ENDED = "no_debits", "debit_ended"  # why a bill is asked for that a Direct Debit was to pay
LEAST_PENCE = 30  # Stripe takes no card payment below £0.30: https://docs.stripe.com/currencies


@dataclass(frozen=True)
class Pattern:
    """Which days and at what time: an RFC 5545 RRULE and the time on the clock here. `until` is the last day.

    `times` says of some weekdays that a visit begins at other times, or that there are several.
    """

    rule: str
    first: date
    at: time
    until: date | None = None
    on_bank_holidays: bool = True
    times: Mapping[str, Sequence[time]] = field(default_factory=dict)

    def on(self, weekday: str) -> Sequence[time]:
        return self.times.get(weekday) or (self.at,)


def weekly(days: list[str], every: int) -> str:
    """The RRULE for some days of each week, or of every second or fourth.

    >>> weekly(["TU", "FR"], 2)
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR'
    """
    if not days or not set(days) <= set(WEEKDAYS) or every not in EVERY_WEEKS:
        raise ValueError("no such week")
    return f"FREQ=WEEKLY;INTERVAL={every};BYDAY={','.join(day for day in WEEKDAYS if day in days)}"


def read_weekly(rule: str) -> tuple[list[str], int]:
    """The days and the number of weeks of such a rule.

    >>> read_weekly("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR")
    (['TU', 'FR'], 2)
    """
    parts = dict(part.split("=") for part in rule.split(";"))
    return parts["BYDAY"].split(","), int(parts["INTERVAL"])


def days_between(pattern: Pattern, start: date, end: date) -> Iterator[date]:
    """The days of visits from `start` to `end`, both included. The first week is that of `pattern.first`.

    >>> tuesdays = Pattern("FREQ=WEEKLY;INTERVAL=1;BYDAY=TU", date(2026, 3, 3), time(10))
    >>> [day.day for day in days_between(tuesdays, date(2026, 3, 1), date(2026, 3, 31))]
    [3, 10, 17, 24, 31]
    """
    last = min(end, pattern.until) if pattern.until else end
    begin = datetime.combine(pattern.first, time())
    found = rrulestr(f"{pattern.rule};WKST=MO", dtstart=begin)
    for moment in found.xafter(datetime.combine(max(start, pattern.first), time()), inc=True):
        day = moment.date()
        if day > last:
            return
        if pattern.on_bank_holidays or day not in bank_holidays(day.year):
            yield day


def visits_between(pattern: Pattern, start: date, end: date) -> Iterator[tuple[date, time]]:
    """The day and the time on the clock of each visit from `start` to `end`, both included.

    >>> monday = {"MO": [time(9), time(18)]}
    >>> twice = Pattern("FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TH", date(2026, 3, 2), time(9), times=monday)
    >>> [(day.day, at.hour) for day, at in visits_between(twice, date(2026, 3, 2), date(2026, 3, 9))]
    [(2, 9), (2, 18), (5, 9), (9, 9), (9, 18)]
    """
    for day in days_between(pattern, start, end):
        for at in pattern.on(WEEKDAYS[day.weekday()]):
            yield day, at


def times_fit(times: Sequence[time], minutes: int) -> bool:
    """Whether visits of that length can begin at these times of one day: in turn, none before the last is over.

    >>> times_fit([time(9), time(18)], 60), times_fit([time(9), time(9, 30)], 60), times_fit([time(9)] * 2, 15)
    (True, False, False)
    """
    begins = [each.hour * 60 + each.minute for each in times]
    apart = all(later - earlier >= minutes for earlier, later in itertools.pairwise(begins))
    return 1 <= len(begins) <= MOST_A_DAY and apart


def moment(day: date, at: time) -> datetime:
    """When a visit begins: the same time on the clock here in summer and winter.

    On the night when clocks go forward a time that is skipped becomes the hour after it.

    >>> [moment(date(2026, 3, day), time(10)).utcoffset().seconds // 3600 for day in (28, 29)]
    [0, 1]
    >>> moment(date(2026, 3, 29), time(1, 30)).strftime("%H.%M")
    '02.30'
    """
    local = datetime.combine(day, at, tzinfo=HERE)
    return local.astimezone(ZoneInfo("UTC")).astimezone(HERE)


def cost(price_pence: int, *, by_hour: bool, minutes: int) -> int:
    """Pence for one visit: the price of a visit, or the hourly price for the real minutes, half a penny up.

    >>> cost(1850, by_hour=True, minutes=90), cost(1850, by_hour=False, minutes=90)
    (2775, 1850)
    >>> cost(1001, by_hour=True, minutes=30)
    501
    """
    return (price_pence * minutes * 2 + 60) // 120 if by_hour else price_pence


def most_visits(pattern: Pattern) -> int:
    """How many visits fall into any four weeks, bank holidays and days off not taken away.

    >>> most_visits(Pattern("FREQ=WEEKLY;INTERVAL=1;BYDAY=TU,FR", date(2026, 3, 3), time(10)))
    8
    >>> evenings = {"TU": [time(10), time(18)]}
    >>> most_visits(Pattern("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", date(2026, 3, 3), time(10), times=evenings))
    4
    """
    days, every = read_weekly(pattern.rule)
    return sum(len(pattern.on(day)) for day in days) * 4 // every


def yes_until(starts: date, *, ends: Iterable[date | None], review: date | None = None) -> date:
    """The last day of a yes to standing help: the first of all ends, and at most a year on; before them the review of
    the money, where that lies ahead.

    >>> yes_until(date(2026, 3, 3), ends=[None, date(2026, 12, 31)], review=date(2026, 9, 1))
    datetime.date(2026, 9, 1)
    >>> yes_until(date(2026, 3, 3), ends=[date(2027, 12, 31)])
    datetime.date(2027, 3, 2)
    """
    last = min([starts + YES_AT_MOST, *(end for end in ends if end is not None)])
    return min(last, review) if review is not None and review > starts else last


def within_ceiling(paid: Sequence[tuple[date, int]], ceiling_pence: int) -> bool:
    """Whether no four weeks of these visits, each a day and pence, come to more than was agreed.

    >>> tuesdays = [(date(2026, 3, day), 3600) for day in (3, 10, 17, 24, 31)]
    >>> within_ceiling(tuesdays, 4 * 3600), within_ceiling([*tuesdays, (date(2026, 3, 31), 100)], 4 * 3600)
    (True, False)
    """
    return all(
        sum(pence for day, pence in paid if last - FOUR_WEEKS < day <= last) <= ceiling_pence for last, _own in paid
    )


def last_day(today: date, notice_days: int) -> date:
    """The last day of an arrangement that somebody ends today.

    >>> last_day(date(2026, 3, 3), 14)
    datetime.date(2026, 3, 17)
    """
    return today + timedelta(days=notice_days)


def collection_day(today: date, *, monthly: bool) -> date:
    """The newest day on which money is collected: Mondays, or the first of the month.

    >>> collection_day(date(2026, 3, 4), monthly=False), collection_day(date(2026, 3, 4), monthly=True)
    (datetime.date(2026, 3, 2), datetime.date(2026, 3, 1))
    """
    return today.replace(day=1) if monthly else today - timedelta(days=today.weekday())


def debit_leaves_on(told: date) -> date:
    """The day that money leaves the bank of somebody who is told today: three working days of notice, and three that
    banks take. The scheme asks for three working days in all unless otherwise agreed.

    >>> debit_leaves_on(date(2026, 3, 2)), debit_leaves_on(date(2026, 4, 2))
    (datetime.date(2026, 3, 10), datetime.date(2026, 4, 14))
    """
    return workday_after(told, NOTICE_WORKDAYS + BANK_WORKDAYS)


def debit_asked_on(leaves_on: date) -> date:
    """The first day on which the bank may be asked for it: the notice is over.

    >>> debit_asked_on(date(2026, 3, 10))
    datetime.date(2026, 3, 5)
    """
    return workday_after(leaves_on, -BANK_WORKDAYS)


def debit_too_late(leaves_on: date, today: date) -> bool:
    """Whether the bank can no longer be asked in time for that day, so that another must be told.

    >>> debit_too_late(date(2026, 3, 10), date(2026, 3, 7)), debit_too_late(date(2026, 3, 10), date(2026, 3, 8))
    (False, True)
    """
    return leaves_on - today < SOONEST_DEBIT


def reminders_due(asked: datetime, now: datetime) -> int:
    """How many reminders somebody should have had who was asked to pay then.

    >>> asked = datetime(2026, 3, 2)
    >>> reminders_due(asked, datetime(2026, 3, 4)), reminders_due(asked, datetime(2026, 3, 9))
    (0, 2)
    """
    return sum(now >= asked + wait for wait in REMIND_AFTER)


def holder_letters_due(told_at: datetime | None, letters: int, now: datetime) -> bool:
    """Whether whoever holds the money is to hear of a bill now: at once, and a week later once more.

    >>> from datetime import datetime
    >>> monday = datetime(2026, 6, 1)
    >>> holder_letters_due(None, 0, monday), holder_letters_due(monday, 1, monday + timedelta(days=6))
    (True, False)
    >>> holder_letters_due(monday, 1, monday + timedelta(days=7)), holder_letters_due(monday, 2, datetime(2027, 1, 1))
    (True, False)
    """
    return told_at is None or (letters == 1 and now >= told_at + REMIND_HOLDER_AFTER)
