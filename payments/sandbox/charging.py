"""What the bank says: yes, and the sum is taken, or held until somebody captures it or its time is up; or no."""

from . import shapes
from .cards import REFUSALS, Card
from .endpoints.refunds import book
from .store import Records, Thing

# Seconds that a bank keeps a sum free. https://docs.stripe.com/payments/place-a-hold-on-a-payment-method: 7 days (with
# a margin) where the person was there, Visa 4 days and 18 hours where they were not.
HELD_PRESENT = 6 * 24 * 60 * 60 + 18 * 60 * 60
HELD_AWAY = 4 * 24 * 60 * 60 + 18 * 60 * 60


def card_fee(pence: int) -> int:
    """Stripe's price for a UK card, paid by the seller: 1.5 % and 20p, to the nearest penny.

    >>> card_fee(3600), card_fee(1), card_fee(33)
    (74, 20, 20)
    """
    return 20 + (pence * 15 + 500) // 1000


def booked(records: Records, charge: Thing, amount: int, account: str) -> None:
    """Write what was taken into the account's balance. Pence."""
    book(records, charge, amount=amount, fee=card_fee(amount), kind="charge", account=account)


def take(records: Records, intent: Thing, card: Card, account: str, *, away: bool, email: str | None = None) -> Thing:
    """Charge an intent's whole sum, or hold it where it is captured later; returns the charge."""
    charge = shapes.charge(
        id=records.new_id("ch"),
        now=records.now(),
        intent=intent,
        details=shapes.card_details(card),
        email=email,
        refusal=None,
    )
    charge["_card"] = card.number
    held = intent["capture_method"] == "manual"
    intent |= {"latest_charge": charge["id"], "next_action": None, "last_payment_error": None}
    if held:
        until = records.now() + (HELD_AWAY if away else HELD_PRESENT)
        charge |= {"captured": False, "amount_captured": 0}
        charge["payment_method_details"]["card"] |= {"capture_before": until, "amount_authorized": charge["amount"]}
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
        records.end_at(intent, until)
    else:
        booked(records, charge, charge["amount"], account)
        intent |= {"status": "succeeded", "amount_received": intent["amount"]}
    records.add(charge, account=account, parent=intent["id"])
    records.save(intent)
    records.emit("charge.succeeded", charge, account=account)
    changed = "payment_intent.amount_capturable_updated" if held else "payment_intent.succeeded"
    records.emit(changed, intent, account=account)
    return charge


def refuse(
    records: Records, intent: Thing, card: Card, account: str, *, refused: str, email: str | None = None, **more: Thing
) -> Thing:
    """The intent waits for another card; returns the failed charge. `more` stands in the intent's error."""
    code, message = REFUSALS[refused]
    refusal = {"code": code, "decline_code": refused, "message": message}
    charge = shapes.charge(
        id=records.new_id("ch"),
        now=records.now(),
        intent=intent,
        details=shapes.card_details(card),
        email=email,
        refusal=refusal,
    )
    records.add(charge, account=account, parent=intent["id"])
    intent |= {"status": "requires_payment_method", "next_action": None, "payment_method": None}
    intent |= {"latest_charge": charge["id"]}
    intent["last_payment_error"] = refusal | {"type": "card_error", "charge": charge["id"]} | more
    records.save(intent)
    records.emit("charge.failed", charge, account=account)
    records.emit("payment_intent.payment_failed", intent, account=account)
    return charge
