"""Arrangements as people read them: when, for how long, for how much, and what each visit came to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marketplace.core import icalendar
from marketplace.core.look.words import plain_list, uk_date, uk_time
from marketplace.core.money import pounds, pounds_exact
from payments.budgets import services as budgets
from payments.budgets.models import Budget
from payments.orders.presentation import debit_expected, first_name

from .. import rules
from ..models import Arrangement, Bill, SavedCard, StandingYes, Terms, Visit
from ..models.arrangement import Collects, Side
from ..states import NOT_BEGUN, ON_ITS_WAY, STOPPED, TOLD, ArrangementState, BillState, VisitState
from .debits import by_debit

DAYS = {
    "MO": gettext_lazy("Monday"),
    "TU": gettext_lazy("Tuesday"),
    "WE": gettext_lazy("Wednesday"),
    "TH": gettext_lazy("Thursday"),
    "FR": gettext_lazy("Friday"),
    "SA": gettext_lazy("Saturday"),
    "SU": gettext_lazy("Sunday"),
}
REFUSALS: dict[str, Promise] = {
    "authentication_required": gettext_lazy("Your bank wants to hear from you before it pays."),
    "insufficient_funds": gettext_lazy("There was not enough money on your card."),
    "expired_card": gettext_lazy("Your card is past its date."),
    "no_card": gettext_lazy("There is no saved card."),
    "debit_not_authorized": gettext_lazy("Your bank said no to the Direct Debit."),
    rules.NO_DEBITS: gettext_lazy("They cannot collect by Direct Debit just now."),
    rules.DEBIT_ENDED: gettext_lazy("Your bank has ended the Direct Debit."),
    rules.HELD_SHORT: gettext_lazy(
        "Your budget does not hold enough for all of it, and whoever looks after it pays whole bills only."
    ),
    rules.HELD_NO: gettext_lazy("Whoever looks after your budget has not said yes to it."),
    rules.BARRED: gettext_lazy(
        "Your budget cannot pay for it: its time is over, or one of its rules stands in the way. "
        "If you do not know why, ask whoever looks at your money with you."
    ),
}


def length_words(minutes: int) -> str:
    """Hours and minutes as people say them.

    >>> length_words(120), length_words(90), length_words(45)
    ('2 hours', '1 hour 30 minutes', '45 minutes')
    """
    hours, rest = divmod(minutes, 60)
    said = [ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}] if hours else []
    said += [ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest}] if rest or not hours else []
    return " ".join(said)


def when_words(terms: Terms) -> str:
    """The days and the times, in one line: days with the same times together."""
    days, every = rules.read_weekly(terms.rule)
    by_times: dict[str, list[str]] = {}
    for day in days:
        by_times.setdefault(times_words(terms.pattern.on(day)), []).append(str(DAYS[day]))
    said = [_("%(days)s at %(time)s") % {"days": plain_list(named), "time": at} for at, named in by_times.items()]
    facts = {"days": "; ".join(said), "n": every}
    return _("Every %(days)s") % facts if every == 1 else _("Every %(n)d weeks on %(days)s") % facts


def times_words(times: Sequence[time]) -> str:
    return plain_list([uk_time(each) for each in times])


def day_words(visit: Visit, today: date) -> str:
    """The day of a visit, with its time where it is not the only one of that day."""
    day = uk_date(visit.day, today=today)
    several = len(visit.terms.pattern.on(rules.WEEKDAYS[visit.day.weekday()])) > 1
    return f"{day}, {uk_time(timezone.localtime(visit.starts_at).time())}" if several else day


def price_words(terms: Terms) -> str:
    unit = _("an hour") if terms.arrangement.by_hour else _("a visit")
    return f"{pounds(terms.price_pence)} {unit}"


def at_once_words(arrangement: Arrangement) -> str:
    """Why the notice that was agreed does not hold: nothing is under way, or the 14 days after the yes are not over."""
    last = arrangement.cancel_until
    if arrangement.state in NOT_BEGUN:
        return _("It ends at once, without notice: the visits have not begun.")
    if arrangement.state in STOPPED or last is None:
        return _("It ends at once, without notice: the visits stand still just now.")
    facts = {"day": uk_date(last, today=timezone.localdate())}
    return (
        _(
            "It ends at once, without notice: for 14 days after the yes you may change your mind, until %(day)s. "
            "What has happened by now is still to be paid."
        )
        % facts
    )


def notice_words(days: int) -> str:
    weeks = days // 7
    return ngettext("%(n)d week", "%(n)d weeks", weeks) % {"n": weeks}


def facts(terms: Terms) -> list[tuple[str, str]]:
    """The terms line by line: what each is called, and what was agreed."""
    today = timezone.localdate()
    rows = [
        (_("When"), when_words(terms)),
        (_("How long"), length_words(terms.minutes)),
        (_("Price"), price_words(terms)),
        (_("First day"), uk_date(terms.starts_on, today=today)),
    ]
    if terms.until:
        rows.append((_("Last day"), uk_date(terms.until, today=today)))
    holidays = _("Comes as usual") if terms.on_bank_holidays else _("Nobody comes")
    monthly = terms.collects == Collects.MONTHLY
    return [
        *rows,
        (_("Bank holidays"), holidays),
        (_("Notice to end it"), notice_words(terms.notice_days)),
        (_("Paid"), _("Once a month, after the visits") if monthly else _("Once a week, after the visits")),
    ]


def holder_name(budget: Budget) -> str:
    """Who says yes to this money."""
    return str(budget.holder if budget.asks_first and budget.holder else budget.council or "")


def asked_facts(yes: StandingYes) -> list[tuple[str, str]]:
    """What whoever holds the money reads before they answer."""
    terms, today = yes.terms, timezone.localdate()
    return [
        (_("How often"), when_words(terms)),
        (_("How long"), length_words(terms.minutes)),
        (_("Price"), price_words(terms)),
        (_("The yes holds until"), uk_date(yes.until, today=today)),
        (_("After that"), _("It is asked for again. Without a new yes no visits are arranged.")),
    ]


def more_than_agreed() -> tuple[str, str]:
    return _("Why we ask"), _("The help has happened. It came to more than the yes there is for four weeks.")


def yes_words(yes: StandingYes) -> str:
    """What there is a yes to, in one line."""
    facts = {
        "holder": holder_name(yes.budget),
        "most": pounds_exact(yes.ceiling_pence),
        "day": uk_date(yes.until, today=timezone.localdate()),
    }
    return _("%(holder)s: up to %(most)s in any four weeks, until %(day)s") % facts


def person_name(arrangement: Arrangement) -> str:
    return arrangement.person.first_name or str(arrangement.person)


def other_name(arrangement: Arrangement, side: str) -> str:
    """What somebody on one side calls the other."""
    return person_name(arrangement) if side == Side.PROVIDER else first_name(arrangement.provider)


def headline(arrangement: Arrangement, side: str, *, has_card: bool, asked: StandingYes | None = None) -> str:
    """How it stands, in a sentence or two. `asked` is the newest yes to the money that was asked for."""
    if arrangement.state == ArrangementState.AGREED and asked is not None and not asked.given:
        holder = {"holder": holder_name(asked.budget)}
        if asked.waits:
            return _("You both said yes. Waiting for %(holder)s to say yes to the money.") % holder
        return _("You both said yes, but there is no yes from %(holder)s, so it has not begun.") % holder
    mine = arrangement.proposed_by == side
    said = {"name": other_name(arrangement, side)}
    match arrangement.state:
        case ArrangementState.PROPOSED if mine:
            return _("We have asked %(name)s. Nothing is arranged until there is a yes.") % said
        case ArrangementState.PROPOSED:
            return _("%(name)s proposes this. It is for you to say yes or no.") % said
        case ArrangementState.AGREED if side == Side.PERSON and not has_card:
            return _("You both said yes. Save a card, and the visits begin.")
        case ArrangementState.AGREED:
            return _("You both said yes. It begins when %(name)s has saved a card.") % said
        case ArrangementState.RUNNING if arrangement.ends_on:
            last = uk_date(arrangement.ends_on, today=timezone.localdate())
            return _("It is running, and ends on %(day)s.") % {"day": last}
        case ArrangementState.RUNNING:
            return _("It is running.")
        case ArrangementState.PAUSED if side == Side.PERSON:
            return _("It stands still until what is owed is paid. Nobody comes meanwhile.")
        case ArrangementState.PAUSED:
            return _("It stands still, because a payment did not work. You are not expected to come.")
        case ArrangementState.ENDED:
            return _("It has ended.")
        case ArrangementState.LAPSED:
            return _("Nobody answered in time, so nothing was arranged.")
        case ArrangementState.DECLINED if arrangement.ended_by == side:
            return _("You said no to this.")
        case ArrangementState.DECLINED:
            return _("%(name)s said no to this.") % said
    return str(arrangement.get_state_display()) + "."


KINDS = {
    VisitState.DONE: "yes",
    VisitState.PAID: "yes",
    VisitState.QUERIED: "heed",
    VisitState.MISSED: "stop",
    BillState.ASKING: "heed",
    BillState.LEFT: "heed",
}


BILLED = {
    BillState.HELD: gettext_lazy("On a bill that is paid for the person"),
    BillState.DROPPED: gettext_lazy("Nobody asks for its money any more"),
}


def _billed(bill: Bill) -> str:
    if bill.order.debit_on is not None and bill.state in TOLD | ON_ITS_WAY:
        return debit_expected(bill.order)
    return str(BILLED.get(bill.state, _("On a bill")))  # type: ignore[call-overload]


@dataclass(frozen=True)
class VisitLine:
    """One visit in a list. `query_by` is the last day for questions, "" when there is nothing to ask."""

    public_id: str
    day: str
    time: str
    words: str
    state: str
    kind: str
    query_by: str = ""
    said: str = ""
    asked: str = ""
    may_query: bool = False
    queried: bool = False
    planned: bool = False


def visit_line(visit: Visit, now: datetime) -> VisitLine:
    local = timezone.localtime(visit.starts_at)
    real = visit.minutes or visit.planned_minutes
    words = length_words(real) + (f", {pounds_exact(visit.pence)}" if visit.pence else "")
    open_still = visit.state == VisitState.DONE and visit.query_by is not None and now <= visit.query_by
    state = str(visit.get_state_display())
    if visit.state == VisitState.PLANNED and visit.starts_at <= now:
        state = _("Not marked yet")
    elif visit.state == VisitState.DUE and visit.bill is not None:
        state = _billed(visit.bill)
    return VisitLine(
        public_id=visit.public_id,
        day=uk_date(local.date(), today=timezone.localdate(now)),
        time=uk_time(local.time()),
        words=words,
        state=state,
        kind=KINDS.get(visit.state, ""),  # type: ignore[call-overload]
        query_by=uk_date(timezone.localdate(visit.query_by), today=timezone.localdate(now))
        if open_still and visit.query_by
        else "",
        said=visit.words,
        asked=visit.query_words,
        may_query=open_still,
        queried=visit.state == VisitState.QUERIED,
        planned=visit.state == VisitState.PLANNED and visit.starts_at > now,
    )


@dataclass(frozen=True)
class Line:
    """An arrangement in a list."""

    public_id: str
    title: str
    who: str
    when: str
    state: str
    kind: str


def line(arrangement: Arrangement, side: str) -> Line:
    waits = arrangement.state == ArrangementState.PROPOSED and arrangement.proposed_by != side
    change = arrangement.change
    waits = waits or (change is not None and change.proposed_by != side)
    kind = "heed" if waits or arrangement.state == ArrangementState.PAUSED else ""
    return Line(
        public_id=arrangement.public_id,
        title=arrangement.title,
        who=person_name(arrangement) if side == Side.PROVIDER else arrangement.provider.name,
        when=when_words(arrangement.terms),
        state=_("Waiting for you") if waits else str(arrangement.get_state_display()),
        kind=kind or ("yes" if arrangement.state == ArrangementState.RUNNING else ""),
    )


def refusal_words(bill: Bill) -> str:
    """Why the saved card has not paid. At most 2 queries."""
    if bill.refusal == rules.SHORT:
        own = own_pence(bill)
        if own == bill.pence:
            return _("Your budget has nothing left for it.")
        facts = {"budget": pounds_exact(bill.pence - own), "own": pounds_exact(own)}
        return _("Your budget pays %(budget)s of it. The other %(own)s would be your own money.") % facts
    if bill.refusal == "insufficient_funds" and by_debit(bill):
        return _("There was not enough money in your account.")
    return str(REFUSALS.get(bill.refusal, gettext_lazy("Your bank said no to the card.")))


def own_pence(bill: Bill) -> int:
    """How much of a bill no budget pays. 2 queries."""
    purchase = budgets.of_order(bill.order.public_id)
    if purchase is None:
        return bill.pence
    return sum(line.pence for line in purchase.lines.all() if line.budget_id is None)


def card_words(card: SavedCard | None) -> str:
    """Which card, as people know it from the plastic."""
    if card is None:
        return ""
    if card.is_debit:
        return _("Direct Debit from the account that ends in %(last4)s") % {"last4": card.last4}
    return _("%(brand)s card that ends in %(last4)s") % {"brand": card.brand.title(), "last4": card.last4}


CALENDAR_STATUS = {VisitState.CANCELLED: icalendar.Status.OFF, VisitState.MISSED: icalendar.Status.OFF}


def calendar(visits: Iterable[Visit], *, side: str, host: str, now: datetime) -> str:
    """A calendar file. It says who and when and nothing else: calendars are read over shoulders."""
    events = (
        icalendar.Event(
            key=f"{visit.public_id}@{host}",
            title=_("Visit: %(name)s") % {"name": other_name(visit.arrangement, side)},
            starts_at=visit.starts_at,
            minutes=visit.minutes or visit.planned_minutes,
            status=CALENDAR_STATUS.get(visit.state, icalendar.Status.SURE),  # type: ignore[call-overload]
            changed_at=visit.state_since,
        )
        for visit in visits
    )
    return icalendar.written(events, now=now)
