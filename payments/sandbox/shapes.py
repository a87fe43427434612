"""Stripe's objects as it answers them, every field that our API version always sends.

Checked against Stripe's OpenAPI description in tests/integration/sandbox/test_answers.py.
Amounts are integer pence, times whole seconds since 1970.
"""

from typing import Any

from .cards import Card
from .store import Thing

NO_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
ONBOARDING_ASKS = [
    "business_profile.url",
    "business_type",
    "external_account",
    "representative.dob.day",
    "representative.verification.document",
    "tos_acceptance.date",
]


def requirements(due: list[str], *, disabled: str | None = None, deadline: int | None = None) -> Thing:
    return {
        "alternatives": [],
        "current_deadline": deadline,
        "currently_due": due,
        "disabled_reason": disabled,
        "errors": [],
        "eventually_due": due,
        "past_due": due if disabled == "requirements.past_due" else [],
        "pending_verification": [],
    }


def account(*, id: str, now: int, country: str, email: str | None, profile: Thing, controller: Thing, **more) -> Thing:
    empty_profile = dict.fromkeys(
        (
            "mcc",
            "name",
            "product_description",
            "support_address",
            "support_email",
            "support_phone",
            "support_url",
            "url",
        )
    )
    return {
        "id": id,
        "object": "account",
        "business_profile": empty_profile | profile,
        "business_type": more["business_type"],
        "capabilities": {"card_payments": "inactive", "transfers": "inactive"},
        "charges_enabled": False,
        "controller": controller,
        "country": country,
        "created": now,
        "default_currency": "gbp",
        "details_submitted": False,
        "email": email,
        "external_accounts": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"/v1/accounts/{id}/external_accounts",
        },
        "future_requirements": requirements([]),
        "metadata": more["metadata"],
        "payouts_enabled": False,
        "requirements": requirements(list(ONBOARDING_ASKS), disabled="requirements.past_due"),
        "settings": {
            "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
            "card_payments": {
                "decline_on": {"avs_failure": False, "cvc_failure": False},
                "statement_descriptor_prefix": None,
                "statement_descriptor_prefix_kana": None,
                "statement_descriptor_prefix_kanji": None,
            },
            "dashboard": {"display_name": profile.get("name"), "timezone": "Europe/London"},
            "payments": {
                "statement_descriptor": None,
                "statement_descriptor_kana": None,
                "statement_descriptor_kanji": None,
            },
            "payouts": {
                "debit_negative_balances": True,
                "schedule": {"delay_days": 3, "interval": "daily"},
                "statement_descriptor": None,
            },
        },
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": "standard" if controller["stripe_dashboard"]["type"] == "full" else "none",
    }


def checkout_session(*, id: str, now: int, amount: int, url: str, **more: Any) -> Thing:
    return {
        "id": id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "after_expiration": None,
        "allow_promotion_codes": None,
        "amount_subtotal": amount,
        "amount_total": amount,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None,
        "cancel_url": None,
        "client_reference_id": None,
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "created": now,
        "currency": "gbp",
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        "customer": None,
        "customer_account": None,
        "customer_creation": "if_required",
        "customer_details": None,
        "customer_email": None,
        "discounts": [],
        "invoice": None,
        "invoice_creation": None,
        "livemode": False,
        "locale": None,
        "metadata": {},
        "mode": "payment",
        "origin_context": None,
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": None,
        "subscription": None,
        "success_url": None,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": url,
        "wallet_options": None,
    } | more


def payment_intent(*, id: str, now: int, amount: int, **more: Any) -> Thing:
    return {
        "id": id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "client_secret": f"{id}_secret_practice",
        "confirmation_method": "automatic",
        "created": now,
        "currency": "gbp",
        "customer": None,
        "description": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    } | more


def charge(*, id: str, now: int, intent: Thing, card: Card, email: str | None, refusal: Thing | None) -> Thing:
    paid = refusal is None
    return {
        "id": id,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": {"address": dict(NO_ADDRESS), "email": email, "name": None, "phone": None, "tax_id": None},
        "calculated_statement_descriptor": None,
        "captured": paid,
        "created": now,
        "currency": intent["currency"],
        "customer": None,
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": refusal["code"] if refusal else None,
        "failure_message": refusal["message"] if refusal else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "on_behalf_of": None,
        "outcome": {
            "advice_code": "try_again_later" if refusal else None,
            "network_advice_code": None,
            "network_decline_code": None,
            "network_status": "declined_by_network" if refusal else "approved_by_network",
            "reason": refusal.get("decline_code") if refusal else None,
            "risk_level": "normal",
            "risk_score": 20,
            "seller_message": refusal["message"] if refusal else "Payment complete.",
            "type": "issuer_declined" if refusal else "authorized",
        },
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"],
        "payment_method_details": {"type": "card", "card": _card_details(card)},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "succeeded" if paid else "failed",
        "transfer_data": None,
        "transfer_group": None,
    }


def _card_details(card: Card) -> Thing:
    return {
        "amount_authorized": None,
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "GB",
        "exp_month": 12,
        "exp_year": 2040,
        "fingerprint": f"practice{card.last4}",
        "funding": "debit",
        "installments": None,
        "last4": card.last4,
        "mandate": None,
        "network": card.brand,
        "network_token": None,
        "three_d_secure": None,
        "wallet": None,
    }


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
