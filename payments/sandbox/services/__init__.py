"""What people do on the twin's own pages: pay, approve, answer questions. Also used to make demo data.

Every function is one piece of work in the twin's store; two tabs at once take their turns.
"""

from .accounts import (
    account_debits,
    account_disconnect,
    account_get,
    account_reconnect,
    account_restrict,
    link_get,
    onboarding_finish,
    overview,
)
from .afterwards import (
    debit_take_back,
    debt_collect,
    dispute_close,
    dispute_open,
    mandate_end,
    payment_elsewhere,
    payout_arrive,
    payout_fail,
    payout_make,
    refund_fail,
    refund_finish,
)
from .debits import session_mandate
from .errors import CardRefused, NoSuchThing, NotOpen
from .paying import session_approve, session_get, session_pay
from .switches import DECISIONS, SWITCHES, switches

__all__ = [
    "DECISIONS",
    "SWITCHES",
    "CardRefused",
    "NoSuchThing",
    "NotOpen",
    "account_debits",
    "account_disconnect",
    "account_get",
    "account_reconnect",
    "account_restrict",
    "debit_take_back",
    "debt_collect",
    "dispute_close",
    "dispute_open",
    "link_get",
    "mandate_end",
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
    "session_mandate",
    "session_pay",
    "switches",
]
