"""The Direct Debit Guarantee is the scheme's, word for word: only the organisation and the days of notice are ours."""

from payments.arrangements import presentation

SCHEME = (
    "This Guarantee is offered by all banks and building societies that accept instructions to pay Direct Debits.",
    "If there are any changes to the amount, date or frequency of your Direct Debit {who} will notify you {n} working "
    "days in advance of your account being debited or as otherwise agreed. If you request {who} to collect a payment, "
    "confirmation of the amount and date will be given to you at the time of the request.",
    "If an error is made in the payment of your Direct Debit, by {who} or your bank or building society, you are "
    "entitled to a full and immediate refund of the amount paid from your bank or building society. If you receive a "
    "refund you are not entitled to, you must pay it back when {who} asks you to.",
    "You can cancel a Direct Debit at any time by simply contacting your bank or building society. Written "
    "confirmation may be required. Please also notify us.",
)


def test_the_guarantee_is_the_schemes_word_for_word():
    """With the name that stands on the mandate (Stripe collects) and the notice that our letter gives: three days."""
    ours = [line.replace(",", "") for line in presentation.guarantee()]
    assert ours == [line.format(who="Stripe", n=3).replace(",", "") for line in SCHEME]
