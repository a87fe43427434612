"""The dates of a group as a calendar feed (RFC 5545). Pure: the caller gives the moments."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LONGEST_LINE = 75  # octets, RFC 5545 section 3.1


@dataclass(frozen=True)
class Meeting:
    """One date. `key` never changes, so that a calendar moves it when it is moved; `words` hold no names."""

    key: str
    title: str
    starts_at: datetime
    minutes: int
    place: str = ""
    words: str = ""
    off: bool = False


def feed(name: str, meetings: Iterable[Meeting], *, now: datetime) -> str:
    """A whole calendar, lines folded and ended as the standard asks."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Hereabouts//Groups//EN", f"X-WR-CALNAME:{_text(name)}"]
    for meeting in meetings:
        ends_at = meeting.starts_at + timedelta(minutes=meeting.minutes)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_text(meeting.key)}",
            f"DTSTAMP:{_moment(now)}",
            f"DTSTART:{_moment(meeting.starts_at)}",
            f"DTEND:{_moment(ends_at)}",
            f"SUMMARY:{_text(meeting.title)}",
            *([f"LOCATION:{_text(meeting.place)}"] if meeting.place else []),
            *([f"DESCRIPTION:{_text(meeting.words)}"] if meeting.words else []),
            f"STATUS:{'CANCELLED' if meeting.off else 'CONFIRMED'}",
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
