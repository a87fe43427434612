"""Stripe's own record, page by page, for whoever compares it with ours. Nothing is held in memory."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ..client import asking
from ..shapes import Dispute, Payment, Refund


def payments_of(*, account: str, since: datetime) -> Iterator[Payment]:
    """Every payment begun on an account since then, newest first. Raises GatewayRefused, GatewayUnknown.

    Read from the answers as they come: making the library's objects of 100,000 payments takes longer than comparing
    them. What is held on a card, fees and refusals are left out.
    """
    asked: dict[str, Any] = {"limit": 100, "created": {"gte": int(since.timestamp())}, "expand": ["data.latest_charge"]}
    with asking("list payments") as stripe:
        while True:
            page = stripe.raw_request("get", "/v1/payment_intents", stripe_account=account, **asked).data
            for intent in page["data"]:
                yield _listed(intent, account)
            if not page["has_more"]:
                return
            asked["starting_after"] = page["data"][-1]["id"]


def _listed(intent: dict[str, Any], account: str) -> Payment:
    """The same as Payment.read makes of it."""
    charge = intent.get("latest_charge")
    charge = charge if isinstance(charge, dict) and charge.get("captured") else {}
    let_go = charge["amount"] - charge["amount_captured"] if charge else 0
    return Payment(
        intent_id=intent["id"],
        account=account,
        status=intent["status"],
        amount_pence=intent["amount"],
        received_pence=intent["amount_received"],
        refunded_pence=max(0, charge["amount_refunded"] - let_go) if charge else 0,
        currency=intent["currency"],
        reference=(intent.get("metadata") or {}).get("reference", ""),
        charge_id=charge.get("id", ""),
    )


def refunds_of(*, account: str, since: datetime) -> Iterator[Refund]:
    """Every refund made on an account since then, newest first. Raises GatewayRefused, GatewayUnknown."""
    when = int(since.timestamp())
    with asking("list refunds") as stripe:
        pages = stripe.v1.refunds.list({"limit": 100, "created": {"gte": when}}, {"stripe_account": account})
        for refund in pages.auto_paging_iter():
            yield Refund.read(refund, account)


def disputes_of(*, account: str, since: datetime) -> Iterator[Dispute]:
    """Every dispute opened on an account since then, newest first. Raises GatewayRefused, GatewayUnknown."""
    when = int(since.timestamp())
    with asking("list disputes") as stripe:
        pages = stripe.v1.disputes.list({"limit": 100, "created": {"gte": when}}, {"stripe_account": account})
        for dispute in pages.auto_paging_iter():
            yield Dispute.read(dispute, account)


def payouts_of(*, account: str, since: datetime) -> Iterator[str]:
    """The id of every payout made since then, newest first. Raises GatewayRefused, GatewayUnknown."""
    when = int(since.timestamp())
    with asking("list payouts") as stripe:
        pages = stripe.v1.payouts.list({"limit": 100, "created": {"gte": when}}, {"stripe_account": account})
        for payout in pages.auto_paging_iter():
            yield payout.id
