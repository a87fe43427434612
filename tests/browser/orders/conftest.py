"""The rows of the order tests, for a browser."""

from tests.integration.orders.conftest import (
    accepted,
    account,
    deliver,
    lesson,
    listing,
    offer,
    place_order,
    sam,
    store,
)

__all__ = ["accepted", "account", "deliver", "lesson", "listing", "offer", "place_order", "sam", "store"]
