"""Shares that were held are taken, once; each becomes a paid order of its own."""

import logging
from datetime import datetime

from django.utils import timezone

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK
from payments.gateway import services as gateway
from payments.gateway.services import GatewayRefused, Payment
from payments.orders.models import Order
from payments.orders.services.refunding import refund_start
from payments.orders.services.taking import Bought, Taken, order_for_holder, order_of_payment
from payments.orders.states import TOOK_MONEY as ORDER_TOOK_MONEY

from .. import rules
from ..models import Pledge, PledgeAttempt, Pool
from ..states import ATTEMPT_MOVES, PLEDGE_MOVES, TO_CAPTURE
from .holding import attempt_fail, attempt_settle
from .locking import attempt_locked, in_one_go
from .telling import step_soon

logger = logging.getLogger(__name__)


def share_take(*, attempt: PledgeAttempt, now: datetime) -> PledgeAttempt:
    """Take the share of what is held, or find that it has been taken. Raises GatewayUnknown: look again.

    A refusal is tried again some times, for it may be the account's; a hold that ran out ends the attempt. After each
    the key is another: the gateway answers a refused one with the same refusal for a day. A lost answer keeps its key.
    """
    attempt = PledgeAttempt.objects.select_related("account", "pledge").get(pk=attempt.pk)
    if attempt.state not in TO_CAPTURE or attempt.take_pence is None:
        return attempt
    account = attempt.account.stripe_id or ""
    try:
        shown = gateway.charge_capture(
            account=account,
            intent_id=attempt.payment_intent,
            amount_pence=attempt.take_pence,
            idempotency_key=f"{attempt.reference}:capture:{attempt.tries}",
        )
    except GatewayRefused as error:
        return _refused(attempt, error, now)
    return attempt_settle(attempt=attempt, shown=shown, now=now)


def _refused(attempt: PledgeAttempt, error: GatewayRefused, now: datetime) -> PledgeAttempt:
    if _tried(attempt) < rules.CAPTURE_TRIES:
        logger.warning("%s was not taken: %s, to be tried again", attempt.reference, error)
        return attempt
    return attempt_fail(attempt=attempt, reason=error.code or str(error), now=now)


@in_one_go
def _tried(attempt: PledgeAttempt) -> int:
    _pool, _pledge, attempt = attempt_locked(attempt)
    attempt.tries += 1
    attempt.save(update_fields=["tries"])
    return attempt.tries


def share_taken(pool: Pool, pledge: Pledge, attempt: PledgeAttempt, shown: Payment, now: datetime) -> None:
    """The gateway shows that money was taken: write it down, as an order of its own. Any number of times.

    Inside a transaction, pool, pledge and attempt locked. More than the share, or anything of a pool that did not go
    ahead, is taken against our will (by the provider, at the gateway): it goes back at once.
    """
    if not ATTEMPT_MOVES.can(attempt, "capture"):
        return
    attempt.take_pence = attempt.captured_pence = shown.received_pence
    attempt.charge_id, attempt.fee_pence = shown.charge_id, shown.fee_pence
    ATTEMPT_MOVES.apply(attempt, "capture", at=now, save=False)
    attempt.save()
    taken = Taken(
        account=attempt.account,
        reference=attempt.reference,
        payment_intent=shown.intent_id,
        charge_id=shown.charge_id,
        fee_pence=shown.fee_pence,
        held_pence=attempt.amount_pence,
    )
    order = order_of_payment(bought=bought_by(pledge, shown.received_pence), taken=taken, now=now)
    pledge.order = order
    wanted = pledge.share_pence or 0
    if PLEDGE_MOVES.can(pledge, "capture") and wanted:
        PLEDGE_MOVES.apply(pledge, "capture", at=now, save=False)
    pledge.save(update_fields=["order", "state", "state_since"])
    if shown.received_pence > wanted:
        logger.error("%s took %sp instead of %sp", attempt.reference, shown.received_pence, wanted)
        paid = order.attempts.filter(state__in=ORDER_TOOK_MONEY).get()
        refund_start(attempt=paid, amount_pence=shown.received_pence - wanted, by=CLOCKWORK, now=now)
    audit.record("pools.share.take", by=CLOCKWORK, subject=pledge, at=now, title=pool.name, pence=shown.received_pence)
    step_soon(pool)


def bought_by(pledge: Pledge, pence: int) -> Bought:
    """What a member's order says: the group's name, and the first date."""
    return Bought(
        person_id=pledge.person_id,
        placed_by_id=pledge.placed_by_id,
        channel=pledge.channel,
        through_id=pledge.through_id,
        provider_id=pledge.pool.provider_id,
        listing_id=pledge.pool.listing_id,
        offer_id=pledge.pool.offer_id,
        title=pledge.pool.name,
        pence=pence,
        token=f"pool:{pledge.public_id}",
        first_on=timezone.localdate(pledge.terms.starts[0]),
        asked_at=pledge.made_at,
        express_request_at=pledge.express_request_at,
        purchase=pledge.purchase,
    )


def order_promised(pledge: Pledge, now: datetime) -> Order:
    """The order of a share that whoever holds the money pays. Inside a transaction, the pool locked."""
    assert pledge.share_pence is not None
    order = order_for_holder(bought=bought_by(pledge, pledge.share_pence), now=now)
    pledge.order = order
    pledge.save(update_fields=["order"])
    return order
