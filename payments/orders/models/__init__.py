from .order import Channel, Order, OrderEvent
from .payment import PaymentAttempt, Refund
from .visit import VisitRequest

__all__ = ["Channel", "Order", "OrderEvent", "PaymentAttempt", "Refund", "VisitRequest"]
