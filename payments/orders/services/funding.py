"""Where the money for an order comes from, and every movement of it in the books."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK, Actor
from marketplace.core.errors import DomainError
from marketplace.people.models import Council, Delegation, User
from payments.budgets import services as budgets
from payments.budgets.models import AskedOf, Method, MoneyBack, Purchase
from payments.budgets.rules import Share, stay_days
from payments.budgets.services import Goods
from payments.budgets.signals import money_came_back, purchase_agreed, purchase_funded, to_pay_shown
from payments.ledger import selectors as reading
from payments.ledger import services as ledger
from payments.ledger.models import AccountKind
from payments.ledger.services import Posting, Ref
from providers.listings.models import Offer, OfferDate

from .. import rules
from ..models import Order
from ..presentation import words
from ..rules import Wish
from ..states import AGREED
from .moving import Moved, MoveKind, money_moved
from .telling import tell_provider


class NotAgreedYet(DomainError):
    """Somebody has to say yes first, one of `asks`: the wish waits as a request."""

    def __init__(self, asks: Sequence[AskedOf]) -> None:
        super().__init__(asks)
        self.asks = asks


def goods_of(offer: Offer, quantity: int, *, has_date: bool = False) -> Goods:
    """What a budget is asked to pay for, and how much of it where that is more than one. 1 query."""
    kinds = tuple(offer.listing.page.categories.all())
    amount = ""
    if quantity > 1:
        amount = words.places_ordered(quantity) if has_date else words.amount_words(offer.unit, quantity)
    return Goods(
        title=", ".join(filter(None, [offer.title, amount])),
        provider=offer.listing.provider,
        categories=kinds,
        total_pence=rules.total(offer.price_pence or 0, quantity),
        stay_days=stay_days([kind.slug for kind in kinds], offer.unit, quantity),
    )


def funding_check(
    *, person: User, offer: Offer, wish: Wish, shares: Sequence[Share], now: datetime, delegation: Delegation | None
) -> list[AskedOf]:
    """Who has to say yes before this can be ordered. Raises what payments.budgets.services.purchase_check raises."""
    return budgets.purchase_check(
        person=person,
        goods=goods_of(offer, wish.quantity, has_date=wish.date is not None),
        shares=shares,
        today=timezone.localdate(now),
        delegation=delegation,
        begins=_day_of(wish, now),
    )


@transaction.atomic
def order_request(
    *,
    person: User,
    offer: Offer,
    wish: Wish,
    shares: Sequence[Share],
    asks: Sequence[AskedOf],
    token: str,
    by: Actor,
    now: datetime,
) -> Purchase:
    """Ask whoever has to say yes; the order is placed by the last yes. Sent twice, it asks once.

    Raises NotEnoughLeft.
    """
    User.objects.select_for_update().get(pk=person.pk)  # two presses at once ask one after the other
    asked = Purchase.objects.filter(made_by=by.by_id, wish__token=token).first()
    if asked is not None:
        return asked
    goods = goods_of(offer, wish.quantity, has_date=wish.date is not None)
    kept: dict[str, Any] = {
        "offer": offer.public_id,
        "quantity": wish.quantity,
        "wanted_on": wish.wanted_on.isoformat() if wish.wanted_on else None,
        "wanted_words": wish.wanted_words,
        "date": wish.date.public_id if wish.date else None,
        "note": wish.note,
        "begin_early": wish.begin_early,
        "token": token,
        "by": [by.by_id, by.for_id, by.channel],
    }
    return budgets.purchase_commit(
        person=person,
        goods=goods,
        shares=shares,
        day=_day_of(wish, now),
        by=by,
        now=now,
        asks=asks,
        wish=kept,
    )


def _day_of(wish: Wish, now: datetime) -> date:
    if wish.date is not None:
        return timezone.localdate(wish.date.starts_at)
    return wish.wanted_on or timezone.localdate(now)


def order_buy(
    *,
    person: User,
    offer: Offer,
    wish: Wish,
    expected_total_pence: int,
    token: str,
    by: Actor,
    now: datetime,
    council: Council | None = None,
    shares: Sequence[Share] = (),
    delegation: Delegation | None = None,
) -> Order | Purchase:
    """Order at once, or ask whoever has to say yes first: then the purchase that waits is what comes back.

    Raises what placing.order_place and funding_check raise.
    """
    from .placing import OwnListing, PriceChanged, offer_check, order_place

    facts: dict[str, Any] = {"person": person, "offer": offer, "wish": wish, "shares": shares, "now": now}
    asks = funding_check(delegation=delegation, **facts) if shares else []
    if not asks:
        try:
            return order_place(expected_total_pence=expected_total_pence, token=token, by=by, council=council, **facts)
        except NotAgreedYet as refusal:  # the last of the limit was spent in another tab since we looked
            asks = list(refusal.asks)
    offer_check(offer=offer)
    if expected_total_pence != rules.total(offer.price_pence or 0, wish.quantity):
        raise PriceChanged(offer)
    if offer.listing.provider.keepers.filter(pk__in=[by.by_id, person.pk]).exists():
        raise OwnListing(offer.listing.provider)
    return order_request(asks=asks, token=token, by=by, **facts)


@receiver(purchase_agreed)
def order_of_agreed(sender: type, purchase: Purchase, by: Actor, now: datetime, **kwargs: Any) -> None:
    """The last yes places the order, at the price that was agreed; what refuses it refuses the yes."""
    from .placing import NotOffered, order_place

    kept = purchase.wish
    if "offer" not in kept:  # a wish of another app's
        return
    offer = Offer.objects.filter(public_id=kept["offer"]).first()
    if offer is None:
        raise NotOffered(kept["offer"])
    wanted_on = kept["wanted_on"]
    wish = Wish(
        quantity=kept["quantity"],
        wanted_on=date.fromisoformat(wanted_on) if wanted_on else None,
        wanted_words=kept["wanted_words"],
        date=OfferDate.objects.filter(public_id=kept["date"]).first() if kept["date"] else None,
        note=kept["note"],
        begin_early=kept["begin_early"],
    )
    by_id, for_id, channel = kept["by"]
    order_place(
        person=purchase.person,
        offer=offer,
        wish=wish,
        expected_total_pence=purchase.total_pence,
        token=kept["token"],
        by=Actor(by_id=by_id, for_id=for_id, channel=channel),
        now=now,
        purchase=purchase,
    )


def funding_begin(
    order: Order, *, shares: Sequence[Share], purchase: Purchase | None, by: Actor, now: datetime
) -> None:
    """Promise the shares of a new order, or hang an agreed purchase on it. Inside a transaction.

    Raises NotEnoughLeft and whatever the check refuses; NotAgreedYet when somebody had to be asked.
    """
    if purchase is not None:
        purchase.order = order.public_id
        purchase.save(update_fields=["order"])
        return
    if not shares or order.is_free:
        return
    delegation = _delegation_of(by, now)
    budgets.limit_locked(delegation)
    goods = goods_of(order.offer, order.quantity, has_date=order.offer_date_id is not None)
    today = timezone.localdate(now)
    begins = order.day or today
    asks = budgets.purchase_check(
        person=order.person, goods=goods, shares=shares, today=today, delegation=delegation, begins=begins
    )
    if asks:
        raise NotAgreedYet(asks)
    budgets.purchase_commit(
        person=order.person,
        goods=goods,
        shares=shares,
        day=begins,
        by=by,
        now=now,
        order=order.public_id,
    )


def _delegation_of(by: Actor, now: datetime) -> Delegation | None:
    held = Delegation.objects.in_force(now).filter(person=by.for_id, delegate=by.by_id)
    return held.select_related("limit").first() if by.by_id != by.for_id else None


def paid_by_holder(order: Order) -> bool:
    """Whether whoever holds the money pays, so that the person is never asked for a card. 1 query."""
    return Purchase.objects.filter(order=order.public_id, method=Method.FUNDER).exists()


def funding_release(order: Order, *, by: Actor, now: datetime) -> None:
    """The order is over before it was paid. Inside a transaction, the order locked; a paid one is left alone."""
    purchase = budgets.of_order(order.public_id)
    if purchase is not None:
        budgets.purchase_release(purchase=purchase, by=by, now=now)


def funding_call_off(order: Order, *, by: Actor, now: datetime) -> None:
    """It is called off: what was promised is free again, and what whoever holds the money has paid is to come back to
    them. Inside a transaction, the order locked."""
    funding_release(order, by=by, now=now)
    budgets.money_call_back(order=order.public_id, now=now)


@receiver(purchase_funded)
def order_of_funded(sender: type, purchase: Purchase, by: Actor, now: datetime, **kwargs: Any) -> None:
    """Whoever holds the money says that they have paid the provider: the order is paid. Raises IllegalMove."""
    from .locking import order_locked
    from .paying import order_paid

    order = order_locked(Order.objects.only("pk").get(public_id=purchase.order).pk)
    order_paid(order, now)
    book(Moved(MoveKind.CAPTURED, order, f"funded:{purchase.public_id}", purchase.total_pence, now))


@receiver(money_came_back)
def holder_has_it_back(sender: type, purchase: Purchase, row: MoneyBack, at: datetime, **kwargs: Any) -> None:
    """Whoever holds the money says that the provider gave it back, or that they had said so by mistake."""
    kind = MoveKind.REFUNDED if row.undoes_id is None else MoveKind.REFUND_RETURNED
    order = Order.objects.get(public_id=purchase.order)
    book(Moved(kind, order, row.key, row.pence, at))
    if row.undoes_id is not None:
        tell_provider(order, "not_back")


@receiver(to_pay_shown)
def agreed_among(sender: type, orders: set[str], **kwargs: Any) -> set[str]:
    """Those that their provider has said yes to. 1 query."""
    return set(Order.objects.filter(public_id__in=orders, state__in=AGREED).values_list("public_id", flat=True))


def _paid(order: Order) -> Ref:
    return Ref(f"order:{order.public_id}", AccountKind.ORDER)


def _earning(order: Order) -> Ref:
    return Ref(f"provider:{order.provider_id}:earning", AccountKind.EARNING)


def _bank(order: Order) -> Ref:
    return Ref(f"provider:{order.provider_id}:bank", AccountKind.PAID_OUT)


def _of(order: Order, kind: AccountKind) -> Ref:
    return Ref(f"order:{order.public_id}:{kind}", kind)


def _own(order: Order) -> Ref:
    return Ref(f"person:{order.person_id}:own", AccountKind.OWN_MONEY)


@receiver(money_moved)
def hear(sender: type, moved: Moved, **kwargs: Any) -> None:
    book(moved)


@transaction.atomic(savepoint=False)  # half of it is never kept
def book(moved: Moved) -> None:
    """Every movement of money twice in the books, and what it means for the budgets behind the order."""
    order, purchase = moved.order, budgets.of_order(moved.order.public_id)
    refund, dispute = _of(order, AccountKind.REFUND), _of(order, AccountKind.DISPUTE)
    receivable = _of(order, AccountKind.RECEIVABLE)
    match moved.kind:
        case MoveKind.CAPTURED:
            covered = 0
            if purchase is not None:
                covered = budgets.purchase_pay(purchase=purchase, into=_paid(order), by=CLOCKWORK, now=moved.at)
            own = ("own", _paid(order), _own(order), moved.pence - covered)
            _write(moved, own, ("earned", _earning(order), _paid(order), moved.pence))
        case MoveKind.REFUNDED:
            _write(moved, ("refund", refund, _earning(order), moved.pence))
            _home(moved, purchase, refund)
        case MoveKind.REFUND_RETURNED:
            _write(moved, ("refund_returned", _earning(order), receivable, moved.pence))
            if purchase is None:
                _write(moved, ("refund_lost", receivable, _own(order), moved.pence))
            else:
                budgets.purchase_back_lost(
                    purchase=purchase, pence=moved.pence, into=receivable, key=moved.key, by=CLOCKWORK, now=moved.at
                )
        case MoveKind.DISPUTE_TAKEN:
            _write(moved, ("dispute", dispute, _earning(order), moved.pence))
        case MoveKind.DISPUTE_RETURNED:
            _write(moved, ("dispute_won", _earning(order), dispute, moved.pence))
        case MoveKind.DISPUTE_LOST:
            _home(moved, purchase, dispute)
        case MoveKind.PAID_OUT:
            _write(moved, ("paid_out", _bank(order), _earning(order), moved.pence))
        case MoveKind.PAYOUT_RETURNED:
            _write(moved, ("payout_returned", _earning(order), _bank(order), moved.pence))


def _home(moved: Moved, purchase: Purchase | None, out_of: Ref) -> None:
    """Money for the person: first what a bank could not deliver and a budget has spent since, then to the budgets that
    paid, the rest to their pocket."""
    owed = _of(moved.order, AccountKind.RECEIVABLE)
    missing = min(moved.pence, -min(0, reading.balances([owed.key])[owed.key]))
    _write(moved, ("back_owed", owed, out_of, missing))
    left, shared = moved.pence - missing, 0
    if purchase is not None and left:
        shared = budgets.purchase_back(
            purchase=purchase, pence=left, out_of=out_of, key=moved.key, by=CLOCKWORK, now=moved.at
        )
    _write(moved, ("back_own", _own(moved.order), out_of, left - shared))


def _write(moved: Moved, *movements: tuple[str, Ref, Ref, int]) -> None:
    postings = [
        Posting(f"{moved.key}:{moved.kind}:{why}", debit, credit, pence, why, moved.order.public_id)
        for why, debit, credit, pence in movements
        if pence > 0
    ]
    if postings:
        ledger.post(postings=postings, by=CLOCKWORK, now=moved.at)
