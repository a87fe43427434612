"""Days, or single visits of them, on which nobody comes."""

from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from marketplace.core import audit
from marketplace.core.audit import Actor

from .. import rules
from ..models import Arrangement, Skip
from ..models.arrangement import Side
from ..states import UNDER_WAY
from .agreeing import WrongTerms
from .locking import arrangement_locked
from .planning import visits_plan
from .telling import tell


@transaction.atomic
def skip_add(
    *,
    arrangement: Arrangement,
    first: date,
    last: date,
    side: Side,
    by: Actor,
    now: datetime,
    at: time | None = None,
) -> Skip:
    """Nobody comes on these days, or not at this time of them. Either side may say so, until it begins; nothing is
    charged.

    Raises WrongTerms.
    """
    arrangement = arrangement_locked(arrangement.pk)
    today = timezone.localdate(now)
    if not today <= first <= last <= today + rules.FURTHEST or arrangement.state not in UNDER_WAY:
        raise WrongTerms(first)
    skip = Skip.objects.create(arrangement=arrangement, first=first, last=last, at=at, side=side, said_at=now)
    visits_plan(arrangement=arrangement, now=now)
    tell(arrangement, "skipped", side.other, now=now, about=skip.pk)
    audit.record("arrangements.skip.add", by=by, subject=arrangement, at=now, title=arrangement.title)
    return skip
