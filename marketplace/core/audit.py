"""Write down who did what. One call beside every change that matters."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from .models import AuditEntry

_sentences: dict[str, str | Promise] = {}
SELF, DELEGATE, PHONE, SYSTEM = "self", "delegate", "phone", "system"


@dataclass(frozen=True)
class Actor:
    """Who acts, and for whom: `for_id` differs from `by_id` when somebody acts for another person.

    `channel` is one of SELF, DELEGATE, PHONE (council staff for a caller), SYSTEM (by_id is None).
    """

    by_id: int | None
    for_id: int | None = None
    channel: str = SELF

    @property
    def person_id(self) -> int | None:
        """Whose orders and shortlist this concerns."""
        return self.for_id if self.for_id is not None else self.by_id


CLOCKWORK = Actor(by_id=None, channel=SYSTEM)


def record(
    action: str, *, by: Actor, subject: Any, note: str = "", at: datetime | None = None, **details: Any
) -> AuditEntry:
    """Add an audit entry. `action` is namespaced ("orders.request.accept"); details must be JSON."""
    return AuditEntry.objects.create(
        at=at or timezone.now(),
        action=action,
        by_id=by.by_id,
        for_id=by.for_id,
        channel=by.channel,
        subject_kind=subject._meta.label_lower,
        subject_id=str(subject.pk),
        note=note[:500],
        details=details,
    )


def say(action: str, sentence: str | Promise) -> None:
    """Give an action its sentence for the person it concerned, with %(who)s and any of the entry's details.

    Every app says its own once, where its actions are recorded: say("orders.request.make",
    gettext_lazy("%(who)s asked for “%(title)s”.")).
    """
    _sentences[action] = sentence


def sentence_of(entry: AuditEntry, who: str) -> str:
    """What happened, in words. An action that nobody gave words to is still told, by its name."""
    known = _Details({**{key: str(value) for key, value in entry.details.items()}, "who": who})
    sentence = _sentences.get(entry.action)
    if sentence is None:
        return _("%(who)s changed something (%(action)s).") % {"who": who, "action": entry.action}
    return str(sentence) % known


class _Details(dict[str, str]):
    """An entry may be older than its sentence and lack a detail."""

    def __missing__(self, key: str) -> str:
        return "…"
