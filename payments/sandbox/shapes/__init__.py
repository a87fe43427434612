"""Stripe's objects as it answers them, every field that our API version always sends.

Checked against Stripe's OpenAPI description in tests/integration/sandbox/test_answers.py.
Amounts are integer pence, times whole seconds since 1970.
"""

from .accounts import account, bank_account, requirements
from .afterwards import balance, balance_transaction, dispute, payout, refund
from .debits import bank_method, debit_details, mandate
from .payments import NO_ADDRESS, card_details, charge, checkout_session, payment_intent
from .saved import customer, payment_method, setup_intent

__all__ = [
    "NO_ADDRESS",
    "account",
    "balance",
    "balance_transaction",
    "bank_account",
    "bank_method",
    "card_details",
    "charge",
    "checkout_session",
    "customer",
    "debit_details",
    "dispute",
    "mandate",
    "payment_intent",
    "payment_method",
    "payout",
    "refund",
    "requirements",
    "setup_intent",
]
