"""Reading the books."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from .models import Account, Entry


def balances(keys: Iterable[str]) -> dict[str, int]:
    """Pence by account key; an account that nothing has touched stands at 0. 1 query."""
    wanted = list(keys)
    found = dict(Account.objects.filter(key__in=wanted).values_list("key", "balance_pence"))
    return {key: found.get(key, 0) for key in wanted}


def entries_of(keys: Iterable[str]) -> QuerySet[Entry]:
    """Everything that touched these accounts, oldest first. 1 query."""
    wanted = list(keys)
    touched = Entry.objects.filter(Q(debit__key__in=wanted) | Q(credit__key__in=wanted))
    return touched.select_related("debit", "credit").order_by("at", "pk")


class Movement(NamedTuple):
    """What came into some accounts taken together (`pence` above zero) or left them, and what for."""

    at: datetime
    why: str
    about: str
    pence: int


def movements_across(
    keys: Iterable[str], *, since: datetime | None = None, before: datetime | None = None
) -> list[Movement]:
    """What came into these accounts or left them, in order; what moved between them does not count. 1 query."""
    wanted = set(keys)
    rows = _across(wanted, since, before).values_list("at", "why", "about", "amount_pence", "debit__key")
    return [Movement(at, why, about, pence if into in wanted else -pence) for at, why, about, pence, into in rows]


def abouts_across(keys: Iterable[str], *, since: datetime, before: datetime) -> QuerySet:
    """What those movements are about, for a query to ask within: however many, no list of them is sent."""
    return _across(set(keys), since, before).order_by().values("about")


def _across(wanted: set[str], since: datetime | None, before: datetime | None) -> QuerySet[Entry]:
    inside, outside = Q(debit__key__in=wanted), Q(credit__key__in=wanted)
    across = Entry.objects.filter((inside & ~outside) | (outside & ~inside)).order_by("at", "pk")
    if since is not None:
        across = across.filter(at__gte=since)
    if before is not None:
        across = across.filter(at__lt=before)
    return across


def first_at(about: str, whys: Iterable[str]) -> datetime | None:
    """When money first moved for these reasons, of an order or a purchase; None where it never has. 1 query."""
    return Entry.objects.filter(about=about, why__in=list(whys)).aggregate(at=Min("at"))["at"]


def sum_of(keys: Iterable[str], *, before: datetime | None = None) -> int:
    """Pence in these accounts, worked out anew from the entries. 2 queries."""
    wanted, entries = list(keys), Entry.objects.all()
    if before is not None:
        entries = entries.filter(at__lt=before)
    came = entries.filter(debit__key__in=wanted).aggregate(pence=Sum("amount_pence"))["pence"] or 0
    went = entries.filter(credit__key__in=wanted).aggregate(pence=Sum("amount_pence"))["pence"] or 0
    return came - went


def sums_under(prefix: str) -> tuple[int, dict[str, int]]:
    """How many entries have a key that begins so, and their pence by what they were for. 1 query."""
    rows = Entry.objects.filter(key__startswith=prefix).values("why").order_by()
    found = list(rows.annotate(entries=Count("pk"), pence=Sum("amount_pence")))
    return sum(row["entries"] for row in found), {row["why"]: row["pence"] for row in found}


def standing(kind: str, *, ending: str) -> dict[str, int]:
    """Pence by key, of accounts of this kind whose key ends so and that do not stand at 0. 1 query."""
    found = Account.objects.filter(kind=kind, key__endswith=ending).exclude(balance_pence=0)
    return dict(found.values_list("key", "balance_pence"))


def out_of_step() -> list[str]:
    """Accounts whose balance is not what their entries say: must be empty, whatever has happened.

    1 query; the database adds up, so that memory stays the same however many entries there are.
    """
    came = Account.objects.annotate(pence=_sum("debit") - _sum("credit"))
    return list(came.exclude(balance_pence=F("pence")).order_by("pk").values_list("key", flat=True))


def _sum(side: str) -> Coalesce:
    entries = Entry.objects.filter(**{side: OuterRef("pk")}).order_by().values(side)
    return Coalesce(Subquery(entries.annotate(pence=Sum("amount_pence")).values("pence")), 0)
