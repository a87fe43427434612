"""Saving a card or a mandate to debit a bank account, and charging it later with the person not there."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import stripe

from .payments import _id, _maybe, _reference

CARD, DEBIT = "card", "bacs_debit"  # Stripe's names of the ways to pay


@dataclass(frozen=True)
class CardSetupRequest:
    """One try at saving a way to pay on Stripe's page. Keep `as_row()` before the call.

    A card is saved on the platform (`account` ""), to be copied to whoever charges it. A mandate for Direct Debits
    (`method` DEBIT) cannot be copied: it is given to the `account` that collects.

    `customer` comes from `customer_open`. `consent` is what the person says yes to by saving, shown above the button:
    who may charge the card, for what, how often, how much at most, and how to stop it (at most 1,200 letters).
    `reference` is ours. `expires_at` must lie between 30 minutes and 24 hours ahead.
    """

    customer: str
    consent: str
    reference: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    idempotency_key: str
    account: str = ""
    method: str = CARD

    def __post_init__(self) -> None:
        if not self.customer or not self.consent or not self.idempotency_key:
            raise ValueError("saving a card needs a customer, words of consent and an idempotency key")

    def as_row(self) -> dict[str, Any]:
        """For a JSON column."""
        return asdict(self) | {"expires_at": int(self.expires_at.timestamp())}

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> "CardSetupRequest":
        return cls(**(row | {"expires_at": datetime.fromtimestamp(row["expires_at"], UTC)}))

    def as_params(self) -> dict[str, Any]:
        """The parameters of Stripe's POST /v1/checkout/sessions in setup mode."""
        return {
            "mode": "setup",
            "currency": "gbp",
            "customer": self.customer,
            "payment_method_types": [self.method],
            "client_reference_id": self.reference,
            "metadata": {"reference": self.reference},
            "setup_intent_data": {"metadata": {"reference": self.reference}},
            "custom_text": {"submit": {"message": self.consent}},
            "success_url": self.success_url,
            "cancel_url": self.cancel_url,
            "expires_at": int(self.expires_at.timestamp()),
        }


@dataclass(frozen=True)
class CardSetup:
    """A page that saves a card or a mandate. `status` is "open", "complete" or "expired"; only `saved` says that there
    is one.

    `card_expires` is (year, month) of the card. `payment_method` lives on `account` ("" is the platform: copy it before
    charging). `mandate` is the id of the person's word to their bank, for Direct Debits only.
    """

    session_id: str
    status: str
    reference: str
    expires_at: datetime
    url: str = ""
    customer: str = ""
    setup_intent: str = ""
    payment_method: str = ""
    brand: str = ""
    last4: str = ""
    card_expires: tuple[int, int] | None = None
    account: str = ""
    mandate: str = ""

    @property
    def saved(self) -> bool:
        return self.status == "complete" and bool(self.payment_method)

    @classmethod
    def read(cls, session: stripe.checkout.Session, account: str = "") -> "CardSetup":
        """From a session fetched with `setup_intent.payment_method` expanded."""
        intent = session.setup_intent
        whole = intent if isinstance(intent, stripe.SetupIntent) and intent.status == "succeeded" else None
        method = whole.payment_method if whole else None
        card = _maybe(method, "card")
        bank = _maybe(method, "bacs_debit")
        return cls(
            session_id=session.id,
            status=session.status or "",
            reference=session.client_reference_id or _reference(session.metadata),
            expires_at=datetime.fromtimestamp(session.expires_at, UTC),
            url=session.url or "",
            customer=_id(session.customer),
            setup_intent=_id(intent),
            payment_method=_id(method),
            brand=_maybe(card, "brand") or "",
            last4=_maybe(card or bank, "last4") or "",
            card_expires=(card.exp_year, card.exp_month) if card else None,
            account=account,
            mandate=_id(whole.mandate) if whole and bank else "",
        )


@dataclass(frozen=True)
class Mandate:
    """A person's word to their bank that an account may debit them. Only one that `stands` can be debited."""

    mandate_id: str
    account: str
    status: str
    payment_method: str

    @property
    def stands(self) -> bool:
        return self.status != "inactive"

    @classmethod
    def read(cls, mandate: stripe.Mandate, account: str) -> "Mandate":
        return cls(mandate.id, account, mandate.status, _id(mandate.payment_method))


@dataclass(frozen=True)
class ChargeRequest:
    """One try at charging a saved card on the provider's account, the person not there. Keep `as_row()` before.

    `payment_method` is what `card_copy` answered for this `account`. `hold` keeps the sum free on the card until it is
    captured (days: see `Payment.held_until`) instead of taking it at once. `idempotency_key` is that of the making,
    such as "visitbill:AB12:create:0".

    A Direct Debit (`method` DEBIT) names the `customer` who gave the mandate on that account, and as `leaves_on` the
    day that the money leaves the bank, YYYY-MM-DD, 3 to 15 days ahead (Stripe's rule). It cannot be held.
    """

    account: str
    payment_method: str
    amount_pence: int
    description: str
    reference: str
    idempotency_key: str
    hold: bool = False
    method: str = CARD
    customer: str = ""
    leaves_on: str = ""

    def __post_init__(self) -> None:
        if not self.account or not self.payment_method or not self.idempotency_key:
            raise ValueError("a charge needs an account, a card copied to it, and an idempotency key")

    def as_row(self) -> dict[str, Any]:
        """For a JSON column."""
        return asdict(self)

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> "ChargeRequest":
        return cls(**row)

    def as_params(self) -> dict[str, Any]:
        """The parameters of Stripe's POST /v1/payment_intents; not confirmed, so nothing can be taken yet."""
        params: dict[str, Any] = {
            "amount": self.amount_pence,
            "currency": "gbp",
            "payment_method": self.payment_method,
            "payment_method_types": [self.method],
            "capture_method": "manual" if self.hold else "automatic",
            "description": self.description,
            "metadata": {"reference": self.reference},
        }
        if self.method == DEBIT:
            params["customer"] = self.customer
            params["payment_method_options"] = {DEBIT: {"target_date": self.leaves_on}}
        return params
