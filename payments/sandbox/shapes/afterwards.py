"""What follows a payment: refunds, disputes, payouts, and the lines of an account's balance."""

from ..store import Thing


def refund(*, id: str, now: int, charge: Thing, amount: int, reason: str | None, metadata: Thing) -> Thing:
    return {
        "id": id,
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def balance_transaction(*, id: str, now: int, source: Thing, amount: int, fee: int, kind: str) -> Thing:
    fees = [{"amount": fee, "application": None, "currency": "gbp", "description": "Stripe fee", "type": "stripe_fee"}]
    return {
        "id": id,
        "object": "balance_transaction",
        "amount": amount,
        "available_on": now + 3 * 24 * 60 * 60,
        "balance_type": "payments",
        "created": now,
        "currency": "gbp",
        "description": source.get("description"),
        "exchange_rate": None,
        "fee": fee,
        "fee_details": fees if fee else [],
        "net": amount - fee,
        "reporting_category": kind,
        "source": source["id"],
        "status": "pending",
        "type": kind,
    }


EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)


def dispute(*, id: str, now: int, charge: Thing, amount: int, reason: str, due_by: int) -> Thing:
    return {
        "id": id,
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": due_by,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {"brand": "visa", "case_type": "chargeback", "network_reason_code": "10.4"},
            "type": "card",
        },
        "reason": reason,
        "status": "needs_response",
    }


def payout(*, id: str, now: int, amount: int) -> Thing:
    return {
        "id": id,
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": now + 2 * 24 * 60 * 60,
        "automatic": True,
        "balance_transaction": None,
        "created": now,
        "currency": "gbp",
        "description": "STRIPE PAYOUT",
        "destination": "ba_practice",
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "completed",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "in_transit",
        "trace_id": None,
        "type": "bank_account",
    }


def balance(available: int) -> Thing:
    return {
        "object": "balance",
        "available": [{"amount": available, "currency": "gbp", "source_types": {"card": available}}],
        "livemode": False,
        "pending": [{"amount": 0, "currency": "gbp", "source_types": {"card": 0}}],
    }
