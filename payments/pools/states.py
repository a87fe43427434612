"""The lives of a pool, of one person's pledge in it, and of one try at holding their money."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core.states import Move, StateTable


class PoolState(models.TextChoices):
    """`CONFIRMED` is the decision, with every share fixed; taking the money follows it."""

    DRAFT = "draft", _("Not open yet")
    OPEN = "open", _("People can join")
    LOCKED = "locked", _("Closed for joining")
    AUTHORISING = "authorising", _("Cards are being asked")
    CONFIRMED = "confirmed", _("It goes ahead")
    DELIVERING = "delivering", _("Running")
    COMPLETED = "completed", _("Finished")
    FAILED = "failed", _("Did not go ahead, nobody pays")
    CANCELLED = "cancelled", _("Called off")


_S = PoolState
MOVES = StateTable(
    PoolState,
    {
        "open": Move(_S.DRAFT, to=_S.OPEN),
        "lock": Move(_S.OPEN, to=_S.LOCKED),
        "authorise": Move(_S.LOCKED, to=_S.AUTHORISING),
        "confirm": Move(_S.AUTHORISING, to=_S.CONFIRMED),
        "begin": Move(_S.CONFIRMED, to=_S.DELIVERING),
        "complete": Move(_S.CONFIRMED, _S.DELIVERING, to=_S.COMPLETED),
        "fail": Move(_S.OPEN, _S.LOCKED, _S.AUTHORISING, _S.CONFIRMED, to=_S.FAILED),
        "cancel": Move(_S.DRAFT, _S.OPEN, _S.LOCKED, _S.AUTHORISING, _S.CONFIRMED, _S.DELIVERING, to=_S.CANCELLED),
    },
)
NOT_OPEN_YET = MOVES.states(_S.DRAFT)
JOINABLE = MOVES.states(_S.OPEN)
MAY_CHANGE = MOVES.states(_S.DRAFT, _S.OPEN)
TO_AUTHORISE = MOVES.states(_S.LOCKED)
AUTHORISING = MOVES.states(_S.AUTHORISING)
BEING_DECIDED = MOVES.states(_S.LOCKED, _S.AUTHORISING)
GOES_AHEAD = MOVES.states(_S.CONFIRMED, _S.DELIVERING, _S.COMPLETED)
TO_TAKE_MONEY = MOVES.states(_S.CONFIRMED)
UNDER_WAY = MOVES.states(_S.CONFIRMED, _S.DELIVERING)
NOT_PAID_YET = MOVES.states(_S.DRAFT, _S.OPEN, _S.LOCKED, _S.AUTHORISING)
HAPPENED = MOVES.states(_S.COMPLETED)
ENDED_BADLY = MOVES.states(_S.FAILED, _S.CANCELLED)
OVER = MOVES.states(_S.COMPLETED, _S.FAILED, _S.CANCELLED)


class EndedBecause(models.TextChoices):
    """Why a pool did not go ahead, for the letter that says so."""

    TOO_FEW = "too_few", _("Too few people joined")
    TOO_FEW_PAID = "too_few_paid", _("Too few cards said yes")
    NOT_AGREED = "not_agreed", _("The provider did not say yes in time")
    PROVIDER_DECLINED = "provider_declined", _("The provider said no")
    PROVIDER_STOPPED = "provider_stopped", _("The provider cannot be paid or booked here just now")
    OFFER_WITHDRAWN = "offer_withdrawn", _("The offer was taken away")
    ORGANISER = "organiser", _("The organiser called it off")
    PROVIDER = "provider", _("The provider called it off")
    EVERYBODY_LEFT = "everybody_left", _("Everybody left")


class PledgeState(models.TextChoices):
    """`JOINING` holds a place while the card is saved; `ASKED_AGAIN` holds it while the person reads what changed."""

    JOINING = "joining", _("Card not saved yet")
    APPROVAL = "approval", _("Waiting for a yes to the money")
    PLEDGED = "pledged", _("Ready")
    ASKED_AGAIN = "asked_again", _("Something changed: asked again")
    WAITING = "waiting", _("On the waiting list")
    AUTHORISED = "authorised", _("The card said yes")
    AUTH_FAILED = "auth_failed", _("The card said no")
    CAPTURED = "captured", _("Paid")
    REFUNDED = "refunded", _("Paid back")
    DECLINED = "declined", _("The money was refused")
    WITHDRAWN = "withdrawn", _("Left before it was closed")
    RELEASED = "released", _("Let go, nothing paid")


_P = PledgeState
PLEDGE_MOVES = StateTable(
    PledgeState,
    {
        "ask": Move(_P.JOINING, to=_P.APPROVAL),
        "agree": Move(_P.APPROVAL, to=_P.JOINING),
        "join": Move(_P.WAITING, to=_P.JOINING),
        "ready": Move(_P.JOINING, to=_P.PLEDGED),
        "decline": Move(_P.APPROVAL, to=_P.DECLINED),
        "ask_again": Move(_P.JOINING, _P.APPROVAL, _P.PLEDGED, to=_P.ASKED_AGAIN),
        "consent": Move(_P.ASKED_AGAIN, to=_P.JOINING),
        "withdraw": Move(_P.JOINING, _P.APPROVAL, _P.PLEDGED, _P.ASKED_AGAIN, _P.WAITING, to=_P.WITHDRAWN),
        "authorise": Move(_P.PLEDGED, _P.AUTH_FAILED, to=_P.AUTHORISED),
        "fail": Move(_P.PLEDGED, _P.AUTHORISED, to=_P.AUTH_FAILED),
        "capture": Move(_P.AUTHORISED, _P.AUTH_FAILED, to=_P.CAPTURED),
        "refund": Move(_P.CAPTURED, to=_P.REFUNDED),
        "release": Move(
            _P.JOINING,
            _P.APPROVAL,
            _P.PLEDGED,
            _P.ASKED_AGAIN,
            _P.WAITING,
            _P.AUTHORISED,
            _P.AUTH_FAILED,
            to=_P.RELEASED,
        ),
    },
)
HAS_PLACE = PLEDGE_MOVES.states(
    _P.JOINING, _P.APPROVAL, _P.PLEDGED, _P.ASKED_AGAIN, _P.AUTHORISED, _P.AUTH_FAILED, _P.CAPTURED
)
ON_WAITING_LIST = PLEDGE_MOVES.states(_P.WAITING)
ACTIVE = HAS_PLACE | ON_WAITING_LIST
READY = PLEDGE_MOVES.states(_P.PLEDGED, _P.AUTHORISED, _P.CAPTURED)
COUNTS = PLEDGE_MOVES.states(_P.PLEDGED)
UNREADY = PLEDGE_MOVES.states(_P.JOINING, _P.APPROVAL, _P.ASKED_AGAIN)
NEEDS_CARD = PLEDGE_MOVES.states(_P.JOINING)
AWAITS_MONEY = PLEDGE_MOVES.states(_P.APPROVAL)
TO_CONSENT = PLEDGE_MOVES.states(_P.ASKED_AGAIN)
TO_BE_ASKED = COUNTS
AUTHORISED = PLEDGE_MOVES.states(_P.AUTHORISED)
MAY_SAVE_CARD = PLEDGE_MOVES.states(_P.JOINING, _P.APPROVAL, _P.PLEDGED, _P.ASKED_AGAIN, _P.AUTH_FAILED)
MAY_REPAIR = PLEDGE_MOVES.states(_P.AUTH_FAILED)
PAID = PLEDGE_MOVES.states(_P.CAPTURED)
MAY_WITHDRAW = UNREADY | COUNTS | ON_WAITING_LIST


class AttemptState(models.TextChoices):
    """One try at holding money on one card. An answer that was lost is not a no."""

    STARTED = "started", _("About to be asked")
    MADE = "made", _("Made, not yet confirmed")
    UNKNOWN = "unknown", _("The answer was lost")
    ASKING = "asking", _("The bank asks the person")
    HELD = "held", _("The money is held")
    CAPTURING = "capturing", _("Being taken")
    CAPTURED = "captured", _("Taken")
    RELEASING = "releasing", _("Being let go")
    RELEASED = "released", _("Let go")
    FAILED = "failed", _("Refused")


_A = AttemptState
ATTEMPT_MOVES = StateTable(
    AttemptState,
    {
        "make": Move(_A.STARTED, _A.UNKNOWN, to=_A.MADE),
        "lose": Move(_A.STARTED, _A.MADE, _A.UNKNOWN, to=_A.UNKNOWN),
        "ask": Move(_A.STARTED, _A.MADE, _A.UNKNOWN, to=_A.ASKING),
        "hold": Move(_A.STARTED, _A.MADE, _A.UNKNOWN, _A.ASKING, to=_A.HELD),
        "fail": Move(_A.STARTED, _A.MADE, _A.UNKNOWN, _A.ASKING, _A.HELD, _A.CAPTURING, to=_A.FAILED),
        "take": Move(_A.HELD, to=_A.CAPTURING),
        "capture": Move(
            _A.STARTED, _A.MADE, _A.UNKNOWN, _A.ASKING, _A.HELD, _A.CAPTURING, _A.RELEASING, to=_A.CAPTURED
        ),
        "let_go": Move(_A.STARTED, _A.MADE, _A.UNKNOWN, _A.ASKING, _A.HELD, to=_A.RELEASING),
        "release": Move(_A.STARTED, _A.MADE, _A.UNKNOWN, _A.ASKING, _A.HELD, _A.RELEASING, to=_A.RELEASED),
    },
)
UNHEARD = ATTEMPT_MOVES.states(_A.STARTED, _A.MADE, _A.UNKNOWN)
ASKING = ATTEMPT_MOVES.states(_A.ASKING)
HELD = ATTEMPT_MOVES.states(_A.HELD)
TO_CAPTURE = ATTEMPT_MOVES.states(_A.CAPTURING)
TO_RELEASE = ATTEMPT_MOVES.states(_A.RELEASING)
TOOK_MONEY = ATTEMPT_MOVES.states(_A.CAPTURED)
LIVE = UNHEARD | ASKING | HELD | TO_CAPTURE | TO_RELEASE | TOOK_MONEY
UNSETTLED = UNHEARD | ASKING | TO_CAPTURE | TO_RELEASE


class Presence(models.TextChoices):
    """What the provider writes down after each date."""

    CAME = "came", _("Came")
    TOLD_AHEAD = "told_ahead", _("Said beforehand that they cannot come")
    MISSED = "missed", _("Did not come")


class BriefState(models.TextChoices):
    WRITING = "writing", _("Being written")
    ASKING = "asking", _("Waiting for offers")
    VOTING = "voting", _("The group votes")
    DECIDED = "decided", _("Decided")
    EMPTY = "empty", _("Nobody offered, or nobody voted")


_B = BriefState
BRIEF_MOVES = StateTable(
    BriefState,
    {
        "ask": Move(_B.WRITING, to=_B.ASKING),
        "vote": Move(_B.ASKING, to=_B.VOTING),
        "decide": Move(_B.VOTING, to=_B.DECIDED),
        "end": Move(_B.WRITING, _B.ASKING, _B.VOTING, to=_B.EMPTY),
    },
)
TAKES_OFFERS = BRIEF_MOVES.states(_B.ASKING)
TAKES_MEMBERS = BRIEF_MOVES.states(_B.WRITING, _B.ASKING)
BRIEF_VOTES = BRIEF_MOVES.states(_B.VOTING)
BRIEF_DECIDED = BRIEF_MOVES.states(_B.DECIDED)
BRIEF_OPEN = TAKES_MEMBERS | BRIEF_VOTES
BRIEF_WRITING = BRIEF_MOVES.states(_B.WRITING)


class DecisionState(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


DECISION_MOVES = StateTable(DecisionState, {"close": Move(DecisionState.OPEN, to=DecisionState.CLOSED)})
VOTE_OPEN = DECISION_MOVES.states(DecisionState.OPEN)
VOTE_CLOSED = DECISION_MOVES.states(DecisionState.CLOSED)
