"""Words from outside, made fit to keep: what people paste is not what they meant."""

import re
import unicodedata

_INVISIBLE = re.compile(r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u2028-\u202e\u2060-\u2069\ufeff]")


def tidy(text: str) -> str:
    """Without control characters, direction overrides and zero-width marks; newlines and accents stay."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _INVISIBLE.sub("", text).strip()


def one_line(text: str) -> str:
    """`tidy`, with every run of white space as one space.

    >>> one_line("  Sam\\n Orchard ")
    'Sam Orchard'
    """
    return re.sub(r"\s+", " ", tidy(text))
