"""The next four weeks of visits, promised in the budget that pays; and promises let go."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from marketplace.core.errors import DomainError
from payments.budgets import selectors as budget_reading
from payments.budgets import services as budgets
from payments.budgets.models import AskedOf, Purchase
from payments.budgets.rules import Share
from payments.budgets.services import Goods

from .. import rules
from ..models import Arrangement, Terms, Visit
from ..states import TO_COME


def goods_of(arrangement: Arrangement, pence: int) -> Goods:
    return Goods(
        title=arrangement.title,
        provider=arrangement.provider,
        categories=tuple(arrangement.listing.page.categories.all()),
        total_pence=pence,
    )


def share_of(arrangement: Arrangement, pence: int) -> Share:
    return Share(pence, arrangement.budget_id, arrangement.outcome_id)


def money_check(arrangement: Arrangement, terms: Terms, now: datetime) -> list[AskedOf]:
    """Who would have to say yes to each visit from the chosen money. Raises what budgets.purchase_check raises."""
    pence = rules.cost(terms.price_pence, by_hour=arrangement.by_hour, minutes=terms.minutes)
    return budgets.purchase_check(
        person=arrangement.person,
        goods=goods_of(arrangement, pence),
        shares=[share_of(arrangement, pence)],
        today=timezone.localdate(now),
    )


def promises_keep(arrangement: Arrangement, now: datetime) -> int:
    """Promise what the visits of the next four weeks should cost; returns how many were added.

    A visit that the budget cannot pay stays without a promise. Inside a transaction, the arrangement locked.
    """
    if arrangement.budget_id is None:
        return 0
    until = timezone.localdate(now) + rules.PROMISED_AHEAD
    added = 0
    waiting = arrangement.visits.filter(state__in=TO_COME, purchase="", day__lt=until, starts_at__gt=now)
    for visit in waiting.select_related("terms"):
        pence = rules.cost(visit.terms.price_pence, by_hour=arrangement.by_hour, minutes=visit.planned_minutes)
        try:
            with transaction.atomic():
                if money_check(arrangement, visit.terms, now):
                    continue
                promise = budgets.purchase_commit(
                    person=arrangement.person,
                    goods=goods_of(arrangement, pence),
                    shares=[share_of(arrangement, pence)],
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


def shares_for(arrangement: Arrangement, pence: int, now: datetime) -> tuple[list[Share], str]:
    """Who would pay a bill, and why the person has to be asked first: the budget as far as it reaches, their own money
    for the rest. No shares when no budget was chosen; no reason (see rules.TOP_UPS) when nothing of it is a top-up.

    Promises of its visits must have been let go first.
    """
    budget = arrangement.budget
    if budget is None:
        return [], ""
    part = min(pence, budget_reading.figures(budget).available)
    if part <= 0:
        return [Share(pence)], rules.SHORT
    shares = [share_of(arrangement, part)] + ([Share(pence - part)] if part < pence else [])
    try:
        asked = budgets.purchase_check(
            person=arrangement.person,
            goods=goods_of(arrangement, pence),
            shares=shares,
            today=timezone.localdate(now),
        )
    except DomainError:  # its days, its outcome or a rule of public money: it may not pay any of this
        return [Share(pence)], rules.BARRED
    if asked:
        return [Share(pence)], rules.BARRED
    return shares, rules.SHORT if part < pence else ""
