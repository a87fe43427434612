"""What each kind of difference means, and what to do about it, for the operator."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..models import DifferenceKind as Kind

MEANS: dict[str, Promise] = {
    Kind.MISSING_HERE: _(
        "Stripe has a payment with a reference like ours, and we have no such order. Ask the provider what it was. "
        "If a row of ours was lost, bring it back from a backup."
    ),
    Kind.MISSING_THERE: _(
        "We say that this was paid, and Stripe has no such payment. Do not let the order go ahead as paid. "
        "Look for a database that was restored, or keys that were changed."
    ),
    Kind.AMOUNT: _("Stripe took another amount than the order says. Ask the provider to give back what was too much."),
    Kind.CURRENCY: _("The payment is not in pounds. Ask the provider to give it back."),
    Kind.STATE: _(
        "One side says paid and the other does not. What Stripe says is what happened. When Stripe says paid, "
        "it is put right by itself."
    ),
    Kind.ACCOUNT: _(
        "The payment is on another provider’s account than the order. Ask that provider to give it back, and find out "
        "how it came there."
    ),
    Kind.DOUBLE: _("This order was paid twice. Ask the provider to give one payment back, and tell the person."),
    Kind.ORPHAN_REFUND: _("The provider gave money back at Stripe. It has been counted here."),
    Kind.REFUND_MISSING: _(
        "We say that money went back, and Stripe has no such refund. The person still waits for it."
    ),
    Kind.REFUND_STATE: _("A refund ended otherwise than we knew. It has been put right from what Stripe says."),
    Kind.DISPUTE: _(
        "A bank disputes a payment and we had not heard of it. It has been put right from what Stripe says."
    ),
    Kind.UNDER_WAY: _(
        "A bank should have answered a Direct Debit some time ago. Look at the payment at Stripe, and ask them. Until "
        "there is an answer nobody is asked for this money again."
    ),
    Kind.PAYOUT: _("Stripe paid out and we had not heard of it. It has been put right from what Stripe says."),
}


def difference_means(kind: str) -> Promise:
    return MEANS[kind]
