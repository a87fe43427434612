from .afterwards import Difference, DifferenceKind, Dispute, Earning, Receivable, ReceivableKind
from .order import Channel, Order, OrderEvent
from .payment import PaymentAttempt, Refund
from .visit import VisitRequest

__all__ = [
    "Channel",
    "Difference",
    "DifferenceKind",
    "Dispute",
    "Earning",
    "Order",
    "OrderEvent",
    "PaymentAttempt",
    "Receivable",
    "ReceivableKind",
    "Refund",
    "VisitRequest",
]
