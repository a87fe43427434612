"""A saved card charged, or a bank account debited, with the person not there: made, its id kept, then confirmed.
Nothing here is kept.

The order of things for a caller:

1. commit the attempt with `ChargeRequest.as_row()`;
2. `charge_create`, and commit the id that it answers: nothing has been taken yet;
3. `charge_confirm` with a key such as "{object}:confirm:{generation}", and act on the Payment that it answers: paid,
   held, under way (a Direct Debit: looked up again days later), or refused (`.refusal`; `.asks_person` when the bank
   wants to hear the person, so send them to a page of `checkout_open`, after `charge_cancel`);
4. held sums: `charge_capture` once, whole or less, before `.held_until`; or `charge_cancel`.

After GatewayUnknown nothing is known: `charge_look_up` (or `charge_find` when step 2 never answered), then go on from
what it shows. A generation rises only after a confirmed refusal.
"""

from datetime import datetime

from ..client import GatewayRefused, asking
from ..shapes import ChargeRequest, Payment
from .checkouts import CHARGE_AND_FEE, payment_look_up


def charge_create(request: ChargeRequest) -> Payment:
    """Make the payment, not confirmed: commit its `.intent_id` next. Raises GatewayRefused, GatewayUnknown."""
    options = {"stripe_account": request.account, "idempotency_key": request.idempotency_key}
    with asking("make a payment") as stripe:
        intent = stripe.v1.payment_intents.create(request.as_params(), options)  # type: ignore[arg-type]
    return Payment.read(intent, request.account)


def charge_confirm(*, account: str, intent_id: str, payment_method: str, idempotency_key: str) -> Payment:
    """Charge the card, or hold the sum on it. A bank's no comes back as a Payment with `.refusal`, not as an error.

    Confirming what is paid, held, under way or cancelled already changes nothing and answers it as it is. Raises
    GatewayRefused (nothing was taken, and not for the card's sake), GatewayUnknown.
    """
    try:
        with asking("confirm a payment") as stripe:
            stripe.v1.payment_intents.confirm(
                intent_id,
                {"off_session": True, "payment_method": payment_method},
                {"stripe_account": account, "idempotency_key": idempotency_key},
            )
    except GatewayRefused as error:
        found = payment_look_up(account=account, intent_id=intent_id)
        if not (found.refusal or found.over or found.paid or found.under_way or found.held_pence):
            raise error
        return found
    return payment_look_up(account=account, intent_id=intent_id)


def charge_capture(*, account: str, intent_id: str, amount_pence: int, idempotency_key: str) -> Payment:
    """Take a held sum, or less of it: works once, and the rest is let go.

    Captured already answers it as it is; under the same key, as it was when it was captured. Look at `.received_pence`,
    and at `.over` for a hold that ran out first. Raises GatewayRefused, GatewayUnknown.
    """
    try:
        with asking("capture a payment") as stripe:
            intent = stripe.v1.payment_intents.capture(
                intent_id,
                {"amount_to_capture": amount_pence, "expand": [CHARGE_AND_FEE]},
                {"stripe_account": account, "idempotency_key": idempotency_key},
            )
    except GatewayRefused:
        found = payment_look_up(account=account, intent_id=intent_id)
        if found.held_pence:
            raise
        return found
    return Payment.read(intent, account)


def charge_cancel(*, account: str, intent_id: str) -> Payment:
    """End a payment that has taken nothing; what it holds is let go. Look at `.paid`: it may have been too late.

    Raises GatewayRefused, GatewayUnknown.
    """
    try:
        with asking("cancel a payment") as stripe:
            # No key of ours: ending twice is the same as ending once.
            stripe.v1.payment_intents.cancel(intent_id, {}, {"stripe_account": account})
    except GatewayRefused:
        found = payment_look_up(account=account, intent_id=intent_id)
        if not found.over and not found.paid:
            raise
        return found
    return payment_look_up(account=account, intent_id=intent_id)


def charge_look_up(*, account: str, intent_id: str) -> Payment:
    """A payment as it is now. Raises GatewayRefused, GatewayUnknown."""
    return payment_look_up(account=account, intent_id=intent_id)


def charge_find(*, account: str, reference: str, since: datetime) -> Payment | None:
    """The newest payment with our reference made since then, for a caller who never heard its id.

    Raises GatewayRefused, GatewayUnknown.
    """
    params = {"limit": 100, "created": {"gte": int(since.timestamp())}, "expand": ["data.latest_charge"]}
    with asking("find a payment") as stripe:
        pages = stripe.v1.payment_intents.list(params, {"stripe_account": account})  # type: ignore[arg-type]
        for intent in pages.auto_paging_iter():
            found = Payment.read(intent, account)
            if found.reference == reference:
                return found
    return None
