"""What waits for a curator, as the first thing on the admin's front page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext, ngettext
from wagtail.admin.ui.components import Component
from wagtail.models import Page, TaskState

from marketplace.people.models import User

from . import authorship
from .signals import waiting_shown

MOST = 50  # shown at once; the oldest, so the rest comes as these go


@dataclass(frozen=True)
class Waiting:
    """One page with words that wait. `live` when strangers see earlier words meanwhile."""

    page: Page
    kind: str
    since: datetime
    age: str
    live: bool
    own_words: bool
    overdue: bool
    notes: list[str]


class WaitingPanel(Component):
    """Every submission this person may decide on, oldest first, with its age."""

    name = "waiting"
    template_name = "admin/waiting_panel.html"
    order = 50

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        request = parent_context["request"]
        waiting = waiting_for(request.user, timezone.now())
        return {"waiting": waiting, "total": count_for(request.user), "most": MOST}


def waiting_for(user: User, now: datetime) -> list[Waiting]:
    """The oldest submissions that this person may approve or return."""
    states = (
        TaskState.objects.reviewable_by(user)
        .select_related("revision")
        .prefetch_related("revision__content_object")
        .order_by("started_at")[:MOST]
    )
    found = []
    pages = [state.revision.content_object for state in states]
    notes = notes_on([page for page in pages if page is not None])
    for state, page in zip(states, pages, strict=True):
        if page is None:
            continue
        days = (now - state.started_at).days
        found.append(
            Waiting(
                page=page,
                kind=str(page.cached_content_type.model_class()._meta.verbose_name),
                since=state.started_at,
                age=age_words(days),
                live=page.live,
                own_words=authorship.wrote_any(page, user),
                overdue=days >= 5,
                notes=notes.get(page.pk, []),
            )
        )
    return found


def notes_on(pages: list[Page]) -> dict[int, list[str]]:
    """What other apps know that a curator should know before deciding, by page."""
    notes: dict[int, list[str]] = {}
    for _receiver, found in cast("list[tuple[Any, dict[int, str]]]", waiting_shown.send(None, pages=pages)):
        for pk, words in found.items():
            notes.setdefault(pk, []).append(words)
    return notes


def count_for(user: User) -> int:
    return TaskState.objects.reviewable_by(user).count()


def age_words(days: int) -> str:
    """How long something has waited.

    >>> age_words(0), age_words(1), age_words(12)
    ('today', '1 day', '12 days')
    """
    if days <= 0:
        return gettext("today")
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
