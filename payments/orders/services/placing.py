"""From a wish to an order: what may be ordered, and the one step that writes it down."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from marketplace.core import audit
from marketplace.core.audit import PHONE, Actor
from marketplace.core.errors import DomainError
from marketplace.people.models import Council, User
from payments.budgets.models import Purchase
from payments.budgets.rules import Share
from payments.gateway import selectors as gateway
from providers.listings import selectors as listings
from providers.listings.models import Listing, Offer, OfferDate, Unit

from .. import rules
from ..models import Order
from ..rules import Wish
from ..states import MOVES, EventKind, OrderState
from .funding import funding_begin, paid_by_holder
from .locking import places_take
from .telling import note_event, tell_person, tell_provider


class NotOffered(DomainError):
    """The listing is hidden, the offer withdrawn, or it has no price that can be ordered at."""


class NotPayable(DomainError):
    """The provider cannot be paid here yet, and the offer is not free."""


class PriceChanged(DomainError):
    """The price on the page was not the price at the button."""


class OutOfBounds(DomainError):
    """Too many or too few, or a sum that no card can pay."""


class WrongDay(DomainError):
    """The day has passed, lies too far ahead, or is not one of the offer's dates."""


class EarlyStartNotAsked(DomainError):
    """The day lies within the 14 days of the right to cancel, and the person has not asked to begin early."""


class OwnListing(DomainError):
    """Whoever keeps a listing may not order from it, for themselves or for anybody they act for."""


def order_place(
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
    purchase: Purchase | None = None,
) -> Order:
    """Write the order down: ask the provider, or book at once where the offer says so.

    `token` names the form: sent twice it makes one order, and the second call returns it. `council` is the one
    whose staff place the order on the telephone. `shares` say which budgets it is promised from; `purchase` is one that
    has been agreed already. Raises NotOffered, NotPayable, PriceChanged, OutOfBounds, WrongDay,
    EarlyStartNotAsked, OwnListing, NoPlaceLeft, and what funding.funding_begin raises.
    """
    placed = Order.objects.filter(placed_by=by.by_id, form_token=token).first()
    if placed is not None:
        return placed
    try:
        return _place(
            person=person,
            offer=offer,
            wish=wish,
            expected=expected_total_pence,
            token=token,
            by=by,
            now=now,
            council=council,
            shares=shares,
            purchase=purchase,
        )
    except IntegrityError:
        placed = Order.objects.filter(placed_by=by.by_id, form_token=token).first()
        if placed is None:
            raise
        return placed


@transaction.atomic
def _place(
    *,
    person: User,
    offer: Offer,
    wish: Wish,
    expected: int,
    token: str,
    by: Actor,
    now: datetime,
    council: Council | None,
    shares: Sequence[Share],
    purchase: Purchase | None,
) -> Order:
    local = timezone.localtime(now)
    offer = Offer.objects.select_for_update(of=("self",)).select_related("listing__provider").get(pk=offer.pk)
    if wish.date is not None:
        wish_date = OfferDate.objects.select_for_update().get(pk=wish.date.pk)
        if wish_date.offer_id != offer.pk or wish_date.starts_at <= now:
            raise WrongDay(wish_date)
    offer_check(offer=offer)
    _wish_check(offer, wish, local)
    if offer.listing.provider.keepers.filter(pk__in=[by.by_id, person.pk]).exists():
        raise OwnListing(offer.listing.provider)
    unit_price = offer.price_pence or 0
    total = rules.total(unit_price, wish.quantity)
    if total != expected:
        raise PriceChanged(offer)
    if not rules.can_be_charged(total):
        raise OutOfBounds(total)
    day = timezone.localdate(wish.date.starts_at) if wish.date else wish.wanted_on
    order = Order(
        person=person,
        provider=offer.listing.provider,
        listing=offer.listing,
        offer=offer,
        offer_date=wish.date,
        placed_by_id=by.by_id,  # type: ignore[misc]
        channel=by.channel,
        through=council if by.channel == PHONE else None,
        form_token=token,
        state=OrderState.REQUESTED,
        state_since=now,
        title=offer.title,
        unit=offer.unit,
        quantity=wish.quantity,
        unit_price_pence=unit_price,
        total_pence=total,
        books_at_once=offer.books_at_once,
        wanted_on=wish.wanted_on if wish.date is None else None,
        wanted_words=wish.wanted_words,
        note=wish.note,
        requested_at=now,
        answer_by=rules.answer_by(local, day),
        express_request_at=now if wish.begin_early else None,
    )
    funding_begin(order, shares=shares, purchase=purchase, by=by, now=now)
    if offer.books_at_once:
        _book(order, by=by, now=now)
    else:
        order.save()
        note_event(order, EventKind.REQUESTED, by=by, now=now)
        tell_provider(order, "requested")
        tell_person(order, "asked")
    audit.record(
        "orders.order.place", by=by, subject=order, at=now, title=order.title, provider=str(order.provider), pence=total
    )
    return order


def _book(order: Order, *, by: Actor, now: datetime) -> None:
    """Nobody has to say yes: the place is held while it is paid, or taken for good when it is free."""
    order.save()
    places_take(order)
    hold = rules.HOLD_BY_PHONE if by.channel == PHONE else rules.HOLD_FOR
    order.accepted_at, order.pay_by = now, now + hold
    order.cancel_until = rules.cancel_until(timezone.localdate(now))
    MOVES.apply(order, "accept", at=now, save=False)
    if order.is_free:
        MOVES.apply(order, "pay", at=now, save=False)
    elif paid_by_holder(order):
        order.pay_by = None
    else:
        MOVES.apply(order, "begin_payment", at=now, save=False)
    order.save()
    note_event(order, EventKind.BOOKED, by=by, now=now)
    if order.is_free:
        tell_person(order, "arranged")
        tell_provider(order, "booked")
    elif by.channel == PHONE:
        tell_person(order, "pay_now")


def offer_check(*, offer: Offer) -> None:
    """That the offer can be ordered at this moment. Raises NotOffered, NotPayable."""
    if offer.withdrawn_at is not None or offer.unit == Unit.ASK or offer.price_pence is None:
        raise NotOffered(offer)
    if not Listing.objects.visible().filter(pk=offer.listing_id).exists():
        raise NotOffered(offer)
    if not listings.somebody_answers(offer.listing.provider):
        raise NotOffered(offer)
    if offer.price_pence and not gateway.can_be_paid(offer.listing.provider):
        raise NotPayable(offer)


def _wish_check(offer: Offer, wish: Wish, now: datetime) -> None:
    today = now.date()
    if offer.books_at_once and wish.date is None:
        raise WrongDay(offer)
    if not 1 <= wish.quantity <= rules.most_of(offer.unit, has_date=wish.date is not None):
        raise OutOfBounds(wish.quantity)
    if wish.wanted_on is not None and not today <= wish.wanted_on <= today + rules.FURTHEST:
        raise WrongDay(wish.wanted_on)
    day = timezone.localdate(wish.date.starts_at) if wish.date else wish.wanted_on
    contract_on = rules.latest_contract(today, at_once=offer.books_at_once)
    early = bool(offer.price_pence) and day is not None and rules.may_begin_early(contract_on, day)
    if early and not wish.begin_early:
        raise EarlyStartNotAsked(day)
