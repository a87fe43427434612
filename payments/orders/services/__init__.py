"""Everything that changes an order, a payment, a refund or a first visit."""

from marketplace.core.states import IllegalMove
from payments.gateway.services import GatewayError, GatewayRefused, GatewayUnknown

from .answering import (
    Stopped,
    TooEarly,
    TooLate,
    order_accept,
    order_agree,
    order_complete,
    order_decline,
    order_deliver,
    order_propose,
)
from .ending import AskTheProvider, StillBeingPaid, money_back_now, order_call_off, order_cancel, order_expire
from .locking import NoPlaceLeft
from .paying import (
    NothingToPay,
    NotOurs,
    PaidAlready,
    PayByPassed,
    attempt_look_up,
    attempt_resume,
    attempt_send,
    attempt_settle,
    order_look_up,
    payment_begin,
    payment_stop,
)
from .payouts import onboarding_begin, onboarding_return
from .placing import (
    EarlyStartNotAsked,
    NotOffered,
    NotPayable,
    OutOfBounds,
    OwnListing,
    PriceChanged,
    WrongDay,
    offer_check,
    order_place,
)
from .refunding import MoreThanPaid, refund_look_up, refund_send, refund_settle, refund_start
from .stopping import orders_stop, stopping_holds
from .visits import visit_agree, visit_ask, visit_decline, visit_happened, visit_propose, visit_withdraw

__all__ = [
    "AskTheProvider",
    "EarlyStartNotAsked",
    "GatewayError",
    "GatewayRefused",
    "GatewayUnknown",
    "IllegalMove",
    "MoreThanPaid",
    "NoPlaceLeft",
    "NotOffered",
    "NotOurs",
    "NotPayable",
    "NothingToPay",
    "OutOfBounds",
    "OwnListing",
    "PaidAlready",
    "PayByPassed",
    "PriceChanged",
    "StillBeingPaid",
    "Stopped",
    "TooEarly",
    "TooLate",
    "WrongDay",
    "attempt_look_up",
    "attempt_resume",
    "attempt_send",
    "attempt_settle",
    "money_back_now",
    "offer_check",
    "onboarding_begin",
    "onboarding_return",
    "order_accept",
    "order_agree",
    "order_call_off",
    "order_cancel",
    "order_complete",
    "order_decline",
    "order_deliver",
    "order_expire",
    "order_look_up",
    "order_place",
    "order_propose",
    "orders_stop",
    "payment_begin",
    "payment_stop",
    "refund_look_up",
    "refund_send",
    "refund_settle",
    "refund_start",
    "stopping_holds",
    "visit_agree",
    "visit_ask",
    "visit_decline",
    "visit_happened",
    "visit_propose",
    "visit_withdraw",
]
