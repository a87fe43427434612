"""The life of a check, from what a provider says to what the council has verified, and of a concern."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core.states import Move, StateTable


class CredentialState(models.TextChoices):
    CLAIMED = "claimed", _("Said by the provider, not checked")
    SEEN = "seen", _("Seen by the council, not yet verified")
    VERIFIED = "verified", _("Checked by the council")
    EXPIRING = "expiring", _("Checked, runs out soon")
    EXPIRED = "expired", _("Run out")
    REJECTED = "rejected", _("Not accepted")


_C = CredentialState
CREDENTIAL_MOVES = StateTable(
    CredentialState,
    {
        "see": Move(_C.CLAIMED, _C.EXPIRED, _C.REJECTED, to=_C.SEEN),
        "verify": Move(*CredentialState.values, to=_C.VERIFIED),
        "warn": Move(_C.VERIFIED, to=_C.EXPIRING),
        "expire": Move(_C.VERIFIED, _C.EXPIRING, to=_C.EXPIRED),
        "reject": Move(_C.CLAIMED, _C.SEEN, _C.VERIFIED, _C.EXPIRING, _C.EXPIRED, to=_C.REJECTED),
    },
)
HELD = CREDENTIAL_MOVES.states(_C.VERIFIED, _C.EXPIRING)  # what counts as checked, on pages and in search
SAID = CREDENTIAL_MOVES.states(_C.CLAIMED, _C.SEEN)  # shown as somebody's words, not as a check


class ConcernState(models.TextChoices):
    NEW = "new", _("New")
    TRIAGED = "triaged", _("Being looked at")
    REFERRED = "referred", _("Passed to the safeguarding team")
    FEEDBACK = "feedback", _("Passed on as feedback")
    NO_ACTION = "no_action", _("Nothing more to do")
    CLOSED = "closed", _("Closed")


_N = ConcernState
CONCERN_MOVES = StateTable(
    ConcernState,
    {
        "triage": Move(_N.NEW, to=_N.TRIAGED),
        "refer": Move(_N.TRIAGED, to=_N.REFERRED),
        "pass_on": Move(_N.TRIAGED, to=_N.FEEDBACK),
        "leave": Move(_N.TRIAGED, to=_N.NO_ACTION),
        "close": Move(_N.REFERRED, _N.FEEDBACK, _N.NO_ACTION, to=_N.CLOSED),
    },
)
OPEN_CONCERN = CONCERN_MOVES.states(_N.NEW, _N.TRIAGED, _N.REFERRED, _N.FEEDBACK, _N.NO_ACTION)
UNDECIDED = CONCERN_MOVES.states(_N.NEW, _N.TRIAGED)
