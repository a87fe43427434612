"""The lives of an order, of a try at paying it, of a refund, and of a first visit."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core.states import Move, StateTable


class OrderState(models.TextChoices):
    REQUESTED = "requested", _("Waiting for an answer")
    PROPOSED = "proposed", _("Another time is proposed")
    ACCEPTED = "accepted", _("Accepted, not yet paid")
    PAYMENT_PENDING = "payment_pending", _("Being paid")
    PAID = "paid", _("Paid")
    DELIVERED = "delivered", _("Done")
    COMPLETED = "completed", _("Finished")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Ran out of time")
    CANCELLED = "cancelled", _("Cancelled")
    DISPUTED = "disputed", _("Disputed with the bank")
    PART_REFUNDED = "part_refunded", _("Partly paid back")
    REFUNDED = "refunded", _("Paid back")


_S = OrderState
MOVES = StateTable(
    OrderState,
    {
        "propose": Move(_S.REQUESTED, _S.PROPOSED, to=_S.PROPOSED),
        "accept": Move(_S.REQUESTED, to=_S.ACCEPTED),
        "agree": Move(_S.PROPOSED, to=_S.ACCEPTED),
        "decline": Move(_S.REQUESTED, _S.PROPOSED, to=_S.DECLINED),
        "begin_payment": Move(_S.ACCEPTED, _S.PAYMENT_PENDING, to=_S.PAYMENT_PENDING),
        "leave_payment": Move(_S.PAYMENT_PENDING, to=_S.ACCEPTED),
        "pay": Move(_S.ACCEPTED, _S.PAYMENT_PENDING, to=_S.PAID),
        "deliver": Move(_S.PAID, to=_S.DELIVERED),
        "complete": Move(_S.DELIVERED, to=_S.COMPLETED),
        "expire": Move(_S.REQUESTED, _S.PROPOSED, _S.ACCEPTED, _S.PAYMENT_PENDING, to=_S.EXPIRED),
        "cancel": Move(_S.REQUESTED, _S.PROPOSED, _S.ACCEPTED, _S.PAYMENT_PENDING, _S.PAID, to=_S.CANCELLED),
        "dispute": Move(_S.PAID, _S.DELIVERED, _S.COMPLETED, _S.PART_REFUNDED, to=_S.DISPUTED),
        "refund_part": Move(
            _S.PAID, _S.DELIVERED, _S.COMPLETED, _S.DISPUTED, _S.CANCELLED, _S.PART_REFUNDED, to=_S.PART_REFUNDED
        ),
        "refund": Move(
            _S.PAID, _S.DELIVERED, _S.COMPLETED, _S.DISPUTED, _S.CANCELLED, _S.PART_REFUNDED, to=_S.REFUNDED
        ),
    },
)
AWAITING_PROVIDER = MOVES.states(_S.REQUESTED)
AWAITING_PERSON = MOVES.states(_S.PROPOSED, _S.ACCEPTED, _S.PAYMENT_PENDING)
UNANSWERED = MOVES.states(_S.REQUESTED, _S.PROPOSED)
UNPAID = MOVES.states(_S.ACCEPTED, _S.PAYMENT_PENDING)
NOT_BEGUN = UNANSWERED | UNPAID | MOVES.states(_S.PAID)
AGREED = MOVES.states(_S.ACCEPTED, _S.PAYMENT_PENDING, _S.PAID, _S.DELIVERED, _S.COMPLETED)
TO_BE_DONE = MOVES.states(_S.PAID)
TO_BE_FINISHED = MOVES.states(_S.DELIVERED)
OVER = MOVES.states(_S.COMPLETED, _S.DECLINED, _S.EXPIRED, _S.CANCELLED, _S.PART_REFUNDED, _S.REFUNDED)


class AttemptState(models.TextChoices):
    """One try at paying. An answer that was lost is not a no: the attempt is unknown until somebody has looked."""

    STARTED = "started", _("About to be asked")
    UNKNOWN = "unknown", _("The answer was lost")
    OPEN = "open", _("The payment page is open")
    CAPTURED = "captured", _("Paid")
    ENDED = "ended", _("The page closed without payment")
    FAILED = "failed", _("Refused")


_A = AttemptState
ATTEMPT_MOVES = StateTable(
    AttemptState,
    {
        "lose": Move(_A.STARTED, _A.UNKNOWN, to=_A.UNKNOWN),
        "open": Move(_A.STARTED, _A.UNKNOWN, to=_A.OPEN),
        "capture": Move(_A.STARTED, _A.UNKNOWN, _A.OPEN, _A.ENDED, to=_A.CAPTURED),
        "end": Move(_A.STARTED, _A.UNKNOWN, _A.OPEN, to=_A.ENDED),
        "fail": Move(_A.STARTED, _A.UNKNOWN, to=_A.FAILED),
    },
)
MAY_STILL_BE_PAID = ATTEMPT_MOVES.states(_A.STARTED, _A.UNKNOWN, _A.OPEN)
UNHEARD = ATTEMPT_MOVES.states(_A.STARTED, _A.UNKNOWN)
TOOK_MONEY = ATTEMPT_MOVES.states(_A.CAPTURED)
ONE_AT_A_TIME = MAY_STILL_BE_PAID | TOOK_MONEY


class RefundState(models.TextChoices):
    STARTED = "started", _("About to be asked")
    UNKNOWN = "unknown", _("The answer was lost")
    PENDING = "pending", _("On its way")
    SUCCEEDED = "succeeded", _("Paid back")
    FAILED = "failed", _("Not paid back")


_R = RefundState
REFUND_MOVES = StateTable(
    RefundState,
    {
        "lose": Move(_R.STARTED, _R.UNKNOWN, to=_R.UNKNOWN),
        "wait": Move(_R.STARTED, _R.UNKNOWN, _R.PENDING, to=_R.PENDING),
        "succeed": Move(_R.STARTED, _R.UNKNOWN, _R.PENDING, to=_R.SUCCEEDED),
        "fail": Move(_R.STARTED, _R.UNKNOWN, _R.PENDING, _R.SUCCEEDED, to=_R.FAILED),
    },
)
REFUND_UNSETTLED = REFUND_MOVES.states(_R.STARTED, _R.UNKNOWN, _R.PENDING)
REFUND_UNHEARD = REFUND_MOVES.states(_R.STARTED, _R.UNKNOWN)
MONEY_BACK = REFUND_MOVES.states(_R.SUCCEEDED)


class VisitState(models.TextChoices):
    ASKED = "asked", _("Waiting for an answer")
    PROPOSED = "proposed", _("A time is proposed")
    AGREED = "agreed", _("Agreed")
    HAPPENED = "happened", _("It has been")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


_V = VisitState
VISIT_MOVES = StateTable(
    VisitState,
    {
        "propose": Move(_V.ASKED, _V.PROPOSED, to=_V.PROPOSED),
        "agree": Move(_V.PROPOSED, to=_V.AGREED),
        "happen": Move(_V.AGREED, to=_V.HAPPENED),
        "decline": Move(_V.ASKED, _V.PROPOSED, _V.AGREED, to=_V.DECLINED),
        "withdraw": Move(_V.ASKED, _V.PROPOSED, _V.AGREED, to=_V.WITHDRAWN),
    },
)
VISIT_OPEN = VISIT_MOVES.states(_V.ASKED, _V.PROPOSED, _V.AGREED)
VISIT_AWAITING_PROVIDER = VISIT_MOVES.states(_V.ASKED)
VISIT_AWAITING_PERSON = VISIT_MOVES.states(_V.PROPOSED)


class EventKind(models.TextChoices):
    """What the timeline of an order can tell."""

    REQUESTED = "requested", _("asked")
    BOOKED = "booked", _("booked a place")
    PROPOSED = "proposed", _("proposed another time")
    AGREED = "agreed", _("agreed to the time")
    ACCEPTED = "accepted", _("said yes")
    DECLINED = "declined", _("said no")
    PAID = "paid", _("paid")
    DELIVERED = "delivered", _("said it is done")
    COMPLETED = "completed", _("finished")
    EXPIRED = "expired", _("ran out of time")
    CANCELLED = "cancelled", _("cancelled")
    REFUNDED = "refunded", _("the money went back")
    REFUND_FAILED = "refund_failed", _("the money could not go back")
    STOPPED = "stopped", _("the council stopped new work")
