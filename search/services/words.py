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
from ..words.seeding import row_of, rows_of_file, seed_of


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
def rules_seed(*, by: Actor, now: datetime) -> tuple[int, int]:
    """Take in the project's file: how many rules were added, and how many that left the file were switched off.

    A seeded rule that a curator changed or switched off still carries its seed, and is left alone; a reason is only
    filled in where there is none.
    """
    rows = list(WordRule.objects.select_for_update().filter(council=None))
    had, said = {row.seed for row in rows}, {row.text for row in rows}
    file = {row["seed"]: row for row in rows_of_file()}
    made = [WordRule(changed_at=now, **row) for row in file.values() if not {row["seed"], row["text"]} & (had | said)]
    gone, explained = [], []
    for row in rows:
        if not row.seed or row.seed != seed_of(row.text):
            continue
        if row.seed not in file and row.active:
            row.active, row.changed_at = False, now
            gone.append(row)
        elif row.seed in file and not row.reason and file[row.seed]["reason"]:
            row.reason = file[row.seed]["reason"]
            explained.append(row)
    WordRule.objects.bulk_create(made)
    WordRule.objects.bulk_update(gone, ["active", "changed_at"])
    WordRule.objects.bulk_update(explained, ["reason"])
    if made or gone:
        audit.record("search.rule.seed", by=by, subject=(made + gone)[0], at=now, many=len(made), gone=len(gone))
        _tell_everybody()
    return len(made), len(gone)


def _tell_everybody() -> None:
    outbox.add("search.words_published")
    pagecache.something_public_changed()
    transaction.on_commit(selectors.forget)
