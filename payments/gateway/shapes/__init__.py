"""What we ask and what we are told, in our own words: frozen, typed, amounts in integer pence."""

from .payments import Checkout, CheckoutRequest, Dispute, Payment, Refund
from .saved import CARD, DEBIT, CardSetup, CardSetupRequest, ChargeRequest, Mandate

__all__ = [
    "CARD",
    "DEBIT",
    "CardSetup",
    "CardSetupRequest",
    "ChargeRequest",
    "Checkout",
    "CheckoutRequest",
    "Dispute",
    "Mandate",
    "Payment",
    "Refund",
]
