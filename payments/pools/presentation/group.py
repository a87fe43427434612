"""What the page of a group shows: who has sat down, what each pays, what comes next. Never how anybody pays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from payments.orders.presentation.words import first_name as provider_name

from .. import rules
from ..models import Pledge, Pool, Terms
from ..states import (
    AUTHORISING,
    BEING_DECIDED,
    GOES_AHEAD,
    HAS_PLACE,
    JOINABLE,
    NOT_OPEN_YET,
    READY,
    UNDER_WAY,
    PoolState,
)
from .words import (
    capital,
    dates_counted,
    days_words,
    ended_words,
    moment_words,
    name_of,
    number,
    people_words,
    times_words,
    total_words,
    until_words,
)

MOST_CHAIRS, MOST_ROWS = 12, 8


@dataclass(frozen=True)
class Chair:
    """One place: a first name, and ready, waiting or free."""

    name: str
    kind: str


@dataclass(frozen=True)
class PriceRow:
    """So many people, so many pence each; `width` of 100 for the bar, the dearest being 100."""

    people: int
    each_pence: int
    width: int
    worst: bool


@dataclass(frozen=True)
class PriceTable:
    rows: list[PriceRow]
    caption: str


@dataclass(frozen=True)
class DateLine:
    words: str
    off: bool = False


@dataclass(frozen=True)
class Step:
    """One line of components/timeline.html: done, now or next."""

    state: str
    title: str
    words: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Shown:
    """A group as its page tells it; the same for everybody who may open it, but for `chairs`."""

    name: str
    lead: str
    headline: str
    explains: str
    pay_title: str
    price: PriceTable
    price_words: str
    dates_title: str
    dates: list[DateLine]
    rules_title: str
    rules: list[dict[str, str]]
    still_open: bool
    to_others: bool = False
    chairs: list[Chair] = field(default_factory=list)


def price_table(terms: Terms, *, least: int, most: int, meetings: int) -> PriceTable:
    """What each pays in groups of each size, the smallest first, in at most eight lines."""
    table = rules.price_table(terms.price, least=least, most=most)
    dearest = max(row.most_pence for row in table)
    rows = [
        PriceRow(row.heads, row.most_pence, 100 * row.most_pence // dearest, worst=row.heads == least != most)
        for row in _thinned(table)
    ]
    return PriceTable(rows, _("What each person pays for %(dates)s") % {"dates": dates_counted(meetings)})


def _thinned(table: Sequence[rules.Row]) -> list[rules.Row]:
    if len(table) <= MOST_ROWS:
        return list(table)
    last = len(table) - 1
    return [table[index] for index in sorted({round(last * step / (MOST_ROWS - 1)) for step in range(MOST_ROWS)})]


def lead(pool: Pool, starts: Sequence[datetime]) -> str:
    """What it is, in a sentence: "Tuesdays with Nell Farthing, six times, shared by three to six people."."""
    facts = {
        "days": days_words(starts),
        "provider": pool.provider.name,
        "times": times_words(len(starts)),
        "least": number(pool.least),
        "most": number(pool.most),
        "place": pool.place,
    }
    if pool.least == pool.most:
        return _("%(days)s with %(provider)s, %(times)s, shared by %(least)s people.") % facts
    return _("%(days)s with %(provider)s, %(times)s, shared by %(least)s to %(most)s people.") % facts


def seated(pledges: Sequence[Pledge]) -> list[Pledge]:
    """Those who have a place just now, in the order they came."""
    return [pledge for pledge in pledges if pledge.state in HAS_PLACE and pledge.left_at is None]


def chairs(pool: Pool, pledges: Sequence[Pledge]) -> list[Chair]:
    """Who has sat down. Free ones only while somebody may still take them, and only where all fit on a page."""
    taken = [
        Chair(name_of(pledge.person), "ready" if pledge.state in READY else "waiting") for pledge in seated(pledges)
    ]
    free = pool.most - len(taken) if pool.state in JOINABLE and pool.most <= MOST_CHAIRS else 0
    return taken + [Chair(_("free"), "free")] * max(free, 0)


def headline(pool: Pool, ready: int, joined: int) -> str:
    """The answer in a sentence or two: "Two have said yes. It needs one more."."""
    facts = {"n": capital(people_words(ready)), "heads": people_words(pool.heads or 0)}
    if pool.state in NOT_OPEN_YET:
        return _("Not open yet")
    if pool.state in JOINABLE:
        said = ngettext("%(n)s is ready.", "%(n)s are ready.", ready) % facts if ready else _("Nobody is ready yet.")
        return f"{said} {_needs(pool, ready, joined)}"
    if pool.state in BEING_DECIDED:
        return _("It is closed for joining. We are asking everybody’s card.")
    if pool.state in GOES_AHEAD:
        done = pool.state == PoolState.COMPLETED
        return (_("It has been, with %(heads)s.") if done else _("It goes ahead with %(heads)s.")) % facts
    if pool.state == PoolState.FAILED and pool.confirmed_at is not None:
        return _("It does not go ahead. Whoever had paid has it all back.")
    if pool.state == PoolState.FAILED:
        return _("It does not go ahead. Nobody pays.")
    return _("It is called off.")


def _needs(pool: Pool, ready: int, joined: int) -> str:
    if ready >= pool.most:
        return _("It is full.")
    if ready >= pool.least:
        return _("That is enough: it goes ahead.")
    if joined >= pool.most:
        return _("Every place is taken.")
    return ngettext("It needs %(n)s more.", "It needs %(n)s more.", pool.least - ready) % {
        "n": number(pool.least - ready)
    }


def explains(pool: Pool) -> str:
    """What happens with these places, in two sentences."""
    facts = {
        "most": number(pool.most),
        "least": number(pool.least),
        "until": until_words(pool.pledge_by),
        "repair": until_words(pool.repair_until) if pool.repair_until else "",
    }
    if pool.state in NOT_OPEN_YET:
        return _("Nobody can join until it is open. Then people can join until %(until)s.") % facts
    if pool.state in JOINABLE:
        return _("There are %(most)s places. It goes ahead if %(least)s people are ready by %(until)s. ") % facts + _(
            "If fewer are, it stops there and nobody pays a penny."
        )
    if pool.state in AUTHORISING and pool.repair_until:
        return _("Nothing is taken yet. We know by %(repair)s whether it goes ahead.") % facts
    if pool.state in BEING_DECIDED:
        return _("Nothing is taken yet. We write to everybody when we know.")
    if pool.state in GOES_AHEAD:
        return _("Each has paid their own part. Whoever leaves, nobody’s part goes up.")
    return ended_words(pool) + (f" “{pool.ended_words}”" if pool.ended_words else "")


def house_rules(said: Mapping[str, str]) -> list[dict[str, str]]:
    """The rules as agreed, under the headings everybody knows."""
    return [
        {"term": str(heading), "words": said.get(key) or str(usual)}
        for key, (heading, usual) in rules.HOUSE_RULES.items()
    ]


def who_sees_what() -> dict[str, str]:
    """Ours, and the same for every group."""
    return {"term": _("Who sees what"), "words": _("The others see your first name. Nobody sees how you pay.")}


def shown(pool: Pool, pledges: Sequence[Pledge], *, with_people: bool) -> Shown:
    """The page of a group. Its terms' dates and the pledges' people must have been fetched."""
    terms = pool.current
    starts = terms.starts
    name = provider_name(pool.provider)
    at_table = seated(pledges)
    ready = sum(pledge.state in READY for pledge in at_table)
    open_now = pool.state in JOINABLE
    return Shown(
        name=pool.name,
        lead=lead(pool, starts),
        headline=headline(pool, ready, len(at_table)),
        explains=explains(pool),
        pay_title=_("What you would pay") if open_now else _("What each pays"),
        price=price_table(terms, least=pool.heads or pool.least, most=pool.heads or pool.most, meetings=len(starts)),
        price_words=total_words(terms, name, len(starts)),
        dates_title=_("When you meet") if pool.state in UNDER_WAY or open_now else _("The dates"),
        dates=[DateLine(moment_words(each)) for each in starts],
        rules_title=_("What you would be agreeing to") if open_now else _("What was agreed"),
        rules=[*house_rules(terms.house_rules), who_sees_what()],
        still_open=open_now,
        chairs=chairs(pool, pledges) if with_people else [],
    )


def for_provider(page: Shown) -> Shown:
    """The same page in words for the one who does it."""
    return replace(
        page, pay_title=_("What each pays"), rules_title=_("What they agree with each other"), to_others=True
    )


def stages(pool: Pool) -> list[Step]:
    """Where the group stands: what is done, what is now, what comes next."""
    name = provider_name(pool.provider)
    first = pool.current.starts[0] if pool.current.starts else None
    if pool.state in (PoolState.FAILED, PoolState.CANCELLED):
        return [
            Step("done", _("People could join"), at=pool.created_at),
            Step("done", headline(pool, 0, 0), ended_words(pool), pool.state_since),
        ]
    agreed = pool.current.agreed_at is not None
    done = {
        "open": pool.state not in NOT_OPEN_YET,
        "agreed": agreed or pool.state not in NOT_OPEN_YET | JOINABLE,
        "joined": pool.state not in NOT_OPEN_YET | JOINABLE,
        "paid": pool.state in GOES_AHEAD,
        "begun": pool.state in (PoolState.DELIVERING, PoolState.COMPLETED),
        "over": pool.state == PoolState.COMPLETED,
    }
    steps = [
        ("open", _("The group opens"), ""),
        *([] if pool.by_provider else [("agreed", _("%(name)s says yes to the dates") % {"name": name}, "")]),
        ("joined", _("People join"), _("Until %(until)s.") % {"until": until_words(pool.pledge_by)}),
        ("paid", _("Every card is asked"), _("Only if enough are ready. Then each pays their part.")),
        ("begun", _("You meet for the first time"), moment_words(first) if first else ""),
        ("over", _("The last date"), moment_words(pool.current.starts[-1]) if first else ""),
    ]
    current = {next((key for key, _title, _words in steps if not done[key]), "")}
    if pool.state in JOINABLE:
        current.add("joined")
    return [
        Step("done" if done[key] else "now" if key in current else "next", title, words) for key, title, words in steps
    ]
