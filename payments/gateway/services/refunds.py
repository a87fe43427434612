"""Money back to the person, from the provider's account."""

from ..client import asking
from ..shapes import Refund


def refund_create(
    *, account: str, payment_intent: str, amount_pence: int, reference: str, idempotency_key: str
) -> Refund:
    """Give back part or all of a payment. Stripe refuses more than is left of it.

    Keep the arguments before calling and send the same again after GatewayUnknown. Raises GatewayRefused (code
    "charge_already_refunded" when nothing is left), GatewayUnknown.
    """
    params = {
        "payment_intent": payment_intent,
        "amount": amount_pence,
        "reason": "requested_by_customer",
        "metadata": {"reference": reference},
    }
    with asking("refund") as stripe:
        options = {"stripe_account": account, "idempotency_key": idempotency_key}
        refund = stripe.v1.refunds.create(params, options)  # type: ignore[arg-type]
    return Refund.read(refund, account)


def refund_look_up(*, account: str, refund_id: str) -> Refund:
    """A refund as it is now: one that succeeded may still fail later. Raises GatewayRefused, GatewayUnknown."""
    with asking("look at a refund") as stripe:
        return Refund.read(stripe.v1.refunds.retrieve(refund_id, {}, {"stripe_account": account}), account)


def refund_find(*, account: str, payment_intent: str, reference: str) -> Refund | None:
    """The refund of this payment with our reference, for a caller who never got the answer.

    Raises GatewayRefused, GatewayUnknown.
    """
    with asking("find a refund") as stripe:
        pages = stripe.v1.refunds.list({"payment_intent": payment_intent, "limit": 100}, {"stripe_account": account})
        for refund in pages.auto_paging_iter():
            found = Refund.read(refund, account)
            if found.reference == reference:
                return found
    return None
