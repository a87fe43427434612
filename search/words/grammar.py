"""How a rule is written, in one line. Pure: no database.

    elderly, older people, seniors                     any of these finds all of them
    home help => home care, domiciliary care           one way: the right side does not find the left
    need: lost my @partner => bereavement, kind:company    a sentence, and the words and kinds of help that answer it

A `~` before an answer makes it weigh half. `@partner`, `@parent`, `@child` and `@family` stand for each of their words.
What follows ` # ` is the reason.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext as _

from marketplace.core.errors import DomainError

from .. import rules

MOST_WORDS, MOST_PHRASES, LONGEST = 10, 40, 1000
HALF = 0.5
PEOPLE: dict[str, tuple[str, ...]] = {
    "@partner": ("husband", "wife", "partner", "spouse", "boyfriend", "girlfriend", "hubby", "missus"),
    "@parent": ("mum", "mother", "mam", "mom", "dad", "father", "parents", "nan", "gran", "grandma", "grandad"),
    "@child": (
        "son",
        "daughter",
        "child",
        "kid",
        "baby",
        "lad",
        "boy",
        "girl",
        "toddler",
        "children",
        "kids",
        "teenager",
    ),
    "@family": ("brother", "sister", "aunt", "uncle", "friend", "neighbour", "relative", "family", "loved"),
}
PEOPLE["@family"] += PEOPLE["@partner"] + PEOPLE["@parent"] + PEOPLE["@child"]
_KIND = re.compile(r"kind:([a-z0-9-]{1,60})")


class Sort(Enum):
    """What a rule does."""

    BOTH = "both"
    ONE_WAY = "one_way"
    NEED = "need"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line. `typed` finds `meant` (words and weights) and `kinds` (slugs). BOTH: all are typed and meant alike."""

    sort: Sort
    typed: tuple[str, ...]
    meant: tuple[tuple[str, float], ...]
    kinds: tuple[str, ...] = ()
    reason: str = ""

    def text(self) -> str:
        """The line without its reason."""
        said = [("~" if weight < 1 else "") + words for words, weight in self.meant]
        said += [f"kind:{slug}" for slug in self.kinds]
        if self.sort == Sort.BOTH:
            return ", ".join(said)
        start = "need: " if self.sort == Sort.NEED else ""
        return f"{start}{', '.join(self.typed)} => {', '.join(said)}"


class Unreadable(DomainError):
    """A rule that does not parse, loops or would match everything; `sentence` says why, `line` where, from 1."""

    def __init__(self, sentence: str, line: int = 1) -> None:
        super().__init__(sentence)
        self.sentence, self.line = sentence, line


def parse_lines(text: str) -> list[Rule]:
    """Every rule of a file; empty lines and lines of comment are passed over. Raises Unreadable."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            found.append(parse(line, number))
    return found


def parse(line: str, number: int = 1) -> Rule:
    """The rule on a line. Raises Unreadable.

    >>> parse("need: cant get out => befriending, ~transport, kind:company  # no need to say why").text()
    'need: cant get out => befriending, ~transport, kind:company'
    >>> parse("elderly, older people").sort
    <Sort.BOTH: 'both'>
    """
    if len(line) > LONGEST:
        raise Unreadable(_("That is too long. Use %(most)d letters or fewer.") % {"most": LONGEST}, number)
    said, _hash, reason = line.partition(" # ")
    said = said.strip()
    need = said.lower().startswith("need:")
    said = said[5:] if need else said
    if said.count("=>") > 1:
        raise Unreadable(_("Write only one arrow => in a rule."), number)
    left, arrow, right = said.partition("=>")
    if need and not arrow:
        raise Unreadable(_("Write what people say, then =>, then what answers it."), number)
    typed = _phrases(left, number)
    if not arrow:
        if len(typed) < 2:
            raise Unreadable(_("Write at least two words or phrases with a comma between them, or use =>."), number)
        return Rule(Sort.BOTH, typed, tuple((words, 1.0) for words in typed), reason=reason.strip())
    kinds = tuple(_KIND.findall(right))
    meant = tuple(_weighed(each) for each in _phrases(_KIND.sub("", right), number, marks="~", empty=bool(kinds)))
    if not kinds and {words for words, _weight in meant} == set(typed):
        sentence = _("“%(words)s” leads only to itself, so the rule would go round in a circle.")
        raise Unreadable(sentence % {"words": typed[0]}, number)
    return Rule(Sort.NEED if need else Sort.ONE_WAY, typed, meant, kinds, reason.strip())


def loop(new: Rule, known: Iterable[Rule]) -> Rule | None:
    """The rule that this one would go round in a circle with, or None: the one says a => b, the other b => a."""
    typed, meant = set(new.typed), _answers(new)
    for rule in known:
        if meant and _answers(rule) and meant <= set(rule.typed) and _answers(rule) <= typed:
            return rule
    return None


def _answers(rule: Rule) -> set[str]:
    """What a rule leads to beyond what was typed."""
    return {words for words, _weight in rule.meant} - set(rule.typed)


def _weighed(text: str) -> tuple[str, float]:
    return (text[1:].strip(), HALF) if text.startswith("~") else (text, 1.0)


def _phrases(text: str, line: int, *, marks: str = "", empty: bool = False) -> tuple[str, ...]:
    found = []
    for part in text.split(","):
        mark = part.strip()[:1] if part.strip()[:1] in marks else ""
        words = " ".join(
            word if word.startswith("@") else " ".join(rules.in_order(word)) for word in part.lower().split()
        )
        words = " ".join(words.split())
        if words:
            _check(words, line)
            found.append(mark + words)
        elif part.strip():
            raise Unreadable(_("“%(part)s” has no words in it.") % {"part": part.strip()[:40]}, line)
    if not found and not empty:
        raise Unreadable(_("There are no words on one side of this rule."), line)
    if len(found) > MOST_PHRASES:
        raise Unreadable(
            _("That is more than %(most)d words or phrases. Make two rules.") % {"most": MOST_PHRASES}, line
        )
    return tuple(dict.fromkeys(found))


def _check(words: str, line: int) -> None:
    each = words.split()
    unknown = [word for word in each if word.startswith("@") and word not in PEOPLE]
    if unknown:
        raise Unreadable(_("We do not know %(word)s.") % {"word": unknown[0]}, line)
    if len(each) > MOST_WORDS:
        raise Unreadable(
            _("“%(words)s” is too long. Use %(most)d words or fewer.") % {"words": words, "most": MOST_WORDS}, line
        )
    if len(each) == 1 and (each[0] in rules.STOP_WORDS or len(each[0]) < 2):
        raise Unreadable(
            _("“%(words)s” is said in nearly every search, so the rule would match everything.") % {"words": words},
            line,
        )
