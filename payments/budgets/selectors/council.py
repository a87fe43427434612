"""What a council sees of the money it gives: its own rules, its budgets, and sums of five people or more."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet, Sum

from marketplace.people.models import Council
from providers.listings.models import Category

from .. import rules
from ..models import Budget, Exemption, KindRule, PurchaseLine
from ..presentation import name_of
from ..rules import Figures
from ..states import COUNTS, PAID
from .money import figures_of


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


def exemptions_of(council: Council, today: date) -> QuerySet[Exemption]:
    in_force = Exemption.objects.filter(Q(until=None) | Q(until__gte=today), council=council, ended_at=None)
    return in_force.select_related("person", "provider", "category", "decided_by")


@dataclass(frozen=True)
class CouncilFigure:
    """A line of the council's figures, of what has no name when `words` is empty; `pence` is None when fewer than five
    people stand behind it, or it would give away a line of fewer."""

    words: str
    people: int
    pence: int | None


@dataclass(frozen=True)
class CouncilPicture:
    """Pence of all budgets, None where it is of fewer than five people or would give theirs away: what was given and
    what people added is always what was spent and what was not."""

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
    enough = rules.few(count, count) is not None  # of fewer people even a line of nothing spent tells something
    by_source: dict[str, list[Budget]] = defaultdict(list)
    for budget in budgets:
        by_source[budget.source].append(budget)
    sources = [
        (name_of(group[0]), _who(group, known, "spent"), sum(known[each.pk].spent for each in group))
        for _source, group in sorted(by_source.items())
    ]
    hidden = rules.hidden_sums(people, added=_who(budgets, known, "contributed"), spent=_who(budgets, known, "spent"))
    return CouncilPicture(
        people=rules.few(count, count),
        allocated=rules.few(count, sum(each.allocated for each in known.values())),
        contributed=None if "added" in hidden else sum(each.contributed for each in known.values()),
        spent=None if "spent" in hidden else sum(each.spent for each in known.values()),
        unspent=None if "unspent" in hidden else sum(each.available + each.committed for each in known.values()),
        by_category=_figures(_grouped(lines, "purchase__category__name")) if enough else [],
        by_source=_figures(sources) if enough else [],
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


def _who(budgets: Sequence[Budget], known: Mapping[int, Figures], what: str) -> set[int]:
    """The people behind one sum of these budgets."""
    return {budget.person_id for budget in budgets if getattr(known[budget.pk], what)}


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
