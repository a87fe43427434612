"""PaymentIntents, charges and balance transactions: what a payment came to."""

from ..call import Call
from ..errors import ApiError, unexpected_state
from ..store import Records, Thing, shown

CANCELLABLE = {
    "requires_payment_method",
    "requires_capture",
    "requires_confirmation",
    "requires_action",
    "processing",
}


def retrieve_intent(call: Call) -> Thing:
    call.params.text("client_secret")
    return call.records.get("payment_intent", call.ids[0], call.account, param="intent")


def list_intents(call: Call) -> Thing:
    return call.listed("payment_intent")


def cancel_intent(call: Call) -> Thing:
    intent = call.records.get("payment_intent", call.ids[0], call.account, param="intent")
    reason = call.params.choice(
        "cancellation_reason", "abandoned", "duplicate", "fraudulent", "requested_by_customer", "", default=""
    )
    call.params.finish()
    if intent["status"] not in CANCELLABLE:
        raise unexpected_state(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. Only a PaymentIntent "
            "with one of the following statuses may be canceled: requires_payment_method, requires_capture, "
            "requires_reauthorization, requires_confirmation, requires_action, processing.",
            payment_intent=intent,
        )
    if intent.get("_session") and intent["status"] != "requires_capture":
        raise ApiError(
            "You cannot cancel the PaymentIntent for a Checkout Session. Expire the Checkout Session instead."
        )
    return release(call.records, intent, account=call.account, reason=reason or None)


def release(records: Records, intent: Thing, *, account: str, reason: str | None) -> Thing:
    """Cancel a payment; what its charge held on the card is let go."""
    if intent["status"] == "requires_capture":
        charge = records.get("charge", intent["latest_charge"], account)
        charge |= {"amount_refunded": charge["amount"], "refunded": True}
        records.save(charge)
        kind = "charge.expired" if reason == "automatic" else "charge.refunded"
        records.emit(kind, charge, account=account)
    intent |= {"status": "canceled", "canceled_at": records.now(), "cancellation_reason": reason}
    intent |= {"amount_capturable": 0, "next_action": None}
    records.save(intent, ended=True)
    records.emit("payment_intent.canceled", intent, account=account)
    return intent


def retrieve_charge(call: Call) -> Thing:
    return call.records.get("charge", call.ids[0], call.account, param="charge")


def list_charges(call: Call) -> Thing:
    return call.listed("charge", parent=call.params.text("payment_intent") or "")


def retrieve_balance_transaction(call: Call) -> Thing:
    return call.records.get("balance_transaction", call.ids[0], call.account)


def list_balance_transactions(call: Call) -> Thing:
    payout = call.params.text("payout")
    if payout:
        lines = [
            line for line in call.records.every("balance_transaction", call.account) if line.get("_payout") == payout
        ]
        call.params.whole("limit")
        return {"object": "list", "data": [shown(line) for line in lines], "has_more": False, "url": call.path}
    return call.listed("balance_transaction", parent=call.params.text("source") or "")
