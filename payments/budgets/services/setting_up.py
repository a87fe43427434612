"""Opening, filling and closing a budget."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from marketplace.core import audit
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError
from marketplace.people.models import Council, Delegation, User
from payments.ledger import services as ledger
from payments.ledger.services import Posting
from providers.listings.models import Provider

from .. import rules
from ..models import Budget, BudgetDraft, CouncilMoney, DelegateLimit, Outcome
from ..states import FROM_COUNCIL, NEEDS_OUTCOME, Source
from . import books

MOST_BUDGETS = 12  # open at once; more is a slip
MOST_OUTCOMES = 10  # of one budget


class EndsBeforeItStarts(DomainError):
    """The last day comes before the first."""


class NoCouncil(DomainError):
    """Public money comes from a council."""


class NoHolder(DomainError):
    """An individual service fund is held by a provider."""


class NoOutcome(DomainError):
    """A direct payment is for something: at least one outcome has to stand there."""


class OutcomeUsed(DomainError):
    """Something was bought for this outcome: it can be said otherwise, not taken away."""


class TooManyOutcomes(DomainError):
    """Ten stand there already."""


class NoMoney(DomainError):
    """A budget of nothing."""


class TooMany(DomainError):
    """Twelve budgets are open already."""


class Closed(DomainError):
    """No money is added to a budget that is closed."""


class OwnMoney(DomainError):
    """Nobody looks after their own money in place of themselves."""


class StillPromised(DomainError):
    """Something is promised and not yet paid from this budget."""


@transaction.atomic
def budget_open(
    *,
    person: User,
    source: Source,
    starts_on: date,
    ends_on: date,
    allocated_pence: int,
    outcomes: Sequence[str],
    by: Actor,
    now: datetime,
    contributed_pence: int = 0,
    council: Council | None = None,
    holder: Provider | None = None,
    nominated: User | None = None,
    review_on: date | None = None,
) -> Budget:
    """Write a budget down. `outcomes` are the person's own words, at most ten.

    Raises EndsBeforeItStarts, NoCouncil, NoHolder, NoOutcome, NoMoney, OwnMoney, TooMany.
    """
    if nominated is not None and nominated.pk == person.pk:
        raise OwnMoney(person)
    if ends_on < starts_on:
        raise EndsBeforeItStarts(ends_on)
    if source in FROM_COUNCIL and council is None:
        raise NoCouncil(source)
    if source == Source.ISF and holder is None:
        raise NoHolder(source)
    words = [each.strip() for each in outcomes if each.strip()][:MOST_OUTCOMES]
    if source in NEEDS_OUTCOME and not words:
        raise NoOutcome(source)
    if allocated_pence < 0 or contributed_pence < 0 or allocated_pence + contributed_pence < 1:
        raise NoMoney(source)
    User.objects.select_for_update().get(pk=person.pk)
    if person.budgets.filter(closed_at=None, ends_on__gte=timezone.localdate(now)).count() >= MOST_BUDGETS:
        raise TooMany(person)
    public = source in FROM_COUNCIL
    budget = Budget.objects.create(
        person=person,
        source=source,
        council=council if public else None,
        holder=holder if source == Source.ISF else None,
        nominated=nominated,
        starts_on=starts_on,
        ends_on=ends_on,
        review_on=review_on or (rules.review_due(starts_on, None) if public else None),
        opened_at=now,
        opened_by=by.by_id,
    )
    Outcome.objects.bulk_create(Outcome(budget=budget, words=each[:200], position=at) for at, each in enumerate(words))
    budget_fund(
        budget=budget, allocated_pence=allocated_pence, contributed_pence=contributed_pence, key="open", by=by, now=now
    )
    audit.record("budgets.budget.open", by=by, subject=budget, at=now, source=str(source))
    return budget


@transaction.atomic
def budget_fund(
    *, budget: Budget, allocated_pence: int, contributed_pence: int, key: str, by: Actor, now: datetime
) -> None:
    """Add money to a budget, once for each `key`. Pence, both may be 0. Raises Closed."""
    if Budget.objects.select_for_update().get(pk=budget.pk).closed_at is not None:
        raise Closed(budget)
    postings = []
    for name, pence, origin in (
        ("allocated", allocated_pence, books.source(budget.pk)),
        ("contributed", contributed_pence, books.contribution(budget.pk)),
    ):
        if pence:
            entry = f"budget:{budget.pk}:{name}:{key}"
            postings.append(Posting(entry, books.available(budget.pk), origin, pence, name, budget.public_id))
    if postings:
        ledger.post(postings=postings, by=by, now=now)
        pence = allocated_pence + contributed_pence
        audit.record("budgets.budget.fund", by=by, subject=budget, at=now, pence=pence)


@transaction.atomic
def budget_close(*, budget: Budget, by: Actor, now: datetime) -> Budget:
    """No new purchase from it; its books stay. Raises StillPromised."""
    budget = Budget.objects.select_for_update().get(pk=budget.pk)
    if ledger_balance(books.committed(budget.pk).key):
        raise StillPromised(budget)
    if budget.closed_at is None:
        budget.closed_at = now
        budget.save(update_fields=["closed_at"])
        audit.record("budgets.budget.close", by=by, subject=budget, at=now)
    return budget


@transaction.atomic
def outcomes_change(*, budget: Budget, words: dict[int, str], more: str, by: Actor, now: datetime) -> None:
    """New words for outcomes, by id, and one more. An empty line takes an outcome away that nothing was bought for.

    Statements show the words as they are now. Raises NoOutcome, OutcomeUsed, TooManyOutcomes; then nothing has changed.
    """
    Budget.objects.select_for_update().get(pk=budget.pk)
    kept = list(budget.outcomes.all())
    for outcome in kept:
        said = words.get(outcome.pk, outcome.words).strip()[:200]
        if not said and outcome.lines.exists():
            raise OutcomeUsed(outcome)
        if not said:
            outcome.delete()
        elif said != outcome.words:
            outcome.words = said
            outcome.save(update_fields=["words"])
    if more.strip():
        if budget.outcomes.count() >= MOST_OUTCOMES:
            raise TooManyOutcomes(budget)
        last = max((outcome.position for outcome in kept), default=-1)
        Outcome.objects.create(budget=budget, words=more.strip()[:200], position=last + 1)
    if budget.source in NEEDS_OUTCOME and not budget.outcomes.exists():
        raise NoOutcome(budget.source)
    audit.record("budgets.outcomes.change", by=by, subject=budget, at=now)


def ledger_balance(key: str) -> int:
    from payments.ledger import selectors

    return selectors.balances([key])[key]


@transaction.atomic
def draft_keep(*, person: User, step: str, answer: dict[str, str], now: datetime) -> BudgetDraft:
    """Keep one answer of the first set-up as it was typed."""
    draft, _new = BudgetDraft.objects.select_for_update().get_or_create(person=person, defaults={"changed_at": now})
    draft.answers[step] = answer
    draft.changed_at = now
    draft.save()
    return draft


def draft_forget(*, person: User) -> None:
    BudgetDraft.objects.filter(person=person).delete()


@transaction.atomic
def limit_set(
    *, delegation: Delegation, per_order_pence: int | None, per_month_pence: int | None, by: Actor, now: datetime
) -> DelegateLimit:
    """How much a helper may spend without asking; None is no limit."""
    limit, _new = DelegateLimit.objects.update_or_create(
        delegation=delegation, defaults={"per_order_pence": per_order_pence, "per_month_pence": per_month_pence}
    )
    audit.record(
        "budgets.limit.set", by=by, subject=delegation, at=now, per_order=per_order_pence, per_month=per_month_pence
    )
    return limit


def council_money(council: Council) -> CouncilMoney:
    """The council's own settings of money; the usual ones, not kept, where it has set none. 1 query."""
    return CouncilMoney.objects.filter(council=council).first() or CouncilMoney(council=council)


@transaction.atomic
def council_money_set(
    *,
    council: Council,
    surplus_weeks: int,
    answer_days: int,
    retention_years: int,
    own_services: Sequence[Provider],
    by: Actor,
    now: datetime,
    reinvest_percent: int = 0,
) -> CouncilMoney:
    """What a council may set for its own area. `own_services` are the providers that are the council itself.

    `reinvest_percent` is its written agreement that a group may decide about so much of what its money saved there.
    """
    facts = {"surplus_weeks": surplus_weeks, "answer_days": answer_days, "retention_years": retention_years}
    facts["reinvest_percent"] = reinvest_percent
    row, _new = CouncilMoney.objects.update_or_create(council=council, defaults=facts)
    row.own_services.set(own_services)
    audit.record(
        "budgets.council.set",
        by=by,
        subject=council,
        at=now,
        weeks=surplus_weeks,
        days=answer_days,
        years=retention_years,
        own=len(own_services),
        percent=reinvest_percent,
    )
    return row
