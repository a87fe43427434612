"""A calendar file (RFC 5545), as calendars read it from an address. Pure: the caller gives the moments."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

LONGEST_LINE = 75  # octets, RFC 5545 section 3.1
READ_AGAIN = "PT6H"  # how soon a calendar should look again, RFC 7986 section 5.7


class Status(StrEnum):
    """Whether an event will be: what RFC 5545 calls it."""

    SURE = "CONFIRMED"
    MAYBE = "TENTATIVE"
    OFF = "CANCELLED"


@dataclass(frozen=True)
class Event:
    """One date. `key` never changes, so that a calendar moves it when it is moved; `title` and `words` hold nothing
    that may not be read over a shoulder. `changed_at` is when it last became what it is."""

    key: str
    title: str
    starts_at: datetime
    minutes: int
    place: str = ""
    words: str = ""
    status: Status = Status.SURE
    changed_at: datetime | None = None


def written(events: Iterable[Event], *, now: datetime, name: str = "") -> str:
    """A whole calendar, lines folded and ended as the standard asks."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Hereabouts//Calendar//EN", "METHOD:PUBLISH"]
    lines += [f"REFRESH-INTERVAL;VALUE=DURATION:{READ_AGAIN}", *([f"X-WR-CALNAME:{_text(name)}"] if name else [])]
    for event in events:
        ends_at = event.starts_at + timedelta(minutes=event.minutes)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_text(event.key)}",
            f"DTSTAMP:{_moment(now)}",
            *([f"LAST-MODIFIED:{_moment(event.changed_at)}"] if event.changed_at else []),
            f"DTSTART:{_moment(event.starts_at)}",
            f"DTEND:{_moment(ends_at)}",
            f"SUMMARY:{_text(event.title)}",
            *([f"LOCATION:{_text(event.place)}"] if event.place else []),
            *([f"DESCRIPTION:{_text(event.words)}"] if event.words else []),
            f"STATUS:{event.status}",
            "END:VEVENT",
        ]
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    r"""A value in which nothing can end the line or begin another property.

    >>> print(_text("Tea; cake, and\ntalk"))
    Tea\; cake\, and\ntalk
    """
    for mark, kept in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        words = words.replace(mark, kept)
    return words


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets; a letter of several octets is never cut.

    >>> [len(part.encode()) for part in folded("SUMMARY:" + "🚶" * 40).split("\\r\\n ")]
    [72, 72, 24]
    """
    parts: list[str] = []
    part, size = "", 0
    for letter in line:
        weight = len(letter.encode())
        if size + weight > (LONGEST_LINE if not parts else LONGEST_LINE - 1):
            parts.append(part)
            part, size = "", 0
        part, size = part + letter, size + weight
    return "\r\n ".join([*parts, part])
