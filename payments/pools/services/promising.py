"""What budgets promise for a pledge: the worst case when somebody joins, the share when it is taken, nothing else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import Actor
from marketplace.people.models import Delegation
from payments.budgets import services as budgets
from payments.budgets.models import AskedOf, Method, Purchase
from payments.budgets.rules import Share
from payments.budgets.services import Goods
from payments.budgets.services.lowering import purchase_lower
from payments.budgets.signals import purchase_agreed, purchase_let_go
from payments.budgets.states import UNDECIDED

from ..models import Pledge, Pool

MONEY = "pools.money"  # pledge (public id): whoever had to say yes to its money has answered


def goods_of(pool: Pool, pence: int) -> Goods:
    """What a budget is asked to pay for. 1 query."""
    return Goods(
        title=pool.name,
        provider=pool.provider,
        categories=tuple(pool.listing.page.categories.all()),
        total_pence=pence,
    )


def promise_make(
    pledge: Pledge, *, shares: Sequence[Share], delegation: Delegation | None, by: Actor, now: datetime
) -> list[AskedOf]:
    """Promise the worst case from these shares; returns who still has to say yes. Own money alone promises nothing.

    Inside a transaction, the pool locked. Raises what purchase_check and purchase_commit raise.
    """
    if not any(share.budget_id for share in shares) and delegation is None:
        return []
    shares = list(shares) or [Share(pledge.worst_pence)]
    goods = goods_of(pledge.pool, pledge.worst_pence)
    today = timezone.localdate(now)
    budgets.limit_locked(delegation)
    asks = budgets.purchase_check(person=pledge.person, goods=goods, shares=shares, today=today, delegation=delegation)
    first = pledge.terms.sessions.first()
    purchase = budgets.purchase_commit(
        person=pledge.person,
        goods=goods,
        shares=shares,
        day=timezone.localdate(first.starts_at) if first else today,
        by=by,
        now=now,
        asks=asks,
        wish={"pledge": pledge.public_id},
    )
    pledge.purchase, pledge.by_funder = purchase, purchase.method == Method.FUNDER
    pledge.save(update_fields=["purchase", "by_funder"])
    return asks


def promise_release(pledge: Pledge, *, by: Actor, now: datetime) -> None:
    """Nothing will be paid of this promise: the budgets have their money back, and nobody is asked any more.

    Inside a transaction, the pool locked. Safe to repeat.
    """
    purchase = pledge.purchase
    if purchase is None:
        return
    pledge.purchase, pledge.by_funder = None, False
    pledge.save(update_fields=["purchase", "by_funder"])
    asked = purchase.approvals.filter(state__in=UNDECIDED).first()
    if asked is not None:
        budgets.approval_withdraw(approval=asked, by=by, now=now)
    else:
        budgets.purchase_release(purchase=purchase, by=by, now=now)


def promise_lower(pledge: Pledge, share_pence: int, *, by: Actor, now: datetime) -> None:
    """Only the share is promised from now on. Inside a transaction, the pool and the promise locked."""
    if pledge.purchase is not None:
        pledge.purchase = purchase_lower(purchase=pledge.purchase, total_pence=share_pence, by=by, now=now)


@receiver(purchase_agreed)
@receiver(purchase_let_go)
def money_is_decided(sender: type, purchase: Purchase, **kwargs: Any) -> None:
    """Whoever had to be asked has answered. The pool is locked before purchases are, so it is moved afterwards."""
    if "pledge" in purchase.wish:
        outbox.add(MONEY, pledge=purchase.wish["pledge"])
