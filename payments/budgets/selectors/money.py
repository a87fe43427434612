"""One person's budgets: what is in them, what was spent, how it goes on. Amounts come from the ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from marketplace.core.clock import midnight
from marketplace.people.models import Delegation, Scope, User
from payments.ledger import selectors as ledger

from ..models import Budget, BudgetDraft, Declaration, Purchase, PurchaseKind, PurchaseLine
from ..rules import Figures
from ..services import books
from ..states import COUNTS, HOLDS_MONEY, PAID

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
    """Pence that left for good in the last eight weeks. 1 query."""
    since = max(now - timedelta(days=LATELY), midnight(budget.starts_on))
    moved = ledger.movements_across(books.inside(budget), since=since)
    return -sum(each.pence for each in moved if each.why in {"paid", "back", "back_lost"})


@dataclass(frozen=True)
class Point:
    """What was unspent at the end of a day; `foreseen` for days still to come."""

    day: date
    pence: int
    foreseen: bool = False


def forecast(budget: Budget, now: datetime) -> list[Point]:
    """Unspent money at the end of each month so far, today, and on at the pace of late to the last day.

    At most about 15 points. 2 queries.
    """
    today = min(timezone.localdate(now), budget.ends_on)
    moved = ledger.movements_across(books.inside(budget))
    points, balance, at = [], 0, 0
    for day in [*_month_ends(budget.starts_on, today), today]:
        until = midnight(day + timedelta(days=1))
        while at < len(moved) and moved[at].at < until:
            balance += moved[at].pence
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


def stays_of(person: User) -> list[tuple[date, date]]:
    """First and last days of the stays in a care home that public money paid or has promised. 1 query."""
    paid = Purchase.objects.filter(person=person, stay_days__gt=0, state__in=COUNTS)
    days = paid.filter(lines__budget__council__isnull=False).values_list("pk", "bought_on", "stay_days").distinct()
    return [(first, first + timedelta(days=count - 1)) for _pk, first, count in days]


def draft_of(person: User) -> BudgetDraft | None:
    return BudgetDraft.objects.filter(person=person).first()
