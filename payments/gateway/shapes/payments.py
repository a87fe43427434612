"""Payment pages, payments, refunds and disputes, in our own words. Amounts in integer pence."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import stripe


@dataclass(frozen=True)
class CheckoutRequest:
    """One try at being paid on Stripe's page. Keep `as_row()` before the call, and send it again unchanged.

    `account` is the provider's `stripe_id`. `description` is shown to the person and to the provider and stays at
    Stripe: say "Order HB-20417", never what the help is. `reference` is ours and comes back with every snapshot.
    `success_url` may contain {CHECKOUT_SESSION_ID}. `expires_at` must lie between 30 minutes and 24 hours ahead
    (Stripe's rule): to end earlier, call `checkout_expire`. `hold` keeps the sum free on the card until somebody calls
    `charge_capture` with the page's payment; until then the page is complete and not `paid`.
    """

    account: str
    amount_pence: int
    description: str
    reference: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    idempotency_key: str
    customer_email: str = ""
    hold: bool = False

    def __post_init__(self) -> None:
        if not self.account or not self.idempotency_key:
            raise ValueError("a request to be paid needs an account and an idempotency key")

    def as_row(self) -> dict[str, Any]:
        """For a JSON column."""
        return asdict(self) | {"expires_at": int(self.expires_at.timestamp())}

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> "CheckoutRequest":
        return cls(**(row | {"expires_at": datetime.fromtimestamp(row["expires_at"], UTC)}))

    def as_params(self) -> dict[str, Any]:
        """The parameters of Stripe's POST /v1/checkout/sessions; the same request always gives the same ones."""
        product = {"name": self.description}
        price = {"currency": "gbp", "unit_amount": self.amount_pence, "product_data": product}
        params: dict[str, Any] = {
            "mode": "payment",
            "line_items": [{"price_data": price, "quantity": 1}],
            "payment_method_types": ["card"],
            "client_reference_id": self.reference,
            "metadata": {"reference": self.reference},
            "payment_intent_data": {"description": self.description, "metadata": {"reference": self.reference}},
            "success_url": self.success_url,
            "cancel_url": self.cancel_url,
            "expires_at": int(self.expires_at.timestamp()),
        }
        if self.hold:
            params["payment_intent_data"]["capture_method"] = "manual"
        if self.customer_email:
            params["customer_email"] = self.customer_email
        return params


@dataclass(frozen=True)
class Payment:
    """A PaymentIntent. `status` is Stripe's; `refusal` its code when the last card was refused.

    `held_pence` is kept free on the card until `held_until`, and not taken yet.
    """

    intent_id: str
    account: str
    status: str
    amount_pence: int
    received_pence: int
    refunded_pence: int
    currency: str
    reference: str
    charge_id: str = ""
    fee_pence: int = 0
    refusal: str = ""
    held_pence: int = 0
    held_until: datetime | None = None

    @property
    def paid(self) -> bool:
        return self.status == "succeeded"

    @property
    def under_way(self) -> bool:
        """The bank has been asked and has not answered: a Direct Debit, for days."""
        return self.status == "processing"

    @property
    def over(self) -> bool:
        """Cancelled, by us or because a hold ran out: nothing can be taken any more."""
        return self.status == "canceled"

    @property
    def asks_person(self) -> bool:
        """The bank wants to hear from the person, so they must pay on a page."""
        return self.refusal == "authentication_required"

    @classmethod
    def read(cls, intent: stripe.PaymentIntent, account: str) -> "Payment":
        """From an intent fetched with `latest_charge` and its `balance_transaction` expanded."""
        charge = intent.latest_charge
        charge = charge if isinstance(charge, stripe.Charge) else None
        error = intent.last_payment_error
        let_go = charge.amount - charge.amount_captured if charge and charge.captured else 0
        return cls(
            intent_id=intent.id,
            account=account,
            status=intent.status,
            amount_pence=intent.amount,
            received_pence=intent.amount_received,
            refunded_pence=max(0, charge.amount_refunded - let_go) if charge and charge.captured else 0,
            currency=intent.currency,
            reference=_reference(intent.metadata),
            charge_id=charge.id if charge else "",
            fee_pence=_maybe(_maybe(charge, "balance_transaction"), "fee") or 0,
            refusal=(_maybe(error, "decline_code") or _maybe(error, "code") or "") if error else "",
            held_pence=intent.amount_capturable or 0,
            held_until=_held_until(charge),
        )


@dataclass(frozen=True)
class Checkout:
    """A Checkout Session. `status` is "open", "complete" or "expired"; only `paid` says that money moved."""

    session_id: str
    account: str
    status: str
    paid: bool
    amount_pence: int
    currency: str
    reference: str
    expires_at: datetime
    url: str = ""
    payment_intent: str | None = None
    payment: Payment | None = None

    @classmethod
    def read(cls, session: stripe.checkout.Session, account: str) -> "Checkout":
        intent = session.payment_intent
        whole = intent if isinstance(intent, stripe.PaymentIntent) else None
        return cls(
            session_id=session.id,
            account=account,
            status=session.status or "",
            paid=session.payment_status == "paid",
            amount_pence=session.amount_total or 0,
            currency=session.currency or "",
            reference=session.client_reference_id or _reference(session.metadata),
            expires_at=datetime.fromtimestamp(session.expires_at, UTC),
            url=session.url or "",
            payment_intent=whole.id if whole else (str(intent) if intent else None),
            payment=Payment.read(whole, account) if whole else None,
        )


@dataclass(frozen=True)
class Refund:
    """Money on its way back. `status` is Stripe's: pending, requires_action, succeeded, failed or canceled."""

    refund_id: str
    account: str
    status: str
    amount_pence: int
    currency: str
    payment_intent: str
    charge_id: str
    reference: str

    @classmethod
    def read(cls, refund: stripe.Refund, account: str) -> "Refund":
        return cls(
            refund_id=refund.id,
            account=account,
            status=refund.status or "",
            amount_pence=refund.amount,
            currency=refund.currency,
            payment_intent=_id(refund.payment_intent),
            charge_id=_id(refund.charge),
            reference=_reference(refund.metadata),
        )


@dataclass(frozen=True)
class Dispute:
    """Money that the person's bank took back, asking the provider why it should not.

    `status` is Stripe's: needs_response, under_review, won, lost, or one of the warning_... and prevented, by which no
    money has moved. `reason` is Stripe's code for what the person said.
    """

    dispute_id: str
    account: str
    status: str
    amount_pence: int
    currency: str
    reason: str
    payment_intent: str
    charge_id: str
    created_at: datetime
    due_by: datetime | None

    @classmethod
    def read(cls, dispute: stripe.Dispute, account: str) -> "Dispute":
        due = dispute.evidence_details.due_by
        return cls(
            dispute_id=dispute.id,
            account=account,
            status=dispute.status,
            amount_pence=dispute.amount,
            currency=dispute.currency,
            reason=dispute.reason,
            payment_intent=_id(dispute.payment_intent),
            charge_id=_id(dispute.charge),
            created_at=datetime.fromtimestamp(dispute.created, UTC),
            due_by=datetime.fromtimestamp(due, UTC) if due else None,
        )


def _id(thing: Any) -> str:
    return thing if isinstance(thing, str) else (thing.id if thing else "")


def _held_until(charge: stripe.Charge | None) -> datetime | None:
    card = _maybe(_maybe(charge, "payment_method_details"), "card")
    until = _maybe(card, "capture_before") if charge and not charge.captured else None
    return datetime.fromtimestamp(until, UTC) if until else None


def _maybe(thing: Any, name: str) -> Any:
    return getattr(thing, name, None)


def _reference(metadata: Any) -> str:
    return (_maybe(metadata, "reference") or "") if metadata else ""
