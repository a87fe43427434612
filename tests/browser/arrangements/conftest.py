"""Sam's garden work, for a browser; and help that runs already."""

from tests.integration.arrangements.conftest import budget, garden
from tests.integration.orders.conftest import account, deliver, listing, offer, sam, store

__all__ = ["account", "budget", "deliver", "garden", "listing", "offer", "sam", "store"]
