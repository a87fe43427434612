"""The lives of an order, of a try at paying it, of a refund, and of a first visit."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core.states import Move, StateTable


class OrderState(models.TextChoices):
    REQUESTED = "requested", _("Waiting for an answer")
    PROPOSED = "proposed", _("Another time is proposed")
    ACCEPTED = "accepted", _("Accepted, not yet paid")
    PAYMENT_PENDING = "payment_pending", _("Being paid")
    PAYMENT_UNCLEAR = "payment_unclear", _("We cannot see the payment")
    PAID = "paid", _("Paid")
    DELIVERED = "delivered", _("Done")
    COMPLETED = "completed", _("Finished")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Ran out of time")
    CANCELLED = "cancelled", _("Cancelled")
    DISPUTED = "disputed", _("Disputed with the bank")
    DISPUTE_LOST = "dispute_lost", _("The bank took the money back")
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
        "lose_sight": Move(_S.PAYMENT_PENDING, to=_S.PAYMENT_UNCLEAR),
        "see_again": Move(_S.PAYMENT_UNCLEAR, to=_S.PAYMENT_PENDING),
        "leave_payment": Move(_S.PAYMENT_PENDING, _S.PAYMENT_UNCLEAR, to=_S.ACCEPTED),
        "pay": Move(_S.ACCEPTED, _S.PAYMENT_PENDING, _S.PAYMENT_UNCLEAR, to=_S.PAID),
        "deliver": Move(_S.PAID, to=_S.DELIVERED),
        "complete": Move(_S.DELIVERED, to=_S.COMPLETED),
        "expire": Move(_S.REQUESTED, _S.PROPOSED, _S.ACCEPTED, _S.PAYMENT_PENDING, _S.PAYMENT_UNCLEAR, to=_S.EXPIRED),
        "cancel": Move(
            _S.REQUESTED,
            _S.PROPOSED,
            _S.ACCEPTED,
            _S.PAYMENT_PENDING,
            _S.PAYMENT_UNCLEAR,
            _S.PAID,
            to=_S.CANCELLED,
        ),
        "dispute": Move(_S.PAID, _S.DELIVERED, _S.COMPLETED, _S.CANCELLED, _S.PART_REFUNDED, to=_S.DISPUTED),
        "win_back_paid": Move(_S.DISPUTED, to=_S.PAID),
        "win_back_delivered": Move(_S.DISPUTED, to=_S.DELIVERED),
        "win_back_completed": Move(_S.DISPUTED, to=_S.COMPLETED),
        "win_back_cancelled": Move(_S.DISPUTED, to=_S.CANCELLED),
        "win_back_part_refunded": Move(_S.DISPUTED, to=_S.PART_REFUNDED),
        "lose_dispute": Move(_S.DISPUTED, to=_S.DISPUTE_LOST),
        "refund_part": Move(
            _S.PAID, _S.DELIVERED, _S.COMPLETED, _S.DISPUTED, _S.CANCELLED, _S.PART_REFUNDED, to=_S.PART_REFUNDED
        ),
        "refund": Move(
            _S.PAID, _S.DELIVERED, _S.COMPLETED, _S.DISPUTED, _S.CANCELLED, _S.PART_REFUNDED, to=_S.REFUNDED
        ),
        "return_to_part_refunded": Move(_S.REFUNDED, _S.PART_REFUNDED, to=_S.PART_REFUNDED),
        "return_to_paid": Move(_S.PART_REFUNDED, to=_S.PAID),
        "return_to_delivered": Move(_S.REFUNDED, _S.PART_REFUNDED, to=_S.DELIVERED),
        "return_to_completed": Move(_S.REFUNDED, _S.PART_REFUNDED, to=_S.COMPLETED),
        "return_to_cancelled": Move(_S.REFUNDED, _S.PART_REFUNDED, to=_S.CANCELLED),
    },
)
AWAITING_PROVIDER = MOVES.states(_S.REQUESTED)
AWAITING_PERSON = MOVES.states(_S.PROPOSED, _S.ACCEPTED, _S.PAYMENT_PENDING)
UNANSWERED = MOVES.states(_S.REQUESTED, _S.PROPOSED)
UNPAID = MOVES.states(_S.ACCEPTED, _S.PAYMENT_PENDING)
UNCLEAR = MOVES.states(_S.PAYMENT_UNCLEAR)
NOT_BEGUN = UNANSWERED | UNPAID | UNCLEAR | MOVES.states(_S.PAID)
AGREED = MOVES.states(
    _S.ACCEPTED, _S.PAYMENT_PENDING, _S.PAYMENT_UNCLEAR, _S.PAID, _S.DELIVERED, _S.COMPLETED, _S.DISPUTED
)
TO_BE_DONE = MOVES.states(_S.PAID)
TO_BE_FINISHED = MOVES.states(_S.DELIVERED)
AT_THE_BANK = MOVES.states(_S.DISPUTED)
MAY_GIVE_BACK = MOVES.states(_S.PAID, _S.DELIVERED, _S.COMPLETED, _S.CANCELLED, _S.PART_REFUNDED)
OVER = MOVES.states(_S.COMPLETED, _S.DECLINED, _S.EXPIRED, _S.CANCELLED, _S.PART_REFUNDED, _S.REFUNDED, _S.DISPUTE_LOST)


class AttemptState(models.TextChoices):
    """One try at paying. An answer that was lost is not a no: the attempt is unknown until somebody has looked."""

    STARTED = "started", _("About to be asked")
    UNKNOWN = "unknown", _("The answer was lost")
    OPEN = "open", _("The payment page is open")
    UNDER_WAY = "under_way", _("The bank has been asked, and answers in some days")
    UNSEEN = "unseen", _("Out of our sight")
    CAPTURED = "captured", _("Paid")
    ENDED = "ended", _("The page closed without payment")
    FAILED = "failed", _("Refused")


_A = AttemptState
ATTEMPT_MOVES = StateTable(
    AttemptState,
    {
        "lose": Move(_A.STARTED, _A.UNKNOWN, to=_A.UNKNOWN),
        "open": Move(_A.STARTED, _A.UNKNOWN, _A.UNSEEN, to=_A.OPEN),
        "wait": Move(_A.STARTED, _A.UNKNOWN, _A.UNSEEN, to=_A.UNDER_WAY),
        "lose_sight": Move(_A.STARTED, _A.UNKNOWN, _A.OPEN, _A.UNDER_WAY, to=_A.UNSEEN),
        "capture": Move(_A.STARTED, _A.UNKNOWN, _A.OPEN, _A.UNDER_WAY, _A.UNSEEN, _A.ENDED, _A.FAILED, to=_A.CAPTURED),
        "end": Move(_A.STARTED, _A.UNKNOWN, _A.OPEN, _A.UNSEEN, to=_A.ENDED),
        "fail": Move(_A.STARTED, _A.UNKNOWN, _A.UNDER_WAY, _A.UNSEEN, to=_A.FAILED),
    },
)
MAY_STILL_BE_PAID = ATTEMPT_MOVES.states(_A.STARTED, _A.UNKNOWN, _A.OPEN, _A.UNDER_WAY)
UNDER_WAY = ATTEMPT_MOVES.states(_A.UNDER_WAY)
UNHEARD = ATTEMPT_MOVES.states(_A.STARTED, _A.UNKNOWN)
UNSEEN = ATTEMPT_MOVES.states(_A.UNSEEN)
TOOK_MONEY = ATTEMPT_MOVES.states(_A.CAPTURED)
ONE_AT_A_TIME = MAY_STILL_BE_PAID | UNSEEN | TOOK_MONEY


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


class DisputeState(models.TextChoices):
    """A bank that asks a provider about a payment. While it only asks, no money has moved."""

    ASKED = "asked", _("The bank has a question")
    OPEN = "open", _("The bank has taken the money back and asks why it should not")
    ANSWERED = "answered", _("The bank reads the answer")
    WON = "won", _("The money came back to the provider")
    LOST = "lost", _("The money stays with the person")
    CLOSED = "closed", _("The bank asks no more")


_D = DisputeState
DISPUTE_MOVES = StateTable(
    DisputeState,
    {
        "take": Move(_D.ASKED, to=_D.OPEN),
        "answer": Move(_D.OPEN, to=_D.ANSWERED),
        "win": Move(_D.OPEN, _D.ANSWERED, to=_D.WON),
        "lose": Move(_D.OPEN, _D.ANSWERED, to=_D.LOST),
        "close": Move(_D.ASKED, to=_D.CLOSED),
    },
)
MONEY_TAKEN = DISPUTE_MOVES.states(_D.OPEN, _D.ANSWERED, _D.LOST)
NEEDS_ANSWER = DISPUTE_MOVES.states(_D.ASKED, _D.OPEN)


class EarningState(models.TextChoices):
    EARNED = "earned", _("With Stripe")
    ON_ITS_WAY = "on_its_way", _("On its way to the bank")
    PAID_OUT = "paid_out", _("In the bank")


_E = EarningState
EARNING_MOVES = StateTable(
    EarningState,
    {
        "send": Move(_E.EARNED, to=_E.ON_ITS_WAY),
        "arrive": Move(_E.EARNED, _E.ON_ITS_WAY, to=_E.PAID_OUT),
        "reopen": Move(_E.ON_ITS_WAY, _E.PAID_OUT, to=_E.EARNED),
    },
)
LEFT_STRIPE = EARNING_MOVES.states(_E.ON_ITS_WAY, _E.PAID_OUT)


class ReceivableState(models.TextChoices):
    OWED = "owed", _("Owed")
    SETTLED = "settled", _("Made good")
    DROPPED = "dropped", _("Not owed after all")


_O = ReceivableState
RECEIVABLE_MOVES = StateTable(
    ReceivableState,
    {
        "settle": Move(_O.OWED, _O.DROPPED, to=_O.SETTLED),
        "drop": Move(_O.OWED, _O.SETTLED, to=_O.DROPPED),
        "owe": Move(_O.SETTLED, _O.DROPPED, to=_O.OWED),
    },
)
OWED = RECEIVABLE_MOVES.states(_O.OWED)


class DifferenceState(models.TextChoices):
    OPEN = "open", _("Waits for somebody")
    REPAIRED = "repaired", _("Put right by itself")
    CLOSED = "closed", _("Looked at and closed")


_F = DifferenceState
DIFFERENCE_MOVES = StateTable(
    DifferenceState,
    {
        "repair": Move(_F.OPEN, to=_F.REPAIRED),
        "close": Move(_F.OPEN, to=_F.CLOSED),
        "reopen": Move(_F.REPAIRED, _F.CLOSED, to=_F.OPEN),
    },
)
DIFFERENCE_OPEN = DIFFERENCE_MOVES.states(_F.OPEN)


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
    SIGHT_LOST = "sight_lost", _("the payment cannot be seen")
    HELD_UP = "held_up", _("cannot be paid just now")
    CAN_BE_PAID = "can_be_paid", _("can be paid again")
    GIVEN_BACK = "given_back", _("gives money back")
    DISPUTED = "disputed", _("the bank took the money back")
    DISPUTE_WON = "dispute_won", _("the bank gave the money to the provider")
    DISPUTE_LOST = "dispute_lost", _("the bank left the money with the person")
