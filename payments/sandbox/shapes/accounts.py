"""Accounts as Stripe shows them, and what it still asks of their owners."""

from hashlib import sha256

from ..store import Thing

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


def bank_account(account_id: str, number: str) -> Thing:
    """Where an account is paid into. The fingerprint is the same wherever the number is."""
    mark = sha256(number.encode()).hexdigest()
    return {
        "id": f"ba_{sha256(f'{account_id}{number}'.encode()).hexdigest()[:24]}",
        "object": "bank_account",
        "account": account_id,
        "account_holder_name": None,
        "account_holder_type": None,
        "account_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": "PRACTICE BANK",
        "country": "GB",
        "currency": "gbp",
        "default_for_currency": True,
        "fingerprint": mark[:16],
        "future_requirements": None,
        "last4": f"{int(mark[:8], 16) % 10000:04d}",
        "metadata": {},
        "requirements": None,
        "routing_number": "108800",
        "status": "new",
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
