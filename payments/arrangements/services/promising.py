"""The next four weeks of visits, promised in the budget that pays; and promises let go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from marketplace.core.errors import DomainError
from payments.budgets import selectors as budget_reading
from payments.budgets import services as budgets
from payments.budgets.models import AskedOf, Budget, Outcome, Purchase
from payments.budgets.rules import Share
from payments.budgets.services import Goods

from .. import rules, selectors
from ..models import Arrangement, Terms, Visit
from ..states import TO_COME


@dataclass(frozen=True)
class PaidFrom:
    """What only the person's side says: which money pays, whether a missed visit must not go unnoticed, and whether
    visits may begin before the days to change one's mind are over (docs/rules/refund.md)."""

    budget: Budget | None = None
    outcome: Outcome | None = None
    relies_on: bool = False
    begin_early: bool = False


@dataclass(frozen=True)
class Funding:
    """Who would pay a bill, and who has to be asked first: the person themselves where part of it would be their own
    money (`top_up` says why, see rules.TOP_UPS), or whoever holds the money where it is more than they said yes to."""

    shares: Sequence[Share] = ()
    top_up: str = ""
    asks: Sequence[AskedOf] = ()


def goods_of(arrangement: Arrangement, pence: int, *, title: str = "") -> Goods:
    return Goods(
        title=title or arrangement.title,
        provider=arrangement.provider,
        categories=tuple(arrangement.listing.page.categories.all()),
        total_pence=pence,
    )


def money_of(arrangement: Arrangement) -> PaidFrom:
    return PaidFrom(arrangement.budget, arrangement.outcome)


def share_of(paid_from: PaidFrom, pence: int) -> Share:
    budget, outcome = paid_from.budget, paid_from.outcome
    return Share(pence, budget.pk if budget else None, outcome.pk if outcome else None)


def money_check(
    arrangement: Arrangement, terms: Terms, now: datetime, paid_from: PaidFrom | None = None
) -> list[AskedOf]:
    """Who has to say yes before this money pays a visit; the arrangement's own money where none is named.

    Raises what budgets.purchase_check raises.
    """
    pence = rules.cost(terms.price_pence, by_hour=arrangement.by_hour, minutes=terms.minutes)
    return budgets.purchase_check(
        person=arrangement.person,
        goods=goods_of(arrangement, pence),
        shares=[share_of(paid_from or money_of(arrangement), pence)],
        today=timezone.localdate(now),
    )


def promises_keep(arrangement: Arrangement, now: datetime) -> int:
    """Promise what the visits of the next four weeks should cost; returns how many were added.

    A visit that the budget cannot pay stays without a promise. Inside a transaction, the arrangement locked.
    """
    if arrangement.budget_id is None:
        return 0
    until = timezone.localdate(now) + rules.PROMISED_AHEAD
    added, yes = 0, selectors.yes_in_force(arrangement)
    waiting = arrangement.visits.filter(state__in=TO_COME, purchase="", day__lt=until, starts_at__gt=now)
    for visit in waiting.select_related("terms"):
        pence = rules.cost(visit.terms.price_pence, by_hour=arrangement.by_hour, minutes=visit.planned_minutes)
        try:
            with transaction.atomic():
                if money_check(arrangement, visit.terms, now) and not (yes and yes.covers(visit.day)):
                    continue
                promise = budgets.purchase_commit(
                    person=arrangement.person,
                    goods=goods_of(arrangement, pence),
                    shares=[share_of(money_of(arrangement), pence)],
                    day=visit.day,
                    by=CLOCKWORK,
                    now=now,
                    wish={"arrangement": arrangement.public_id},
                )
        except DomainError:  # what is left, the budget's days or a rule of public money: the page says so
            continue
        visit.purchase = promise.public_id
        visit.save(update_fields=["purchase"])
        added += 1
    return added


def promise_release(visit: Visit, now: datetime) -> None:
    """Inside a transaction. Safe to repeat."""
    if not visit.purchase:
        return
    purchase = Purchase.objects.filter(public_id=visit.purchase).first()
    if purchase is not None:
        budgets.purchase_release(purchase=purchase, by=CLOCKWORK, now=now)
    visit.purchase = ""
    visit.save(update_fields=["purchase"])


def promises_drop(arrangement: Arrangement, now: datetime) -> None:
    """Let go of every promise for visits to come, for other money pays. Inside a transaction."""
    for visit in arrangement.visits.filter(state__in=TO_COME).exclude(purchase=""):
        promise_release(visit, now)


def funding_of(arrangement: Arrangement, visits: Sequence[Visit], now: datetime) -> Funding:
    """Who pays for these visits: the budget as far as it reaches, the person's own money for the rest. Whoever holds
    money for somebody pays whole bills, so there it is the one or the other.

    Promises of the visits must have been let go first.
    """
    budget, pence = arrangement.budget, sum(visit.pence for visit in visits)
    if budget is None:
        return Funding()
    part = min(pence, budget_reading.figures(budget).available)
    if budget.asks_first and part < pence:
        return Funding([Share(pence)], rules.HELD_SHORT)
    if part <= 0:
        return Funding([Share(pence)], rules.SHORT)
    shares = [share_of(money_of(arrangement), part)] + ([Share(pence - part)] if part < pence else [])
    try:
        asked = budgets.purchase_check(
            person=arrangement.person,
            goods=goods_of(arrangement, pence),
            shares=shares,
            today=timezone.localdate(now),
        )
    except DomainError:  # its days, its outcome or a rule of public money: it may not pay any of this
        return Funding([Share(pence)], rules.BARRED)
    if asked and not _said_yes_to(arrangement, visits):
        return Funding(shares, asks=asked)
    return Funding(shares, rules.SHORT if part < pence else "")


def _said_yes_to(arrangement: Arrangement, visits: Sequence[Visit]) -> bool:
    """Whether these visits, beside those that were billed in the weeks before them, are within the standing yes."""
    yes = selectors.yes_in_force(arrangement)
    if yes is None or not all(yes.covers(visit.day) for visit in visits):
        return False
    since = min(visit.day for visit in visits) - rules.FOUR_WEEKS
    billed = arrangement.visits.filter(day__gt=since, bill__isnull=False).values_list("day", "pence")
    return rules.within_ceiling([*billed, *((visit.day, visit.pence) for visit in visits)], yes.ceiling_pence)
