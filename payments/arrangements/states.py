"""The lives of an arrangement, of its terms, of one visit, of a bill, and of a saved card."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core.states import Move, StateTable


class ArrangementState(models.TextChoices):
    PROPOSED = "proposed", _("Waiting for an answer")
    AGREED = "agreed", _("Agreed, not begun")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")
    DECLINED = "declined", _("Declined")
    LAPSED = "lapsed", _("Ran out of time")


_S = ArrangementState
MOVES = StateTable(
    ArrangementState,
    {
        "agree": Move(_S.PROPOSED, to=_S.AGREED),
        "decline": Move(_S.PROPOSED, to=_S.DECLINED),
        "lapse": Move(_S.PROPOSED, to=_S.LAPSED),
        "begin": Move(_S.AGREED, to=_S.RUNNING),
        "pause": Move(_S.RUNNING, to=_S.PAUSED),
        "go_on": Move(_S.PAUSED, to=_S.RUNNING),
        "end": Move(_S.AGREED, _S.RUNNING, _S.PAUSED, to=_S.ENDED),
    },
)
WAITING = MOVES.states(_S.PROPOSED)
UNDER_WAY = MOVES.states(_S.AGREED, _S.RUNNING, _S.PAUSED)
HAS_VISITS = MOVES.states(_S.RUNNING)
STOPPED = MOVES.states(_S.PAUSED)
NOT_BEGUN = MOVES.states(_S.AGREED)
OVER = MOVES.states(_S.ENDED, _S.DECLINED, _S.LAPSED)


class TermsState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ASKING = "asking", _("Agreed, waiting for a yes to the money")
    AGREED = "agreed", _("Agreed")
    REFUSED = "refused", _("Not agreed")
    LAPSED = "lapsed", _("Ran out of time")


_T = TermsState
TERMS_MOVES = StateTable(
    TermsState,
    {
        "ask": Move(_T.PROPOSED, to=_T.ASKING),
        "agree": Move(_T.PROPOSED, _T.ASKING, to=_T.AGREED),
        "refuse": Move(_T.PROPOSED, _T.ASKING, to=_T.REFUSED),
        "lapse": Move(_T.PROPOSED, _T.ASKING, to=_T.LAPSED),
    },
)
TERMS_OPEN = TERMS_MOVES.states(_T.PROPOSED, _T.ASKING)
TERMS_UNANSWERED = TERMS_MOVES.states(_T.PROPOSED)
TERMS_ASKING = TERMS_MOVES.states(_T.ASKING)
TERMS_AGREED = TERMS_MOVES.states(_T.AGREED)


class VisitState(models.TextChoices):
    PLANNED = "planned", _("To come")
    DONE = "done", _("Done")
    QUERIED = "queried", _("Queried")
    MISSED = "missed", _("Did not happen")
    CANCELLED = "cancelled", _("Called off")
    DUE = "due", _("All right, goes onto the next bill")
    PAID = "paid", _("Paid")


_V = VisitState
VISIT_MOVES = StateTable(
    VisitState,
    {
        "do": Move(_V.PLANNED, to=_V.DONE),
        "miss": Move(_V.PLANNED, _V.QUERIED, to=_V.MISSED),
        "cancel": Move(_V.PLANNED, to=_V.CANCELLED),
        "query": Move(_V.DONE, to=_V.QUERIED),
        "correct": Move(_V.QUERIED, to=_V.DONE),
        "settle": Move(_V.QUERIED, to=_V.DUE),
        "fall_due": Move(_V.DONE, to=_V.DUE),
        "pay": Move(_V.DUE, to=_V.PAID),
    },
)
TO_COME = VISIT_MOVES.states(_V.PLANNED)
SAID_DONE = VISIT_MOVES.states(_V.DONE)
IN_QUESTION = VISIT_MOVES.states(_V.QUERIED)
TO_PAY = VISIT_MOVES.states(_V.DUE)
NOT_HAD = VISIT_MOVES.states(_V.MISSED, _V.CANCELLED)


class BillState(models.TextChoices):
    COLLECTING = "collecting", _("Being collected")
    TOLD = "told", _("The person is told when it leaves their bank")
    ON_ITS_WAY = "on_its_way", _("The bank has been asked")
    HELD = "held", _("Waiting for whoever holds the money")
    ASKING = "asking", _("Waiting for the person")
    LEFT = "left", _("Left to the two of them")
    PAID = "paid", _("Paid")
    DROPPED = "dropped", _("Not asked for any more")


_B = BillState
BILL_MOVES = StateTable(
    BillState,
    {
        "hold": Move(_B.COLLECTING, to=_B.HELD),
        "tell": Move(_B.COLLECTING, _B.TOLD, to=_B.TOLD),
        "wait": Move(_B.COLLECTING, _B.TOLD, to=_B.ON_ITS_WAY),
        "ask": Move(_B.COLLECTING, _B.TOLD, _B.ON_ITS_WAY, _B.HELD, to=_B.ASKING),
        "collect": Move(_B.TOLD, _B.ON_ITS_WAY, _B.HELD, _B.ASKING, _B.LEFT, to=_B.COLLECTING),
        "leave": Move(_B.ASKING, to=_B.LEFT),
        "pay": Move(_B.COLLECTING, _B.TOLD, _B.ON_ITS_WAY, _B.HELD, _B.ASKING, _B.LEFT, _B.DROPPED, to=_B.PAID),
        "drop": Move(_B.COLLECTING, _B.TOLD, _B.ON_ITS_WAY, _B.HELD, _B.ASKING, _B.LEFT, to=_B.DROPPED),
    },
)
TO_COLLECT = BILL_MOVES.states(_B.COLLECTING)
TOLD = BILL_MOVES.states(_B.TOLD)
ON_ITS_WAY = BILL_MOVES.states(_B.ON_ITS_WAY)
WITH_THE_HOLDER = BILL_MOVES.states(_B.HELD)
ASKED = BILL_MOVES.states(_B.ASKING)
LEFT_ALONE = BILL_MOVES.states(_B.LEFT)
UNPAID = BILL_MOVES.states(_B.COLLECTING, _B.TOLD, _B.ON_ITS_WAY, _B.HELD, _B.ASKING, _B.LEFT)


class CardState(models.TextChoices):
    STARTED = "started", _("About to be asked")
    UNKNOWN = "unknown", _("The answer was lost")
    OPEN = "open", _("The page is open")
    SAVED = "saved", _("Saved")
    ENDED = "ended", _("Closed without a card")
    FORGOTTEN = "forgotten", _("Not used any more")


_C = CardState
CARD_MOVES = StateTable(
    CardState,
    {
        "lose": Move(_C.STARTED, to=_C.UNKNOWN),
        "open": Move(_C.STARTED, _C.UNKNOWN, to=_C.OPEN),
        "save": Move(_C.STARTED, _C.UNKNOWN, _C.OPEN, to=_C.SAVED),
        "end": Move(_C.STARTED, _C.UNKNOWN, _C.OPEN, to=_C.ENDED),
        "forget": Move(_C.SAVED, to=_C.FORGOTTEN),
    },
)
CARD_UNHEARD = CARD_MOVES.states(_C.STARTED, _C.UNKNOWN)
CARD_UNDER_WAY = CARD_MOVES.states(_C.STARTED, _C.UNKNOWN, _C.OPEN)
CARD_READY = CARD_MOVES.states(_C.SAVED)
