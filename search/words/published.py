"""The rules in force as a search server takes them: its own copy, in Solr's format."""

from collections.abc import Iterable

from .grammar import Rule, Sort
from .selectors import active_rules, rules_of


def synonym_lines() -> list[str]:
    """Every national rule in force: "a, b" both ways, "a => b, c" one way."""
    return solr_lines(rules_of(active_rules(None)))


def solr_lines(rules: Iterable[Rule]) -> list[str]:
    """One line a rule. Sentences (`need:`) and phrases with @ are ours alone: no server knows what they stand for.

    >>> from .grammar import parse
    >>> lines = ("home help => home care, kind:personal-care", "u3a, third age", "need: out of bed => home care")
    >>> solr_lines(map(parse, lines))
    ['home help => home care', 'third age, u3a']
    """
    found = []
    for rule in rules:
        typed, meant = _plain(rule.typed), _plain(words for words, _weight in rule.meant)
        if rule.sort == Sort.BOTH and len(typed) > 1:
            found.append(", ".join(sorted(typed)))
        elif rule.sort == Sort.ONE_WAY and typed and meant:
            found.append(f"{', '.join(typed)} => {', '.join(meant)}")
    return found


def _plain(phrases: Iterable[str]) -> list[str]:
    return [words for words in phrases if "@" not in words]
