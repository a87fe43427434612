"""What came and went between two days. Every figure is a sum of ledger entries, none is kept anywhere else."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.core.clock import midnight
from payments.ledger import selectors as ledger

from ..models import Budget, Evidence, Method, Purchase, PurchaseKind, PurchaseLine
from ..presentation import name_of
from ..selectors import promised_from
from ..services import books


@dataclass(frozen=True)
class Line:
    """One movement. `pence` is positive for money in, negative for money out; `balance` is what was unspent then."""

    day: date
    what: str
    who: str
    outcome: str
    how: str
    evidence: int
    pence: int
    balance: int


@dataclass(frozen=True)
class Statement:
    """Opening, every line, closing, in pence. `promised` is what was promised and unpaid when it was made; None for
    days without that one, of which it would say nothing."""

    budget: Budget
    name: str
    person: str
    first: date
    last: date
    made_at: datetime
    opening: int
    lines: list[Line]
    closing: int
    money_in: int
    money_out: int
    promised: int | None
    own_money: int


def statement_of(budget: Budget, *, first: date, last: date, now: datetime) -> Statement:
    """The account from the first day to the end of the last. 7 queries whatever the length."""
    inside = books.inside(budget)
    begin, end = midnight(first), midnight(last + timedelta(days=1))
    opening = ledger.sum_of(inside, before=begin)
    moved = ledger.movements_across(inside, since=begin, before=end)
    about = ledger.abouts_across(inside, since=begin, before=end)
    purchases = Purchase.objects.filter(lines__budget=budget, public_id__in=about).order_by()
    known = _lines_behind(budget, purchases)
    papers = _papers(purchases)
    hows = {value: str(label) for value, label in Method.choices}
    lines, balance = [], opening
    for each in moved:
        balance += each.pence
        if (behind := known.get(each.about)) is None:
            lines.append(_line_of_budget(each, balance))
        else:
            lines.append(_line(each, behind, hows, papers, balance))
    return Statement(
        budget=budget,
        name=name_of(budget),
        person=str(budget.person),
        first=first,
        last=last,
        made_at=now,
        opening=opening,
        lines=lines,
        closing=balance,
        money_in=sum(line.pence for line in lines if line.pence > 0),
        money_out=-sum(line.pence for line in lines if line.pence < 0),
        promised=sum(line.pence for line in promised_from(budget))
        if first <= timezone.localdate(now) <= last
        else None,
        own_money=_own_money(purchases),
    )


def _lines_behind(budget: Budget, purchases: QuerySet[Purchase]) -> dict[str, PurchaseLine]:
    found = (
        PurchaseLine.objects.filter(budget=budget, purchase__in=purchases)
        .select_related("purchase", "outcome")
        .defer("purchase__wish", "purchase__asks")
    )
    return {line.purchase.public_id: line for line in found}


def _own_money(purchases: QuerySet[Purchase]) -> int:
    """What own money paid on top in these purchases: named apart, never counted in. 1 query."""
    own = PurchaseLine.objects.filter(purchase__in=purchases, budget=None)
    return own.aggregate(pence=Sum(F("pence") - F("back_pence")))["pence"] or 0


def _papers(purchases: QuerySet[Purchase]) -> dict[int, int]:
    """How many papers each of these purchases has. 1 query."""
    kept = Evidence.objects.filter(purchase__in=purchases).order_by().values_list("purchase")
    return dict(kept.annotate(count=Count("pk")))


def _line_of_budget(movement: ledger.Movement, balance: int) -> Line:
    words = {"allocated": _("Money for this budget"), "contributed": _("What you add yourself")}
    what = words.get(movement.why, _("A correction"))
    return Line(timezone.localdate(movement.at), what, "", "", "", 0, movement.pence, balance)


def _line(
    movement: ledger.Movement, line: PurchaseLine, hows: dict[str, str], papers: dict[int, int], balance: int
) -> Line:
    purchase = line.purchase
    day, what = timezone.localdate(movement.at), purchase.title
    if purchase.kind == PurchaseKind.ELSEWHERE and movement.why == "paid":
        day = purchase.bought_on
    if movement.why == "back":
        what = _("Money back: %(what)s") % {"what": what}
    elif movement.why == "back_lost":
        what = _("Money back that did not arrive: %(what)s") % {"what": what}
    return Line(
        day=day,
        what=what,
        who=purchase.provider_name,
        outcome=line.outcome.words if line.outcome else "",
        how=hows[purchase.method],
        evidence=papers.get(purchase.pk, 0),
        pence=movement.pence,
        balance=balance,
    )
