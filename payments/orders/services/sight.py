"""A provider's account that we can no longer see, or that may not charge: what becomes of money in flight.

Nobody is ever told "paid" for what nobody has seen, and nobody "you have paid nothing" either.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from marketplace.core import audit, outbox
from marketplace.core.audit import CLOCKWORK
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount
from payments.gateway.services import GatewayUnknown, NotConnected

from .. import rules
from ..models import Order, PaymentAttempt
from ..states import ATTEMPT_MOVES, MAY_STILL_BE_PAID, MOVES, UNCLEAR, UNDER_WAY, UNPAID, UNSEEN, EventKind
from .locking import order_locked, places_free
from .telling import note_event, tell_council, tell_person

ACCOUNT = "orders.account_changed"


class OutOfSight(GatewayUnknown):
    """The provider took our access away: whatever was on its way may have happened, and we cannot look."""


@contextmanager
def looking(account: ConnectedAccount, now: datetime) -> Iterator[None]:
    """A look at the gateway that fails for want of access makes the account disconnected and is OutOfSight."""
    try:
        yield
    except NotConnected as error:
        gateway.account_refresh(account=account, now=now)
        raise OutOfSight(str(error)) from error


def sight_lose(*, account: ConnectedAccount, now: datetime) -> int:
    """Payments under way on an account that we cannot see any more: say so to everybody. Returns how many orders.

    Safe to repeat; no network.
    """
    lost = 0
    live = PaymentAttempt.objects.filter(account=account, state__in=MAY_STILL_BE_PAID)
    for pk, order_id in live.values_list("pk", "order_id"):
        with transaction.atomic():
            order = order_locked(order_id)
            attempt = PaymentAttempt.objects.select_for_update().get(pk=pk)
            if not ATTEMPT_MOVES.can(attempt, "lose_sight"):
                continue
            ATTEMPT_MOVES.apply(attempt, "lose_sight", at=now)
            if not MOVES.can(order, "lose_sight"):
                continue
            MOVES.apply(order, "lose_sight", at=now)
            note_event(order, EventKind.SIGHT_LOST, by=CLOCKWORK, now=now)
            tell_person(order, "sight_lost")
            audit.record("orders.payment.lose_sight", by=CLOCKWORK, subject=order, at=now)
            lost += 1
    tell_council(account.provider, "left_stripe", about=f"{account.pk}-{account.state_since.isoformat()}", count=lost)
    return lost


def sight_regain(*, account: ConnectedAccount, now: datetime) -> None:
    """The account can be seen again: look what came of everything that was out of sight.

    Safe to repeat. Raises GatewayUnknown, GatewayRefused.
    """
    from .paying import attempt_look_up, attempt_resume

    unseen = PaymentAttempt.objects.filter(account=account, state__in=UNSEEN).select_related("account", "order")
    for attempt in unseen:
        attempt = attempt_look_up(attempt=attempt, now=now)
        if attempt.state in UNSEEN:
            attempt_resume(attempt=attempt, now=now)


def payments_hold_up(*, account: ConnectedAccount, now: datetime) -> None:
    """The account may not charge: close its open pages, unless they were paid, and tell who waits.

    Safe to repeat. Raises GatewayUnknown, GatewayRefused.
    """
    from .paying import payment_stop

    unpaid = Order.objects.filter(provider=account.provider_id, state__in=UNPAID, total_pence__gt=0)
    told = 0
    for order in unpaid:
        payment_stop(order=order, now=now)
        with transaction.atomic():
            order = order_locked(order.pk)
            if (
                order.state in UNPAID
                and not _held_up(order)
                and not order.attempts.filter(state__in=UNDER_WAY).exists()
            ):
                note_event(order, EventKind.HELD_UP, by=CLOCKWORK, now=now)
                tell_person(order, "held_up")
                told += 1
    if told:
        tell_council(account.provider, "held_up", about=f"{account.pk}-{account.state_since.isoformat()}", count=told)


def payments_go_on(*, account: ConnectedAccount, now: datetime) -> None:
    """The account can charge again: orders that waited for it get their time to pay anew. Safe to repeat."""
    waiting = Order.objects.filter(provider=account.provider_id, state__in=UNPAID, events__kind=EventKind.HELD_UP)
    for pk in waiting.values_list("pk", flat=True).distinct():
        with transaction.atomic():
            order = order_locked(pk)
            if order.state not in UNPAID or not _held_up(order):
                continue
            order.pay_by = rules.pay_by(now, order.day)
            order.save(update_fields=["pay_by"])
            note_event(order, EventKind.CAN_BE_PAID, by=CLOCKWORK, now=now)
            tell_person(order, "pay_again")


def _held_up(order: Order) -> bool:
    last = order.events.filter(kind__in=[EventKind.HELD_UP, EventKind.CAN_BE_PAID]).last()
    return last is not None and last.kind == EventKind.HELD_UP


def order_give_up(*, order: Order, now: datetime) -> Order:
    """End an order whose payment nobody could see for two weeks. Should it turn out paid, all of it goes back."""
    with transaction.atomic():
        order = order_locked(order.pk)
        if order.state not in UNCLEAR or order.state_since > now - rules.SIGHT_LOST_FOR:
            return order
        MOVES.apply(order, "expire", at=now, save=False)
        places_free(order)
        order.pay_by = None
        order.save()
        note_event(order, EventKind.EXPIRED, by=CLOCKWORK, now=now)
        tell_person(order, "still_unseen")
        audit.record("orders.order.expire", by=CLOCKWORK, subject=order, at=now, note="payment out of sight")
    return order


def account_news(account: ConnectedAccount) -> None:
    """Ask for the work that a change of an account brings, after commit and until it is done."""
    outbox.add(ACCOUNT, account=account.pk)
