"""A card that said no, mended by the person on the gateway's page: it holds the sum, and takes nothing."""

from datetime import datetime, timedelta

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK
from marketplace.core.states import IllegalMove
from payments.gateway import selectors as accounts
from payments.gateway import services as gateway
from payments.gateway.services import Checkout, CheckoutRequest, GatewayRefused
from payments.gateway.states import CAN_CHARGE

from ..models import Pledge, PledgeAttempt
from ..states import ASKING, ATTEMPT_MOVES, LIVE, MAY_REPAIR, TO_RELEASE, TOOK_MONEY, UNHEARD
from .holding import CLOCKS_APART, NotOurs, attempt_fail, attempt_settle, live_attempt
from .locking import attempt_locked, in_one_go, pledge_locked
from .saving import may_save_card

PAGE_OPEN_FOR = timedelta(minutes=60)


def repair_begin(*, pledge: Pledge, back_url: str, done_url: str, now: datetime) -> str:
    """Where to send somebody whose bank wants to hear from them: the gateway's page, which holds the sum and takes
    nothing yet. For another card use `card_begin` instead.

    Call `repair_look_up` on both addresses. Raises IllegalMove (nothing is to be repaired, or it is too late),
    GatewayRefused, GatewayUnknown.
    """
    pledge = repair_look_up(pledge=pledge, now=now)
    attempt = _page_begin(pledge, back_url=back_url, done_url=done_url, now=now)
    if attempt.state in UNHEARD:
        attempt = page_open(attempt, now)
    if attempt.state not in ASKING:
        raise IllegalMove(pledge, "repair")
    return attempt.page_url


@in_one_go
def _page_begin(pledge: Pledge, *, back_url: str, done_url: str, now: datetime) -> PledgeAttempt:
    pool, pledge = pledge_locked(pledge)
    live = pledge.attempts.filter(state__in=LIVE - TOOK_MONEY).select_related("account", "pledge__pool").first()
    if live is not None:
        return live
    account = accounts.account_of(pool.provider)
    repairable = pledge.state in MAY_REPAIR and may_save_card(pool, pledge, now)
    if not repairable or account is None or not account.stripe_id or account.state not in CAN_CHARGE:
        raise IllegalMove(pledge, "repair")
    generation = pledge.attempts.count()
    reference = f"pool:{pledge.public_id}:{generation}"
    amount = pledge.share_pence if pledge.share_pence is not None else pledge.worst_pence
    request = CheckoutRequest(
        account=account.stripe_id,
        amount_pence=amount,
        description=f"Share {pledge.public_id}",
        reference=reference,
        success_url=done_url,
        cancel_url=back_url,
        expires_at=now.replace(microsecond=0) + PAGE_OPEN_FOR,
        idempotency_key=f"{reference}:page",
        customer_email=pledge.person.email if pledge.person.has_post else "",
        hold=True,
    )
    audit.record("pools.attempt.begin", by=CLOCKWORK, subject=pledge, at=now, pence=amount)
    return PledgeAttempt.objects.create(
        pledge=pledge,
        generation=generation,
        account=account,
        state_since=now,
        created_at=now,
        amount_pence=amount,
        reference=reference,
        parameters={"page": request.as_row()},
    )


def page_open(attempt: PledgeAttempt, now: datetime) -> PledgeAttempt:
    """Ask for the page, or find it where the answer was lost. Raises GatewayUnknown; a refusal ends the attempt."""
    if "page" not in attempt.parameters:
        raise IllegalMove(attempt, "open_page")
    try:
        checkout = _found(attempt) if now > attempt.created_at else None
        if checkout is None:
            checkout = gateway.checkout_open(CheckoutRequest.from_row(attempt.parameters["page"]))
    except GatewayRefused as error:
        return attempt_fail(attempt=attempt, reason=error.code or str(error), now=now)
    return page_settle(attempt, checkout, now)


def _found(attempt: PledgeAttempt) -> Checkout | None:
    account = attempt.account.stripe_id or ""
    if attempt.page_id:
        return gateway.checkout_look_up(account=account, session_id=attempt.page_id)
    return gateway.checkout_find(account=account, reference=attempt.reference, since=attempt.created_at - CLOCKS_APART)


def page_look_up(attempt: PledgeAttempt, now: datetime) -> PledgeAttempt:
    """What came of the page; nothing is asked for anew. Raises GatewayUnknown, GatewayRefused."""
    checkout = _found(attempt)
    if checkout is not None:
        return page_settle(attempt, checkout, now)
    if attempt.state in UNHEARD and now > attempt.created_at + PAGE_OPEN_FOR:
        return attempt_fail(attempt=attempt, reason="no page was ever found", now=now)
    return attempt


def page_end(attempt: PledgeAttempt, now: datetime) -> None:
    """Close the page, so that nothing can be held by it any more. Raises GatewayUnknown, GatewayRefused."""
    checkout = gateway.checkout_expire(account=attempt.account.stripe_id or "", session_id=attempt.page_id)
    page_settle(attempt, checkout, now)


def page_settle(attempt: PledgeAttempt, checkout: Checkout, now: datetime) -> PledgeAttempt:
    """Make the attempt what its page shows. Any number of times. Raises NotOurs."""
    attempt = _page_keep(attempt, checkout, now)
    if checkout.payment is not None and (checkout.payment.held_pence or checkout.payment.paid or checkout.payment.over):
        return attempt_settle(attempt=attempt, shown=checkout.payment, now=now)
    if checkout.status == "expired":
        return attempt_fail(attempt=attempt, reason="page closed", now=now)
    return attempt


@in_one_go
def _page_keep(attempt: PledgeAttempt, checkout: Checkout, now: datetime) -> PledgeAttempt:
    _pool, _pledge, attempt = attempt_locked(attempt)
    fits = (
        checkout.account == attempt.account.stripe_id
        and checkout.reference == attempt.reference
        and checkout.amount_pence == attempt.amount_pence
        and attempt.page_id in {"", checkout.session_id}
    )
    if not fits:
        raise NotOurs(f"does not fit {attempt.reference}")
    attempt.page_id, attempt.page_url = checkout.session_id, checkout.url or attempt.page_url
    if checkout.status == "open" and attempt.state not in TO_RELEASE and ATTEMPT_MOVES.can(attempt, "ask"):
        ATTEMPT_MOVES.apply(attempt, "ask", at=now, save=False)
    attempt.save()
    return attempt


def repair_look_up(*, pledge: Pledge, now: datetime) -> Pledge:
    """What came of the page that `repair_begin` opened. Safe to repeat. Raises GatewayRefused, GatewayUnknown."""
    attempt = live_attempt(pledge)
    if attempt is not None and attempt.state in ASKING | UNHEARD and "page" in attempt.parameters:
        page_look_up(attempt, now)
    return Pledge.objects.select_related("pool__terms", "person").get(pk=pledge.pk)
