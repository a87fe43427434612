"""Stripe's own record, page by page, for whoever compares it with ours. Nothing is held in memory."""

from collections.abc import Iterator
from datetime import datetime

from ..client import asking
from ..shapes import Dispute, Payment, Refund


def payments_of(*, account: str, since: datetime) -> Iterator[Payment]:
    """Every payment begun on an account since then, newest first. Raises GatewayRefused, GatewayUnknown."""
    when = int(since.timestamp())
    with asking("list payments") as stripe:
        pages = stripe.v1.payment_intents.list(
            {"limit": 100, "created": {"gte": when}, "expand": ["data.latest_charge"]}, {"stripe_account": account}
        )
        for intent in pages.auto_paging_iter():
            yield Payment.read(intent, account)


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
