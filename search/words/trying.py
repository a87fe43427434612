"""What a rule would change, before anybody else sees it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from .. import selectors as searching
from ..models import WordRule
from ..query import SearchQuery
from . import selectors
from .grammar import Rule, Unreadable, loop, parse
from .matching import Rulebook
from .understanding import understand

MOST_RULES, MOST_SHOWN = 20, 8
TOO_MANY, FEWEST = 0.6, 20  # an answer in so large a share of listings would match everything, from so many listings on


@dataclass(frozen=True, slots=True)
class Side:
    """What a question finds: names in order, how many in all, and what is looked for in words."""

    names: tuple[str, ...]
    total: int
    looked_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """The same question by the rules in force and by the changed ones."""

    q: str
    before: Side
    after: Side


def read(text: str, council_id: int | None, *, without: int | None = None) -> list[Rule]:
    """The rules on these lines, checked against those in force. Raises Unreadable with the line."""
    known = selectors.rules_of(selectors.active_rules(council_id).exclude(pk=without or 0))
    lexicon = selectors.lexicon(council_id)
    found: list[Rule] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        rule = parse(line, number)
        back = loop(rule, [*known, *found])
        if back is not None:
            raise Unreadable(_("It goes round in a circle with “%(rule)s”.") % {"rule": back.text()[:200]}, number)
        for words, _weight in rule.meant:
            if lexicon.size >= FEWEST and lexicon.share(words) > TOO_MANY:
                sentence = _("“%(words)s” stands in most listings, so the rule would match everything.")
                raise Unreadable(sentence % {"words": words}, number)
        found.append(rule)
    if len(found) > MOST_RULES:
        raise Unreadable(_("Write %(most)d rules or fewer at once.") % {"most": MOST_RULES}, MOST_RULES + 1)
    return found


def tried(q: str, new: Iterable[Rule], council_id: int | None, *, without: int | None, today: date) -> Tried:
    """The question asked twice. `without` is the rule that is being changed. About 4 queries."""
    rows = selectors.active_rules(council_id)
    before = Rulebook(selectors.rules_of(rows))
    after = Rulebook([*selectors.rules_of(rows.exclude(pk=without or 0)), *new])
    return Tried(q, _side(q, before, council_id, today), _side(q, after, council_id, today))


def _side(q: str, book: Rulebook, council_id: int | None, today: date) -> Side:
    wording = understand(q, book, selectors.lexicon(council_id))
    answer = searching.find(replace(SearchQuery(q=q), wording=wording), today=today)
    looked = tuple(", ".join(text for text, _weight in group.alternatives[:6]) for group in wording.needed)
    names = tuple(str(hit.card["name"]) for hit in answer.results.hits[:MOST_SHOWN])
    return Side(names, answer.results.total, looked)


def rules_shown(council_id: int | None, find: str) -> list[WordRule]:
    """National rules when there is no council, otherwise its own; those with these words when there are any."""
    rows = WordRule.objects.filter(council=council_id, active=True)
    return list(rows.filter(text__icontains=find) if find else rows)
