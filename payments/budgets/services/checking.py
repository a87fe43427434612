"""Whether a purchase may be made from this money, and who has to say yes first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from marketplace.core import audit
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError
from marketplace.people.models import Council, Delegation, Scope, User
from providers.listings.models import Category, DirectPaymentRule, Provider

from .. import rules, selectors
from ..models import AskedOf, Budget, CouncilMoney, Exemption, Rule
from ..rules import Share
from ..states import BARS_RELATIVES, FROM_COUNCIL
from .declaring import (
    NotDeclared,
    Related,
    declaration_elsewhere,
    declaration_make_elsewhere,
    spoken_of,
)


class Barred(DomainError):
    """Rules of public money stand in the way. `broken` says which; a council may set each aside."""

    def __init__(self, budget: Budget, broken: Sequence[Rule]) -> None:
        super().__init__(f"{budget} {list(broken)}")
        self.budget, self.broken = budget, list(broken)


class OutcomeMissing(DomainError):
    """A direct payment has to name what it is for."""


class NotOpen(DomainError):
    """The budget is closed, is somebody else’s, has not begun or is over."""


class SharesDoNotFit(DomainError):
    """The shares do not add up to the price, name a budget twice, or ask two holders at once."""


@dataclass(frozen=True)
class Goods:
    """What would be bought: from whom, of which kinds, for how many pence; how many days in a care home."""

    title: str
    provider: Provider
    categories: tuple[Category, ...]
    total_pence: int
    stay_days: int = 0


def purchase_check(
    *,
    person: User,
    goods: Goods,
    shares: Sequence[Share],
    today: date,
    delegation: Delegation | None = None,
    begins: date | None = None,
) -> list[AskedOf]:
    """Who has to say yes, in turn; empty when nobody has to. `begins` is the first day of it, today when not said.

    Raises SharesDoNotFit, NotOpen, OutcomeMissing, NotDeclared, Barred.
    """
    budgets = _budgets_of(person, shares, today)
    named = [share.budget_id for share in shares]
    if sum(share.pence for share in shares) != goods.total_pence or len(set(named)) != len(named):
        raise SharesDoNotFit(goods.total_pence)
    asks: list[AskedOf] = []
    if delegation is not None and (delegation.scope != Scope.BUY or _over_limit(delegation, goods.total_pence, today)):
        asks.append(AskedOf.PERSON)
    if sum(budget.asks_first for budget in budgets.values()) > 1:
        raise SharesDoNotFit("two holders")
    for share in shares:
        if share.budget_id is None:
            continue
        budget = budgets[share.budget_id]
        if rules.outcome_missing(budget.source, share.outcome_id):
            raise OutcomeMissing(budget)
        if share.outcome_id is not None and not budget.outcomes.filter(pk=share.outcome_id).exists():
            raise OutcomeMissing(budget)
        _rules_check(person, budget, goods, today, begins or today)
        asks += [each for each in _asks_of(person, budget, goods, today) if each not in asks]
    return asks


def _budgets_of(person: User, shares: Sequence[Share], today: date) -> dict[int, Budget]:
    wanted = {share.budget_id for share in shares if share.budget_id is not None}
    found = {budget.pk: budget for budget in selectors.open_budgets(person, today).filter(pk__in=wanted)}
    if set(found) != wanted:
        raise NotOpen(sorted(wanted - set(found)))
    return found


def budget_check(*, person: User, budget: Budget, goods: Goods, today: date) -> None:
    """Whether this money may pay for it, before the shares are known. Raises NotDeclared, Barred."""
    _rules_check(person, budget, goods, today, today)


def _rules_check(person: User, budget: Budget, goods: Goods, today: date, begins: date) -> None:
    if budget.source not in FROM_COUNCIL:
        return
    said, unspoken = spoken_of(person, goods.provider)
    if budget.source in BARS_RELATIVES and unspoken:
        raise NotDeclared(goods.provider)
    broken = rules.rules_broken(
        source=budget.source,
        related=[(each.relation, each.shares_home) for each in said],
        nominated_id=budget.nominated_id,
        keeper_ids=list(goods.provider.keepers.values_list("pk", flat=True)),
        category_rule=_category_rule(budget, goods),
        is_own_service=CouncilMoney.objects.filter(council=budget.council_id, own_services=goods.provider).exists(),
    )
    if goods.stay_days and rules.care_home_stay_too_long(selectors.stays_of(person), begins, goods.stay_days):
        broken.append(Rule.CARE_HOME)
    left = [rule for rule in broken if not _exempt(person, budget, goods, rule, today)]
    if left:
        raise Barred(budget, left)


def _category_rule(budget: Budget, goods: Goods) -> str:
    """What the kinds of help allow where this budget's council pays. 1 query."""
    return rules.strictest(selectors.category_rules(budget.council, goods.categories))


def _asks_of(person: User, budget: Budget, goods: Goods, today: date) -> list[AskedOf]:
    if budget.holder_id is not None and budget.asks_first:
        return [AskedOf.HOLDER]
    if budget.asks_first:
        return [AskedOf.COUNCIL]
    asked = budget.from_council and _category_rule(budget, goods) == DirectPaymentRule.ASK
    if asked and not _exempt(person, budget, goods, Rule.CATEGORY, today):
        return [AskedOf.COUNCIL]
    return []


def _exempt(person: User, budget: Budget, goods: Goods, rule: Rule, today: date) -> bool:
    about = Q(provider=goods.provider, category=None) | Q(category__in=goods.categories, provider=None)
    both = Q(provider=goods.provider, category__in=goods.categories)
    return _exemptions(person, budget, rule, today).filter(about | both).exists()


def _exemptions(person: User, budget: Budget, rule: Rule, today: date) -> QuerySet[Exemption]:
    """The decisions of this budget's council that let this person pass a rule today."""
    in_force = Exemption.objects.filter(Q(until=None) | Q(until__gte=today), ended_at=None)
    return in_force.filter(person=person, council=budget.council_id, rule=rule)


def limit_locked(delegation: Delegation | None) -> None:
    """Nobody else spends by this helper's limit until this transaction is over. Inside a transaction, before a check
    that has to hold when the money is promised."""
    if delegation is not None:
        Delegation.objects.select_for_update().get(pk=delegation.pk)


def _over_limit(delegation: Delegation, total: int, today: date) -> bool:
    limit = getattr(delegation, "limit", None)
    if limit is None:
        return False
    return rules.over_limit(
        total,
        per_order=limit.per_order_pence,
        per_month=limit.per_month_pence,
        this_month=selectors.spent_by_delegate(delegation, today),
    )


def elsewhere_check(
    *, person: User, budget: Budget, name: str, related: Related | None, today: date, by: Actor, now: datetime
) -> None:
    """Whether this money may pay somebody outside this site; what is said of them is kept. Inside a transaction.

    A council's exception holds for a provider of its own by that name. Raises NotDeclared, Barred.
    """
    if budget.source not in BARS_RELATIVES:
        return
    said = declaration_elsewhere(person, name)
    if related is not None:
        said = declaration_make_elsewhere(person=person, name=name, related=related, by=by, now=now)
    if said is None:
        raise NotDeclared(name)
    if not rules.barred_relative(said.relation, shares_home=said.shares_home):
        return
    if not _exemptions(person, budget, Rule.RELATIVE, today).filter(provider__name__iexact=name.strip()).exists():
        raise Barred(budget, [Rule.RELATIVE])


@transaction.atomic
def exemption_grant(
    *,
    council: Council,
    person: User,
    rule: Rule,
    provider: Provider | None,
    category: Category | None,
    reason: str,
    until: date | None,
    decided_by: User,
    by: Actor,
    now: datetime,
) -> Exemption:
    """A council’s decision in one case, with its reason."""
    row = Exemption.objects.create(
        council=council,
        person=person,
        rule=rule,
        provider=provider,
        category=category,
        reason=reason,
        until=until,
        decided_by=decided_by,
        decided_at=now,
    )
    audit.record("budgets.exemption.grant", by=by, subject=row, at=now, rule=str(rule))
    return row


@transaction.atomic
def exemption_end(*, exemption: Exemption, by: Actor, now: datetime) -> Exemption:
    """The rule holds again from now on."""
    exemption = Exemption.objects.select_for_update().get(pk=exemption.pk)
    if exemption.ended_at is None:
        exemption.ended_at = now
        exemption.save(update_fields=["ended_at"])
        audit.record("budgets.exemption.end", by=by, subject=exemption, at=now)
    return exemption
