"""A budget's accounts in the ledger, and the movements between them."""

from payments.ledger.models import AccountKind
from payments.ledger.services import Posting, Ref

from ..models import Budget, PurchaseLine


def source(budget_id: int) -> Ref:
    return Ref(f"budget:{budget_id}:source", AccountKind.SOURCE)


def contribution(budget_id: int) -> Ref:
    return Ref(f"budget:{budget_id}:contribution", AccountKind.CONTRIBUTION)


def available(budget_id: int) -> Ref:
    """Never below zero: the database holds it."""
    return Ref(f"budget:{budget_id}:available", AccountKind.AVAILABLE, 0)


def committed(budget_id: int) -> Ref:
    return Ref(f"budget:{budget_id}:committed", AccountKind.COMMITTED, 0)


def elsewhere(budget_id: int) -> Ref:
    return Ref(f"budget:{budget_id}:elsewhere", AccountKind.ELSEWHERE)


def own_money(person_id: int) -> Ref:
    return Ref(f"person:{person_id}:own", AccountKind.OWN_MONEY)


def spent_elsewhere(person_id: int) -> Ref:
    return Ref(f"person:{person_id}:elsewhere", AccountKind.ELSEWHERE)


def inside(budget: Budget) -> list[str]:
    """The accounts whose sum is the money not yet spent."""
    return [available(budget.pk).key, committed(budget.pk).key]


def commit(line: PurchaseLine) -> Posting | None:
    if line.budget_id is None:
        return None
    return Posting(
        key=f"line:{line.pk}:commit",
        debit=committed(line.budget_id),
        credit=available(line.budget_id),
        pence=line.pence,
        why="promised",
        about=line.purchase.public_id,
    )


def release(line: PurchaseLine) -> Posting | None:
    if line.budget_id is None:
        return None
    return Posting(
        key=f"line:{line.pk}:release",
        debit=available(line.budget_id),
        credit=committed(line.budget_id),
        pence=line.pence,
        why="released",
        about=line.purchase.public_id,
    )


def pay(line: PurchaseLine, into: Ref) -> Posting:
    """A share leaves its budget, or the person's pocket, for what it pays."""
    own = line.budget_id is None
    return Posting(
        key=f"line:{line.pk}:pay",
        debit=into,
        credit=own_money(line.purchase.person_id) if line.budget_id is None else committed(line.budget_id),
        pence=line.pence,
        why="paid_own" if own else "paid",
        about=line.purchase.public_id,
    )


def back(line: PurchaseLine, out_of: Ref, *, pence: int, key: str) -> Posting:
    """Part of a share comes home."""
    return Posting(
        key=f"line:{line.pk}:back:{key}",
        debit=own_money(line.purchase.person_id) if line.budget_id is None else available(line.budget_id),
        credit=out_of,
        pence=pence,
        why="back",
        about=line.purchase.public_id,
    )
