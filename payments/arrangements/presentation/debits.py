"""What a Direct Debit is about to do, did, or could not do, as people read it."""

from django.utils.translation import gettext as _

from marketplace.core.money import pounds_exact
from payments.gateway.shapes import DEBIT
from payments.orders.presentation import debit_day

from .. import rules
from ..models import Bill
from ..models.arrangement import Side
from ..states import ON_ITS_WAY


def by_debit(bill: Bill) -> bool:
    """Whether the last try was a Direct Debit. 1 query."""
    last = bill.order.attempts.last()
    return last is not None and last.parameters.get("method") == DEBIT


def tried_words(bill: Bill) -> str:
    """What was to pay a bill, in a letter that asks for it."""
    direct = bill.refusal in {rules.NO_DEBITS, rules.DEBIT_ENDED} or by_debit(bill)
    return _("your Direct Debit") if direct else _("your saved card")


def debited_words(bill: Bill, side: str) -> str:
    """A bill that a Direct Debit pays, from either side: told of, or on its way."""
    facts = {"price": pounds_exact(bill.pence), "day": debit_day(bill.order)}
    if bill.state in ON_ITS_WAY:
        return _("%(price)s is on its way by Direct Debit, expected %(day)s.") % facts
    if side == Side.PERSON:
        return _("%(price)s leaves your bank account by Direct Debit on %(day)s.") % facts
    return _("%(price)s is collected by Direct Debit, expected %(day)s.") % facts


def guarantee() -> list[str]:
    """The Direct Debit Guarantee, in the words that the scheme lays down. Stripe is whose name the bank knows.

    https://www.directdebit.co.uk/direct-debit-guarantee, https://stripe.com/legal/bacs-direct-debit-guarantee
    """
    facts = {"n": rules.NOTICE_WORKDAYS}
    return [
        _(
            "This Guarantee is offered by all banks and building societies that accept instructions to pay Direct "
            "Debits."
        ),
        _(
            "If there are any changes to the amount, date or frequency of your Direct Debit, Stripe will notify you "
            "%(n)d working days in advance of your account being debited or as otherwise agreed. If you request Stripe "
            "to collect a payment, confirmation of the amount and date will be given to you at the time of the request."
        )
        % facts,
        _(
            "If an error is made in the payment of your Direct Debit, by Stripe or your bank or building society, you "
            "are entitled to a full and immediate refund of the amount paid from your bank or building society. If "
            "you receive a refund you are not entitled to, you must pay it back when Stripe asks you to."
        ),
        _(
            "You can cancel a Direct Debit at any time by simply contacting your bank or building society. Written "
            "confirmation may be required. Please also notify us."
        ),
    ]
