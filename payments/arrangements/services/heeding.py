"""What follows when whoever holds the money has answered, when their yes runs out, and when other money is chosen."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK, Actor
from marketplace.people.models import Delegation
from payments.budgets.models import Purchase
from payments.budgets.states import SAID_NO, UNHEARD

from .. import selectors
from ..models import Arrangement, StandingYes
from ..models.arrangement import Side
from ..states import NOT_BEGUN, TERMS_ASKING, TERMS_MOVES, UNDER_WAY
from .agreeing import NotUnderWay, arrangement_begin, change_begin, money_must_fit
from .locking import arrangement_locked
from .planning import visits_plan
from .promising import PaidFrom, money_of, promises_drop
from .sides import sides_apart
from .standing import asked_of, until_of, yes_ask, yes_ask_where_needed, yes_withdraw
from .telling import tell, tell_both


@transaction.atomic
def yes_heed(*, purchase: Purchase, now: datetime) -> Arrangement:
    """Follow the answer to a standing request: begin, change, pay from it; or say to both sides that it was no.

    Safe to repeat: an answer is followed once.
    """
    pk = StandingYes.objects.values_list("arrangement_id", flat=True).get(approval__purchase=purchase)
    arrangement = arrangement_locked(pk)
    yes = selectors.yeses_of(arrangement).get(approval__purchase=purchase)
    if yes.heeded_at is not None or yes.waits:
        return arrangement
    yes.heeded_at = now
    yes.save(update_fields=["heeded_at"])
    asking = yes.terms.state in TERMS_ASKING
    if yes.given and arrangement.state in UNDER_WAY:
        _follow(arrangement, yes, now=now, asking=asking)
        audit.record("arrangements.yes.follow", by=CLOCKWORK, subject=arrangement, at=now, title=arrangement.title)
        return arrangement_begin(arrangement=arrangement, now=now)
    if asking:
        TERMS_MOVES.apply(yes.terms, "refuse", at=now)
    letter = {**dict.fromkeys(SAID_NO, "yes_refused"), **dict.fromkeys(UNHEARD, "yes_unheard")}.get(yes.approval.state)
    if letter is not None and arrangement.state in UNDER_WAY:
        tell_both(arrangement, letter, now=now, about=yes.pk)
    return arrangement


def _follow(arrangement: Arrangement, yes: StandingYes, *, now: datetime, asking: bool) -> None:
    if arrangement.budget_id != yes.budget_id:
        promises_drop(arrangement, now)
        arrangement.budget, arrangement.outcome = yes.budget, yes.outcome
        arrangement.save(update_fields=["budget", "outcome"])
    if asking:
        change_begin(arrangement=arrangement, terms=yes.terms, now=now)
    elif arrangement.state not in NOT_BEGUN:
        tell_both(arrangement, "yes_given", now=now, about=yes.pk)


@transaction.atomic
def yes_cut(*, purchase: Purchase, now: datetime) -> Arrangement:
    """Whoever said yes has taken it back from a day on: visits after it are not planned any more, and both sides hear
    what is still paid. It is not asked for again by itself. Safe to repeat: a day is told once.
    """
    pk = StandingYes.objects.values_list("arrangement_id", flat=True).get(approval__purchase=purchase)
    arrangement = arrangement_locked(pk)
    yes = selectors.yeses_of(arrangement).get(approval__purchase=purchase)
    if yes.cut_to == yes.until:
        return arrangement
    yes.cut_to, yes.end_told_at = yes.until, now
    yes.save(update_fields=["cut_to", "end_told_at"])
    if arrangement.state in UNDER_WAY and arrangement.budget_id == yes.budget_id:
        visits_plan(arrangement=arrangement, now=now)
        tell_both(arrangement, "yes_cut", now=now, about=yes.pk)
    audit.record("arrangements.yes.cut", by=CLOCKWORK, subject=arrangement, at=now, title=arrangement.title)
    return arrangement


@transaction.atomic
def yes_renew(*, arrangement: Arrangement, now: datetime) -> StandingYes | None:
    """A yes that runs out within four weeks is asked for again, once; where nothing longer can be asked of this money
    the person is told, once. Safe to repeat.
    """
    arrangement = arrangement_locked(arrangement.pk)
    today = timezone.localdate(now)
    newest = selectors.yeses_of(arrangement).last()
    if newest is None or not newest.given or newest.end_told_at is not None or newest.budget != arrangement.budget:
        return None
    terms, money = arrangement.terms, money_of(arrangement)
    last = arrangement.ends_on or terms.until
    if arrangement.state not in UNDER_WAY or (last is not None and last <= newest.until):
        return None
    whom = asked_of(arrangement, terms, money, now)
    until = until_of(arrangement, terms, newest.budget, today, after=newest.until)
    newest.end_told_at = now
    newest.save(update_fields=["end_told_at"])
    if until <= newest.until or whom is None:
        tell(arrangement, "yes_ends", Side.PERSON, now=now, about=newest.pk)
        return None
    asked = yes_ask(arrangement, terms, newest.budget, money.outcome, whom, until=until, by=CLOCKWORK, now=now)
    tell(arrangement, "yes_asked_again", Side.PERSON, now=now, about=newest.pk)
    return asked


@transaction.atomic
def money_choose(
    *,
    arrangement: Arrangement,
    paid_from: PaidFrom,
    by: Actor,
    now: datetime,
    delegation: Delegation | None = None,
) -> StandingYes | None:
    """Other money pays from now on, or the same is asked for once more. Money that needs a yes takes the place of money
    that pays already only when the yes is there. What waits for an answer, if anybody has to be asked.

    Raises OwnListing, NotUnderWay, OnlyThePerson, and what budgets.purchase_check raises.
    """
    arrangement = arrangement_locked(arrangement.pk)
    sides_apart(provider=arrangement.provider, person=arrangement.person, side=Side.PERSON, by=by)
    if arrangement.state not in UNDER_WAY or arrangement.ends_on is not None:
        raise NotUnderWay(arrangement)
    money_must_fit(arrangement, arrangement.terms, paid_from, delegation, now)
    change = arrangement.change
    if change is not None and change.state in TERMS_ASKING:
        TERMS_MOVES.apply(change, "refuse", at=now)
        tell_both(arrangement, "change_refused", now=now)
    yes_withdraw(arrangement, by=by, now=now)
    yes = yes_ask_where_needed(arrangement, arrangement.terms, paid_from, by=by, now=now)
    if yes is None or arrangement.state in NOT_BEGUN:
        promises_drop(arrangement, now)
        arrangement.budget, arrangement.outcome = paid_from.budget, paid_from.outcome
        arrangement.save(update_fields=["budget", "outcome"])
    audit.record("arrangements.money.choose", by=by, subject=arrangement, at=now, title=arrangement.title)
    arrangement_begin(arrangement=arrangement, now=now)
    return yes
