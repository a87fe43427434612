"""The life of a listing's words, from a first draft to the archive.

What hides a finished listing (a pause, a suspension, an expired check) is a Hold, not a state: lifting it brings
back exactly what was there. ADR 0003.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core.states import Move, StateTable


class ListingState(models.TextChoices):
    DRAFT = "draft", _("Draft, only you can see it")
    SUBMITTED = "submitted", _("Waiting for the council")
    RETURNED = "returned", _("The council asks for changes")
    LIVE = "live", _("Live")
    CHANGES_PENDING = "changes_pending", _("Live, with changes waiting for the council")
    CHANGES_RETURNED = "changes_returned", _("Live, the council asks for changes to your new words")
    ARCHIVED = "archived", _("Archived")


_S = ListingState
MOVES = StateTable(
    ListingState,
    {
        "submit": Move(_S.DRAFT, _S.RETURNED, to=_S.SUBMITTED),
        "return": Move(_S.SUBMITTED, to=_S.RETURNED),
        "withdraw": Move(_S.SUBMITTED, to=_S.DRAFT),
        "publish": Move(
            _S.DRAFT, _S.SUBMITTED, _S.RETURNED, _S.LIVE, _S.CHANGES_PENDING, _S.CHANGES_RETURNED, to=_S.LIVE
        ),
        "submit_changes": Move(_S.LIVE, _S.CHANGES_RETURNED, to=_S.CHANGES_PENDING),
        "return_changes": Move(_S.CHANGES_PENDING, to=_S.CHANGES_RETURNED),
        "drop_changes": Move(_S.CHANGES_PENDING, _S.CHANGES_RETURNED, to=_S.LIVE),
        "unpublish": Move(_S.LIVE, _S.CHANGES_PENDING, _S.CHANGES_RETURNED, to=_S.DRAFT),
        "archive": Move(
            _S.DRAFT, _S.SUBMITTED, _S.RETURNED, _S.LIVE, _S.CHANGES_PENDING, _S.CHANGES_RETURNED, to=_S.ARCHIVED
        ),
        "restore": Move(_S.ARCHIVED, to=_S.DRAFT),
    },
)
PUBLIC = MOVES.states(_S.LIVE, _S.CHANGES_PENDING, _S.CHANGES_RETURNED)
WAITING_FOR_COUNCIL = MOVES.states(_S.SUBMITTED, _S.CHANGES_PENDING)
WAITING_FOR_PROVIDER = MOVES.states(_S.RETURNED, _S.CHANGES_RETURNED)


class HoldKind(models.TextChoices):
    """Why a finished listing is not shown just now."""

    PAUSED = "paused", _("Paused by the provider")
    SUSPENDED = "suspended", _("Suspended by the council")
    CHECK_EXPIRED = "check_expired", _("A check that it needs has run out")
    STALE = "stale", _("Nobody has confirmed it for over a year")
    HELD = "held", _("Held for a person at the council to look at")
