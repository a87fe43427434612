"""What names a person, and how it is taken out of words: pure."""

import json
import re
from dataclasses import dataclass

BLANK = "…"
# An escaped sign of JSON, such as a new line or Stripe's "<", ends in a letter or figure that belongs to no word.
ESCAPED = r"(?<=\\[bfnrt])|(?<=\\u[0-9a-f]{4})"


@dataclass(frozen=True)
class Identity:
    """Everything that a person was known by here. A first name alone names nobody outside their own rows."""

    emails: tuple[str, ...]
    names: tuple[str, ...]
    phones: tuple[str, ...]

    @property
    def needles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self.emails, *self.names, *self.phones]))

    @property
    def sure(self) -> tuple[str, ...]:
        """What cannot be somebody else's: two people may share a name."""
        return tuple(dict.fromkeys([*self.emails, *self.phones]))


def identity_of(*, emails: list[str], first_name: str, last_name: str, phone: str) -> Identity:
    """The addresses, the whole name and the number, each as people write it.

    >>> identity_of(emails=["Joan@example.org"], first_name="Joan", last_name="Hale", phone="01632 960 111").phones
    ('01632 960 111', '01632960111')
    """
    whole = f"{first_name} {last_name}".strip()
    digits = re.sub(r"\D", "", phone)
    return Identity(
        emails=tuple(dict.fromkeys(each.lower() for each in emails if each)),
        names=(whole,) if first_name.strip() and last_name.strip() else (),
        phones=tuple(dict.fromkeys([phone.strip(), digits])) if len(digits) >= 7 else (),
    )


def scrub(words: str, needles: tuple[str, ...]) -> str:
    """The words with each of these replaced, whatever the case. Long ones first, so that no half stays.

    >>> scrub("Ring Joan Hale on 01632 960111 or JOAN HALE's son", ("Joan Hale", "01632 960111"))
    "Ring … on … or …'s son"

    Only where it stands by itself, so that the words of others keep theirs.

    >>> scrub("joann@example.org, not ann@example.org.", ("ann@example.org",))
    'joann@example.org, not ….'
    >>> scrub("Joann Leeson knows Ann Lee", ("Ann Lee",)), scrub("0163296011122 or tel01632960111", ("01632960111",))
    ('Joann Leeson knows …', '0163296011122 or tel…')
    """
    for needle in sorted(needles, key=len, reverse=True):
        before, after = _edges(needle)
        words = re.sub(f"(?:{before}|{ESCAPED}){re.escape(needle)}{after}", BLANK, words, flags=re.IGNORECASE)
    return words


def _edges(needle: str) -> tuple[str, str]:
    """What may not stand before and after a needle: more of an address, of a name, or of a number."""
    if "@" in needle:
        return r"(?<![\w.+-])", r"(?!\w|[.-]\w)"
    return (r"(?<!\d)", r"(?!\d)") if needle[-1:].isdigit() else (r"(?<!\w)", r"(?!\w)")


def scrub_json(value: object, needles: tuple[str, ...]) -> object:
    """The same in everything that JSON can hold, keys left alone.

    >>> scrub_json({"to": ["joan@example.org", 3]}, ("joan@example.org",))
    {'to': ['…', 3]}
    """
    if isinstance(value, str):
        return scrub(value, needles)
    if isinstance(value, list):
        return [scrub_json(each, needles) for each in value]
    if isinstance(value, dict):
        return {key: scrub_json(each, needles) for key, each in value.items()}
    return value


def written(needle: str) -> tuple[str, ...]:
    """How a needle may stand in a column: as it is, and as JSON writes it where letters are escaped.

    >>> written("Zoë Hale") == ("Zoë Hale", "Zo" + chr(92) + "u00eb Hale")
    True
    """
    return tuple(dict.fromkeys([needle, json.dumps(needle)[1:-1]]))


def without_words(details: dict) -> dict:
    """What an audit entry about an erased person keeps: numbers and yes or no, no words.

    >>> without_words({"title": "Bath with help", "pence": 1800, "early": True})
    {'pence': 1800, 'early': True}
    """
    return {key: value for key, value in details.items() if isinstance(value, int)}
