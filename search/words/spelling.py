"""Slips of the pen: only words that nobody knows are put right, and never a word that somebody does."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from functools import cache, lru_cache
from importlib.resources import files
from math import log10

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from .. import rules
from .matching import PASSED_OVER, Rulebook, stem

SHORTEST, TWO_SLIPS_FROM = 4, 6  # letters: below, nothing is put right; from the second on, two slips may be
FAR_MORE = 8  # times as often as a word must stand a better one, to be meant by it
BESIDE = 0.6  # slips by which a word is nearer that rules have beside its neighbour
COMMON = 3  # times that a word must stand in the listings before another is taken for a slip of it
_BRITISH = (  # endings and middles of ours, and of the word list's
    ("our", "or"),
    ("is(e[sdr]?|ing|ation|ations|ational)$", r"iz\1"),
    ("ys(e[sdr]?|ing)$", r"yz\1"),
    ("(?<=.)tre(s|d)?$", r"ter\1"),
    ("ogue(s?)$", r"og\1"),
    ("ll(ed|ing|ers?|or|ors)$", r"l\1"),
    ("l(ment|ments|ful)$", r"ll\1"),
    ("[ao]e", "e"),
    ("mmes?$", "m"),
    ("nce(s|d)?$", r"nse\1"),
    ("^(pract|lic)ise", r"\1ice"),
    ("^tyre", "tire"),
    ("llery$", "lry"),
    ("que(s?)$", r"ck\1"),
    ("^pyj", "paj"),
)


_SOUNDS = (  # spellings, and how they sound; in this order
    ("ph", "f"),
    ("^ch(?=o[ir]|em|r)", "k"),
    ("th(?=m)", ""),
    ("[ct]i(?=[aeou])|sh|ch(?=e?$)", "x"),
    ("c(?=[eiy])|sc(?=[eiy])", "s"),
    ("ck|(?<=s)ch|ch(?=[lr])|qu?|c", "k"),
    ("^kn|^gn", "n"),
    ("^wr", "r"),
    ("gh(?=t)", ""),
    ("dg", "j"),
    ("z", "s"),
    (r"(.)\1", r"\1"),
    ("(?<=[^aeiouy])e(?=s?$)", ""),
    ("[aeiouyw]+", "a"),
)


@lru_cache(maxsize=100_000)
def sound(word: str) -> str:
    """A word as it roughly sounds, for comparing what somebody wrote by ear.

    >>> sound("danse") == sound("dance"), sound("soshul") == sound("social"), sound("browney") == sound("brownie")
    (True, True, True)
    """
    for spelling, heard in _SOUNDS:
        word = re.sub(spelling, heard, word)
    return word


@cache
def english() -> dict[str, int]:
    """English words and how often they are said. American spelling; see `is_english`. Source: pyspellchecker."""
    packed = files("spellchecker").joinpath("resources/en.json.gz").read_bytes()
    return json.loads(gzip.decompress(packed))


def is_english(word: str) -> bool:
    """Whether it is in the word list, in British or American spelling, with any ending.

    >>> [is_english(word) for word in ("neighbour", "centre", "organisations", "befriended", "accomodation")]
    [True, True, True, True, False]
    """
    known = english()
    if word in known:
        return True
    if any(each in known for each in _american(word)):
        return True
    return word.endswith("s") and not word.endswith("ss") and len(word) > 4 and is_english(word[:-1])


def _american(word: str) -> list[str]:
    return [other for ours, theirs in _BRITISH if (other := re.sub(ours, theirs, word)) != word]


class Lexicon:
    """Words that we know: those of the listings, of the rules, and English.

    What stands in `names` is known however rare it is: nobody who looks for "Tapp's" means tape.
    """

    def __init__(
        self,
        texts: Iterable[str] = (),
        book: Rulebook | None = None,
        names: Iterable[str] = (),
    ) -> None:
        counts: Counter[str] = Counter()
        self.size = 0
        for text in texts:
            self.size += 1
            counts.update(set(rules.in_order(text)))
        self.counts = {word: many for word, many in counts.items() if not word.isdigit()}
        self.ruled: Set[str] = book.words if book else frozenset()
        self.pairs: Set[tuple[str, str]] = book.pairs if book else frozenset()
        self.named = frozenset(word for name in names for word in rules.in_order(name))
        self._ours = {other: word for word in sorted(self.counts) for other in _american(word) if other in english()}
        likely = {word for word, many in self.counts.items() if many >= COMMON or is_english(word)}
        self.likely = [word for word in sorted(likely | self.ruled) if len(word) >= SHORTEST]
        self.sounding: dict[str, list[str]] = {}
        for word in self.likely:
            self.sounding.setdefault(sound(word), []).append(word)

    def knows(self, word: str) -> bool:
        return (
            len(word) < SHORTEST
            or not word.isalpha()
            or not word.isascii()
            or word in self.ruled
            or word in self.named
            or word in rules.STOP_WORDS
            or word in PASSED_OVER
            or is_english(word)
            or word in self.counts
        )

    def as_we_write(self, word: str) -> str:
        """ "theatre" for "theater", when only the one stands in the listings; otherwise the word itself."""
        return word if word in self.counts or word in self.ruled else self._ours.get(word, word)

    def instead_of(self, word: str, beside: Sequence[str] = ("", "")) -> str:
        """The word that was most likely meant, or "" when this one is known or nothing is near enough.

        `beside` are the words before and after it: "unpaid careres" are carers, not careers.
        """
        if self.knows(word):
            return self._usually(word)
        meant = _nearest(word, self, beside=beside)
        return self._usually(meant) or meant

    def says_together(self, one: str, other: str) -> bool:
        """Whether a rule has these two words side by side, with any endings."""
        return (stem(one), stem(other)) in self.pairs

    def _usually(self, word: str) -> str:
        """ "accommodation" for a slip that some listings make too; "" for any word that is one."""
        known = word in self.ruled or word in self.named or is_english(word)
        if len(word) < TWO_SLIPS_FROM or not self.counts.get(word) or known:
            return ""
        better = _nearest(word, self, slips=1)
        struck = len(better) == len(word) and sorted(better) != sorted(word)  # one letter for another: a word, perhaps
        often = self.counts[word] * FAR_MORE * (5 if struck else 1)
        return better if is_english(better) and self.counts.get(better, 0) >= often else ""

    def perhaps(self, word: str) -> str:
        """A word of ours that somebody may have meant by one that is no slip: "choir" for "quire"; "" for none.

        To be offered, never to be taken for what was typed.
        """
        if len(word) < SHORTEST or not word.isalpha() or word in self.ruled or self.counts.get(word, 0) >= COMMON:
            return ""
        near = [
            other
            for other, slips, _at in extract(word, self.likely, scorer=OSA.distance, score_cutoff=2, limit=30)
            if other != word and self.is_ours(other) and (slips == 1 or sound(other) == sound(word))
        ]
        return max(near, key=lambda other: (sound(other) == sound(word), self.weight(other)), default="")

    def share(self, phrase: str) -> float:
        """The share of listings, 0 to 1, that have the rarest word of this phrase."""
        words = [word for word in rules.in_order(phrase) if word not in PASSED_OVER] or rules.in_order(phrase)
        return min((self.counts.get(word, 0) for word in words), default=0) / self.size if self.size else 0.0

    def is_ours(self, word: str) -> bool:
        """Whether listings or rules have it."""
        return word in self.ruled or self.counts.get(word, 0) >= COMMON

    def weight(self, word: str) -> float:
        """How much a word is wanted as a correction: one of ours before one that only the dictionary has."""
        ours = 40 * self.counts.get(word, 0) + (2000 if word in self.ruled else 0)
        return ours + english().get(word, 0) / 100


def _nearest(word: str, lexicon: Lexicon, *, slips: int = 2, beside: Sequence[str] = ("", "")) -> str:
    most = slips if len(word) >= TWO_SLIPS_FROM else 1
    near = extract(word, lexicon.likely, scorer=OSA.distance, score_cutoff=most, limit=21)
    near = [found for found in near if found[0] != word][:20]
    alike = lexicon.sounding.get(sound(word), ())
    near += [(other, OSA.distance(word, other), 0) for other in alike if OSA.distance(word, other) == most + 1]
    near += extract(word, _plain_english(word[0]), scorer=OSA.distance, score_cutoff=1, limit=10)
    split = _two_words(word, lexicon)
    if not near:
        return split
    best = min(near, key=lambda found: _unlikeliness(word, found[0], found[1], lexicon, beside))
    return split if split and best[1] > 1 else best[0]


def _unlikeliness(word: str, other: str, slips: float, lexicon: Lexicon, beside: Sequence[str]) -> tuple[float, float]:
    """How far another word is from being meant, in slips. The figures were tried on 6,000 known slips."""
    typed, meant = sound(word), sound(other)
    likely = max(0.8 * (sorted(other) == sorted(word)), 0.7 * (meant == typed), 0.3 * _left_out(word, other))
    begins = 0.2 * (other[0] != word[0]) + 0.5 * (meant[0] != typed[0])
    strange, weight = 0.8 * (not lexicon.is_ours(other)), lexicon.weight(other)
    said = lexicon.says_together(beside[0], other) or lexicon.says_together(other, beside[1])
    return slips + begins + strange - likely - 0.3 * log10(1 + weight) - BESIDE * said, -weight


def _left_out(typed: str, meant: str) -> bool:
    """Whether letters were only left out: that happens more often than one struck for another."""
    letters = iter(meant)
    return len(meant) > len(typed) and all(letter in letters for letter in typed)


@cache
def _plain_english(first: str) -> list[str]:
    return [word for word, many in english().items() if word[0] == first and len(word) >= SHORTEST and many > 200]


def _two_words(word: str, lexicon: Lexicon) -> str:
    """ "carehome" as "care home", when both halves are words of ours."""
    ways = [(word[:at], word[at:]) for at in range(3, len(word) - 2)]
    known = [way for way in ways if all(map(lexicon.is_ours, way))]
    return " ".join(max(known, key=lambda way: min(map(lexicon.weight, way)))) if known else ""
