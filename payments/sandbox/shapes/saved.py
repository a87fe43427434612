"""Customers, saved cards and the intents that save them, as Stripe shows them."""

from ..cards import Card
from ..store import Thing
from .payments import NO_ADDRESS


def customer(*, id: str, now: int, email: str | None, metadata: Thing) -> Thing:
    return {
        "id": id,
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": now,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": email,
        "invoice_prefix": None,
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": metadata,
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }


def payment_method(*, id: str, now: int, card: Card, expiry: tuple[int, int], customer: str | None) -> Thing:
    """`expiry` is (year, month)."""
    year, month = expiry
    return {
        "id": id,
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": {
            "address": dict(NO_ADDRESS),
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        "card": {
            "brand": card.brand,
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": "GB",
            "display_brand": card.brand,
            "exp_month": month,
            "exp_year": year,
            "fingerprint": f"practice{card.last4}",
            "funding": "debit",
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": now,
        "customer": customer,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
        "_card": card.number,
    }


def setup_intent(
    *, id: str, now: int, customer: str | None, metadata: Thing, description: str | None, kinds: list[str]
) -> Thing:
    """`kinds` are the ways to pay that its page offers."""
    card = {"mandate_options": None, "network": None, "request_three_d_secure": None}
    return {
        "id": id,
        "object": "setup_intent",
        "application": None,
        "automatic_payment_methods": None,
        "cancellation_reason": None,
        "client_secret": f"{id}_secret_practice",
        "created": now,
        "customer": customer,
        "customer_account": None,
        "description": description,
        "excluded_payment_method_types": None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "managed_payments": None,
        "mandate": None,
        "metadata": metadata,
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": card} if "card" in kinds else {},
        "payment_method_types": kinds,
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": "off_session",
    }
