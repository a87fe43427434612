"""Sam's garden work, for a browser."""

from tests.integration.orders.conftest import account, deliver, listing, offer, sam, store

__all__ = ["account", "deliver", "listing", "offer", "sam", "store"]
