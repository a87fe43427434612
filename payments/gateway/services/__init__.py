"""Everything the rest of the site may ask of Stripe."""

from ..client import GatewayError, GatewayRefused, GatewayUnknown, NotConnected
from ..shapes import Checkout, CheckoutRequest, Payment, Refund
from .accounts import account_disconnect, account_link_create, account_open, account_refresh
from .checkouts import checkout_expire, checkout_find, checkout_look_up, checkout_open, payment_look_up
from .refunds import refund_create, refund_find, refund_look_up
from .webhooks import NotGenuine, webhook_process, webhook_receive, webhook_replay, webhooks_forget

__all__ = [
    "Checkout",
    "CheckoutRequest",
    "GatewayError",
    "GatewayRefused",
    "GatewayUnknown",
    "NotConnected",
    "NotGenuine",
    "Payment",
    "Refund",
    "account_disconnect",
    "account_link_create",
    "account_open",
    "account_refresh",
    "checkout_expire",
    "checkout_find",
    "checkout_look_up",
    "checkout_open",
    "payment_look_up",
    "refund_create",
    "refund_find",
    "refund_look_up",
    "webhook_process",
    "webhook_receive",
    "webhook_replay",
    "webhooks_forget",
]
