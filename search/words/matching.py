"""Which rules a typed sentence calls on. Pure: rules go in once, sentences many times."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise, product

import snowballstemmer

from .grammar import PEOPLE, Rule, Sort

MOST_GAP = 2  # words that may stand between those of a phrase
MOST_APART = 4  # words of any kind that may stand between the first and the last of a phrase
MOST_TURNED = 3  # the same, where they stand the other way round
MOST_ENDING = 4  # letters by which two words with one stem may differ
_NEVER = """
down out up off on over council mind minds will wills sit send pip play plays aid restorative uniformed relate fit
"""
NEVER_A_STEM = frozenset(_NEVER.split())
ITS_OWN_STEM = frozenset({"housing"})  # help to find housing is no help in the house
LONGEST_EXACT = 5
MOST_WAYS = 200  # phrases that one phrase with @partner and the like may stand for
BACK, OTHER = 0.8, 0.15  # weights of the other names of a thing, and of the other names of an answer
_SAYS_NOTHING = """
a an the my our your his her their its i im ive id he hes she shes it they theyre we were you me him them us to of for
with and or is am are was be been being that this so just please very really has have had do does did will would could
weve youve theyve youre theyd youd hed wed wasnt isnt arent werent hasnt havent hadnt wouldnt shouldnt thats theres
whats lets whos should can at in on by from as if any some got getting than then there too also who whos which
"""
PASSED_OVER = frozenset(_SAYS_NOTHING.split())
SAME = {"cannot": "cant", "couldnt": "cant", "unable": "cant", "doesnt": "dont", "didnt": "dont", "wont": "dont"}
SAME |= {"someone": "somebody", "anyone": "somebody", "anybody": "somebody", "old": "older", "ppl": "people"}
SAME |= {"lost": "lose", "felt": "feel", "forgot": "forget", "forgotten": "forget", "fell": "fall", "beaten": "beat"}
SAME |= {"womans": "womens", "childrens": "children", "mens": "men", "alms": "almshouses"}
SAME |= {"loosing": "losing", "advise": "advice", "beauro": "bureau", "bureaux": "bureau"}
SAME |= {"counciling": "counselling", "councilling": "counselling"}  # a stem would take them for a council
_stemmer = snowballstemmer.stemmer("english")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without its ending, as rules compare it.

    >>> stem("carers") == stem("carer"), stem("cannot") == stem("can't".replace("'", ""))
    (True, True)
    """
    return word if word.startswith("@") or word in ITS_OWN_STEM else _stemmer.stemWord(SAME.get(word, word))


def key_of(phrase: Iterable[str]) -> tuple[str, ...]:
    """What has to be said for a phrase: its words without endings and without those that say little."""
    words = list(phrase)
    return tuple(stem(word) for word in words if word not in PASSED_OVER) or tuple(map(stem, words))


@dataclass(slots=True)
class Meaning:
    """What a phrase leads to: words with their weights, and kinds of help.

    `same` when the phrase is itself one of the names; `whole` for a need, whose own words say nothing on their own.
    """

    words: dict[str, float] = field(default_factory=dict)
    kinds: dict[str, None] = field(default_factory=dict)
    same: bool = False
    whole: bool = False

    def add(self, words: str, weight: float) -> None:
        self.words[words] = max(weight, self.words.get(words, 0.0))

    def join(self, other: "Meaning") -> None:
        for words, weight in other.words.items():
            self.add(words, weight)
        self.kinds.update(other.kinds)
        self.same |= other.same
        self.whole |= other.whole


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found at these places of the sentence."""

    at: tuple[int, ...]
    meaning: Meaning
    in_order: bool = True


class Rulebook:
    """Rules, ready to be looked up."""

    def __init__(self, found: Iterable[Rule]) -> None:
        self.rules = tuple(found)
        self.words: set[str] = set()
        self.pairs: set[tuple[str, str]] = set()  # of stems that stand side by side in a phrase
        said = {typed for rule in self.rules for typed in rule.typed if "@" not in typed}
        self.phrases = sorted(said)
        self._keys: dict[
            tuple[str, ...], dict[tuple[str, ...], dict[tuple[str, ...], Meaning]]
        ] = {}  # by stems, words, all
        self._exact: dict[tuple[str, ...], Meaning] = {}  # phrases of which only one word says much
        self._starting: dict[str, list[tuple[str, ...]]] = {}
        names = self._names()
        for rule in self.rules:
            for typed in rule.typed:
                self._learn(rule, typed, names)
            for phrase in (*rule.typed, *(words for words, _weight in rule.meant)):
                self.words.update(word for word in phrase.split() if not word.startswith("@"))
                self.pairs.update(pairwise(key_of(phrase.split())))
        for key in self._keys:
            self._starting.setdefault(key[0], []).append(key)
        for keys in self._starting.values():
            keys.sort(key=len, reverse=True)

    def _names(self) -> dict[str, list[str]]:
        """The other names of everything that a two-way rule names, in an order that every process has."""
        names: dict[str, set[str]] = {}
        for rule in self.rules:
            if rule.sort == Sort.BOTH:
                for typed in rule.typed:
                    names.setdefault(typed, set()).update(rule.typed)
        return {typed: sorted(others) for typed, others in names.items()}

    def _learn(self, rule: Rule, typed: str, names: dict[str, list[str]]) -> None:
        for words in _ways(typed):
            key, every = key_of(words), tuple(map(stem, words))
            lone = len(every) > 1 and len(key) == 1
            ways = self._keys.setdefault(key, {}) if not lone else {}
            spoken = tuple(sorted(word for word in words if word not in PASSED_OVER))
            if lone:
                meaning = self._exact.setdefault(every, Meaning())
            else:
                meaning = ways.setdefault(spoken, {}).setdefault(words, Meaning())
            meaning.same |= rule.sort == Sort.BOTH
            meaning.whole |= rule.sort == Sort.NEED
            meaning.kinds.update(dict.fromkeys(rule.kinds))
            for answer, weight in rule.meant:
                if rule.sort == Sort.BOTH:
                    meaning.add(answer, 1.0 if answer == typed else BACK)
                else:
                    meaning.add(answer, weight)
                    for other in names.get(answer, ()):
                        meaning.add(other, weight * OTHER)

    def find(self, words: list[str]) -> list[Match]:
        """The phrases in this sentence; each place is used once, by the phrase with the most words that say something:
        "used to be a soldier" before "used to be"."""
        places = [at for at, word in enumerate(words) if word not in PASSED_OVER]
        stems = [stem(words[at]) for at in places]
        found = []
        for start in range(len(places)):
            for key in self._starting_with(stems[start]):
                at = _all_in(key, stems, start)
                here = tuple(places[each] for each in at)
                in_order = [stems[each] for each in at] == list(key)
                if at and _together(here, in_order=in_order):
                    meaning = self._meaning(key, words, here)
                    found += [Match(here, meaning, in_order)] if meaning.words or meaning.kinds else []
        found += self._word_for_word([stem(word) for word in words])
        telling = set(places)
        found.sort(key=lambda match: (-len(telling.intersection(match.at)), *_loose(match)))
        return _without_overlaps(found)

    def _meaning(self, key: tuple[str, ...], words: list[str], at: tuple[int, ...]) -> Meaning:
        """What these very words lead to: "care at home" is no "care home". With other endings, what their stems do."""
        ways, spoken = self._keys[key], tuple(sorted(words[each] for each in at))
        phrases = ways.get(spoken, {})
        said = tuple(words[at[0] : at[-1] + 1])
        if said in phrases:
            return phrases[said]
        if not phrases:
            same = [each for each in ways if len(key) > 1 or _same_word(spoken[0], each[0])]
            phrases = {phrase: meaning for each in same for phrase, meaning in ways[each].items()}
        joined = Meaning()
        for meaning in phrases.values():
            joined.join(meaning)
        return joined

    def _word_for_word(self, stems: list[str]) -> Iterator[Match]:
        for length in range(2, LONGEST_EXACT + 1):
            for start in range(len(stems) - length + 1):
                meaning = self._exact.get(tuple(stems[start : start + length]))
                if meaning:
                    yield Match(tuple(range(start, start + length)), meaning)

    def _starting_with(self, first: str) -> list[tuple[str, ...]]:
        return self._starting.get(first, [])


def _ways(typed: str) -> list[tuple[str, ...]]:
    choices = [PEOPLE.get(word, (word,)) for word in typed.split()]
    return [words for _number, words in zip(range(MOST_WAYS), product(*choices), strict=False)]


def _all_in(key: tuple[str, ...], stems: list[str], start: int) -> tuple[int, ...]:
    """Where all of a phrase stands near `start`, in any order; () when it does not."""
    low, high = max(0, start - len(key) - MOST_GAP + 1), start + len(key) + MOST_GAP
    if len(key) == 1:
        low, high = start, start + 1
    at = [start]
    for wanted in key[1:]:
        near = [each for each in range(low, min(high, len(stems))) if stems[each] == wanted and each not in at]
        if not near:
            return ()
        at.append(min(near, key=lambda each: abs(each - at[-1])))
    return tuple(sorted(at)) if max(at) - min(at) < len(key) + MOST_GAP else ()


def _together(at: tuple[int, ...], *, in_order: bool) -> bool:
    """Near enough in the sentence to be one phrase; turned round ("washing the dishes") only side by side."""
    return at[-1] - at[0] < len(at) + (MOST_APART if in_order else MOST_TURNED)


def _same_word(one: str, other: str) -> bool:
    """Whether two words with one stem mean the same: "mind" is no "mindfulness", "down" no "downs".

    >>> _same_word("carers", "carer"), _same_word("mind", "mindfulness"), _same_word("down", "downs")
    (True, False, False)
    """
    return abs(len(one) - len(other)) <= MOST_ENDING and not {one, other} & NEVER_A_STEM


def _loose(match: Match) -> tuple[int, int, bool, tuple[int, ...]]:
    """How far from being said as a rule has it."""
    return -len(match.at), match.at[-1] - match.at[0], not match.in_order, match.at


def _without_overlaps(found: list[Match]) -> list[Match]:
    used: set[int] = set()
    kept = []
    for match in found:
        if not used & set(match.at):
            used |= set(match.at)
            kept.append(match)
    return sorted(kept, key=lambda match: match.at)
