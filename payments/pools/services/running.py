"""While the dates go by: who was there, who leaves, who takes a place over."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from marketplace.core.audit import Actor
from payments.budgets.rules import Share

from ..models import Pledge, Session
from ..states import Presence


def attendance_note(*, session: Session, presence: Mapping[int, Presence], by: Actor, now: datetime) -> None:
    """The provider writes down who was there: `presence` by pledge id. Noting again corrects. Pledges of other pools,
    and dates still to come, are refused: raises NotThere."""
    raise NotImplementedError


def absence_tell(*, pledge: Pledge, session: Session, by: Actor, now: datetime) -> None:
    """A member says beforehand that they cannot come to a date. Raises NotThere."""
    raise NotImplementedError


def pledge_leave(*, pledge: Pledge, by: Actor, now: datetime) -> Pledge:
    """Give up a paid place. The share stays paid, nobody else's rises; the waiting list is asked whether somebody takes
    it over, and if so what they pay comes back. Raises IllegalMove when nothing is paid or it is over."""
    raise NotImplementedError


def place_take_over(
    *,
    pledge: Pledge,
    maximum_pence: int,
    by: Actor,
    now: datetime,
    shares: Sequence[Share] = (),
    express_request: bool = False,
) -> Pledge:
    """Somebody on the waiting list takes the place of somebody who left, for the dates still to come. `pledge` is
    theirs on the waiting list; afterwards they save a card, are charged at once, and the other has as much back.

    What it costs: selectors.take_over_pence(pool). Raises NothingToTakeOver, MaximumTooLow, EarlyStartNotAsked, and
    what budgets refuse.
    """
    raise NotImplementedError
