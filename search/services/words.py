"""What curators write: rules about words."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from marketplace.core import audit, outbox, pagecache
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError
from marketplace.people.models import Council

from ..models import WordRule
from ..words import selectors
from ..words.grammar import Rule
from ..words.seeding import row_of, rows_of_file


class RuleExists(DomainError):
    """There is such a rule already; `text` is its line."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@transaction.atomic
def rules_publish(
    *, rules: Iterable[Rule], council: Council | None, by: Actor, now: datetime, reason: str = ""
) -> list[WordRule]:
    """New rules, in force everywhere within five seconds. One that was switched off comes back. Raises RuleExists."""
    made = []
    for rule in rules:
        facts = row_of(rule) | ({"reason": reason[:300]} if reason else {})
        row = WordRule.objects.select_for_update().filter(council=council, text=facts["text"]).first()
        if row is not None and row.active:
            raise RuleExists(row.text)
        row = row or WordRule(council=council)
        for name, value in (facts | {"active": True, "changed_at": now}).items():
            setattr(row, name, value)
        row.save()
        audit.record("search.rule.publish", by=by, subject=row, at=now, text=row.text)
        made.append(row)
    _tell_everybody()
    return made


@transaction.atomic
def rule_change(*, row: WordRule, rule: Rule, reason: str, by: Actor, now: datetime) -> WordRule:
    """Another line in place of this one. Raises RuleExists."""
    facts = row_of(rule) | {"reason": reason[:300]}
    if WordRule.objects.filter(council=row.council, text=facts["text"]).exclude(pk=row.pk).exists():
        raise RuleExists(facts["text"])
    before = row.text
    for name, value in (facts | {"changed_at": now}).items():
        setattr(row, name, value)
    row.save()
    audit.record("search.rule.change", by=by, subject=row, at=now, text=row.text, before=before)
    _tell_everybody()
    return row


@transaction.atomic
def rule_switch_off(*, row: WordRule, by: Actor, now: datetime) -> WordRule:
    """The rule no longer holds. It stays, so that an upgrade does not bring it back."""
    if row.active:
        row.active, row.changed_at = False, now
        row.save(update_fields=["active", "changed_at"])
        audit.record("search.rule.switch_off", by=by, subject=row, at=now, text=row.text)
        _tell_everybody()
    return row


@transaction.atomic
def rules_seed(*, by: Actor, now: datetime) -> int:
    """Add the rules of the project's file that this site has never had; returns how many.

    A seeded rule that a curator changed or switched off still carries its seed, and is left alone.
    """
    had = set(WordRule.objects.filter(council=None).values_list("seed", flat=True))
    said = set(WordRule.objects.filter(council=None).values_list("text", flat=True))
    new = [row for row in rows_of_file() if row["seed"] not in had and row["text"] not in said]
    made = WordRule.objects.bulk_create([WordRule(changed_at=now, **row) for row in new])
    if made:
        audit.record("search.rule.seed", by=by, subject=made[0], at=now, many=len(made))
        _tell_everybody()
    return len(made)


def _tell_everybody() -> None:
    outbox.add("search.words_published")
    pagecache.something_public_changed()
    transaction.on_commit(selectors.forget)
