"""Payments from a saved card or a bank account, the person not there: made, confirmed, captured whole or in part."""

from datetime import UTC, datetime

from .. import debiting, shapes
from ..call import Call
from ..cards import CARDS, REFUSALS
from ..charging import booked, refuse, take
from ..errors import ApiError, bad_param, card_refused, unexpected_state
from ..store import Records, Thing, shown
from .checkout import LEAST_PENCE, MOST_PENCE, account_may_charge


def create(call: Call) -> Thing:
    """Not confirmed: nothing can be taken until somebody confirms it."""
    params, records = call.params, call.records
    account_may_charge(call)
    amount = params.whole("amount", required=True) or 0
    if amount < LEAST_PENCE:
        raise bad_param("amount", "Amount must be at least £0.30 gbp", "amount_too_small")
    if amount > MOST_PENCE:
        raise bad_param("amount", "Amount must be no more than £999,999.99", "amount_too_large")
    params.choice("currency", "gbp")
    params.choice("confirm", "false", default="false")
    method = params.text("payment_method", required=True) or ""
    kept = records.get("payment_method", method, call.account, param="payment_method")
    kinds, customer = params.texts("payment_method_types") or ["card"], params.text("customer")
    debit = params.inner("payment_method_options").inner(debiting.METHOD)
    leaves = debiting.right_day(records, debit.text("target_date"))
    if kinds == [debiting.METHOD]:
        _may_be_debited(call, kept, customer)
    intent = shapes.payment_intent(
        id=records.new_id("pi"),
        now=records.now(),
        amount=amount,
        capture_method=params.choice("capture_method", "automatic", "manual", "automatic_async", default="automatic"),
        description=params.text("description", most=1000),
        metadata=params.flat("metadata"),
        payment_method=method,
        payment_method_types=kinds,
        payment_method_options={debiting.METHOD: {"target_date": leaves}} if leaves else {},
        customer=customer,
        receipt_email=params.text("receipt_email"),
        statement_descriptor_suffix=params.text("statement_descriptor_suffix", most=22),
        status="requires_confirmation",
    )
    params.finish()
    records.add(intent, account=call.account)
    records.emit("payment_intent.created", intent, account=call.account)
    return intent


def _may_be_debited(call: Call, method: Thing, customer: str | None) -> None:
    debiting.may_debit(call.records, call.account)
    if method["type"] != debiting.METHOD or customer is None or method["customer"] != customer:
        raise bad_param("payment_method", "The PaymentMethod must be a bank account of the customer.")


def _intent(call: Call) -> Thing:
    return call.records.get("payment_intent", call.ids[0], call.account, param="intent")


def confirm(call: Call) -> Thing:
    """Charge the card, or hold the sum on it. A refusal has happened: the intent waits for another card."""
    params, records, account = call.params, call.records, call.account
    intent = _intent(call)
    away = params.truth("off_session")
    method_id = params.text("payment_method") or intent["payment_method"]
    params.url("return_url")
    params.finish()
    account_may_charge(call)
    if intent["status"] not in {"requires_confirmation", "requires_payment_method"} or intent.get("_session"):
        raise unexpected_state(
            f"You cannot confirm this PaymentIntent because it has a status of {intent['status']}. Only a "
            "PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, "
            "requires_action.",
            payment_intent=shown(intent),
        )
    if not method_id:
        raise unexpected_state(
            "You cannot confirm this PaymentIntent because it's missing a payment method.", payment_intent=shown(intent)
        )
    method = records.get("payment_method", method_id, account, param="payment_method")
    intent["payment_method"] = method_id
    if method["type"] == debiting.METHOD:
        debiting.may_debit(records, account)
        debiting.ask(records, intent, method, account)
        return intent
    card, refused = CARDS[method["_card"]], _refused(records, method, away)
    if refused:
        raise _refuse(records, intent, method, refused, account)
    take(records, intent, card, account, away=away)
    return intent


def _refused(records: Records, method: Thing, away: bool) -> str:
    """Stripe's decline code, or "" when the bank pays."""
    card, today = CARDS[method["_card"]], datetime.fromtimestamp(records.now(), UTC)
    if (method["card"]["exp_year"], method["card"]["exp_month"]) < (today.year, today.month):
        return "expired_card"
    if card.asks_each_time and away:
        return "authentication_required"
    return card.refused


def _refuse(records: Records, intent: Thing, method: Thing, refused: str, account: str) -> ApiError:
    tried = shown(method)
    charge = refuse(records, intent, CARDS[method["_card"]], account, refused=refused, payment_method=tried)
    code, message = REFUSALS[refused]
    return card_refused(code, refused, message, charge=charge["id"], payment_intent=shown(intent), payment_method=tried)


def capture(call: Call) -> Thing:
    """Take what is held, or less of it: once. The rest is let go."""
    intent, records, account = _intent(call), call.records, call.account
    wanted = call.params.whole("amount_to_capture", least=1)
    call.params.finish()
    if intent["status"] != "requires_capture":
        raise unexpected_state(
            f"This PaymentIntent could not be captured because it has a status of {intent['status']}. Only a "
            "PaymentIntent with one of the following statuses may be captured: requires_capture.",
            payment_intent=shown(intent),
        )
    amount = intent["amount_capturable"] if wanted is None else wanted
    if amount > intent["amount_capturable"]:
        raise bad_param(
            "amount_to_capture", "The amount to capture is greater than the amount you can capture.", "amount_too_large"
        )
    charge = records.get("charge", intent["latest_charge"], account)
    take_held(records, intent, charge, amount, account)
    return intent


def take_held(records: Records, intent: Thing, charge: Thing, amount: int, account: str) -> None:
    """`amount` in pence; Stripe shows what was let go as given back."""
    charge |= {"captured": True, "amount_captured": amount, "amount_refunded": charge["amount"] - amount}
    booked(records, charge, amount, account)
    records.save(charge)
    intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
    records.save(intent, ended=True)
    session = records.look_up(intent.get("_session") or "", account)
    if session is not None:
        records.save(session | {"payment_status": "paid"})
    records.emit("charge.captured", charge, account=account)
    records.emit("payment_intent.succeeded", intent, account=account)
