"""Reading budgets, shaped for the pages that need them. Amounts come from the ledger."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone

from marketplace.core.clock import midnight
from marketplace.people.models import Council, CouncilRole, Delegation, Scope, User
from payments.ledger import selectors as ledger
from providers.listings.models import Category, Provider

from . import rules
from .models import (
    Approval,
    AskedOf,
    Budget,
    BudgetDraft,
    Declaration,
    Exemption,
    KindRule,
    Method,
    Purchase,
    PurchaseKind,
    PurchaseLine,
)
from .presentation import name_of
from .rules import Figures
from .services import books
from .states import ASKS_FIRST, COUNTS, HOLDS_MONEY, PAID, SAID_YES, STANDS, TO_BE_PAID, UNDECIDED

LATELY = 56  # days by which the pace is measured


def open_budgets(person: User, today: date) -> QuerySet[Budget]:
    """What this person can buy from today. 1 query, and 1 for the outcomes."""
    running = Budget.objects.filter(person=person, closed_at=None, starts_on__lte=today, ends_on__gte=today)
    return running.select_related("council", "holder").prefetch_related("outcomes").order_by("ends_on", "pk")


def budgets_of(person: User) -> QuerySet[Budget]:
    """All budgets of a person, the latest first."""
    return Budget.objects.filter(person=person).select_related("council", "holder").order_by("-ends_on", "-pk")


def figures_of(budgets: Iterable[Budget]) -> dict[int, Figures]:
    """By budget id. 1 query whatever the number."""
    wanted = list(budgets)
    keys = [
        account(budget.pk).key
        for budget in wanted
        for account in (books.source, books.contribution, books.available, books.committed)
    ]
    found = ledger.balances(keys)
    return {
        budget.pk: Figures(
            allocated=-found[books.source(budget.pk).key],
            contributed=-found[books.contribution(budget.pk).key],
            committed=found[books.committed(budget.pk).key],
            available=found[books.available(budget.pk).key],
        )
        for budget in wanted
    }


def figures(budget: Budget) -> Figures:
    return figures_of([budget])[budget.pk]


def promised_from(budget: Budget) -> QuerySet[PurchaseLine]:
    """What is promised and not yet paid, the soonest first. 1 query."""
    lines = PurchaseLine.objects.filter(budget=budget, purchase__state__in=HOLDS_MONEY)
    lines = lines.exclude(purchase__kind=PurchaseKind.STANDING)
    return lines.select_related("purchase__provider", "outcome").order_by("purchase__bought_on", "pk")


def paid_from(budget: Budget, *, most: int = 10) -> QuerySet[PurchaseLine]:
    """What was paid, by the day of it as the page shows it, the latest first. 1 query."""
    lines = PurchaseLine.objects.filter(budget=budget, purchase__state__in=PAID)
    return lines.select_related("purchase__provider", "outcome").order_by("-purchase__bought_on", "-pk")[:most]


def spent_by_outcome(budget: Budget) -> list[tuple[str, int]]:
    """Words of each outcome and the pence spent for it, nothing spent included. 1 query."""
    paid = Q(lines__purchase__state__in=PAID)
    rows = budget.outcomes.annotate(paid=Sum("lines__pence", filter=paid), back=Sum("lines__back_pence", filter=paid))
    return [(row.words, (row.paid or 0) - (row.back or 0)) for row in rows.order_by("position", "pk")]


def spent_lately(budget: Budget, now: datetime) -> int:
    """Pence that left for good in the last eight weeks. 2 queries."""
    since = max(now - timedelta(days=LATELY), midnight(budget.starts_on))
    entries = ledger.entries_across(books.inside(budget)).filter(at__gte=since)
    inside = set(books.inside(budget))
    return sum(
        entry.amount_pence * (1 if entry.credit.key in inside else -1)
        for entry in entries
        if entry.why in {"paid", "back"}
    )


@dataclass(frozen=True)
class Point:
    """What was unspent at the end of a day; `foreseen` for days still to come."""

    day: date
    pence: int
    foreseen: bool = False


def forecast(budget: Budget, now: datetime) -> list[Point]:
    """Unspent money at the end of each month so far, today, and on at the pace of late to the last day.

    At most about 15 points. 4 queries.
    """
    today = min(timezone.localdate(now), budget.ends_on)
    inside = set(books.inside(budget))
    entries = list(ledger.entries_across(inside))
    points, balance, at = [], 0, 0
    for day in [*_month_ends(budget.starts_on, today), today]:
        until = midnight(day + timedelta(days=1))
        while at < len(entries) and entries[at].at < until:
            balance += entries[at].amount_pence * (1 if entries[at].debit.key in inside else -1)
            at += 1
        points.append(Point(day, balance))
    days = min(LATELY, (timezone.localdate(now) - budget.starts_on).days + 1)
    pace = spent_lately(budget, now)
    for day in [*_month_ends(today + timedelta(days=1), budget.ends_on), budget.ends_on]:
        if day > today and days > 0:
            points.append(Point(day, max(0, balance - pace * (day - today).days // days), foreseen=True))
    return points


def _month_ends(first: date, last: date) -> list[date]:
    """Last days of the months from the one of `first` that end before `last`; at most 14."""
    found: list[date] = []
    day = first
    while len(found) < 14:
        end = (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        if end >= last:
            return found
        found.append(end)
        day = end + timedelta(days=1)
    return found


def spent_by_delegate(delegation: Delegation, today: date) -> int:
    """Pence that this helper has spent or promised for this person in the month of `today`. 1 query."""
    rows = Purchase.objects.filter(
        person=delegation.person_id,
        made_by=delegation.delegate_id,
        state__in=COUNTS,
        made_at__gte=midnight(today.replace(day=1)),
    ).exclude(kind=PurchaseKind.STANDING)
    return rows.aggregate(pence=Sum("total_pence"))["pence"] or 0


def agreed_parts(purchase: Purchase) -> list[tuple[int, int]]:
    """What each money pays of a purchase, in pence, and the percent of what it saves that a group may decide about: 100
    for money that is no council's, else as much as its council has agreed. 1 query."""
    lines = purchase.lines.select_related("budget__council__money")
    return [(line.pence - line.back_pence, _agreed_percent(line.budget)) for line in lines]


def _agreed_percent(budget: Budget | None) -> int:
    if budget is None or not budget.from_council:
        return 100
    settings = getattr(budget.council, "money", None)
    return settings.reinvest_percent if settings is not None else 0


def helpers_who_buy(person: User, now: datetime) -> QuerySet[Delegation]:
    """Who may buy for this person just now, with their limits."""
    return (
        Delegation.objects.in_force(now)
        .filter(person=person, scope=Scope.BUY)
        .select_related("delegate", "limit")
        .order_by("delegate__first_name", "pk")
    )


def said_of(person: User) -> list[Declaration]:
    """What counts of what was said about this person and each who is paid, by their name. 1 query."""
    last: dict[tuple[object, ...], Declaration] = {}
    rows = Declaration.objects.filter(person=person).select_related("provider", "worker")
    for said in rows.order_by("said_at", "pk"):
        last[said.provider_id, said.worker_id, said.name.lower()] = said
    return sorted((each for each in last.values() if not each.taken_back_at), key=lambda each: each.about)


def category_rules(council: Council | None, categories: Sequence[Category]) -> list[str]:
    """What each kind of help allows where this council pays: its own answer, else the national one. 1 query."""
    own: dict[int, str] = {}
    if council is not None and categories:
        rows = KindRule.objects.filter(council=council, category__in=[each.pk for each in categories])
        own = dict(rows.values_list("category_id", "direct_payment"))
    return [own.get(each.pk, str(each.direct_payment)) for each in categories]


def kind_rules_of(council: Council) -> dict[int, str]:
    """The council's own answers by the pk of a national kind of help. 1 query."""
    return dict(KindRule.objects.filter(council=council).values_list("category_id", "direct_payment"))


def budgets_paid_by(council: Council, *, words: str = "") -> QuerySet[Budget]:
    """Open budgets that this council pays, the review that is due first on top; `words` are of a name or an address.

    1 query.
    """
    found = Budget.objects.filter(council=council, closed_at=None).select_related("person", "holder")
    for word in words.split()[:5]:
        found = found.filter(
            Q(person__first_name__icontains=word)
            | Q(person__last_name__icontains=word)
            | Q(person__email__icontains=word)
        )
    return found.order_by("review_on", "pk")


def stays_of(person: User) -> list[tuple[date, date]]:
    """First and last days of the stays in a care home that public money paid or has promised. 1 query."""
    paid = Purchase.objects.filter(person=person, stay_days__gt=0, state__in=COUNTS)
    days = paid.filter(lines__budget__council__isnull=False).values_list("pk", "bought_on", "stay_days").distinct()
    return [(first, first + timedelta(days=count - 1)) for _pk, first, count in days]


def draft_of(person: User) -> BudgetDraft | None:
    return BudgetDraft.objects.filter(person=person).first()


def approvals_waiting_for(person: User) -> QuerySet[Approval]:
    """Requests about this person's money that nobody has answered. 1 query."""
    return (
        Approval.objects.filter(purchase__person=person, state__in=UNDECIDED)
        .select_related("purchase", "council", "holder")
        .order_by("answer_by")
    )


def approvals_for_holder(user: User) -> QuerySet[Approval]:
    """Requests to the funds that this person's providers hold, the soonest first. 1 query."""
    return (
        Approval.objects.filter(asked_of=AskedOf.HOLDER, holder__keepers=user, state__in=UNDECIDED)
        .select_related("purchase__person", "purchase__provider", "holder")
        .order_by("answer_by")
    )


def approvals_for_council(council: Council) -> QuerySet[Approval]:
    return (
        Approval.objects.filter(asked_of=AskedOf.COUNCIL, council=council, state__in=UNDECIDED)
        .select_related("purchase__person", "purchase__provider", "council")
        .order_by("answer_by")
    )


def holders_of(fund: Provider | None, council: Council | None) -> QuerySet[User]:
    """Who may say yes to held money: those who keep the fund it lies in, or the council's commissioners."""
    if fund is not None:
        return User.objects.filter(providers_kept=fund, is_active=True)
    role = {"council_work__council": council, "council_work__role": CouncilRole.COMMISSIONER}
    return User.objects.filter(is_active=True, **role).distinct()


def held_behind(purchase: Purchase) -> Budget | None:
    """The budget that somebody else holds and pays this purchase from; None where nobody does. 1 query."""
    held = Budget.objects.filter(lines__purchase=purchase, source__in=ASKS_FIRST).select_related("holder", "council")
    return held.order_by("lines__position").first()


def standing_yeses(today: date, *, council: Council | None = None, holder_of: User | None = None) -> QuerySet[Approval]:
    """What a council or holders of funds said yes to, is not over, and has a last day that has not passed. 1 query."""
    whose = {"asked_of": AskedOf.COUNCIL, "council": council} if council else {"holder__keepers": holder_of}
    given = Approval.objects.filter(state__in=SAID_YES, purchase__state__in=STANDS, until__gte=today, **whose)
    return given.select_related("purchase__person", "purchase__provider").order_by("until", "pk")


def to_be_paid_by(*, council: Council | None = None, holder_of: User | None = None) -> QuerySet[Purchase]:
    """Orders that whoever holds the money still has to pay; told by the ledger of promises. 1 query."""
    waiting = Purchase.objects.filter(state__in=TO_BE_PAID, method=Method.FUNDER).exclude(order="")
    if council is not None:
        waiting = waiting.filter(lines__budget__council=council, lines__budget__source="council_managed")
    if holder_of is not None:
        waiting = waiting.filter(lines__budget__holder__keepers=holder_of)
    return waiting.select_related("person", "provider").order_by("bought_on").distinct()


def exemptions_of(council: Council, today: date) -> QuerySet[Exemption]:
    in_force = Exemption.objects.filter(Q(until=None) | Q(until__gte=today), council=council, ended_at=None)
    return in_force.select_related("person", "provider", "category", "decided_by")


def lines_of_order(order: str) -> list[PurchaseLine]:
    """Who pays how much of an order, in the order it was chosen; empty when nobody chose a budget. 1 query."""
    if not order:
        return []
    return list(
        PurchaseLine.objects.filter(purchase__order=order)
        .select_related("budget__holder", "budget__council", "outcome", "purchase")
        .order_by("position", "pk")
    )


def payers_of(orders: Iterable[str]) -> dict[str, str]:
    """Who holds the money and pays, by the order's public id; nothing where the person pays. 1 query."""
    lines = PurchaseLine.objects.filter(purchase__order__in=list(orders), purchase__method=Method.FUNDER)
    held = lines.exclude(budget=None).select_related("budget__holder", "budget__council", "purchase")
    return {line.purchase.order: str(line.budget.holder or line.budget.council) for line in held if line.budget}


@dataclass(frozen=True)
class CouncilFigure:
    """A line of the council's figures, of what has no name when `words` is empty; `pence` is None when fewer than five
    people stand behind it, or it would give away a line of fewer."""

    words: str
    people: int
    pence: int | None


@dataclass(frozen=True)
class CouncilPicture:
    """Pence of all budgets; what was given and what people added is always what was spent and what was not."""

    people: int | None
    allocated: int | None
    contributed: int | None
    spent: int | None
    unspent: int | None
    by_category: Sequence[CouncilFigure]
    by_source: Sequence[CouncilFigure]
    outcomes_bought: Sequence[CouncilFigure]
    surplus: Sequence[Budget]
    over: Sequence[PurchaseLine]


def picture_of(council: Council, today: date, *, surplus_weeks: int) -> CouncilPicture:
    """What a council may see of its own area: sums, never one person's diary. About 8 queries.

    `surplus` names budgets with much unspent, `over` purchases that own money topped up: both are for the council that
    pays, to talk about.
    """
    running = Budget.objects.filter(council=council, closed_at=None, starts_on__lte=today, ends_on__gte=today)
    budgets = list(running.select_related("person"))
    known = figures_of(budgets)
    people = {budget.person_id for budget in budgets}
    lines = PurchaseLine.objects.filter(budget__in=budgets, purchase__state__in=PAID)
    topped_up = (
        PurchaseLine.objects.filter(budget=None, purchase__state__in=COUNTS, purchase__lines__budget__in=budgets)
        .select_related("purchase__person")
        .distinct()
        .order_by("-purchase__made_at")[:30]
    )
    count = len(people)
    by_source: dict[str, list[Budget]] = defaultdict(list)
    for budget in budgets:
        by_source[budget.source].append(budget)
    sources = [
        (name_of(group[0]), {each.person_id for each in group}, sum(known[each.pk].spent for each in group))
        for _source, group in sorted(by_source.items())
    ]
    return CouncilPicture(
        people=rules.few(count, count),
        allocated=rules.few(count, sum(each.allocated for each in known.values())),
        contributed=rules.few(count, sum(each.contributed for each in known.values())),
        spent=rules.few(count, sum(each.spent for each in known.values())),
        unspent=rules.few(count, sum(each.available + each.committed for each in known.values())),
        by_category=_figures(_grouped(lines, "purchase__category__name")),
        by_source=_figures(sources),
        # in people's own words: shown only where five or more say the same
        outcomes_bought=[
            row for row in _figures(_grouped(lines, "outcome__words")) if row.words and row.pence is not None
        ],
        surplus=[
            budget
            for budget in budgets
            if rules.surplus_pence(
                known[budget.pk], starts_on=budget.starts_on, ends_on=budget.ends_on, today=today, weeks=surplus_weeks
            )
        ],
        over=list(topped_up),
    )


def _grouped(lines: QuerySet[PurchaseLine], name: str) -> list[tuple[str, set[int], int]]:
    """Name, people and pence spent; what has no name comes last, under an empty one. 1 query."""
    rows = lines.values_list(name, "purchase__person").annotate(pence=Sum(F("pence") - F("back_pence"))).order_by(name)
    people: dict[str, set[int]] = defaultdict(set)
    spent: dict[str, int] = defaultdict(int)
    for words, person, pence in rows:
        people[words or ""].add(person)
        spent[words or ""] += pence
    return [(words, people[words], spent[words]) for words in sorted(people, key=lambda words: (not words, words))]


def _figures(rows: Sequence[tuple[str, set[int], int]]) -> list[CouncilFigure]:
    hidden = rules.hidden_with([people for _words, people, _pence in rows])
    return [
        CouncilFigure(words, len(people), None if at in hidden else pence)
        for at, (words, people, pence) in enumerate(rows)
    ]
