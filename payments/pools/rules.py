"""What each pays, and when: pure. Worked examples: docs/rules/pooling.md. Amounts are pence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.core.money import MOST_PENCE, allocate
from providers.listings.models import Unit

LEAST_HEADS, MOST_HEADS = 2, 200
MOST_SESSIONS = 52
REPAIR_WINDOW = timedelta(hours=96)
HOLD_LASTS = timedelta(days=4, hours=18)  # Visa, merchant-initiated: https://docs.stripe.com/payments/place-a-hold
PLACE_HELD_FOR = timedelta(minutes=60)  # while the card is being saved
EARLIEST_DEADLINE = timedelta(hours=1)
LATEST_DEADLINE = timedelta(days=180)
MOST_INVITATIONS, MOST_INVITATIONS_AN_HOUR = 200, 30  # by e-mail, of one pool
CAPTURE_TRIES = 6
LEAST_PENCE = 30  # Stripe takes no card payment below £0.30: https://docs.stripe.com/currencies


@dataclass(frozen=True)
class Tier:
    """From so many people on, each pays so many pence."""

    heads: int
    each_pence: int


@dataclass(frozen=True)
class Price:
    """A price for a whole block of dates: one sum to share (`total_pence`), or so much each by `tiers`."""

    total_pence: int | None = None
    tiers: tuple[Tier, ...] = ()

    @property
    def is_shared(self) -> bool:
        return self.total_pence is not None


class Fault(Enum):
    """What is wrong with a price, numbers or dates. One word a form can hang a sentence on."""

    NO_PRICE = "no_price"
    TOO_DEAR = "too_dear"
    SHARE_TOO_SMALL = "share_too_small"  # no card can pay it
    TIERS_RISE = "tiers_rise"  # more people would pay more each
    TIERS_START_LATE = "tiers_start_late"  # nothing is said for the smallest group
    ONE_MEMBER = "one_member"
    LEAST_ABOVE_MOST = "least_above_most"
    TOO_MANY = "too_many"
    LEAST_BELOW_OFFER = "least_below_offer"  # the provider takes only larger groups
    MOST_ABOVE_OFFER = "most_above_offer"
    NO_DATES = "no_dates"
    TOO_MANY_DATES = "too_many_dates"
    DATES_TWICE = "dates_twice"
    DEADLINE_PASSED = "deadline_passed"
    DEADLINE_TOO_FAR = "deadline_too_far"
    DEADLINE_TOO_LATE = "deadline_too_late"  # cards that fail must have 96 hours before the first date


@dataclass(frozen=True)
class Row:
    """One line of the table that a pool's page shows. `most_pence` is a penny above `least_pence` where a sum cannot
    be divided evenly."""

    heads: int
    least_pence: int
    most_pence: int
    total_pence: int


def each_pays(price: Price, heads: int) -> list[int]:
    """What each of so many people pays, to the penny. The first to join pay the odd pennies.

    Raises ValueError when a tiered price says nothing for so few.

    >>> each_pays(Price(total_pence=10000), 3)
    [3334, 3333, 3333]
    >>> each_pays(Price(tiers=(Tier(3, 900), Tier(5, 750))), 4)
    [900, 900, 900, 900]
    """
    if price.total_pence is not None:
        return allocate(price.total_pence, [1] * heads)
    fitting = [tier for tier in price.tiers if tier.heads <= heads]
    if not fitting:
        raise ValueError(f"no price for {heads}")
    return [max(fitting, key=lambda tier: tier.heads).each_pence] * heads


def worst_case(price: Price, least: int) -> int:
    """The most that anybody can come to pay: the largest share of the smallest group that goes ahead.

    >>> worst_case(Price(total_pence=10000), 3), worst_case(Price(tiers=(Tier(3, 900), Tier(5, 750))), 3)
    (3334, 900)
    """
    return max(each_pays(price, least))


def price_table(price: Price, *, least: int, most: int) -> list[Row]:
    """What each pays at every size of the group, the smallest first.

    >>> [(row.heads, row.most_pence) for row in price_table(Price(total_pence=8400), least=4, most=6)]
    [(4, 2100), (5, 1680), (6, 1400)]
    """
    table = []
    for heads in range(least, most + 1):
        shares = each_pays(price, heads)
        table.append(Row(heads, min(shares), max(shares), sum(shares)))
    return table


def saving(*, alone_pence: int | None, paid: Sequence[int]) -> int:
    """Pence that a group keeps: what each would have paid alone, less what each pays. Never below 0.

    >>> saving(alone_pence=4000, paid=[1400] * 6), saving(alone_pence=None, paid=[1400])
    (15600, 0)
    """
    return max(0, sum(alone_pence - share for share in paid)) if alone_pence is not None else 0


def to_decide_about(saved_pence: int, paid: Sequence[tuple[int, int]]) -> int:
    """Pence of a member's saving that they may put to the group's vote. `paid` is what each money pays of the share,
    and the percent of its saving that may go there: 100 for one's own, what its council agreed to for public money.

    A saving belongs to each money in proportion to what it pays; rounded down, so that nothing leaves a budget by a
    rounding.

    >>> to_decide_about(666, [(3334, 0)]), to_decide_about(666, [(3000, 0), (334, 100)]), to_decide_about(666, [])
    (0, 66, 0)
    """
    whole = sum(pence for pence, _percent in paid)
    return saved_pence * sum(pence * percent for pence, percent in paid) // (100 * whole) if whole else 0


def left_of_block(share_pence: int, *, sessions: int, gone: int) -> int:
    """Pence of a share that are for dates still to come: what somebody who takes a place over pays, and what the one
    who leaves gets back. Rounded down to the penny, so that nobody gets more than was paid.

    >>> left_of_block(1400, sessions=6, gone=0), left_of_block(1400, sessions=6, gone=2)
    (1400, 933)
    """
    return share_pence * (sessions - gone) // sessions


def block_pence(unit_pence: int, *, unit: str, starts: Sequence[datetime], minutes: int) -> int:
    """The price of a whole block from the price of one unit: by time for an hour, by date for a session or a day, by
    week for a week, once for a whole job. Half a penny goes up.

    >>> from datetime import UTC
    >>> tuesdays = [datetime(2026, 3, 3 + 7 * week, 14, tzinfo=UTC) for week in range(4)]
    >>> block_pence(1800, unit="hour", starts=tuesdays, minutes=90), block_pence(800, unit="session", starts=tuesdays,
    ...             minutes=90), block_pence(5000, unit="fixed", starts=tuesdays, minutes=90)
    (10800, 3200, 5000)
    """
    if unit == Unit.HOUR:
        return (unit_pence * len(starts) * minutes * 2 + 60) // 120
    if unit == Unit.FIXED:
        return unit_pence
    if unit == Unit.WEEK:
        return unit_pence * len({each.isocalendar()[:2] for each in starts})
    return unit_pence * len(starts)


def faults_of_price(price: Price, *, least: int, most: int) -> list[Fault]:
    """Everything that is wrong with the numbers; empty when a pool may open with them.

    >>> faults_of_price(Price(total_pence=10000), least=3, most=6)
    []
    >>> [fault.value for fault in faults_of_price(Price(tiers=(Tier(4, 500), Tier(5, 600))), least=3, most=2)]
    ['least_above_most', 'tiers_start_late', 'tiers_rise']
    """
    faults = []
    if least < LEAST_HEADS:
        faults.append(Fault.ONE_MEMBER)
    if least > most:
        faults.append(Fault.LEAST_ABOVE_MOST)
    if most > MOST_HEADS:
        faults.append(Fault.TOO_MANY)
    if price.is_shared:
        total = price.total_pence or 0
        if total < 1:
            faults.append(Fault.NO_PRICE)
        elif total > MOST_PENCE:
            faults.append(Fault.TOO_DEAR)
        elif most >= 1 and total // most < LEAST_PENCE:
            faults.append(Fault.SHARE_TOO_SMALL)
        return faults
    return faults + _faults_of_tiers(price.tiers, least)


def _faults_of_tiers(tiers: Sequence[Tier], least: int) -> list[Fault]:
    if not tiers:
        return [Fault.NO_PRICE]
    faults, ordered = [], sorted(tiers, key=lambda tier: tier.heads)
    if ordered[0].heads > least:
        faults.append(Fault.TIERS_START_LATE)
    if any(later.each_pence > sooner.each_pence for sooner, later in pairwise(ordered)):
        faults.append(Fault.TIERS_RISE)
    if min(tier.each_pence for tier in tiers) < LEAST_PENCE:
        faults.append(Fault.SHARE_TOO_SMALL)
    if max(tier.each_pence for tier in tiers) > MOST_PENCE:
        faults.append(Fault.TOO_DEAR)
    return faults


def faults_of_dates(starts: Sequence[datetime], *, pledge_by: datetime, now: datetime) -> list[Fault]:
    """Everything that is wrong with the dates and the deadline. Aware datetimes.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 3, 12, tzinfo=UTC)
    >>> faults_of_dates([noon + timedelta(days=14)], pledge_by=noon + timedelta(days=7), now=noon)
    []
    >>> [each.value for each in faults_of_dates([], pledge_by=noon, now=noon)]
    ['no_dates', 'deadline_passed']
    """
    faults = []
    if not starts:
        faults.append(Fault.NO_DATES)
    if len(starts) > MOST_SESSIONS:
        faults.append(Fault.TOO_MANY_DATES)
    if len(set(starts)) != len(starts):
        faults.append(Fault.DATES_TWICE)
    if pledge_by < now + EARLIEST_DEADLINE:
        faults.append(Fault.DEADLINE_PASSED)
    if pledge_by > now + LATEST_DEADLINE:
        faults.append(Fault.DEADLINE_TOO_FAR)
    if starts and min(starts) < pledge_by + REPAIR_WINDOW:
        faults.append(Fault.DEADLINE_TOO_LATE)
    return faults


def moments(naive: datetime, zone: ZoneInfo) -> list[datetime]:
    """The moments that clocks show as this: none in the hour that spring takes away, two in the one autumn gives.

    >>> london = ZoneInfo("Europe/London")
    >>> len(moments(datetime(2026, 3, 29, 1, 30), london)), len(moments(datetime(2026, 10, 25, 1, 30), london))
    (0, 2)
    >>> len(moments(datetime(2026, 7, 1, 1, 30), london))
    1
    """
    utc = ZoneInfo("UTC")
    found: list[datetime] = []
    for fold in (0, 1):
        there = naive.replace(tzinfo=zone, fold=fold)
        if there.astimezone(utc).astimezone(zone).replace(tzinfo=None, fold=0) == naive and there.astimezone(
            utc
        ) not in [each.astimezone(utc) for each in found]:
            found.append(there)
    return found


def schulze(options: Sequence[int], ballots: Sequence[Sequence[int]]) -> list[list[int]]:
    """The options in the order the voters want them, the most wanted first; options that tie stand together.

    A ballot names options from the best down; those it leaves out are below all it names and tie. An option comes
    before another when the strongest chain of majorities leads from it to the other (Schulze 2011, Social Choice and
    Welfare 36: 267-303, winning votes).

    >>> schulze([1, 2, 3], [[1, 2, 3], [1, 3, 2], [2, 1, 3]])
    [[1], [2], [3]]
    >>> schulze([1, 2, 3], [[1, 2, 3], [2, 3, 1], [3, 1, 2]])
    [[1, 2, 3]]
    >>> schulze([1, 2], [])
    [[1, 2]]
    """
    wins = pairwise_wins(options, ballots)
    strength = {(a, b): wins[a, b] if wins[a, b] > wins[b, a] else 0 for a in options for b in options if a != b}
    for through in options:
        for a in options:
            for b in options:
                if len({a, b, through}) == 3:
                    by_way = min(strength[a, through], strength[through, b])
                    strength[a, b] = max(strength[a, b], by_way)
    left, ranked = list(options), []
    while left:
        best = [a for a in left if all(strength[a, b] >= strength[b, a] for b in left if b != a)]
        ranked.append(best)
        left = [a for a in left if a not in best]
    return ranked


def pairwise_wins(options: Sequence[int], ballots: Sequence[Sequence[int]]) -> dict[tuple[int, int], int]:
    """How many voters put the first option of each pair above the second.

    >>> pairwise_wins([1, 2], [[1, 2], [1], [2, 1]])
    {(1, 2): 2, (2, 1): 1}
    """
    wins = {(a, b): 0 for a in options for b in options if a != b}
    for ballot in ballots:
        place = {option: at for at, option in enumerate(ballot)}
        for a, b in wins:
            wins[a, b] += place.get(a, len(place)) < place.get(b, len(place))
    return wins


def drawn(tied: Sequence[str], seed: str) -> list[str]:
    """Options that tie, in an order that nobody chose and anybody can work out again: by a hash of seed and name.

    >>> drawn(["tea", "bus"], "7KQ2") == drawn(["bus", "tea"], "7KQ2")
    True
    """
    return sorted(tied, key=lambda name: sha256(f"{seed}:{name}".encode()).hexdigest())


HOUSE_RULES: dict[str, tuple[Promise, Promise]] = {
    "absence": (
        _("When somebody cannot come"),
        _("You pay for your place whether or not you can come. Tell the provider the day before if you can."),
    ),
    "illness": (
        _("When somebody is ill"),
        _("The same as for any day you miss. The provider may offer you another date, but does not have to."),
    ),
    "leaving": (
        _("When somebody wants to leave"),
        _("Until the group is closed you can leave and pay nothing. After that your share stays paid."),
    ),
    "replacement": (
        _("When somebody takes a place over"),
        _(
            "Somebody from the waiting list may take your place. They pay for the dates still to come, and you get "
            "that much back."
        ),
    ),
    "late": (
        _("Joining late"),
        _("Nobody joins after the group is closed, unless they take a place over."),
    ),
    "refunds": (
        _("When it does not happen"),
        _("If the provider cannot come, the provider gives back the money for that date or offers another one."),
    ),
}
"""Each house rule: its heading, and the words an organiser starts from. Every group may write its own."""
