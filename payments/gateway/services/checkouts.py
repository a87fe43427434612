"""Stripe's payment page on the provider's account, and what came of it. Nothing here is kept: callers keep it.

The order of things for a caller: commit the attempt with `CheckoutRequest.as_row()`, call, record the answer. After
GatewayUnknown either send the same request again (same key, same words) or look with `checkout_find`.
"""

from datetime import datetime

from ..client import GatewayRefused, asking
from ..shapes import Checkout, CheckoutRequest, Payment

CHARGE_AND_FEE = "latest_charge.balance_transaction"
WHOLE = {"expand": [f"payment_intent.{CHARGE_AND_FEE}"]}


def checkout_open(request: CheckoutRequest) -> Checkout:
    """Make the page where the person pays; send them to `.url`.

    `.payment_intent` is None until they try a card. Raises GatewayRefused, GatewayUnknown.
    """
    options = {"stripe_account": request.account, "idempotency_key": request.idempotency_key}
    with asking("open a checkout") as stripe:
        session = stripe.v1.checkout.sessions.create(request.as_params(), options)  # type: ignore[arg-type]
    return Checkout.read(session, request.account)


def checkout_look_up(*, account: str, session_id: str) -> Checkout:
    """The page as it is now, with its payment when one was tried. Raises GatewayRefused, GatewayUnknown."""
    with asking("look at a checkout") as stripe:
        session = stripe.v1.checkout.sessions.retrieve(session_id, WHOLE, {"stripe_account": account})  # type: ignore[arg-type]
    return Checkout.read(session, account)


def checkout_find(*, account: str, reference: str, since: datetime) -> Checkout | None:
    """The newest page with our reference made since then, for a caller who never got the answer.

    Raises GatewayRefused, GatewayUnknown.
    """
    params = {"limit": 100, "created": {"gte": int(since.timestamp())}}
    with asking("find a checkout") as stripe:
        pages = stripe.v1.checkout.sessions.list(params, {"stripe_account": account})  # type: ignore[arg-type]
        for session in pages.auto_paging_iter():
            if session.client_reference_id == reference:
                return checkout_look_up(account=account, session_id=session.id)
    return None


def checkout_expire(*, account: str, session_id: str) -> Checkout:
    """End the page so that it can no longer be paid, unless it has been paid or ended already.

    Returns it as it is afterwards: the caller must look at `.paid`, for the person may have been quicker.
    Raises GatewayRefused, GatewayUnknown.
    """
    try:
        with asking("end a checkout") as stripe:
            # No key of ours: ending twice is the same as ending once.
            stripe.v1.checkout.sessions.expire(session_id, {}, {"stripe_account": account})
    except GatewayRefused:
        found = checkout_look_up(account=account, session_id=session_id)
        if found.status == "open":
            raise
        return found
    return checkout_look_up(account=account, session_id=session_id)


def payment_look_up(*, account: str, intent_id: str) -> Payment:
    """A payment as it is now. Raises GatewayRefused, GatewayUnknown."""
    with asking("look at a payment") as stripe:
        intent = stripe.v1.payment_intents.retrieve(
            intent_id, {"expand": [CHARGE_AND_FEE]}, {"stripe_account": account}
        )
    return Payment.read(intent, account)
