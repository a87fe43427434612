"""Locks, always in one order: the pool, then accounts by id, then pledges, then attempts. And places of a pool.

Whatever changes a pledge or an attempt locks its pool first, so that two changes of one pool wait for each other and
those of different pools never meet; the accounts of budgets are locked by payments.ledger.services.post in one order.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import F

from marketplace.core.errors import DomainError
from payments.budgets.models import Purchase, PurchaseLine
from payments.budgets.services import books
from payments.ledger.models import Account
from payments.orders.services import NoPlaceLeft

from ..models import Pledge, PledgeAttempt, Pool

P = ParamSpec("P")
R = TypeVar("R")
LOCK_WAIT = "3s"
TRIES = 4
# PostgreSQL: serialization failure, deadlock, lock not available.
PASSING = frozenset({"40001", "40P01", "55P03"})


class Busy(DomainError):
    """Too many people at once: nothing was changed, try again."""


def in_one_go(service: Callable[P, R]) -> Callable[P, R]:
    """One transaction, begun anew when the database could not let it through just now. Raises Busy at last."""

    @wraps(service)
    def tried(*args: P.args, **kwargs: P.kwargs) -> R:
        inside = connection.in_atomic_block
        for left in range(TRIES - 1, -1, -1):
            try:
                with transaction.atomic():
                    return service(*args, **kwargs)
            except OperationalError as error:
                passing = getattr(error.__cause__, "sqlstate", None) in PASSING
                if inside or not passing:
                    raise
                if not left:
                    raise Busy(str(error)) from error
        raise AssertionError("unreachable")

    return tried


def pool_locked(pk: int) -> Pool:
    """The pool as it is now, nobody else changing it or its pledges. Inside a transaction only."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
    return Pool.objects.select_for_update(of=("self",)).select_related("terms").get(pk=pk)


def pledge_locked(pledge: Pledge) -> tuple[Pool, Pledge]:
    """The pledge as it is now, after its pool. Inside a transaction only. 2 queries."""
    pool = pool_locked(pledge.pool_id)
    pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
    pledge.pool = pool
    if pledge.terms_id == pool.terms_id:
        pledge.terms = pool.current
    return pool, pledge


def attempt_locked(attempt: PledgeAttempt) -> tuple[Pool, Pledge, PledgeAttempt]:
    """The attempt as it is now, after its pool and pledge. Inside a transaction only."""
    pool, pledge = pledge_locked(attempt.pledge)
    attempt = PledgeAttempt.objects.select_for_update(of=("self",)).select_related("account").get(pk=attempt.pk)
    attempt.pledge = pledge
    return pool, pledge, attempt


def money_locked(pledges: Sequence[Pledge]) -> None:
    """The promises of many pledges and the accounts behind them, each kind in one order, before any of them moves.

    Inside a transaction, the pool locked: then two pools whose members share budgets wait for each other, never for
    ever.
    """
    purchases = sorted(pledge.purchase_id for pledge in pledges if pledge.purchase_id)
    if not purchases:
        return
    list(Purchase.objects.select_for_update().filter(pk__in=purchases).order_by("pk").values_list("pk", flat=True))
    budgets = PurchaseLine.objects.filter(purchase__in=purchases).exclude(budget=None).values_list("budget", flat=True)
    keys = [ref.key for pk in set(budgets) for ref in (books.available(pk), books.committed(pk))]
    list(Account.objects.select_for_update().filter(key__in=keys).order_by("pk").values_list("pk", flat=True))


def place_take(pool: Pool) -> None:
    """Count one place more. Raises NoPlaceLeft. The pool must be locked; the constraint holds without it."""
    if not Pool.objects.filter(pk=pool.pk, taken__lt=F("most")).update(taken=F("taken") + 1):
        raise NoPlaceLeft(pool)
    pool.taken += 1


def place_free(pool: Pool) -> None:
    """Count one place less. The pool must be locked."""
    Pool.objects.filter(pk=pool.pk, taken__gt=0).update(taken=F("taken") - 1)
    pool.taken -= 1
