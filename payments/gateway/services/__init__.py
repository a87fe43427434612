"""Everything the rest of the site may ask of Stripe."""

from ..client import GatewayError, GatewayRefused, GatewayUnknown, NotConnected
from ..shapes import CardSetup, CardSetupRequest, ChargeRequest, Checkout, CheckoutRequest, Dispute, Payment, Refund
from .accounts import (
    AnotherAccount,
    account_disconnect,
    account_link_create,
    account_open,
    account_reconnect,
    account_reconnect_link,
    account_refresh,
)
from .cards import (
    card_copy,
    card_forget,
    card_setup_expire,
    card_setup_find,
    card_setup_look_up,
    card_setup_open,
    customer_open,
)
from .charges import charge_cancel, charge_capture, charge_confirm, charge_create, charge_find, charge_look_up
from .checkouts import checkout_expire, checkout_find, checkout_look_up, checkout_open, payment_look_up
from .disputes import dispute_look_up
from .payouts import balance_look_up, payout_refresh
from .records import disputes_of, payments_of, payouts_of, refunds_of
from .refunds import refund_create, refund_find, refund_look_up
from .webhooks import (
    NotGenuine,
    webhook_process,
    webhook_quarantine,
    webhook_receive,
    webhook_replay,
    webhooks_forget,
)

__all__ = [
    "AnotherAccount",
    "CardSetup",
    "CardSetupRequest",
    "ChargeRequest",
    "Checkout",
    "CheckoutRequest",
    "Dispute",
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
    "account_reconnect",
    "account_reconnect_link",
    "account_refresh",
    "balance_look_up",
    "card_copy",
    "card_forget",
    "card_setup_expire",
    "card_setup_find",
    "card_setup_look_up",
    "card_setup_open",
    "charge_cancel",
    "charge_capture",
    "charge_confirm",
    "charge_create",
    "charge_find",
    "charge_look_up",
    "checkout_expire",
    "checkout_find",
    "checkout_look_up",
    "checkout_open",
    "customer_open",
    "dispute_look_up",
    "disputes_of",
    "payment_look_up",
    "payments_of",
    "payout_refresh",
    "payouts_of",
    "refund_create",
    "refund_find",
    "refund_look_up",
    "refunds_of",
    "webhook_process",
    "webhook_quarantine",
    "webhook_receive",
    "webhook_replay",
    "webhooks_forget",
]
