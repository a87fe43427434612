"""One yes to the money of an arrangement, asked of whoever holds it: the council, or the holder of a fund.

The arrangement waits for it. What is asked is what both have agreed: how often, at what price, the most that four weeks
can cost, and until when. Bills within it need no other yes.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.core import audit
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError
from marketplace.core.states import IllegalMove
from payments.budgets import services as budgets
from payments.budgets.models import AskedOf, Budget, Outcome, Purchase

from .. import rules, selectors
from ..models import Arrangement, StandingYes, Terms
from ..states import CARD_READY
from .promising import PaidFrom, goods_of, money_check, money_of

STANDING = "standing"  # in the wish of a request: the arrangement it is about


def ceiling(arrangement: Arrangement, terms: Terms) -> int:
    """The most that four weeks by these terms can cost, in pence."""
    a_visit = rules.cost(terms.price_pence, by_hour=arrangement.by_hour, minutes=terms.minutes)
    return a_visit * rules.most_visits(terms.pattern)


def asked_of(arrangement: Arrangement, terms: Terms, paid_from: PaidFrom, now: datetime) -> AskedOf | None:
    """Who has to say yes to this money; None when nobody has, or when the money may not pay for it any more."""
    if paid_from.budget is None:
        return None
    try:
        asks = money_check(arrangement, terms, now, paid_from)
    except DomainError:
        return None
    return asks[0] if asks else None


def is_covered(yes: StandingYes | None, arrangement: Arrangement, terms: Terms, today: date) -> bool:
    """Whether a yes that was given is enough for these terms: no dearer, in all and by the hour or visit, and not taken
    back."""
    return (
        yes is not None
        and yes.cut_to is None
        and yes.covers(max(today, terms.starts_on))
        and terms.price_pence <= yes.terms.price_pence
        and ceiling(arrangement, terms) <= yes.ceiling_pence
    )


def may_begin(arrangement: Arrangement, now: datetime) -> bool:
    """Whether everything is there that visits need: a yes where the money asks for one, a card where it is charged."""
    budget = arrangement.budget
    has_yes = selectors.yes_in_force(arrangement) is not None
    if budget is not None and budget.asks_first:
        return has_yes
    if not has_yes and asked_of(arrangement, arrangement.terms, money_of(arrangement), now) is not None:
        return False
    return arrangement.cards.filter(state__in=CARD_READY).exists()


def yes_ask_where_needed(
    arrangement: Arrangement, terms: Terms, paid_from: PaidFrom, *, by: Actor, now: datetime
) -> StandingYes | None:
    """Ask for the yes that these terms need and do not have. Inside a transaction, the arrangement locked."""
    today = timezone.localdate(now)
    whom = asked_of(arrangement, terms, paid_from, now)
    known = selectors.yes_in_force(arrangement, budget=paid_from.budget)
    if paid_from.budget is None or whom is None or is_covered(known, arrangement, terms, today):
        return None
    yes_withdraw(arrangement, by=by, now=now)
    until = until_of(arrangement, terms, paid_from.budget, today)
    return yes_ask(arrangement, terms, paid_from.budget, paid_from.outcome, whom, until=until, by=by, now=now)


def until_of(arrangement: Arrangement, terms: Terms, budget: Budget, today: date, *, after: date | None = None) -> date:
    """The last day that would be asked for; reviews up to `after` are behind the yes that there is."""
    starts = max(today, terms.starts_on, after or today)
    return rules.yes_until(starts, ends=[terms.until, arrangement.ends_on, budget.ends_on], review=budget.review_on)


def yes_ask(
    arrangement: Arrangement,
    terms: Terms,
    budget: Budget,
    outcome: Outcome | None,
    whom: AskedOf,
    *,
    until: date,
    by: Actor,
    now: datetime,
) -> StandingYes:
    """Ask for all that these terms call for. Inside a transaction, the arrangement locked."""
    pence = ceiling(arrangement, terms)
    goods = goods_of(arrangement, pence, title=_("%(title)s, again and again") % {"title": arrangement.title})
    approval = budgets.standing_ask(
        person=arrangement.person,
        goods=goods,
        budget=budget,
        outcome=outcome,
        asked_of=whom,
        day=max(terms.starts_on, timezone.localdate(now)),
        until=until,
        by=by,
        now=now,
        wish={STANDING: arrangement.public_id},
    )
    yes = StandingYes.objects.create(
        arrangement=arrangement,
        terms=terms,
        budget=budget,
        outcome=outcome,
        approval=approval,
        ceiling_pence=pence,
        until=until,
    )
    audit.record("arrangements.yes.ask", by=by, subject=arrangement, at=now, title=arrangement.title, pence=pence)
    return yes


def yes_withdraw(arrangement: Arrangement, *, by: Actor, now: datetime) -> None:
    """What was asked is not wanted any more. Inside a transaction, the arrangement locked. Safe to repeat.

    An answer that came at the same moment is followed afterwards, and finds what it was about gone.
    """
    for yes in selectors.yeses_waiting(arrangement):
        try:
            with transaction.atomic():
                budgets.approval_withdraw(approval=yes.approval, by=by, now=now)
        except IllegalMove:
            continue
        yes.heeded_at = now
        yes.save(update_fields=["heeded_at"])


def yeses_finish(arrangement: Arrangement, *, by: Actor, now: datetime) -> None:
    """It is over, and so is each yes to it; what has happened is still paid. Inside a transaction, the arrangement
    locked. Safe to repeat."""
    for yes in selectors.yeses_of(arrangement):
        budgets.standing_finish(approval=yes.approval, by=by, now=now)


@transaction.atomic
def yes_day_keep(*, purchase: Purchase) -> None:
    """The last day that whoever said yes has chosen holds at once. Inside their transaction, so nothing is locked."""
    for yes in StandingYes.objects.filter(approval__purchase=purchase).select_related("approval"):
        if yes.approval.until is not None and yes.approval.until != yes.until:
            yes.until = yes.approval.until
            yes.save(update_fields=["until"])
