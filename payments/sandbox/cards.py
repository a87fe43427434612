"""The practice cards and what each does. Numbers: https://docs.stripe.com/testing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """`refused` is Stripe's decline code ("" when the bank pays); `asks` when the bank asks the person first;
    `disputed` when the bank takes the money back at once. `saves` when it can be saved although charging it is
    refused; `asks_each_time` when the bank asks even for a card that the person said yes to."""

    number: str
    brand: str = "visa"
    refused: str = ""
    asks: bool = False
    disputed: bool = False
    saves: bool = False
    asks_each_time: bool = False

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def spaced(self) -> str:
        return " ".join(self.number[at : at + 4] for at in range(0, len(self.number), 4))


SUCCESS = Card("4242424242424242")
DECLINED = Card("4000000000000002", refused="generic_decline")
NO_FUNDS = Card("4000000000009995", refused="insufficient_funds")
EXPIRED = Card("4000000000000069", refused="expired_card")
ASKS = Card("4000002500003155", asks=True)
DISPUTED = Card("4000000000000259", disputed=True)
REFUNDS_LATE = Card("4000000000007726")
DECLINED_LATER = Card("4000000000000341", refused="generic_decline", saves=True)
NO_FUNDS_LATER = Card("4000008260003178", refused="insufficient_funds", asks=True, saves=True)
ASKS_EACH_TIME = Card("4000002760003184", asks=True, asks_each_time=True)
TO_PAY_WITH = (SUCCESS, DECLINED, NO_FUNDS, EXPIRED, ASKS, DISPUTED, REFUNDS_LATE)
TO_SAVE = (SUCCESS, DECLINED, ASKS, DECLINED_LATER, NO_FUNDS_LATER, ASKS_EACH_TIME)
CARDS = {card.number: card for card in (*TO_PAY_WITH, *TO_SAVE)}
SLOW_REFUND = frozenset({REFUNDS_LATE.number})  # what goes back to it is on its way for some days

# Stripe's words for the seller; the hosted page says it to the buyer in ours.
REFUSALS = {
    "generic_decline": ("card_declined", "Your card was declined."),
    "insufficient_funds": ("card_declined", "Your card has insufficient funds."),
    "expired_card": ("expired_card", "Your card has expired."),
    "authentication_required": (
        "authentication_required",
        "Your card was declined. This transaction requires authentication.",
    ),
}


def right_check_digit(number: str) -> bool:
    """Whether the digits pass the Luhn check that every card number carries.

    >>> right_check_digit("4242424242424242"), right_check_digit("4242424242424241")
    (True, False)
    """
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
