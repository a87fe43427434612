"""Which kinds of help a question sounds like, word by word. Pure: the rules teach it, no other text does.

For a page that found nobody. A rule wants its whole phrase; here each word of the question says for which kinds of help
rules have it, and how surely. So it is a guess: to be offered, never to be taken for what somebody asked.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import chain

from .. import rules
from .grammar import Rule
from .matching import PASSED_OVER, stem
from .understanding import WHO

MOST_KINDS, SURE_ENOUGH = 3, 0.25
ELSEWHERE = 0.3  # what a rule without a kind of help says of its words, beside one with
UNSURE = 1.0  # uses without a kind that every word is taken to have had: one rule alone says little


class Likely:
    """What rules have taught of each word: slugs of kinds of help, with their shares from 0 to 1."""

    def __init__(self, found: Iterable[Rule]) -> None:
        uses: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        elsewhere: Counter[str] = Counter()
        for rule in found:
            for word in chain.from_iterable(map(_telling, rule.typed)):
                elsewhere[word] += not rule.kinds
                for kind in rule.kinds:
                    uses[word][kind] += 1 / len(rule.kinds)
        self._shares = {}
        for word, kinds in uses.items():
            every = sum(kinds.values()) + ELSEWHERE * elsewhere[word] + UNSURE
            self._shares[word] = {kind: used / every for kind, used in kinds.items()}

    def kinds(self, q: str) -> list[str]:
        """Up to three kinds of help, the likeliest first; none when no word says enough."""
        points: defaultdict[str, float] = defaultdict(float)
        for word in _telling(q):
            for kind, share in self._shares.get(word, {}).items():
                points[kind] += share
        likely = sorted(
            (kind for kind, many in points.items() if many >= SURE_ENOUGH), key=lambda kind: (-points[kind], kind)
        )
        return likely[:MOST_KINDS]


def _telling(text: str) -> set[str]:
    said = (word for word in rules.in_order(text) if word not in PASSED_OVER and word not in rules.STOP_WORDS)
    return {stem(word) for word in said} - WHO
