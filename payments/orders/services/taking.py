"""A payment that an app above took on a saved card becomes an order like any other: paid, with its receipt, its line in
the books, its way back and its place in the nightly comparison."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK, Actor
from payments.budgets.models import Purchase
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount
from providers.listings.models import Unit

from .. import rules
from ..models import Order, PaymentAttempt
from ..states import AttemptState, EventKind, OrderState
from .earning import earning_open
from .locking import order_locked
from .moving import MoveKind, money_move
from .refunding import refunds_noticed
from .sight import looking
from .telling import note_event, tell_person


@dataclass(frozen=True)
class Bought:
    """What was agreed above, copied into the order; people and things by their primary keys. `token` names it for
    ever: taken twice it makes one order."""

    person_id: int
    placed_by_id: int
    channel: str
    provider_id: int
    listing_id: int
    offer_id: int
    title: str
    pence: int
    token: str
    first_on: date
    words: str = ""
    through_id: int | None = None
    asked_at: datetime | None = None
    express_request_at: datetime | None = None
    purchase: Purchase | None = None


@dataclass(frozen=True)
class Taken:
    """What the gateway shows of the payment."""

    account: ConnectedAccount
    reference: str
    payment_intent: str
    charge_id: str
    fee_pence: int
    held_pence: int


@transaction.atomic(savepoint=False)  # half of it is never kept
def order_of_payment(*, bought: Bought, taken: Taken, now: datetime) -> Order:
    """The paid order of a payment that has been taken; the same one when it is there already. The person has their
    receipt by letter. Inside the transaction that writes down above that the money was taken.
    """
    known = Order.objects.filter(placed_by=bought.placed_by_id, form_token=bought.token).first()
    if known is not None:
        return known
    order = _order(bought, OrderState.PAID, now)
    order.paid_at = now
    order.save()
    _hang_on(bought, order)
    attempt = PaymentAttempt.objects.create(
        order=order,
        generation=0,
        account=taken.account,
        state=AttemptState.CAPTURED,
        state_since=now,
        created_at=now,
        amount_pence=bought.pence,
        captured_pence=bought.pence,
        parameters={"held_pence": taken.held_pence},
        reference=taken.reference,
        idempotency_key=taken.reference,
        payment_intent=taken.payment_intent,
        charge_id=taken.charge_id,
        fee_pence=taken.fee_pence,
    )
    earning_open(attempt=attempt, now=now)
    key = f"{attempt.reference}:captured"
    money_move(MoveKind.CAPTURED, order=order, key=key, pence=attempt.captured_pence, now=now)
    note_event(order, EventKind.PAID, by=Actor(by_id=order.placed_by_id), now=now)
    tell_person(order, "paid")
    audit.record("orders.payment.arrive", by=CLOCKWORK, subject=order, at=now, pence=order.total_pence)
    return order


def share_look_up(*, attempt: PaymentAttempt, now: datetime) -> PaymentAttempt:
    """Whether part of a share went back at the gateway without us. Safe to repeat. Raises GatewayUnknown,
    GatewayRefused."""
    with looking(attempt.account, now):
        shown = gateway.charge_look_up(account=attempt.account.stripe_id or "", intent_id=attempt.payment_intent)
    with transaction.atomic():
        order = order_locked(attempt.order_id)
        attempt = PaymentAttempt.objects.select_for_update(of=("self",)).select_related("account").get(pk=attempt.pk)
        refunds_noticed(order=order, attempt=attempt, refunded_pence=shown.refunded_pence, now=now)
    return attempt


@transaction.atomic
def order_for_holder(*, bought: Bought, now: datetime) -> Order:
    """The order of a purchase that whoever holds the money pays: agreed, and paid when they say so. Safe to repeat."""
    known = Order.objects.filter(placed_by=bought.placed_by_id, form_token=bought.token).first()
    if known is not None:
        return known
    order = _order(bought, OrderState.ACCEPTED, now)
    order.save()
    _hang_on(bought, order)
    return order


def _hang_on(bought: Bought, order: Order) -> None:
    if bought.purchase is not None:
        bought.purchase.order = order.public_id
        bought.purchase.save(update_fields=["order"])


def _order(bought: Bought, state: OrderState, now: datetime) -> Order:
    return Order(
        person_id=bought.person_id,
        provider_id=bought.provider_id,
        listing_id=bought.listing_id,
        offer_id=bought.offer_id,
        placed_by_id=bought.placed_by_id,
        channel=bought.channel,
        through_id=bought.through_id,
        form_token=bought.token,
        state=state,
        state_since=now,
        title=bought.title[:120],
        unit=Unit.FIXED,
        quantity=1,
        unit_price_pence=bought.pence,
        total_pence=bought.pence,
        wanted_on=bought.first_on,
        wanted_words=bought.words[:200],
        requested_at=bought.asked_at or now,
        accepted_at=now,
        cancel_until=rules.cancel_until(timezone.localdate(now)),
        express_request_at=bought.express_request_at,
    )
