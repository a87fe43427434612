"""One member's money, held at the lock and then taken or let go. The gateway's record decides.

Attempt committed, then the call, then the answer kept; `payment_intent` is committed before anything is confirmed. An
answer that was lost is looked up first, then asked for again with the same words. No network inside a transaction. Any
of these may be run again at any point, by anybody: each begins from what the row and the gateway say.
"""

import logging
from datetime import datetime, timedelta

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK
from payments.gateway import selectors as accounts
from payments.gateway import services as gateway
from payments.gateway.services import ChargeRequest, GatewayRefused, GatewayUnknown, Payment
from payments.gateway.states import CAN_CHARGE

from ..models import Pledge, PledgeAttempt, Pool
from ..states import (
    ASKING,
    ATTEMPT_MOVES,
    AUTHORISING,
    BEING_DECIDED,
    LIVE,
    MAY_REPAIR,
    PLEDGE_MOVES,
    TO_BE_ASKED,
    TO_RELEASE,
    TOOK_MONEY,
    UNDER_WAY,
    UNHEARD,
)
from .locking import attempt_locked, in_one_go, pledge_locked
from .telling import Letter, step_soon, tell_member

logger = logging.getLogger(__name__)
CLOCKS_APART = timedelta(minutes=5)


class NotOurs(GatewayRefused):
    """What the gateway shows does not fit the attempt it names: another account, sum or payment. Set aside."""


def may_be_held(pool: Pool, pledge: Pledge) -> bool:
    """Whether this pledge's card may be asked now: while the pool is decided; or its share is settled and late, or for
    a place taken over."""
    if pledge.share_pence is not None:
        return pool.state in UNDER_WAY and (pool.settled_at is None or pledge.replaces_id is not None)
    return pool.state in AUTHORISING


@in_one_go
def attempt_begin(*, pledge: Pledge, now: datetime) -> PledgeAttempt | None:
    """The attempt that asks this pledge's card for the worst case: a new one, or the one there is; None when the card
    is not to be asked (any more)."""
    pool, pledge = pledge_locked(pledge)
    live = pledge.attempts.filter(state__in=LIVE).select_related("account").first()
    if live is not None:
        return live
    if pledge.state not in TO_BE_ASKED | MAY_REPAIR or not may_be_held(pool, pledge) or not pledge.has_card:
        return None
    account = accounts.account_of(pool.provider)
    if account is None or not account.stripe_id or account.state not in CAN_CHARGE:
        if PLEDGE_MOVES.can(pledge, "fail"):
            PLEDGE_MOVES.apply(pledge, "fail", at=now)
        return None
    generation = pledge.attempts.count()
    attempt = PledgeAttempt.objects.create(
        pledge=pledge,
        generation=generation,
        account=account,
        state_since=now,
        created_at=now,
        amount_pence=pledge.worst_pence if pledge.share_pence is None else pledge.share_pence,
        reference=f"pool:{pledge.public_id}:{generation}",
        parameters={"customer": pledge.card_customer, "card": pledge.card_method, "copy": ""},
    )
    audit.record("pools.attempt.begin", by=CLOCKWORK, subject=pledge, at=now, pence=attempt.amount_pence)
    return attempt


def attempt_go_on(*, attempt: PledgeAttempt, now: datetime) -> PledgeAttempt:
    """Bring an attempt as far as it can come: copied, made, confirmed; a lost answer is looked up first.

    Raises GatewayUnknown: the attempt is unknown until somebody looks again. Refusals end it.
    """
    attempt = PledgeAttempt.objects.select_related("account", "pledge__pool").get(pk=attempt.pk)
    if attempt.state not in UNHEARD or "page" in attempt.parameters:
        return attempt
    try:
        shown = _seen(attempt) if now > attempt.created_at or attempt.payment_intent else None
        if shown is None:
            shown = gateway.charge_create(_request(attempt))
            attempt = attempt_settle(attempt=attempt, shown=shown, now=now)
        if _not_confirmed(shown) and attempt.state in UNHEARD:
            shown = gateway.charge_confirm(
                account=attempt.account.stripe_id or "",
                intent_id=shown.intent_id,
                payment_method=attempt.parameters["copy"],
                idempotency_key=f"{attempt.reference}:confirm",
            )
    except GatewayUnknown:
        _lost(attempt, now)
        raise
    except GatewayRefused as error:
        return attempt_fail(attempt=attempt, reason=error.code or str(error), now=now)
    return attempt_settle(attempt=attempt, shown=shown, now=now)


def _not_confirmed(shown: Payment) -> bool:
    return not (shown.paid or shown.held_pence or shown.over or shown.refusal)


def _seen(attempt: PledgeAttempt) -> Payment | None:
    """The payment as the gateway has it; None when it never came to be. Raises GatewayUnknown, GatewayRefused."""
    account = attempt.account.stripe_id or ""
    if attempt.payment_intent:
        return gateway.charge_look_up(account=account, intent_id=attempt.payment_intent)
    return gateway.charge_find(account=account, reference=attempt.reference, since=attempt.created_at - CLOCKS_APART)


def _request(attempt: PledgeAttempt) -> ChargeRequest:
    """What the gateway is asked, the same words however often; the card's copy is kept before it is used."""
    if not attempt.parameters["copy"]:
        account = attempt.account.stripe_id or ""
        copy = gateway.card_copy(
            account=account,
            customer=attempt.parameters["customer"],
            payment_method=attempt.parameters["card"],
            idempotency_key=f"{attempt.reference}:copy",
        )
        attempt.parameters |= {"copy": copy}
        PledgeAttempt.objects.filter(pk=attempt.pk).update(parameters=attempt.parameters)
    return ChargeRequest(
        account=attempt.account.stripe_id or "",
        payment_method=attempt.parameters["copy"],
        amount_pence=attempt.amount_pence,
        description=f"Share {attempt.pledge.public_id}",
        reference=attempt.reference,
        idempotency_key=f"{attempt.reference}:create",
        hold=True,
    )


@in_one_go
def attempt_settle(*, attempt: PledgeAttempt, shown: Payment, now: datetime) -> PledgeAttempt:
    """Make the attempt and its pledge what the gateway shows: any order, any number of times. Raises NotOurs."""
    pool, pledge, attempt = attempt_locked(attempt)
    _must_fit(attempt, shown)
    if attempt.payment_intent != shown.intent_id:
        attempt.payment_intent = shown.intent_id
        attempt.save(update_fields=["payment_intent"])
    if shown.paid:
        from .taking import share_taken

        share_taken(pool, pledge, attempt, shown, now)
    elif shown.held_pence:
        _held(pool, pledge, attempt, shown, now)
    elif shown.over:
        _over(pool, pledge, attempt, now)
    elif shown.refusal and attempt.state not in ASKING:
        _refused(pool, pledge, attempt, shown.refusal, now)
    elif ATTEMPT_MOVES.can(attempt, "make"):
        ATTEMPT_MOVES.apply(attempt, "make", at=now)
    return attempt


def _must_fit(attempt: PledgeAttempt, shown: Payment) -> None:
    fits = (
        shown.account == attempt.account.stripe_id
        and shown.reference == attempt.reference
        and shown.amount_pence == attempt.amount_pence
        and shown.currency == "gbp"
        and attempt.payment_intent in {"", shown.intent_id}
    )
    if not fits:
        logger.warning("payment %s does not fit %s", shown.intent_id, attempt.reference)
        raise NotOurs(f"does not fit {attempt.reference}")


def _held(pool: Pool, pledge: Pledge, attempt: PledgeAttempt, shown: Payment, now: datetime) -> None:
    if not ATTEMPT_MOVES.can(attempt, "hold"):
        return  # known already, or to be let go: whoever lets it go sees to it
    attempt.held_until = shown.held_until
    ATTEMPT_MOVES.apply(attempt, "hold", at=now, save=False)
    attempt.save()
    if not PLEDGE_MOVES.can(pledge, "authorise") or not may_be_held(pool, pledge):
        attempt_let_go(attempt, now)  # it was decided without this card: nothing may stay held
        return
    PLEDGE_MOVES.apply(pledge, "authorise", at=now)
    if pledge.share_pence is not None:
        attempt.take_pence = pledge.share_pence
        ATTEMPT_MOVES.apply(attempt, "take", at=now, save=False)
        attempt.save()
    audit.record("pools.attempt.hold", by=CLOCKWORK, subject=pledge, at=now, pence=attempt.amount_pence)
    step_soon(pool)


def _over(pool: Pool, pledge: Pledge, attempt: PledgeAttempt, now: datetime) -> None:
    """The payment is cancelled: because we let it go, or because the hold ran out first."""
    if attempt.state in TO_RELEASE:
        ATTEMPT_MOVES.apply(attempt, "release", at=now)
    elif ATTEMPT_MOVES.can(attempt, "fail"):
        _refused(pool, pledge, attempt, "expired", now)


def _refused(pool: Pool, pledge: Pledge, attempt: PledgeAttempt, reason: str, now: datetime) -> None:
    """The card said no, or the hold is gone. An attempt that a bank wants to hear about keeps its payment cancelled:
    the person is led to a page of a new attempt."""
    attempt.reason = reason[:300]
    if attempt.state in TO_RELEASE:
        ATTEMPT_MOVES.apply(attempt, "release", at=now, save=False)
        attempt.save()
        return
    if not ATTEMPT_MOVES.can(attempt, "fail"):
        return
    ATTEMPT_MOVES.apply(attempt, "fail", at=now, save=False)
    attempt.save()
    if PLEDGE_MOVES.can(pledge, "fail"):
        PLEDGE_MOVES.apply(pledge, "fail", at=now)
        decided = pool.state not in BEING_DECIDED and pledge.replaces_id is None
        tell_member(pledge, Letter.PAY_LATE if decided else Letter.CARD_FAILED)
        step_soon(pool)
    audit.record("pools.attempt.fail", by=CLOCKWORK, subject=pledge, at=now, reason=attempt.reason[:60])


def attempt_let_go(attempt: PledgeAttempt, now: datetime) -> None:
    """Write down that nothing may be taken by this attempt; the gateway is told after commit. The pool is locked."""
    if ATTEMPT_MOVES.can(attempt, "let_go"):
        ATTEMPT_MOVES.apply(attempt, "let_go", at=now)
        step_soon(attempt.pledge.pool)


def attempt_release(*, attempt: PledgeAttempt, now: datetime) -> PledgeAttempt:
    """Tell the gateway to let a payment go, until it says that it has. One that never heard its answer is looked for;
    it counts as let go only when none can have come to be. Raises GatewayUnknown, GatewayRefused.
    """
    attempt = PledgeAttempt.objects.select_related("account", "pledge__pool").get(pk=attempt.pk)
    if attempt.state not in TO_RELEASE:
        return attempt
    if attempt.page_id:
        from .repairing import page_end

        page_end(attempt, now)
        attempt.refresh_from_db()
    shown = _seen(attempt)
    if shown is None:
        if attempt.page_id:
            return _released(attempt, now)
        # It may still be on its way: making it now, with the same key, is the one way to be sure.
        try:
            shown = gateway.charge_create(_request(attempt))
        except GatewayRefused:
            return _released(attempt, now)
    if not (shown.over or shown.paid):
        shown = gateway.charge_cancel(account=attempt.account.stripe_id or "", intent_id=shown.intent_id)
    return attempt_settle(attempt=attempt, shown=shown, now=now)


@in_one_go
def _released(attempt: PledgeAttempt, now: datetime) -> PledgeAttempt:
    _pool, _pledge, attempt = attempt_locked(attempt)
    if ATTEMPT_MOVES.can(attempt, "release"):
        ATTEMPT_MOVES.apply(attempt, "release", at=now)
    return attempt


@in_one_go
def attempt_fail(*, attempt: PledgeAttempt, reason: str, now: datetime) -> PledgeAttempt:
    """A confirmed no: nothing was taken by this attempt and nothing will be."""
    pool, pledge, attempt = attempt_locked(attempt)
    _refused(pool, pledge, attempt, reason, now)
    return attempt


@in_one_go
def _lost(attempt: PledgeAttempt, now: datetime) -> None:
    _pool, _pledge, attempt = attempt_locked(attempt)
    if ATTEMPT_MOVES.can(attempt, "lose"):
        ATTEMPT_MOVES.apply(attempt, "lose", at=now)


def live_attempt(pledge: Pledge) -> PledgeAttempt | None:
    """The attempt of which something may still come. 1 query."""
    live = LIVE - TOOK_MONEY
    return pledge.attempts.filter(state__in=live).select_related("account", "pledge__pool").first()


__all__ = ["NotOurs", "attempt_begin", "attempt_go_on", "attempt_let_go"]
