"""The practice bank accounts and what each does. Numbers: https://docs.stripe.com/payments/bacs-debit."""

from dataclasses import dataclass

SORT_CODE = "108800"
TAKES = 4 * 24 * 60 * 60  # seconds from asking the bank to its answer, where no day was named
SOONEST, LATEST = 3, 15  # days from asking to the day that money leaves
ANSWERS_AFTER = 9 * 60 * 60  # seconds after the midnight with which that day begins


@dataclass(frozen=True)
class Bank:
    """`refused` is Stripe's code when the bank says no, days later ("" when it pays); `ends_mandate` when it then wants
    no more debits; `taken_back` when the person claims the money back at once; `known` is False for a number that is
    none, refused on the page."""

    number: str
    refused: str = ""
    ends_mandate: bool = False
    taken_back: bool = False
    known: bool = True

    @property
    def last4(self) -> str:
        return self.number[-4:]


PAYS = Bank("00012345")
NO_FUNDS = Bank("22222227", refused="insufficient_funds")
NOT_AUTHORISED = Bank("33333335", refused="debit_not_authorized", ends_mandate=True)
TAKEN_BACK = Bank("55555559", taken_back=True)
NO_ACCOUNT = Bank("00044444", known=False)
TO_DEBIT = (PAYS, NO_FUNDS, NOT_AUTHORISED, TAKEN_BACK, NO_ACCOUNT)
BANKS = {bank.number: bank for bank in TO_DEBIT}

# Stripe's words for the seller.
REFUSALS = {
    "insufficient_funds": "The customer's account has insufficient funds to cover this payment.",
    "debit_not_authorized": "The customer has notified their bank that this payment was unauthorized.",
}
