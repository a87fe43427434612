"""What those above may listen to. Receivers run outside any transaction and may hear the same thing twice."""

from django.dispatch import Signal

from marketplace.core.errors import DomainError


class NotOurs(DomainError):
    """Raised by a receiver when the thing does not fit what it keeps: wrong account, amount or page.

    The event is set aside for a person to look at, and nobody else hears of it.
    """


# Something on a provider's account changed. Sent with `kind` ("checkout.session", "payment_intent", "refund",
# "dispute" or another of Stripe's object names), `object_id`, `account` (ConnectedAccount) and `snapshot`: the thing
# as Stripe shows it now (Checkout, Payment, Refund or Dispute of shapes.py), None for a kind that we do not fetch.
# A receiver finds its own row by `snapshot.reference` or by id, and must check that it belongs to `account`.
object_changed = Signal()

# A provider's account can, or can no longer, be paid. Sent with `account` (ConnectedAccount).
account_changed = Signal()

# A provider's account was looked at. Sent with `account` (ConnectedAccount) and `banks`: Stripe's fingerprints of the
# bank accounts it is paid into, the same wherever the same bank account is used.
account_seen = Signal()

# A payout was made, arrived or came back. Sent with `payout` (Payout), `charges` (ids of the charges it carried) and
# `earlier` (ids of payouts that came back and went out again with it).
payout_changed = Signal()

# A page that saves a card or a mandate was finished or ended. Sent with `setup` (CardSetup of shapes); a receiver finds
# its own row by `setup.reference` and checks `setup.account`. Only a hint: whoever opened the page also looks it up.
card_setup_changed = Signal()

# A bank or a person ended a mandate for Direct Debits, or took it up. Sent with `mandate` (Mandate of shapes); a
# receiver finds its own row by its id and account.
mandate_changed = Signal()
