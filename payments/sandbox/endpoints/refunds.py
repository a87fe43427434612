"""Refunds of a charge, whole or in parts, never more than was taken."""

from .. import shapes
from ..call import Call
from ..cards import SLOW_REFUND
from ..errors import ApiError, missing_param
from ..store import Records, Thing


def create(call: Call) -> Thing:
    params, records = call.params, call.records
    charge = _charge(call)
    left = charge["amount"] - charge["amount_refunded"]  # what was not captured counts as given back already
    amount = params.whole("amount", least=1)
    reason = params.choice("reason", "duplicate", "fraudulent", "requested_by_customer", "", default="")
    metadata = params.flat("metadata")
    params.finish()
    if charge["status"] != "succeeded" or not charge["captured"]:
        raise ApiError("This charge has not succeeded and so cannot be refunded.", param="charge")
    if charge["disputed"]:
        raise ApiError("This charge has been charged back and cannot be refunded.", code="charge_disputed")
    if left == 0:
        raise ApiError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount is not None and amount > left:
        raise ApiError(
            f"Refund amount (£{amount / 100:.2f}) is greater than unrefunded amount on charge (£{left / 100:.2f})",
            param="amount",
        )
    refund = shapes.refund(
        id=records.new_id("re"),
        now=records.now(),
        charge=charge,
        amount=left if amount is None else amount,
        reason=reason or None,
        metadata=metadata,
    )
    if charge.get("_card") in SLOW_REFUND:
        refund["status"] = "pending"
    book(records, refund, amount=-refund["amount"], fee=0, kind="refund", account=call.account)
    records.add(refund, account=call.account, parent=charge["id"])
    before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    charge["amount_refunded"] += refund["amount"]
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    records.save(charge)
    records.emit("refund.created", refund, account=call.account)
    records.emit("charge.refunded", charge, account=call.account, previous=before)
    return refund


def _charge(call: Call) -> Thing:
    charge_id, intent_id = call.params.text("charge"), call.params.text("payment_intent")
    if intent_id:
        intent = call.records.get("payment_intent", intent_id, call.account, param="payment_intent")
        if not intent["latest_charge"] or intent["status"] != "succeeded":
            raise ApiError(
                f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.",
                param="payment_intent",
            )
        charge_id = intent["latest_charge"]
    if not charge_id:
        raise missing_param("payment_intent")
    return call.records.get("charge", charge_id, call.account, param="charge")


def retrieve(call: Call) -> Thing:
    return call.records.get("refund", call.ids[0], call.account)


def list_all(call: Call) -> Thing:
    parent = call.params.text("charge") or ""
    intent = call.params.text("payment_intent")
    if intent:
        parent = call.records.get("payment_intent", intent, call.account)["latest_charge"] or intent
    return call.listed("refund", parent=parent)


def book(records: Records, source: Thing, *, amount: int, fee: int, kind: str, account: str) -> Thing:
    """Write the line in the account's balance, and point the source at it. Pence."""
    line = shapes.balance_transaction(
        id=records.new_id("txn"), now=records.now(), source=source, amount=amount, fee=fee, kind=kind
    )
    records.add(line, account=account, parent=source["id"])
    if "balance_transaction" in source:
        source["balance_transaction"] = line["id"]
    return line
