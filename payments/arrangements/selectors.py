"""What is read of arrangements, shaped for the pages and the clock that need it."""

from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from marketplace.people.models import User
from payments.budgets import selectors as budgets
from payments.budgets.models import Budget
from payments.budgets.states import SAID_YES, UNDECIDED
from payments.gateway import selectors as accounts
from payments.orders.models import PaymentAttempt
from payments.orders.states import ONE_AT_A_TIME
from payments.orders.states import OVER as ORDER_OVER
from payments.orders.states import UNPAID as ORDER_UNPAID
from providers.listings.models import Provider

from . import rules
from .models import Arrangement, Bill, Feed, SavedCard, StandingYes, Visit
from .states import (
    ASKED,
    CARD_READY,
    CARD_UNDER_WAY,
    HAS_VISITS,
    IN_QUESTION,
    LEFT_ALONE,
    NOT_HAD,
    ON_ITS_WAY,
    OVER,
    SAID_DONE,
    STOPPED,
    TERMS_AGREED,
    TERMS_UNANSWERED,
    TO_COLLECT,
    TO_COME,
    TO_PAY,
    TOLD,
    UNDER_WAY,
    UNPAID,
    WAITING,
    WITH_THE_HOLDER,
)

LOOK_AGAIN_AFTER = timedelta(minutes=2)
WITH = ("person", "provider__council", "listing__page", "offer", "budget", "outcome")


def whole() -> QuerySet[Arrangement]:
    """With everything a page says of them. 3 queries whatever the length."""
    return Arrangement.objects.select_related(*WITH).prefetch_related("versions", "skips")


def arrangements_of(person: User) -> QuerySet[Arrangement]:
    return whole().filter(person=person)


def arrangements_kept_by(user: User) -> QuerySet[Arrangement]:
    return whole().filter(provider__keepers=user)


def visits_to_come(arrangement: Arrangement, now: datetime) -> QuerySet[Visit]:
    return arrangement.visits.filter(Q(state__in=TO_COME) | Q(state__in=NOT_HAD), starts_at__gt=now).order_by(
        "starts_at"
    )


def visits_to_mark(arrangement: Arrangement, now: datetime) -> QuerySet[Visit]:
    """Over by the clock, and the provider has not said what became of them."""
    return arrangement.visits.filter(state__in=TO_COME, starts_at__lte=now).order_by("starts_at")


def visits_to_query(arrangement: Arrangement) -> QuerySet[Visit]:
    return arrangement.visits.filter(state__in=SAID_DONE | IN_QUESTION).order_by("starts_at")


def visits_behind(arrangement: Arrangement, now: datetime, *, most: int = 12) -> list[Visit]:
    """The newest visits of which everything is said, newest first."""
    found = arrangement.visits.exclude(state__in=TO_COME | SAID_DONE | IN_QUESTION).filter(starts_at__lte=now)
    return list(found.select_related("bill__order").order_by("-starts_at")[:most])


def unbilled(arrangement: Arrangement) -> tuple[int, int]:
    """How many visits happened and stand on no bill yet, and their pence. 1 query."""
    happened = arrangement.visits.filter(state__in=SAID_DONE | IN_QUESTION | TO_PAY, bill=None)
    found = happened.aggregate(count=Count("pk"), pence=Sum("pence"))
    return found["count"], found["pence"] or 0


def bills_unpaid(arrangement: Arrangement) -> QuerySet[Bill]:
    return arrangement.bills.filter(state__in=ASKED | LEFT_ALONE).select_related("order").order_by("made_at")


def unpromised(arrangement: Arrangement, now: datetime) -> bool:
    """Whether the chosen budget cannot pay a visit of the next four weeks."""
    soon = timezone.localdate(now) + rules.PROMISED_AHEAD
    return arrangement.visits.filter(state__in=TO_COME, purchase="", day__lt=soon, starts_at__gt=now).exists()


def card_of(arrangement: Arrangement) -> SavedCard | None:
    return arrangement.cards.filter(state__in=CARD_READY).first()


def yeses_of(arrangement: Arrangement) -> QuerySet[StandingYes]:
    return arrangement.yeses.select_related("terms", "budget__council", "budget__holder", "approval")


def yes_in_force(arrangement: Arrangement, *, budget: Budget | None = None) -> StandingYes | None:
    """The newest yes that was given to the money that pays, or to `budget`; its last day may be over. 1 query."""
    money = budget or arrangement.budget
    if money is None:
        return None
    return yeses_of(arrangement).filter(budget=money, approval__state__in=SAID_YES).last()


def yeses_waiting(arrangement: Arrangement) -> QuerySet[StandingYes]:
    """Asked for and not answered: one at most."""
    return yeses_of(arrangement).filter(approval__state__in=UNDECIDED)


def paid_until(arrangement: Arrangement) -> date | None:
    """The last day of visits that whoever holds the money has said yes to: the beginning of time while there is none,
    None where nobody is asked. 1 query."""
    yes = yes_in_force(arrangement)
    if yes is not None:
        return yes.until
    return date.min if arrangement.budget is not None and arrangement.budget.asks_first else None


def waiting_for(providers: list[Provider], now: datetime) -> tuple[int, int]:
    """How many proposals wait for these providers' answer, and how many visits to be marked. 2 queries."""
    waiting = Arrangement.objects.filter(provider__in=providers)
    asked = waiting.filter(
        Q(state__in=WAITING, proposed_by="person")
        | Q(state__in=UNDER_WAY, versions__state__in=TERMS_UNANSWERED, versions__proposed_by="person")
    )
    visits = Visit.objects.filter(arrangement__provider__in=providers, state__in=TO_COME, starts_at__lte=now)
    return asked.distinct().count(), visits.count()


def feed_of(owner: User, *, person: User | None = None, provider: Provider | None = None) -> Feed | None:
    return Feed.objects.filter(owner=owner, person=person, provider=provider, revoked_at=None).first()


def feed_visits(feed: Feed, now: datetime) -> QuerySet[Visit]:
    """From four weeks ago on. 1 query."""
    whose = Q(arrangement__person=feed.person_id) if feed.person_id else Q(arrangement__provider=feed.provider_id)
    return (
        Visit.objects.filter(whose, starts_at__gte=now - timedelta(weeks=4))
        .select_related("arrangement__provider", "arrangement__person")
        .order_by("starts_at")
    )


# What the clock has to do with, each a short list that empties as it is done.


def lapsing(now: datetime) -> QuerySet[Arrangement]:
    late = Q(versions__state__in=TERMS_UNANSWERED, versions__answer_by__lt=now)
    return Arrangement.objects.filter(late, state__in=WAITING | UNDER_WAY).distinct().order_by("pk")


def finishing(now: datetime) -> list[Arrangement]:
    """Only the newest agreed terms count, so what the database finds is looked through once more."""
    today = timezone.localdate(now)
    past = Q(ends_on__lt=today) | Q(versions__state__in=TERMS_AGREED, versions__until__lt=today)
    found = Arrangement.objects.filter(past, state__in=UNDER_WAY).distinct()
    live = found.prefetch_related("versions").order_by("pk")
    return [each for each in live if (last := each.ends_on or each.terms.until) is not None and last < today]


def to_plan(now: datetime) -> QuerySet[Arrangement]:
    return Arrangement.objects.filter(state__in=HAS_VISITS).order_by("pk")


def falling_due(now: datetime) -> QuerySet[Visit]:
    return Visit.objects.filter(state__in=SAID_DONE, query_by__lte=now).order_by("pk")


def to_bill(now: datetime) -> QuerySet[Arrangement]:
    """With visits from before the newest day of collecting, weekly or monthly: bill_make knows which."""
    today = timezone.localdate(now)
    newest = max(rules.collection_day(today, monthly=monthly) for monthly in (False, True))
    ripe = Q(state__in=OVER) | Q(visits__day__lt=newest)
    return Arrangement.objects.filter(ripe, visits__state__in=TO_PAY, visits__bill=None).distinct().order_by("pk")


def yeses_ending(now: datetime) -> QuerySet[Arrangement]:
    """Whose newest yes runs out within four weeks, nobody having been asked since: yes_renew knows what to do."""
    soon = timezone.localdate(now) + rules.ASK_AGAIN_AHEAD
    newer = StandingYes.objects.filter(arrangement=OuterRef("arrangement"), pk__gt=OuterRef("pk"))
    ending = StandingYes.objects.filter(~Exists(newer), approval__state__in=SAID_YES, until__lte=soon, end_told_at=None)
    return Arrangement.objects.filter(state__in=UNDER_WAY, yeses__in=ending).order_by("pk")


def to_collect(now: datetime) -> list[Bill]:
    """What is to be charged, and what the bank may be asked for now that its notice is over."""
    found = Bill.objects.filter(state__in=TO_COLLECT | TOLD).select_related("order").order_by("pk")
    today = timezone.localdate(now)
    return [
        bill
        for bill in found
        if bill.state in TO_COLLECT
        or bill.order.debit_on is None
        or bill.order.paid_at is not None
        or rules.debit_asked_on(bill.order.debit_on) <= today
    ]


def bounced() -> QuerySet[Bill]:
    """Bills of which a bank was asked, and whose payment has failed since."""
    live = PaymentAttempt.objects.filter(order=OuterRef("order"), state__in=ONE_AT_A_TIME)
    return Bill.objects.filter(~Exists(live), state__in=ON_ITS_WAY, order__state__in=ORDER_UNPAID).order_by("pk")


def bills_debited(arrangement: Arrangement) -> QuerySet[Bill]:
    """What a Direct Debit pays by itself, told of or on its way. 1 query."""
    return arrangement.bills.filter(state__in=TOLD | ON_ITS_WAY).select_related("order").order_by("made_at")


def may_debit(arrangement: Arrangement) -> bool:
    """Whether the provider's account can be given a mandate. 1 query."""
    return arrangement.state in UNDER_WAY and accounts.can_be_debited_for(arrangement.provider)


def mandate_of(mandate_id: str, account: str) -> SavedCard | None:
    return SavedCard.objects.filter(mandate=mandate_id, account=account).exclude(mandate="").first()


def to_remind(now: datetime) -> list[Bill]:
    asked = Bill.objects.filter(state__in=ASKED, asked_at__lte=now - rules.REMIND_AFTER[0]).order_by("pk")
    return [
        bill
        for bill in asked
        if bill.asked_at is not None
        and (bill.reminders < rules.reminders_due(bill.asked_at, now) or now >= bill.asked_at + rules.LEAVE_AFTER)
    ]


def to_tell_holder(now: datetime) -> QuerySet[Bill]:
    """Bills that wait for whoever holds the money, of which they are to hear now."""
    again = Q(holder_letters=1, holder_told_at__lte=now - rules.REMIND_HOLDER_AFTER)
    to_pay = budgets.to_be_paid_by().values("order")
    held = Bill.objects.filter(state__in=WITH_THE_HOLDER, order__public_id__in=to_pay)
    return held.filter(Q(holder_letters=0) | again).order_by("pk")


def held_in(bill: Bill) -> Budget | None:
    """The held budget that is to pay this bill; None while its yes is waited for, or when it is paid. 1 query."""
    found = Budget.objects.filter(lines__purchase__in=budgets.to_be_paid_by().filter(order=bill.order.public_id))
    return found.select_related("holder", "council").first()


def called_off() -> QuerySet[Bill]:
    """Bills whose order somebody called off."""
    return Bill.objects.filter(state__in=UNPAID, order__state__in=ORDER_OVER, order__paid_at=None).order_by("pk")


def may_go_on() -> QuerySet[Arrangement]:
    return Arrangement.objects.filter(state__in=STOPPED).exclude(bills__state__in=LEFT_ALONE).order_by("pk")


def cards_to_look_up(now: datetime) -> QuerySet[SavedCard]:
    return SavedCard.objects.filter(state__in=CARD_UNDER_WAY, state_since__lte=now - LOOK_AGAIN_AFTER).order_by("pk")


def cards_to_forget(now: datetime) -> QuerySet[SavedCard]:
    """Of arrangements that are over, with nothing left to pay.

    A visit that nobody has written down may still be for three days; what was called off with its bill is not paid.
    """
    of_it = {"arrangement": OuterRef("arrangement")}
    to_say = Q(state__in=TO_COME, starts_at__gt=now - rules.QUERY_WITHIN)
    open_visits = Visit.objects.filter(to_say | Q(state__in=SAID_DONE | IN_QUESTION) | Q(state__in=TO_PAY, bill=None))
    unpaid = Bill.objects.filter(state__in=UNPAID, **of_it)
    ended = SavedCard.objects.filter(state__in=CARD_READY, arrangement__state__in=OVER)
    return ended.filter(
        ~Exists(open_visits.filter(**of_it)), ~Exists(unpaid), arrangement__ends_on__isnull=False
    ).order_by("pk")
