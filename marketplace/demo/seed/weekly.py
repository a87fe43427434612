"""Help every week: one that runs, with a visit in question; one that stands still; one that waits for an answer; and one
that is paid by Direct Debit, with money on its way."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import Actor
from marketplace.core.workdays import is_workday, workday_after
from marketplace.people.models import User
from payments.arrangements import rules
from payments.arrangements import services as weekly
from payments.arrangements.models import Arrangement, Bill, Visit
from payments.arrangements.models.arrangement import Side
from payments.arrangements.models.money import Way
from payments.arrangements.services import PaidFrom, Wanted
from payments.arrangements.services.telling import LETTER
from payments.arrangements.states import TO_COME
from payments.budgets.selectors import open_budgets
from payments.budgets.services import workers_unspoken
from payments.budgets.states import Source
from payments.gateway import services as gateway
from payments.gateway.selectors import account_of
from payments.sandbox import banks, cards, place
from payments.sandbox import services as sandbox
from providers.listings.models import Listing, Offer, Provider

from .regulars import actor


def every_week(listing: Listing, cast: dict[str, User], now: datetime) -> int:
    """All of it, once; how many were made. Sandbox only."""
    if not settings.PAYMENTS_SANDBOX or Arrangement.objects.exists():
        return 0
    offer = (
        listing.offers.filter(withdrawn_at=None, books_at_once=False, price_pence__gt=0).order_by("position").first()
    )
    if offer is None:
        return 0
    _running(offer, cast, now)
    _standing_still(offer, cast, now)
    _waiting(offer, cast, now)
    _by_direct_debit(offer, cast, now)
    return Arrangement.objects.count()


def _wanted(offer: Offer, now: datetime, hour: int, *days_ago: int) -> Wanted:
    """An hour on the weekdays of so many days ago, from tomorrow: what was before that is added afterwards."""
    today = timezone.localdate(now)
    days = [rules.WEEKDAYS[(today - timedelta(days=ago)).weekday()] for ago in days_ago]
    return Wanted(rules.weekly(days, 1), today + timedelta(days=1), time(hour), 60, offer.price_pence or 0, 14)


def _began(made: Arrangement, days_ago: int, now: datetime) -> None:
    """The past visits of the demonstration are of this arrangement, so it began with them."""
    made.versions.update(starts_on=timezone.localdate(now) - timedelta(days=days_ago))


def _running(offer: Offer, cast: dict[str, User], now: datetime) -> None:
    """Joan's garden: an old visit is paid, one is in question, one was missed, and the next ones are promised."""
    joan, sam = cast["joan"], actor(cast["sam"])
    declared = not workers_unspoken(joan, offer.listing.provider)
    own = open_budgets(joan, timezone.localdate(now)).filter(source=Source.DIRECT_PAYMENT)
    budget = own.first() if declared else None
    outcome = budget.outcomes.first() if budget else None
    made = weekly.arrangement_propose(
        person=joan, offer=offer, wanted=_wanted(offer, now, 10, 1, 2), side=Side.PERSON, token="seed-running",
        by=actor(joan), now=now, paid_from=PaidFrom(budget, outcome, relies_on=True, begin_early=True),
    )  # fmt: skip
    weekly.arrangement_agree(arrangement=made, side=Side.PROVIDER, by=sam, now=now)
    _card(made, cards.SUCCESS, now)
    _began(made, 16, now)
    paid = _done(made, 16, 60, sam, now)
    weekly.visit_fall_due(visit=paid, now=now)
    bill = weekly.bill_make(arrangement=made, now=now)
    if bill is not None:
        weekly.bill_collect(bill=bill, now=now)
    missed = _past(made, 8, now)
    weekly.visit_missed(visit=missed, side=Side.PROVIDER, words="My van would not start.", by=sam, now=now)
    _done(made, 1, 60, sam, now)
    asked = _done(made, 2, 90, sam, now)
    weekly.visit_query(visit=asked, words="It rained, and you went after half an hour.", by=actor(joan), now=now)


def _standing_still(offer: Offer, cast: dict[str, User], now: datetime) -> None:
    """Ken's hedges: his card said no, two reminders went out."""
    ken, sam = cast["ken"], actor(cast["sam"])
    made = weekly.arrangement_propose(
        person=ken, offer=offer, wanted=_wanted(offer, now, 14, 21), side=Side.PERSON, token="seed-paused",
        by=actor(ken), now=now, paid_from=PaidFrom(begin_early=True),
    )  # fmt: skip
    weekly.arrangement_agree(arrangement=made, side=Side.PROVIDER, by=sam, now=now)
    _card(made, cards.DECLINED_LATER, now)
    _began(made, 21, now)
    weekly.visit_fall_due(visit=_done(made, 21, 60, sam, now), now=now)
    bill = weekly.bill_make(arrangement=made, now=now)
    if bill is None:
        return
    weekly.bill_collect(bill=bill, now=now)
    Bill.objects.filter(pk=bill.pk).update(asked_at=now - rules.LEAVE_AFTER, reminders=2)
    weekly.bill_remind(bill=bill, now=now)


def _waiting(offer: Offer, cast: dict[str, User], now: datetime) -> None:
    """Sam proposes to come to Ken every other Thursday."""
    wanted = Wanted(
        rules.weekly(["TH"], 2), timezone.localdate(now) + timedelta(days=9), time(9, 30), 90, offer.price_pence or 0, 14,
        words="The same as last summer, if you like.",
    )  # fmt: skip
    weekly.arrangement_propose(
        person=cast["ken"], offer=offer, wanted=wanted, side=Side.PROVIDER, token="seed-proposed",
        by=actor(cast["sam"]), now=now,
    )  # fmt: skip


def _by_direct_debit(offer: Offer, cast: dict[str, User], now: datetime) -> None:
    """Ken's windows: told of six working days before the money leaves, and the bank has been asked."""
    ken, sam = cast["ken"], actor(cast["sam"])
    _collects_debits(offer.listing.provider, now)
    made = weekly.arrangement_propose(
        person=ken, offer=offer, wanted=_wanted(offer, now, 11, 28), side=Side.PERSON, token="seed-debit",
        by=actor(ken), now=now, paid_from=PaidFrom(begin_early=True),
    )  # fmt: skip
    weekly.arrangement_agree(arrangement=made, side=Side.PROVIDER, by=sam, now=now)
    _mandate(made, now)
    _began(made, 28, now)
    weekly.visit_fall_due(visit=_done(made, 28, 60, sam, now), now=now)
    today = timezone.localdate(now)
    asked_on = today if is_workday(today) else workday_after(today, -1)
    told_at = rules.moment(workday_after(asked_on, -rules.NOTICE_WORKDAYS), time(9))
    bill = weekly.bill_make(arrangement=made, now=told_at)
    if bill is not None:
        weekly.bill_collect(bill=bill, now=told_at)
        outbox.pending(LETTER).update(delivered_at=now)
        weekly.bill_collect(bill=bill, now=now)


def _collects_debits(provider: Provider, now: datetime) -> None:
    account = account_of(provider)
    if account is not None and account.stripe_id:
        sandbox.account_debits(place.store(), account_id=account.stripe_id)
        gateway.account_refresh(account=account, now=now)


def _mandate(made: Arrangement, now: datetime) -> None:
    here = f"{settings.SITE_URL}/arrangements/{made.public_id}/"
    begun = weekly.card_begin(
        arrangement=made, by=actor(made.person), now=now, saved_url=f"{here}card/saved/", back_url=here, way=Way.DEBIT
    )
    facts = {"sort_code": banks.SORT_CODE, "number": banks.PAYS.number, "name": str(made.person)}
    sandbox.session_mandate(place.store(), session_id=begun.session_id, **facts)
    weekly.card_look_up(card=begun, now=now)


def _card(made: Arrangement, card: cards.Card, now: datetime) -> None:
    here = f"{settings.SITE_URL}/arrangements/{made.public_id}/"
    begun = weekly.card_begin(
        arrangement=made, by=actor(made.person), now=now, saved_url=f"{here}card/saved/", back_url=here
    )
    sandbox.session_pay(place.store(), session_id=begun.session_id, number=card.number)
    weekly.card_look_up(card=begun, now=now)


def _past(made: Arrangement, days_ago: int, now: datetime) -> Visit:
    terms = made.versions.get()
    day = timezone.localdate(now) - timedelta(days=days_ago)
    return Visit.objects.create(
        arrangement=made, terms=terms, day=day, at=terms.begins_at,
        starts_at=rules.moment(day, terms.begins_at),
        planned_minutes=terms.minutes, state=sorted(TO_COME)[0], state_since=now,
    )  # fmt: skip


def _done(made: Arrangement, days_ago: int, minutes: int, by: Actor, now: datetime) -> Visit:
    """Written down on the evening of the day."""
    visit = _past(made, days_ago, now)
    return weekly.visit_done(visit=visit, minutes=minutes, by=by, now=min(now, visit.starts_at + timedelta(hours=8)))
