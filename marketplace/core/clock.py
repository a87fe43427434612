"""What time it is, for everything that a deadline decides: the database's time, the same for every process.

A worker whose own clock is wrong, by minutes or by a day, must end no order early and lapse no request. On SQLite
there is one machine and so one clock.
"""

import time
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone

ASK_AGAIN = 60.0  # seconds; between two questions the time is counted on by a clock that nobody can set
_asked: tuple[float, datetime] | None = None


def now() -> datetime:
    """The moment, aware. At most one question to the database a minute in each process."""
    global _asked
    if connection.vendor != "postgresql":
        return timezone.now()
    at = time.monotonic()
    if _asked is None or at - _asked[0] > ASK_AGAIN:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (there,) = cursor.fetchone()
        _asked = (time.monotonic(), there.astimezone(timezone.get_default_timezone()))
        return _asked[1]
    return _asked[1] + timedelta(seconds=at - _asked[0])


def midnight(day: date) -> datetime:
    """The moment a day begins here, aware."""
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def forget() -> None:
    """Ask the database anew at the next question."""
    global _asked
    _asked = None
