"""Money that a person's bank took back."""

from ..client import asking
from ..shapes import Dispute


def dispute_look_up(*, account: str, dispute_id: str) -> Dispute:
    """A dispute as it is now. Raises GatewayRefused, GatewayUnknown."""
    with asking("look at a dispute") as stripe:
        return Dispute.read(stripe.v1.disputes.retrieve(dispute_id, {}, {"stripe_account": account}), account)
