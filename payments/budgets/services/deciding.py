"""What a council writes down about one budget, and decides for kinds of help in its area."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from marketplace.core import audit
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError
from marketplace.people.models import Council, User
from providers.listings.models import Category

from .. import rules
from ..models import About, Budget, Decision, KindRule
from .setting_up import OwnMoney


class NotThen(DomainError):
    """A review is held on a day of the budget that has come."""


@transaction.atomic
def review_hold(*, budget: Budget, held_on: date, by: Actor, now: datetime) -> Budget:
    """The budget was looked at on that day; the next time is within twelve months. Raises NotThen."""
    budget = Budget.objects.select_for_update().get(pk=budget.pk)
    if not budget.starts_on <= held_on <= timezone.localdate(now):
        raise NotThen(held_on)
    budget.reviewed_on = max(held_on, budget.reviewed_on or held_on)
    budget.review_on = rules.review_due(budget.starts_on, budget.reviewed_on)
    budget.save(update_fields=["reviewed_on", "review_on"])
    audit.record("budgets.review.hold", by=by, subject=budget, at=now, day=held_on.isoformat())
    return budget


@transaction.atomic
def decision_record(
    *, budget: Budget, about: About, words: str, decided_by: User, by: Actor, now: datetime
) -> Decision:
    """Words that the person reads beside their budget. Nothing else follows from them: no money moves."""
    decision = Decision.objects.create(budget=budget, about=about, words=words, decided_by=decided_by, decided_at=now)
    audit.record("budgets.decision.record", by=by, subject=decision, at=now, about=str(about))
    return decision


@transaction.atomic
def nominated_set(*, budget: Budget, nominated: User | None, by: Actor, now: datetime) -> Budget:
    """Who looks after the money for the person, and so is not paid from it; None is nobody. Raises OwnMoney."""
    budget = Budget.objects.select_for_update().get(pk=budget.pk)
    if nominated is not None and nominated.pk == budget.person_id:
        raise OwnMoney(budget)
    budget.nominated = nominated
    budget.save(update_fields=["nominated"])
    audit.record("budgets.nominated.set", by=by, subject=budget, at=now)
    return budget


@transaction.atomic
def kind_rules_set(*, council: Council, wanted: Mapping[Category, str], by: Actor, now: datetime) -> None:
    """This council's answers for national kinds of help; an empty one lets the national answer hold."""
    for category, answer in wanted.items():
        mine = KindRule.objects.filter(council=council, category=category)
        if not answer:
            mine.delete()
        elif not mine.update(direct_payment=answer):
            KindRule.objects.create(council=council, category=category, direct_payment=answer)
    audit.record("budgets.kinds.set", by=by, subject=council, at=now)
