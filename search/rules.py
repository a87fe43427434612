"""How results are ordered, and which words count. Pure: the caller gives the day."""

import math
import re
from collections.abc import Sequence
from datetime import date
from string import ascii_lowercase
from unicodedata import normalize

DECAY, SCALE = 0.3, 1 / 3  # at a third of the radius a listing weighs 0.3 of one next door. Source: ALISS
FRESH_DAYS, OLD_DAYS, OLD_WEIGHT = 180, 365, 0.5
ENOUGH = 10  # when fewer have all the words, those that have some of them follow
ALL_OF_THEM = 100.0  # weighs those that have all the words, so that they come first
MOST_TERMS = 24
_SAID_WITHOUT_MEANING = """
a able about am an and anybody anyone are as at be but by can cannot could dad do does dont father find for from get
give good has have he hello help helper helping her him his husband i id if im in into is it its just like local look
looking me mother mum my near nearby need needed needs nice of on or our out please she so some somebody someone
something that the their them they this to us want wanted wants we who whom wife will with would you your
"""
STOP_WORDS = frozenset(_SAID_WITHOUT_MEANING.split())
_TERM = re.compile(r"[^\W_]+")
_OWNS = re.compile(r"['’]s?\b")


def terms(text: str) -> list[str]:
    """The words that count, in order, each once. None are left of "someone to help my mum".

    >>> terms("Someone to help with my mum's GARDENING, please!")
    ['gardening']
    >>> terms('"unclosed OR *:*')
    ['unclosed']
    """
    return [word for word in every_term(text) if word not in STOP_WORDS][:MOST_TERMS]


def every_term(text: str) -> list[str]:
    """All the words in order, each once, without marks."""
    return list(dict.fromkeys(in_order(text)))


def in_order(text: str) -> list[str]:
    """All the words as they stand, without marks and accents, as both indexes have them.

    >>> in_order("A memory CAFÉ, tŷ Siân")
    ['a', 'memory', 'cafe', 'ty', 'sian']
    """
    return _TERM.findall(unowned(_plain(text.casefold())))


def _plain(text: str) -> str:
    """Latin letters without their accents; other scripts need their marks."""
    if text.isascii():
        return text
    bare = ((letter, normalize("NFD", letter)[0]) for letter in normalize("NFC", text))
    return "".join(base if base in ascii_lowercase else letter for letter, base in bare)


def unowned(text: str) -> str:
    """Without the ending that says whose: "women's institute" is then the same phrase as "womens institute".

    >>> unowned("a women's group at the miners’ hall, can't miss it")
    'a women group at the miners’ hall, cant miss it'
    """
    return _OWNS.sub("", text)


def first_enough(totals: Sequence[int]) -> int:
    """Which of several askings, strictest first, to answer with: the first that finds enough, else the last.

    >>> first_enough([0, 12, 40]), first_enough([0, 0, 3])
    (1, 2)
    """
    return next((at for at, total in enumerate(totals) if total >= ENOUGH), len(totals) - 1)


def nearness(miles: float | None, radius: float) -> float:
    """Weight of a distance, 1 next door: a Gaussian that has fallen to 0.3 at a third of the radius.

    >>> round(nearness(0, 5), 2), round(nearness(5 / 3, 5), 2), nearness(None, 5)
    (1.0, 0.3, 1.0)
    """
    return 1.0 if miles is None else math.exp(math.log(DECAY) * (miles / (radius * SCALE)) ** 2)


def freshness(days_since_assured: int) -> float:
    """Weight of how lately its keeper said that a listing is right: 1 for half a year, then falling to a half.

    >>> freshness(10), freshness(365), freshness(4000)
    (1.0, 0.5, 0.5)
    """
    late = (days_since_assured - FRESH_DAYS) / (OLD_DAYS - FRESH_DAYS)
    return 1.0 - (1 - OLD_WEIGHT) * min(1.0, max(0.0, late))


def daily_place(listing_id: int, day: date) -> int:
    """Where a listing stands among equals today. It changes every day, so nobody wins by name or by age.

    >>> daily_place(1, date(2026, 3, 3)) == daily_place(1, date(2026, 3, 4))
    False
    """
    return mixed(listing_id * 0x9E3779B1 ^ day.toordinal() * 0x85EBCA77)


def tile_zoom(zoom: int) -> int:
    """Which tiles gather listings on a map drawn at `zoom`: an eighth of a drawn tile wide, some 32 pixels.

    >>> tile_zoom(8)
    11
    """
    return min(22, max(0, zoom) + 3)


def tile_of(lat: float, lon: float, zoom: int) -> tuple[int, int]:
    """The Web Mercator tile that a point lies in.

    >>> tile_of(51.5, -0.12, 8)
    (127, 85)
    """
    many = 2**zoom
    across = math.asinh(math.tan(math.radians(lat)))
    return int((lon + 180) / 360 * many), int((1 - across / math.pi) / 2 * many)


def mixed(number: int) -> int:
    """32 bits in which every bit of the number has a say."""
    number = (number & 0xFFFFFFFF) * 0x9E3779B1 & 0xFFFFFFFF
    number = (number ^ number >> 15) * 0xC2B2AE35 & 0xFFFFFFFF
    return number ^ number >> 13
