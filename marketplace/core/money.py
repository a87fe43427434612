"""Money is integer pence in pounds sterling. Decimal appears only while reading and writing text."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from .errors import DomainError

MOST_PENCE = 10_000_000  # £100,000: nothing sold here costs more, and a slip of the finger does


class NotMoney(DomainError):
    """The text is not an amount of pounds and pence that somebody could pay here."""


def parse_pounds(text: str) -> int:
    """Pence for what somebody typed: "36", "£36.50", "1,200". Raises NotMoney.

    >>> parse_pounds("£1,236.50")
    123650
    >>> parse_pounds("14.5")
    1450
    """
    cleaned = text.strip().replace("£", "", 1).strip()
    if not re.fullmatch(r"(\d{1,3}(,\d{3})+|\d{1,9})(\.\d{1,2})?", cleaned, re.ASCII):
        raise NotMoney(text)
    try:
        pence = Decimal(cleaned.replace(",", "")) * 100
    except InvalidOperation as error:
        raise NotMoney(text) from error
    if pence > MOST_PENCE:
        raise NotMoney(text)
    return int(pence)


def pounds(pence: int) -> str:
    """An amount as people say it, with pence only when there are some.

    >>> pounds(1400), pounds(1450), pounds(123650)
    ('£14', '£14.50', '£1,236.50')
    """
    return pounds_exact(pence).removesuffix(".00")


def pounds_exact(pence: int) -> str:
    """An amount for tables and receipts, always to the penny.

    >>> pounds_exact(1400), pounds_exact(-5)
    ('£14.00', '-£0.05')
    """
    sign = "-" if pence < 0 else ""
    whole, rest = divmod(abs(pence), 100)
    return f"{sign}£{whole:,}.{rest:02d}"


def pounds_in_millions(whole_pounds: int) -> str:
    """A sum insured, in whole pounds, as people say it.

    >>> pounds_in_millions(5_000_000), pounds_in_millions(2_500_000), pounds_in_millions(750_000)
    ('£5 million', '£2.5 million', '£750,000')
    """
    if whole_pounds >= 1_000_000 and whole_pounds % 100_000 == 0:
        return f"£{Decimal(whole_pounds) / 1_000_000:f} million".replace(".0 ", " ")
    return f"£{whole_pounds:,}"


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` pence in proportion to `weights`, to the penny, by largest remainder.

    Equal remainders go to the earlier one. Raises ValueError when there is nothing to split by.

    >>> allocate(10000, [1, 1, 1])
    [3334, 3333, 3333]
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative and not all zero")
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares
