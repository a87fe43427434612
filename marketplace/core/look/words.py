"""Numbers, dates and lists as people say them. Pure: the caller gives the day it is."""

from datetime import date, datetime, time

from django.utils.dateformat import format as in_words
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def miles(distance: float) -> str:
    """A distance in miles, to a tenth below ten and whole above.

    >>> miles(1.23), miles(1.0), miles(14.6), miles(0.02)
    ('1.2 miles', '1 mile', '15 miles', 'less than half a mile')
    """
    if distance < 0.5:
        return _("less than half a mile")
    rounded = round(distance, 1) if distance < 10 else round(distance)
    said = f"{rounded:g}"
    return ngettext("%(distance)s mile", "%(distance)s miles", 1 if said == "1" else 2) % {"distance": said}


def uk_date(day: date, *, today: date) -> str:
    """The weekday, day and month; the year too when it is not this year.

    >>> uk_date(date(2026, 3, 3), today=date(2026, 5, 1))
    'Tuesday 3 March'
    >>> uk_date(date(2027, 3, 3), today=date(2026, 5, 1))
    'Wednesday 3 March 2027'
    """
    return in_words(day, "l j F" if day.year == today.year else "l j F Y")


def uk_date_full(day: date) -> str:
    """Day, month and year.

    >>> uk_date_full(date(2026, 3, 3))
    '3 March 2026'
    """
    return in_words(day, "j F Y")


def uk_time(moment: time | datetime) -> str:
    """The time of day on a twelve-hour clock.

    >>> uk_time(time(14, 30)), uk_time(time(9)), uk_time(time(12)), uk_time(time(0))
    ('2.30pm', '9am', 'midday', 'midnight')
    """
    if (moment.hour, moment.minute) == (12, 0):
        return _("midday")
    if (moment.hour, moment.minute) == (0, 0):
        return _("midnight")
    hour = moment.hour % 12 or 12
    half = _("am") if moment.hour < 12 else _("pm")
    return f"{hour}.{moment.minute:02d}{half}" if moment.minute else f"{hour}{half}"


def plain_list(items: list[str]) -> str:
    """The items in one sentence.

    >>> plain_list(["who she is", "insurance", "DBS"])
    'who she is, insurance and DBS'
    """
    if len(items) < 2:
        return "".join(items)
    return _("%(first)s and %(last)s") % {"first": ", ".join(items[:-1]), "last": items[-1]}
