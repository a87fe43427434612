"""The lives of a purchase and of a request for a yes, and the sets of sources that rules speak of."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core.states import Move, StateTable


class Source(models.TextChoices):
    """Whose money a budget is."""

    DIRECT_PAYMENT = "direct_payment", _("A direct payment from the council")
    ISF = "isf", _("An individual service fund that a provider holds for me")
    COUNCIL_MANAGED = "council_managed", _("A budget that the council looks after for me")
    SELF_FUND = "self_fund", _("My own money, set aside")
    FAMILY = "family", _("Money from family or friends")


FROM_COUNCIL = frozenset({Source.DIRECT_PAYMENT.value, Source.ISF.value, Source.COUNCIL_MANAGED.value})
ASKS_FIRST = frozenset({Source.ISF.value, Source.COUNCIL_MANAGED.value})
NEEDS_OUTCOME = frozenset({Source.DIRECT_PAYMENT.value})
BARS_RELATIVES = frozenset({Source.DIRECT_PAYMENT.value})


class PurchaseState(models.TextChoices):
    WAITING = "waiting", _("Waiting for a yes")
    COMMITTED = "committed", _("Promised, not yet paid")
    SPENT = "spent", _("Paid")
    RELEASED = "released", _("Not bought")
    STANDING = "standing", _("Agreed for the time being")
    COMING_BACK = "coming_back", _("Called off, the money is to come back")
    CAME_BACK = "came_back", _("Called off, the money came back")


_P = PurchaseState
PURCHASE_MOVES = StateTable(
    PurchaseState,
    {
        "agree": Move(_P.WAITING, to=_P.COMMITTED),
        "stand": Move(_P.WAITING, to=_P.STANDING),
        "pay": Move(_P.COMMITTED, to=_P.SPENT),
        "release": Move(_P.WAITING, _P.COMMITTED, to=_P.RELEASED),
        "finish": Move(_P.STANDING, to=_P.RELEASED),
        "call_off": Move(_P.SPENT, to=_P.COMING_BACK),
        "come_back": Move(_P.COMING_BACK, to=_P.CAME_BACK),
        "not_back": Move(_P.CAME_BACK, to=_P.COMING_BACK),
    },
)
HOLDS_MONEY = PURCHASE_MOVES.states(_P.WAITING, _P.COMMITTED)
TO_BE_PAID = PURCHASE_MOVES.states(_P.COMMITTED)
PAID = PURCHASE_MOVES.states(_P.SPENT, _P.COMING_BACK, _P.CAME_BACK)
TO_COME_BACK = PURCHASE_MOVES.states(_P.COMING_BACK)
BACK = PURCHASE_MOVES.states(_P.CAME_BACK)
STANDS = PURCHASE_MOVES.states(_P.STANDING)
COUNTS = HOLDS_MONEY | PAID


class ApprovalState(models.TextChoices):
    WAITING = "waiting", _("Waiting for an answer")
    APPROVED = "approved", _("Yes")
    REFUSED = "refused", _("No")
    LAPSED = "lapsed", _("Nobody answered in time")
    WITHDRAWN = "withdrawn", _("Taken back")


_A = ApprovalState
APPROVAL_MOVES = StateTable(
    ApprovalState,
    {
        "approve": Move(_A.WAITING, to=_A.APPROVED),
        "refuse": Move(_A.WAITING, to=_A.REFUSED),
        "lapse": Move(_A.WAITING, to=_A.LAPSED),
        "withdraw": Move(_A.WAITING, to=_A.WITHDRAWN),
    },
)
UNDECIDED = APPROVAL_MOVES.states(_A.WAITING)
SAID_YES = APPROVAL_MOVES.states(_A.APPROVED)
SAID_NO = APPROVAL_MOVES.states(_A.REFUSED)
UNHEARD = APPROVAL_MOVES.states(_A.LAPSED)
