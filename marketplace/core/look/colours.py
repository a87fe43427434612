"""A council gives one colour. We keep its hue and set its lightness ourselves (tokens.css), so any colour reads."""

import re


def is_hex(digits: str) -> bool:
    """Six hexadecimal digits, nothing else.

    >>> is_hex("74274b"), is_hex("red"), is_hex("74274b;}")
    (True, False, False)
    """
    return re.fullmatch(r"[0-9a-f]{6}", digits) is not None


def sheet(digits: str) -> str:
    """The whole stylesheet of one council."""
    return f":root{{--council:#{digits}}}"
