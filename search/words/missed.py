"""Searches that found nobody, and those of which nothing was opened: counted, never followed.

A search is counted once a minute at most when the same one is asked again, because pages for strangers are kept so
long. What was opened is told by the address that a listing's page was reached from; nothing is kept in the browser.
"""

import re
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import F, Sum

from marketplace.people.models import Council

from ..models import MissedWords, Outcome, SearchTally
from ..query import SearchQuery

KEPT_DAYS = 30  # how long words of a person are kept
FEWEST_SHOWN = 5  # fewer could tell who asked
WRITE_EVERY = 30.0  # seconds that counts may wait in a process before they are written
Key = tuple[date, str, str, str]
_ADDRESS = re.compile(r"\S+@\S+|\d{4,}")
_waiting: Counter[Key] = Counter()
_written = monotonic()
_lock = threading.Lock()


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def search_counted(query: SearchQuery, total: int, *, today: date) -> None:
    """Remember how this search ended. What found nobody is written at once, the rest every half minute."""
    if query.page > 1:
        return
    _count(query, Outcome.SHOWN if total else Outcome.NOTHING, today)
    if not total and query.q:
        _words_missed(query, today)


def opened_counted(query: SearchQuery, *, today: date) -> None:
    """Somebody opened a listing from the results of this question."""
    _count(query, Outcome.OPENED, today)


def _count(query: SearchQuery, outcome: Outcome, today: date) -> None:
    kinds = query.kind or tuple(slug for group in query.asked().groups for slug in group.kinds)
    key = (monday(today), (query.at.la_code or "") if query.at else "", kinds[0] if kinds else "", outcome.value)
    with _lock:
        _waiting[key] += 1
        due = outcome == Outcome.NOTHING or monotonic() - _written >= WRITE_EVERY
    if due:
        write_down()


def write_down() -> None:
    """Write what has been counted. 2 queries for each different count."""
    global _written
    with _lock:
        counted = dict(_waiting)
        _waiting.clear()
        _written = monotonic()
    with transaction.atomic():
        for (week, la_code, kind, outcome), many in sorted(counted.items()):
            key = {"week": week, "la_code": la_code, "kind": kind, "outcome": outcome}
            if not SearchTally.objects.filter(**key).update(many=F("many") + many):
                SearchTally.objects.get_or_create(**key, defaults={"many": many})


def _words_missed(query: SearchQuery, today: date) -> None:
    """Never an e-mail address, a postcode or a telephone number: nobody's name belongs here."""
    words = " ".join(_ADDRESS.sub(" ", query.q.lower()).split())[:200]
    if not words:
        return
    key = {"words": words, "la_code": (query.at.la_code or "") if query.at else "", "week": monday(today)}
    if not MissedWords.objects.filter(**key).update(many=F("many") + 1):
        MissedWords.objects.get_or_create(**key, defaults={"many": 1})


def words_forget(*, today: date) -> int:
    """Delete the words of weeks that began more than 30 days ago less six; returns how many rows went."""
    gone, _by_model = MissedWords.objects.filter(week__lte=today - timedelta(days=KEPT_DAYS - 6)).delete()
    return gone


@dataclass(frozen=True, slots=True)
class Missed:
    words: str
    many: int


def words_missed(council: Council | None, *, today: date, most: int = 30) -> list[Missed]:
    """Words that found nobody in the last 30 days, commonest first; only what five searches or more had. 1 query."""
    rows = MissedWords.objects.filter(week__gt=today - timedelta(days=KEPT_DAYS))
    if council is not None:
        rows = rows.filter(la_code__in=[*council.area_codes, ""])
    found = rows.values("words").annotate(total=Sum("many")).filter(total__gte=FEWEST_SHOWN).order_by("-total", "words")
    return [Missed(row["words"], row["total"]) for row in found[:most]]


@dataclass(frozen=True, slots=True)
class Ended:
    """How the searches of a week, area and kind of help ended. None stands for fewer than `FEWEST_SHOWN`.

    `la_code` and `kind` are "" where nobody said. `unopened`: somebody was found and nobody opened, at least so many;
    None also where `nothing` is.
    """

    week: date
    la_code: str
    kind: str
    searches: int
    nothing: int | None
    unopened: int | None


def searches_ended(council: Council | None, *, today: date, weeks: int = 8) -> list[Ended]:
    """The latest weeks first, then where most was in vain; only where five searches or more were made. 1 query."""
    rows = SearchTally.objects.filter(week__gt=monday(today) - timedelta(weeks=weeks))
    if council is not None:
        rows = rows.filter(la_code__in=council.area_codes)
    counted: dict[tuple[date, str, str], Counter[str]] = {}
    for week, la_code, kind, outcome, many in rows.values_list("week", "la_code", "kind", "outcome", "many"):
        counted.setdefault((week, la_code, kind), Counter())[outcome] += many
    found = []
    for (week, la_code, kind), ended in counted.items():
        nothing, shown = ended[Outcome.NOTHING], ended[Outcome.SHOWN]
        unopened = max(0, shown - ended[Outcome.OPENED])
        if nothing + shown >= FEWEST_SHOWN:
            in_vain = _enough(nothing)
            apart = None if in_vain is None else _enough(unopened)  # the sum of both would tell the one that is hidden
            found.append(Ended(week, la_code, kind, nothing + shown, in_vain, apart))
    found.sort(key=lambda each: (-each.week.toordinal(), -(each.nothing or 0) - (each.unopened or 0), each.kind))
    return found


def _enough(many: int) -> int | None:
    """None for so few that they could tell who asked."""
    return many if many == 0 or many >= FEWEST_SHOWN else None
