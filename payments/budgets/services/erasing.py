"""Somebody is erased, or papers have been kept long enough: words and files go, the books stay."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils.translation import gettext as _

from marketplace.core import audit, outbox
from marketplace.core.audit import CLOCKWORK
from marketplace.people.erasure.signals import erasure_asked, person_erasing
from marketplace.people.models import User

from .. import rules
from ..models import (
    Approval,
    Budget,
    BudgetDraft,
    CouncilMoney,
    Decision,
    Evidence,
    Exemption,
    Outcome,
    Purchase,
    PurchaseKind,
)
from ..states import HOLDS_MONEY
from . import keeping
from .declaring import declarations_forget

PAPERS = "budgets.papers_forgotten"


@receiver(erasure_asked)
def money_still_promised(sender: type, person: User, **kwargs: Any) -> list[str]:
    if Purchase.objects.filter(person=person, state__in=HOLDS_MONEY).exists():
        return [_("Money of yours is promised for something that is not paid yet. Take it back, or wait until it is.")]
    return []


@receiver(person_erasing)
def budgets_forget(sender: type, person: User, now: datetime, **kwargs: Any) -> None:
    """Inside the transaction that erases. Amounts, days and states stay; the ledger is not touched."""
    Budget.objects.filter(person=person, closed_at=None).update(closed_at=now)
    Outcome.objects.filter(budget__person=person).update(words="")
    BudgetDraft.objects.filter(person=person).delete()
    declarations_forget(person)
    Exemption.objects.filter(person=person).update(reason="")
    Decision.objects.filter(budget__person=person).update(words="")
    Budget.objects.filter(nominated=person).update(nominated=None)
    Exemption.objects.filter(person=person, ended_at=None).update(ended_at=now)
    Approval.objects.filter(purchase__person=person).update(words="")
    bought = Purchase.objects.filter(person=person)
    bought.update(wish={}, said_back_words="")
    bought.filter(kind=PurchaseKind.ELSEWHERE).update(title="", provider_name="")
    papers_drop(Evidence.objects.filter(purchase__person=person))


def papers_drop(papers: QuerySet[Evidence]) -> int:
    """Forget these papers; their files go after commit. Inside a transaction. Returns how many."""
    files = list(papers.values_list("stored_as", flat=True))
    if files:
        papers.delete()
        outbox.add(PAPERS, files=files)
    return len(files)


def papers_unlink(*, files: list[str]) -> None:
    """Delete files that no row knows any more. Safe to repeat."""
    known = set(Evidence.objects.filter(stored_as__in=files).values_list("stored_as", flat=True))
    for stored_as in files:
        if stored_as not in known:
            keeping.place_of(stored_as).unlink(missing_ok=True)


@transaction.atomic
def papers_forget_old(*, now: datetime) -> int:
    """Drop papers and a person's own words about purchases older than their council keeps them. Returns how many.

    What was bought, for how much and from which money stays in the books, which are never shortened.
    """
    dropped = 0
    own = dict(CouncilMoney.objects.values_list("council_id", "retention_years"))
    for years in {rules.KEPT_YEARS, *own.values()}:
        councils = [council for council, kept in own.items() if kept == years]
        end = rules.kept_since(now, years)
        old = Purchase.objects.filter(state_since__lt=end).exclude(state__in=HOLDS_MONEY)
        of_council = old.filter(lines__budget__council__in=councils)
        others = old.exclude(lines__budget__council__in=list(own)) if years == rules.KEPT_YEARS else old.none()
        for group in (of_council, others):
            within = group.values("pk")
            dropped += papers_drop(Evidence.objects.filter(purchase__in=within))
            Approval.objects.filter(purchase__in=within).exclude(words="").update(words="")
            Purchase.objects.filter(pk__in=within).exclude(wish={}, said_back_words="").update(
                wish={}, said_back_words=""
            )
    if dropped:
        audit.record("budgets.papers.forget_old", by=CLOCKWORK, subject=Evidence(pk=0), at=now, papers=dropped)
    return dropped
