"""What we ask and what we are told, in our own words: frozen, typed, amounts in integer pence."""

from .payments import Checkout, CheckoutRequest, Dispute, Payment, Refund
from .saved import CardSetup, CardSetupRequest, ChargeRequest

__all__ = [
    "CardSetup",
    "CardSetupRequest",
    "ChargeRequest",
    "Checkout",
    "CheckoutRequest",
    "Dispute",
    "Payment",
    "Refund",
]
