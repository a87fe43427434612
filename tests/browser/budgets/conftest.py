"""Joan's money in a browser, beside Sam who can be paid."""

from tests.integration.budgets.conftest import (
    account,
    buy,
    deliver,
    direct_payment,
    figures,
    lesson,
    listing,
    offer,
    open_budget,
    pay,
    payer,
    sam,
    share,
    store,
    unrelated,
)

__all__ = [
    "account",
    "buy",
    "deliver",
    "direct_payment",
    "figures",
    "lesson",
    "listing",
    "offer",
    "open_budget",
    "pay",
    "payer",
    "sam",
    "share",
    "store",
    "unrelated",
]
