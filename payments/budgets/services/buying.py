"""Promising, paying, releasing: every movement of a purchase, in the caller's transaction where an order has one."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from marketplace.core import audit
from marketplace.core.audit import Actor
from marketplace.core.clock import midnight
from marketplace.core.errors import DomainError
from marketplace.core.money import allocate
from marketplace.people.models import User
from payments.ledger import selectors as ledger_reading
from payments.ledger import services as ledger
from payments.ledger.rules import shares_back
from payments.ledger.services import NotEnough, Posting, Ref

from ..models import AskedOf, Budget, Method, Outcome, Purchase, PurchaseKind, PurchaseLine
from ..rules import Share
from ..signals import purchase_funded, purchase_let_go
from ..states import HOLDS_MONEY, NEEDS_OUTCOME, PAID, PURCHASE_MOVES, TO_BE_PAID, PurchaseState
from . import books
from .checking import Goods, NotOpen, OutcomeMissing, SharesDoNotFit, elsewhere_check
from .declaring import Related

INSTANT = timedelta(microseconds=1)


class NotEnoughLeft(DomainError):
    """A budget holds less than its share. `budget` says which; nothing was promised."""

    def __init__(self, budget: Budget | None) -> None:
        super().__init__(str(budget))
        self.budget = budget


class NotPaidByHolder(DomainError):
    """Nothing here is waiting to be paid by whoever holds the money."""


@transaction.atomic
def purchase_commit(
    *,
    person: User,
    goods: Goods,
    shares: Sequence[Share],
    day: date,
    by: Actor,
    now: datetime,
    order: str = "",
    asks: Sequence[AskedOf] = (),
    wish: dict[str, Any] | None = None,
) -> Purchase:
    """Promise the shares, at once or until everybody in `asks` has answered. Raises NotEnoughLeft."""
    holders = Budget.objects.filter(pk__in=[share.budget_id for share in shares if share.budget_id])
    method = Method.FUNDER if any(budget.asks_first for budget in holders) else Method.CARD
    purchase = purchase_write(
        person=person,
        goods=goods,
        shares=shares,
        day=day,
        by=by,
        now=now,
        kind=PurchaseKind.ORDER,
        state=PurchaseState.WAITING if asks else PurchaseState.COMMITTED,
        method=method,
        asks=asks,
        wish=wish,
        order=order,
    )
    _post([books.commit(line) for line in purchase.lines.select_related("purchase")], by=by, now=now)
    audit.record(
        "budgets.purchase.promise", by=by, subject=purchase, at=now, title=goods.title, pence=goods.total_pence
    )
    if asks:
        from .asking import approval_ask

        approval_ask(purchase=purchase, by=by, now=now)
    return purchase


def purchase_write(
    *,
    person: User,
    goods: Goods,
    shares: Sequence[Share],
    day: date,
    by: Actor,
    now: datetime,
    kind: PurchaseKind,
    state: PurchaseState,
    method: Method,
    asks: Sequence[AskedOf] = (),
    wish: dict[str, Any] | None = None,
    order: str = "",
) -> Purchase:
    """A new purchase and its shares as rows. No money moves by it. Inside a transaction."""
    purchase = Purchase.objects.create(
        person=person,
        kind=kind,
        order=order,
        state=state,
        state_since=now,
        title=goods.title,
        provider=goods.provider,
        provider_name=goods.provider.name,
        category=goods.categories[0] if goods.categories else None,
        bought_on=day,
        method=method,
        total_pence=goods.total_pence,
        made_by=by.by_id,
        made_at=now,
        asks=[str(each) for each in asks],
        wish=wish or {},
        stay_days=goods.stay_days,
    )
    _lines_write(purchase, shares)
    return purchase


def _lines_write(purchase: Purchase, shares: Sequence[Share]) -> None:
    """The shares of a new purchase as rows, in the order they were chosen. Inside a transaction."""
    for at, share in enumerate(shares):
        PurchaseLine.objects.create(
            purchase=purchase,
            budget_id=share.budget_id,  # type: ignore[misc]
            outcome_id=share.outcome_id,  # type: ignore[misc]
            pence=share.pence,
            position=at,
        )


def _post(postings: Sequence[Posting | None], *, by: Actor, now: datetime) -> None:
    wanted = [posting for posting in postings if posting is not None]
    if not wanted:
        return
    try:
        ledger.post(postings=wanted, by=by, now=now)
    except NotEnough as error:
        number = int(error.key.split(":")[1])
        raise NotEnoughLeft(Budget.objects.filter(pk=number).first()) from error


def _locked(purchase: Purchase) -> Purchase:
    return Purchase.objects.select_for_update().get(pk=purchase.pk)


def _lines(purchase: Purchase) -> list[PurchaseLine]:
    return list(purchase.lines.select_related("purchase", "budget").order_by("position", "pk"))


def of_order(order: str) -> Purchase | None:
    """The purchase behind an order, or None when nobody chose a budget for it."""
    return Purchase.objects.filter(order=order).exclude(order="").first()


@transaction.atomic
def purchase_release(*, purchase: Purchase, by: Actor, now: datetime) -> Purchase:
    """Give back what was promised and not paid. Safe to repeat; one that is paid stays as it is."""
    purchase = _locked(purchase)
    if purchase.state in HOLDS_MONEY:
        PURCHASE_MOVES.apply(purchase, "release", at=now)
        if not purchase.is_standing:
            _post([books.release(line) for line in _lines(purchase)], by=by, now=now)
        audit.record("budgets.purchase.release", by=by, subject=purchase, at=now, title=purchase.title)
        purchase_let_go.send(sender=Purchase, purchase=purchase, by=by, now=now)
    return purchase


@transaction.atomic
def purchase_pay(*, purchase: Purchase, into: Ref, by: Actor, now: datetime) -> int:
    """The shares leave their budgets for `into`; returns the pence moved, 0 when it was not promised any more."""
    purchase = _locked(purchase)
    if purchase.state not in TO_BE_PAID:
        return 0
    PURCHASE_MOVES.apply(purchase, "pay", at=now)
    lines = _lines(purchase)
    _post([books.pay(line, into) for line in lines], by=by, now=now)
    return sum(line.pence for line in lines)


@transaction.atomic
def purchase_back(*, purchase: Purchase, pence: int, out_of: Ref, key: str, by: Actor, now: datetime) -> int:
    """Money came back: shared among those who paid, to the penny. Returns what was shared; once for each `key`."""
    purchase = _locked(purchase)
    if purchase.state not in PAID:
        return 0
    lines = _lines(purchase)
    pence = min(pence, sum(line.pence - line.back_pence for line in lines))
    shares = shares_back(pence, [line.pence for line in lines], [line.back_pence for line in lines])
    _post(
        [books.back(line, out_of, pence=share, key=key) for line, share in zip(lines, shares, strict=True) if share],
        by=by,
        now=now,
    )
    for line, share in zip(lines, shares, strict=True):
        line.back_pence += share
        line.save(update_fields=["back_pence"])
    return pence


@transaction.atomic
def purchase_back_lost(*, purchase: Purchase, pence: int, into: Ref, key: str, by: Actor, now: datetime) -> int:
    """Money that came home is lost again (a bank could not deliver it): taken from where it went, as far as it is
    still there. Returns what was taken; the rest is for the provider to make good.
    """
    purchase = _locked(purchase)
    lines = [line for line in _lines(purchase) if line.back_pence]
    if not lines:
        return 0
    shares = allocate(min(pence, sum(line.back_pence for line in lines)), [line.back_pence for line in lines])
    taken = 0
    for line, share in zip(lines, shares, strict=True):
        whence = books.own_money(purchase.person_id)
        if line.budget_id is not None:
            whence = books.available(line.budget_id)
            share = min(share, ledger_reading.balances([whence.key])[whence.key])
        if share > 0:
            posting = Posting(f"line:{line.pk}:lost:{key}", into, whence, share, "back_lost", purchase.public_id)
            _post([posting], by=by, now=now)
            line.back_pence -= share
            line.save(update_fields=["back_pence"])
            taken += share
    return taken


@transaction.atomic
def purchase_record(
    *,
    person: User,
    title: str,
    provider_name: str,
    shares: Sequence[Share],
    method: Method,
    bought_on: date,
    by: Actor,
    now: datetime,
    related: Related | None = None,
) -> Purchase:
    """Write down what was bought elsewhere and is paid. `related` is what was said of whoever was paid, which is asked
    once for each name where a close relative may not be. It stands in the books on the day it was bought, so that the
    statement of those days has it however late it is written down; never before its budget was opened.

    Raises OutcomeMissing, NotOpen, NotEnoughLeft, SharesDoNotFit, NotDeclared, Barred. A budget whose days have ended
    takes late papers, but only for a day within them.
    """
    budgets = {budget.pk: budget for budget in person.budgets.filter(closed_at=None)}
    if not any(share.pence for share in shares):
        raise SharesDoNotFit(title)
    for share in shares:
        if share.budget_id is None:
            continue
        budget = budgets.get(share.budget_id)
        if budget is None or not budget.starts_on <= bought_on <= budget.ends_on:
            raise NotOpen(share.budget_id)
        if (
            budget.source in NEEDS_OUTCOME
            and not Outcome.objects.filter(pk=share.outcome_id or 0, budget=budget).exists()
        ):
            raise OutcomeMissing(budget)
        elsewhere_check(
            person=person, budget=budget, name=provider_name, related=related, today=bought_on, by=by, now=now
        )
    purchase = Purchase.objects.create(
        person=person,
        kind=PurchaseKind.ELSEWHERE,
        state=PurchaseState.SPENT,
        state_since=now,
        title=title,
        provider_name=provider_name,
        bought_on=bought_on,
        method=method,
        total_pence=sum(share.pence for share in shares),
        made_by=by.by_id,
        made_at=now,
    )
    _lines_write(purchase, shares)
    lines = _lines(purchase)
    known = [line.budget.opened_at for line in lines if line.budget]
    bought = min(now, max([midnight(bought_on), *known]))
    _post([books.commit(line) for line in lines], by=by, now=bought)
    _post([books.pay(line, _elsewhere(line)) for line in lines], by=by, now=bought)
    audit.record("budgets.purchase.record", by=by, subject=purchase, at=now, title=title, pence=purchase.total_pence)
    return purchase


def _elsewhere(line: PurchaseLine) -> Ref:
    if line.budget_id is None:
        return books.spent_elsewhere(line.purchase.person_id)
    return books.elsewhere(line.budget_id)


@transaction.atomic
def purchase_correct(*, purchase: Purchase, by: Actor, now: datetime) -> Purchase:
    """It was written down by mistake: its money comes back as new rows within the budget's days; the old ones stay.

    Raises IllegalMove.
    """
    purchase = _locked(purchase)
    if purchase.kind != PurchaseKind.ELSEWHERE or purchase.state not in PAID:
        raise SharesDoNotFit(purchase)
    lines = _lines(purchase)
    postings = []
    for line in lines:
        left = line.pence - line.back_pence
        if left:
            postings.append(books.back(line, _elsewhere(line), pence=left, key="mistake"))
            line.back_pence = line.pence
            line.save(update_fields=["back_pence"])
    ends = [midnight(line.budget.ends_on + timedelta(days=1)) - INSTANT for line in lines if line.budget]
    _post(postings, by=by, now=min([now, *ends]))
    audit.record("budgets.purchase.correct", by=by, subject=purchase, at=now, title=purchase.title)
    return purchase


@transaction.atomic
def purchase_holder_paid(*, purchase: Purchase, by: Actor, now: datetime) -> Purchase:
    """Whoever holds the money has paid the provider. Raises NotPaidByHolder, and what the order above refuses."""
    purchase.refresh_from_db()  # the order is locked above, then the purchase: never the other way round
    if purchase.method != Method.FUNDER or purchase.state not in TO_BE_PAID or not purchase.order:
        raise NotPaidByHolder(purchase)
    purchase_funded.send(sender=Purchase, purchase=purchase, by=by, now=now)
    audit.record("budgets.purchase.holder_paid", by=by, subject=purchase, at=now, title=purchase.title)
    return Purchase.objects.get(pk=purchase.pk)
