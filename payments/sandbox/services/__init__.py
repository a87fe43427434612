"""What people do on the twin's own pages: pay, approve, answer questions. Also used to make demo data.

Every function is one piece of work in the twin's store; two tabs at once take their turns.
"""

from .accounts import (
    account_disconnect,
    account_get,
    account_reconnect,
    account_restrict,
    link_get,
    onboarding_finish,
    overview,
)
from .afterwards import (
    debt_collect,
    dispute_close,
    dispute_open,
    payment_elsewhere,
    payout_arrive,
    payout_fail,
    payout_make,
    refund_fail,
    refund_finish,
)
from .errors import CardRefused, NoSuchThing, NotOpen
from .paying import session_approve, session_get, session_pay
from .switches import DECISIONS, SWITCHES, switches

__all__ = [
    "DECISIONS",
    "SWITCHES",
    "CardRefused",
    "NoSuchThing",
    "NotOpen",
    "account_disconnect",
    "account_get",
    "account_reconnect",
    "account_restrict",
    "debt_collect",
    "dispute_close",
    "dispute_open",
    "link_get",
    "onboarding_finish",
    "overview",
    "payment_elsewhere",
    "payout_arrive",
    "payout_fail",
    "payout_make",
    "refund_fail",
    "refund_finish",
    "session_approve",
    "session_get",
    "session_pay",
    "switches",
]
