"""A Direct Debit: the bank is asked, and answers days later by the twin's clock."""

from datetime import UTC, date, datetime, timedelta

from . import shapes
from .banks import ANSWERS_AFTER, BANKS, LATEST, REFUSALS, SOONEST, TAKES
from .disputing import take_back
from .endpoints.refunds import book
from .errors import ApiError, bad_param
from .store import Records, Thing

METHOD, CAPABILITY = "bacs_debit", "bacs_debit_payments"


def may_debit(records: Records, account: str) -> None:
    """Raises ApiError for the platform, and for an account that has not switched Direct Debits on."""
    owner = records.get("account", account, "") if account else {}
    if owner.get("capabilities", {}).get(CAPABILITY) != "active":
        raise bad_param(
            "payment_method_types",
            f'The payment method type "{METHOD}" is invalid. Please ensure the provided type is activated in your '
            "dashboard and your account is enabled for any preview features that you are trying to use.",
        )


def right_day(records: Records, said: str | None) -> str | None:
    """The day that money is to leave, when one was said. Raises ApiError when it lies outside Stripe's bounds."""
    if not said:
        return None
    today = datetime.fromtimestamp(records.now(), UTC).date()
    name = f"payment_method_options[{METHOD}][target_date]"
    try:
        ahead = date.fromisoformat(said) - today
    except ValueError as error:
        raise bad_param(name, "Invalid date: must be YYYY-MM-DD.") from error
    if not timedelta(days=SOONEST) <= ahead <= timedelta(days=LATEST):
        raise bad_param(name, f"The target date must be between {SOONEST} and {LATEST} days from now.")
    return said


def ask(records: Records, intent: Thing, method: Thing, account: str) -> Thing:
    """Ask the bank: nothing is taken yet. Raises ApiError when the mandate does not stand any more."""
    mandate = next(iter(records.children("mandate", method["id"])), None)
    if mandate is None or mandate["status"] == "inactive":
        raise ApiError("The mandate of this PaymentMethod is not active.", code="payment_method_invalid_parameter")
    leaves = right_day(records, intent["payment_method_options"].get(METHOD, {}).get("target_date"))
    answers = records.now() + TAKES
    if leaves:
        begins = datetime.combine(date.fromisoformat(leaves), datetime.min.time(), UTC)
        answers = int(begins.timestamp()) + ANSWERS_AFTER
    charge = shapes.charge(
        id=records.new_id("ch"),
        now=records.now(),
        intent=intent,
        details=shapes.debit_details(method, mandate["id"], leaves),
        email=None,
        refusal=None,
    )
    charge |= {"paid": False, "status": "pending", "customer": intent["customer"], "_bank": method["_bank"]}
    records.add(charge, account=account, parent=intent["id"])
    intent |= {"status": "processing", "latest_charge": charge["id"], "last_payment_error": None}
    records.save(intent)
    records.end_at(intent, answers)
    records.emit("charge.pending", charge, account=account)
    records.emit("payment_intent.processing", intent, account=account)
    return charge


def debit_fee(pence: int) -> int:
    """Stripe's price for a Bacs Direct Debit, paid by the seller: 1 %, at least 20p and at most £2.

    >>> debit_fee(3600), debit_fee(100), debit_fee(100_000)
    (36, 20, 200)
    """
    return min(200, max(20, (pence + 50) // 100))


def answer(records: Records, intent: Thing, account: str) -> None:
    """The bank has answered: the money is there, or the payment waits for another way to pay."""
    charge = records.get("charge", intent["latest_charge"], account)
    bank = BANKS[charge["_bank"]]
    mandate = records.get("mandate", charge["payment_method_details"][METHOD]["mandate"], account)
    if bank.refused or mandate["status"] == "inactive":
        _refuse(records, intent, charge, account, bank.refused or "debit_not_authorized")
        if bank.ends_mandate:
            end_mandate(records, mandate, account, "debit_not_authorized")
        return
    charge |= {"paid": True, "status": "succeeded"}
    book(records, charge, amount=charge["amount"], fee=debit_fee(charge["amount"]), kind="payment", account=account)
    records.save(charge)
    intent |= {"status": "succeeded", "amount_received": intent["amount"]}
    records.save(intent, ended=True)
    records.emit("charge.succeeded", charge, account=account)
    records.emit("payment_intent.succeeded", intent, account=account)
    if bank.taken_back:
        take_back(records, charge, account)


def _refuse(records: Records, intent: Thing, charge: Thing, account: str, code: str) -> None:
    message = REFUSALS[code]
    outcome = charge["outcome"] | {"reason": code, "seller_message": message, "type": "issuer_declined"}
    charge |= {"status": "failed", "captured": False, "amount_captured": 0, "outcome": outcome}
    charge |= {"failure_code": code, "failure_message": message}
    records.save(charge)
    error = {"type": "invalid_request_error", "code": code, "message": message, "charge": charge["id"]}
    intent |= {"status": "requires_payment_method", "payment_method": None, "last_payment_error": error}
    records.save(intent, ended=True)
    records.emit("charge.failed", charge, account=account)
    records.emit("payment_intent.payment_failed", intent, account=account)


def end_mandate(records: Records, mandate: Thing, account: str, reason: str) -> None:
    """The bank takes no more debits under it."""
    network = mandate["payment_method_details"][METHOD]
    network |= {"network_status": "revoked", "revocation_reason": reason}
    records.save(mandate | {"status": "inactive"})
    records.emit("mandate.updated", mandate | {"status": "inactive"}, account=account)
