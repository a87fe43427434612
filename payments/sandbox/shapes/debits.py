"""Bank accounts, mandates and what is debited under them, as Stripe shows them."""

from ..banks import SORT_CODE, Bank
from ..store import Thing
from .payments import NO_ADDRESS


def bank_method(*, id: str, now: int, bank: Bank, customer: str | None, name: str, email: str | None) -> Thing:
    return {
        "id": id,
        "object": "payment_method",
        "allow_redisplay": "limited",
        "bacs_debit": {"fingerprint": f"practice{bank.last4}", "last4": bank.last4, "sort_code": SORT_CODE},
        "billing_details": {
            "address": dict(NO_ADDRESS),
            "email": email,
            "name": name,
            "phone": None,
            "tax_id": None,
        },
        "created": now,
        "customer": customer,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": "bacs_debit",
        "_bank": bank.number,
    }


def mandate(*, id: str, now: int, method: str) -> Thing:
    return {
        "id": id,
        "object": "mandate",
        "customer_acceptance": {
            "accepted_at": now,
            "online": {"ip_address": None, "user_agent": None},
            "type": "online",
        },
        "livemode": False,
        "multi_use": {},
        "payment_method": method,
        "payment_method_details": {
            "bacs_debit": {
                "display_name": None,
                "network_status": "accepted",
                "reference": id[-12:].upper(),
                "revocation_reason": None,
                "service_user_number": None,
                "url": "https://practice.invalid/mandate",
            },
            "type": "bacs_debit",
        },
        "status": "active",
        "type": "multi_use",
    }


def debit_details(method: Thing, mandate: str, leaves: str | None) -> Thing:
    """`leaves` is the day that the money leaves, YYYY-MM-DD, where one was named."""
    known = {**method["bacs_debit"], "mandate": mandate}
    return {"type": "bacs_debit", "bacs_debit": known | ({"expected_debit_date": leaves} if leaves else {})}
