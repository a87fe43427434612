"""What came and went between two days. Every figure is a sum of ledger entries, none is kept anywhere else."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.core.clock import midnight
from payments.ledger import selectors as ledger
from payments.ledger.models import Entry

from ..models import Budget, Evidence, PurchaseKind, PurchaseLine
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
    entries = list(ledger.entries_across(inside).filter(at__gte=begin, at__lt=end))
    known = _lines_behind(budget, entries)
    purchases = [line.purchase_id for line in known.values()]
    papers = _papers(purchases)
    lines, balance = [], opening
    for entry in entries:
        pence = entry.amount_pence if entry.debit.key in inside else -entry.amount_pence
        balance += pence
        lines.append(_line(entry, known.get(entry.about), papers, pence, balance))
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


def _lines_behind(budget: Budget, entries: list[Entry]) -> dict[str, PurchaseLine]:
    about = {entry.about for entry in entries}
    found = (
        PurchaseLine.objects.filter(budget=budget, purchase__public_id__in=about)
        .select_related("purchase", "outcome")
        .defer("purchase__wish", "purchase__asks")
    )
    return {line.purchase.public_id: line for line in found}


def _own_money(purchases: list[int]) -> int:
    """What own money paid on top in these purchases: named apart, never counted in. 1 query."""
    own = PurchaseLine.objects.filter(purchase__in=purchases, budget=None)
    return own.aggregate(pence=Sum(F("pence") - F("back_pence")))["pence"] or 0


def _papers(purchases: list[int]) -> dict[int, int]:
    """How many papers each of these purchases has. 1 query."""
    kept = Evidence.objects.filter(purchase__in=purchases).order_by().values_list("purchase")
    return dict(kept.annotate(count=Count("pk")))


def _line(entry: Entry, line: PurchaseLine | None, papers: dict[int, int], pence: int, balance: int) -> Line:
    day = timezone.localdate(entry.at)
    if line is None:
        words = {"allocated": _("Money for this budget"), "contributed": _("What you add yourself")}
        return Line(day, words.get(entry.why, _("A correction")), "", "", "", 0, pence, balance)
    purchase = line.purchase
    what = purchase.title
    if purchase.kind == PurchaseKind.ELSEWHERE and entry.why == "paid":
        day = purchase.bought_on
    if entry.why == "back":
        what = _("Money back: %(what)s") % {"what": what}
    elif entry.why == "back_lost":
        what = _("Money back that did not arrive: %(what)s") % {"what": what}
    return Line(
        day=day,
        what=what,
        who=purchase.provider_name,
        outcome=line.outcome.words if line.outcome else "",
        how=str(purchase.get_method_display()),
        evidence=papers.get(purchase.pk, 0),
        pence=pence,
        balance=balance,
    )
