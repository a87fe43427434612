"""The rows of the order tests, for a browser; and eyes for every page passed."""

from tests.integration.orders.conftest import (
    accepted,
    account,
    deliver,
    lesson,
    listing,
    offer,
    paid,
    payer,
    place_order,
    sam,
    store,
)

__all__ = [
    "accepted",
    "account",
    "deliver",
    "lesson",
    "listing",
    "offer",
    "paid",
    "payer",
    "place_order",
    "sam",
    "store",
]
