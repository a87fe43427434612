"""What public money may pay for, and what is left: pure. Sources and worked examples: docs/rules/budget.md."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from providers.listings.models import DirectPaymentRule

from .models import Relation, Rule

FIRST_REVIEW = timedelta(days=182)
REVIEW_EVERY_MONTHS = 12
SHORT_STAY_DAYS, SHORT_STAY_GAP = 28, 28
CARE_HOME = "care-home-stay"  # the slug of the kind of help, national or a council's own, that is a stay in a care home
DAYS_OF = {"day": 1, "week": 7}  # by the unit of an offer
KEPT_YEARS = 7  # papers, where a council has not said otherwise
FEWEST = 5  # people behind a figure that a council may see

_NEAR = frozenset(
    [
        Relation.PARENT,
        Relation.CHILD,
        Relation.STEPCHILD,
        Relation.SIBLING,
        Relation.AUNT_UNCLE,
        Relation.GRANDPARENT,
    ]
)


@dataclass(frozen=True)
class Share:
    """One share of a purchase: pence from a budget (or own money when None), for an outcome where one is named."""

    pence: int
    budget_id: int | None = None
    outcome_id: int | None = None


@dataclass(frozen=True)
class Figures:
    """A budget in pence. What is left is always allocated + contributed - spent - committed."""

    allocated: int
    contributed: int
    committed: int
    available: int

    @property
    def whole(self) -> int:
        return self.allocated + self.contributed

    @property
    def spent(self) -> int:
        return self.whole - self.committed - self.available


def barred_relative(relation: str, *, shares_home: bool) -> bool:
    """Whether a direct payment may not pay this relative without the council's decision.

    A husband, wife or partner never, wherever they live; another close relative only who shares the home.
    Care and Support (Direct Payments) Regulations 2014, reg. 3(2) and (3).

    >>> barred_relative(Relation.PARTNER, shares_home=False), barred_relative(Relation.SIBLING, shares_home=False)
    (True, False)
    >>> barred_relative(Relation.SIBLING, shares_home=True), barred_relative(Relation.OTHER, shares_home=True)
    (True, False)
    """
    return relation == Relation.PARTNER or (shares_home and relation in _NEAR)


def outcome_missing(source: str, outcome_id: int | None) -> bool:
    """Whether a share lacks the outcome it has to name: a direct payment meets needs of the care plan.

    Care Act 2014, s. 31 to 33.

    >>> outcome_missing("direct_payment", None), outcome_missing("family", None)
    (True, False)
    """
    from .states import NEEDS_OUTCOME

    return source in NEEDS_OUTCOME and outcome_id is None


def strictest(rules: Sequence[str]) -> str:
    """The strictest of what several kinds of help allow; no kind at all allows.

    >>> strictest(["allowed", "ask"]), strictest([]), strictest(["no", "ask"])
    ('ask', 'allowed', 'no')
    """
    order = [DirectPaymentRule.ALLOWED, DirectPaymentRule.ASK, DirectPaymentRule.NO]
    return str(max(rules, key=lambda each: order.index(DirectPaymentRule(each)), default=DirectPaymentRule.ALLOWED))


def nominated_is_paid(nominated_id: int | None, keeper_ids: Sequence[int]) -> bool:
    """Whether whoever looks after the money would be paid from it.

    Care and Support Statutory Guidance 12.21: a nominated person manages the payment and is not its payee.

    >>> nominated_is_paid(7, [3, 7]), nominated_is_paid(None, [3])
    (True, False)
    """
    return nominated_id is not None and nominated_id in keeper_ids


def care_home_stay_too_long(others: Sequence[tuple[date, date]], start: date, days: int) -> bool:
    """Whether a stay would make more than four weeks in a row within twelve months.

    Stays less than four weeks apart count together. Care and Support (Direct Payments) Regulations 2014, reg. 6.
    `others` are first and last days of stays before it and after it.

    >>> july = (date(2026, 7, 1), date(2026, 7, 14))
    >>> care_home_stay_too_long([july], date(2026, 7, 20), 14), care_home_stay_too_long([july], date(2026, 7, 20), 15)
    (False, True)
    >>> care_home_stay_too_long([july], date(2026, 9, 1), 28), care_home_stay_too_long([july], date(2026, 3, 1), 28)
    (False, False)
    >>> care_home_stay_too_long([july], date(2026, 6, 1), 14), care_home_stay_too_long([july], date(2026, 6, 1), 15)
    (False, True)
    """
    counted, begins, ends = days, start, start + timedelta(days=days - 1)
    gap, year_ago = timedelta(days=SHORT_STAY_GAP), start - timedelta(days=365)
    for first, last in sorted(others, reverse=True):
        if first <= start and last >= year_ago and begins - last <= gap:
            counted, begins = counted + (last - first).days + 1, first
    for first, last in sorted(others):
        if first > start and first - ends <= gap:
            counted, ends = counted + (last - first).days + 1, last
    return counted > SHORT_STAY_DAYS


def stay_days(slugs: Sequence[str], unit: str, quantity: int) -> int:
    """Days in a care home that so much of an offer is; 0 for every other kind of help.

    >>> stay_days(["care-home-stay"], "week", 2), stay_days(["gardening"], "week", 2)
    (14, 0)
    """
    return DAYS_OF.get(unit, 0) * quantity if CARE_HOME in slugs else 0


def rules_broken(
    *,
    source: str,
    related: Sequence[tuple[str, bool]],
    nominated_id: int | None,
    keeper_ids: Sequence[int],
    category_rule: str,
    is_own_service: bool,
) -> list[Rule]:
    """Every rule that a share of this source would break, whoever else is asked. Own and family money break none.

    `related` is what was said of each who works there: the relation, and whether they share a home. One who may not be
    paid is enough: the site does not know who of them comes.

    >>> rules_broken(source="self_fund", related=[("partner", True)], nominated_id=None, keeper_ids=[],
    ...              category_rule="no", is_own_service=True)
    []
    """
    from .states import BARS_RELATIVES, FROM_COUNCIL

    broken: list[Rule] = []
    if source not in FROM_COUNCIL:
        return broken
    if source in BARS_RELATIVES and any(barred_relative(said, shares_home=home) for said, home in related):
        broken.append(Rule.RELATIVE)
    if nominated_is_paid(nominated_id, keeper_ids):
        broken.append(Rule.NOMINATED)
    if category_rule == DirectPaymentRule.NO:
        broken.append(Rule.CATEGORY)
    if source in BARS_RELATIVES and is_own_service:
        broken.append(Rule.OWN_SERVICE)
    return broken


def review_due(starts_on: date, reviewed_on: date | None) -> date:
    """The day by which a direct payment is to be looked at: within six months, then every twelve.

    Care and Support (Direct Payments) Regulations 2014, reg. 7(2).

    >>> review_due(date(2026, 4, 6), None), review_due(date(2026, 4, 6), date(2026, 9, 1))
    (datetime.date(2026, 10, 5), datetime.date(2027, 9, 1))
    """
    if reviewed_on is None:
        return starts_on + FIRST_REVIEW
    try:
        return reviewed_on.replace(year=reviewed_on.year + 1)
    except ValueError:  # 29 February
        return reviewed_on.replace(year=reviewed_on.year + 1, day=28)


def kept_since(now: datetime, years: int) -> datetime:
    """The moment before which papers have been kept long enough.

    Councils ask for six to seven years; a council sets its own, the usual is seven.

    >>> kept_since(datetime(2033, 3, 1), 7), kept_since(datetime(2028, 2, 29), 7)
    (datetime.datetime(2026, 3, 1, 0, 0), datetime.datetime(2021, 2, 28, 0, 0))
    """
    try:
        return now.replace(year=now.year - years)
    except ValueError:  # 29 February
        return now.replace(year=now.year - years, day=28)


def surplus_pence(figures: Figures, *, starts_on: date, ends_on: date, today: date, weeks: int) -> int:
    """How much more is unspent than should be by now, plus the weeks a council lets people keep. 0 is usual.

    Only ever a reason to talk: nothing is taken back by it.

    >>> year = dict(starts_on=date(2026, 4, 6), ends_on=date(2027, 4, 4), weeks=8)
    >>> surplus_pence(Figures(520000, 0, 0, 520000), today=date(2026, 10, 5), **year)
    180000
    >>> surplus_pence(Figures(520000, 0, 0, 200000), today=date(2026, 10, 5), **year)
    0
    """
    days = (ends_on - starts_on).days + 1
    gone = min(max((today - starts_on).days, 0), days)
    due_by_now = figures.whole * gone // days
    kept = figures.whole * weeks * 7 // days
    return max(0, due_by_now - figures.spent - figures.committed - kept)


def lasts_until(figures: Figures, *, spent_lately: int, lately_days: int, today: date) -> date | None:
    """The day the money would run out at the pace of late, or None when nothing was spent.

    >>> lasts_until(Figures(100000, 0, 0, 20000), spent_lately=10000, lately_days=56, today=date(2026, 3, 1))
    datetime.date(2026, 6, 21)
    """
    if spent_lately <= 0 or lately_days <= 0:
        return None
    return today + timedelta(days=min(figures.available * lately_days // spent_lately, 3650))


def few(count: int, value: int) -> int | None:
    """A figure for a council, or None when fewer than five people stand behind it.

    >>> few(4, 12000) is None, few(5, 12000)
    (True, 12000)
    """
    return value if count >= FEWEST else None


def hidden_with(groups: Sequence[Set[int]]) -> set[int]:
    """Which groups of one total are not shown: those of fewer than five people, and the smallest others until five
    people stand behind what the total less everything shown would give away. Each group is the ids of its people.

    >>> nine, seven, three, two = set(range(9)), set(range(7)), {20, 21, 22}, {30, 31}
    >>> hidden_with([nine, three, seven]), hidden_with([nine, three, two]), hidden_with([nine, seven])
    ({1, 2}, {1, 2}, set())
    >>> hidden_with([nine, {20}, {20, 21}])
    {0, 1, 2}
    """
    hidden = {at for at, people in enumerate(groups) if 0 < len(people) < FEWEST}
    shown = [at for at, people in enumerate(groups) if len(people) >= FEWEST]
    for at in sorted(shown, key=lambda at: len(groups[at])):
        if not hidden or len(set().union(*(groups[each] for each in hidden))) >= FEWEST:
            break
        hidden.add(at)
    return hidden


def hidden_sums(people: Set[int], *, added: Set[int], spent: Set[int]) -> set[str]:
    """Which of a council's sums are not shown, by the ids of the people behind each: those of fewer than five, and what
    is not spent with them, for what was given and added is what was spent and what was not.

    >>> hidden_sums(set(range(9)), added=set(), spent=set(range(5)))
    set()
    >>> sorted(hidden_sums(set(range(9)), added={1}, spent=set(range(5))))
    ['added', 'unspent']
    >>> sorted(hidden_sums(set(range(4)), added=set(), spent=set()))
    ['added', 'spent', 'unspent']
    """
    if len(people) < FEWEST:
        return {"added", "spent", "unspent"}
    hidden = {name for name, few in (("added", added), ("spent", spent)) if 0 < len(few) < FEWEST}
    return hidden | {"unspent"} if hidden else hidden


def over_limit(total: int, *, per_order: int | None, per_month: int | None, this_month: int) -> bool:
    """Whether somebody who acts for a person has to ask them first. Pence; None is no limit.

    >>> over_limit(3000, per_order=4000, per_month=10000, this_month=8000)
    True
    >>> over_limit(3000, per_order=4000, per_month=10000, this_month=7000), over_limit(1, per_order=None,
    ...            per_month=None, this_month=0)
    (False, False)
    """
    if per_order is not None and total > per_order:
        return True
    return per_month is not None and this_month + total > per_month
