"""Sam's garden work, for a browser; and help that runs already."""

from tests.integration.arrangements.conftest import budget, garden, held
from tests.integration.orders.conftest import account, deliver, listing, offer, payer, place_order, sam, store

__all__ = [
    "account",
    "budget",
    "deliver",
    "garden",
    "held",
    "listing",
    "offer",
    "payer",
    "place_order",
    "sam",
    "store",
]
