"""What a person's bank takes back: it asks the seller why, or, under the Direct Debit Guarantee, it asks nobody."""

from . import shapes
from .endpoints.refunds import book
from .store import Records, Thing

DISPUTE_FEE = 2000  # pence: Stripe's price for a dispute in the United Kingdom, kept even when it is won
ANSWER_WITHIN = 9 * 24 * 60 * 60  # seconds to send evidence


def open_dispute(records: Records, charge: Thing, account: str, *, reason: str, pence: int | None = None) -> Thing:
    dispute = shapes.dispute(
        id=records.new_id("du"),
        now=records.now(),
        charge=charge,
        amount=charge["amount"] - charge["amount_refunded"] if pence is None else pence,
        reason=reason,
        due_by=records.now() + ANSWER_WITHIN,
    )
    records.add(dispute, account=account, parent=charge["id"])
    line = book(records, dispute, amount=-dispute["amount"], fee=DISPUTE_FEE, kind="adjustment", account=account)
    dispute["balance_transactions"].append(line)
    records.save(dispute)
    records.save(charge | {"disputed": True})
    records.emit("charge.dispute.created", dispute, account=account)
    records.emit("charge.dispute.funds_withdrawn", dispute, account=account)
    return dispute


def take_back(records: Records, charge: Thing, account: str) -> Thing:
    dispute = open_dispute(records, charge, account, reason="debit_not_authorized")
    dispute["status"] = "lost"
    dispute["evidence_details"]["due_by"] = None
    del dispute["payment_method_details"]
    records.save(dispute)
    records.emit("charge.dispute.closed", dispute, account=account)
    return dispute
