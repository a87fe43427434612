"""A group, its dates and its price, each as people say it. Nothing here tells how anybody pays."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marketplace.core.look.words import plain_list, uk_date, uk_time
from marketplace.core.money import pounds, pounds_exact
from marketplace.people.models import User
from payments.orders.presentation.words import first_name as provider_name

from ..models import Pool, Terms
from ..rules import Fault
from ..states import EndedBecause

NUMBERS = (
    gettext_lazy("no"), gettext_lazy("one"), gettext_lazy("two"), gettext_lazy("three"), gettext_lazy("four"),
    gettext_lazy("five"), gettext_lazy("six"), gettext_lazy("seven"), gettext_lazy("eight"), gettext_lazy("nine"),
    gettext_lazy("ten"), gettext_lazy("eleven"), gettext_lazy("twelve"),
)  # fmt: skip
DAYS = (
    gettext_lazy("Mondays"), gettext_lazy("Tuesdays"), gettext_lazy("Wednesdays"), gettext_lazy("Thursdays"),
    gettext_lazy("Fridays"), gettext_lazy("Saturdays"), gettext_lazy("Sundays"),
)  # fmt: skip


def number(n: int) -> str:
    """A small number as a word, a larger one in figures.

    >>> number(3), number(40)
    ('three', '40')
    """
    return str(NUMBERS[n]) if n < len(NUMBERS) else str(n)


def capital(words: str) -> str:
    """The sentence with a capital at its beginning."""
    return words[:1].upper() + words[1:]


def name_of(person: User) -> str:
    """All that one member learns of another."""
    return person.first_name or _("Somebody")


def moment_words(moment: datetime) -> str:
    """Such as "Tuesday 3 March, 2.30pm", with the year when it is not this one."""
    local = timezone.localtime(moment)
    return f"{uk_date(local.date(), today=timezone.localdate())}, {uk_time(local)}"


def until_words(moment: datetime) -> str:
    """Until when, in a sentence: "6pm on Tuesday 3 March"."""
    local = timezone.localtime(moment)
    day = uk_date(local.date(), today=timezone.localdate())
    return _("%(time)s on %(day)s") % {"time": uk_time(local), "day": day}


def days_words(starts: Sequence[datetime]) -> str:
    """On which days of the week: "Tuesdays", "Tuesdays and Fridays"; one date is said whole."""
    local = [timezone.localtime(each) for each in starts]
    if len(local) == 1:
        return uk_date(local[0].date(), today=timezone.localdate())
    return plain_list([str(DAYS[day]) for day in sorted({each.weekday() for each in local})])


def block_words(starts: Sequence[datetime]) -> str:
    """The whole block in one sentence without an end: "Tuesdays at 2.30pm, six times, from 3 March to 7 April"."""
    if not starts:
        return _("No dates yet")
    local = [timezone.localtime(each) for each in starts]
    if len(local) == 1:
        return moment_words(starts[0])
    times = {uk_time(each) for each in local}
    facts = {
        "days": days_words(starts),
        "time": times.pop() if len(times) == 1 else "",
        "times": times_words(len(local)),
        "first": _short(local[0]),
        "last": _short(local[-1]),
    }
    if facts["time"]:
        return _("%(days)s at %(time)s, %(times)s, from %(first)s to %(last)s") % facts
    return _("%(days)s, %(times)s, from %(first)s to %(last)s") % facts


def _short(local: datetime) -> str:
    return uk_date(local.date(), today=timezone.localdate()).split(" ", 1)[1]


def times_words(n: int) -> str:
    """How often: "once", "twice", "six times"."""
    if n in (1, 2):
        return _("once") if n == 1 else _("twice")
    return _("%(n)s times") % {"n": number(n)}


def dates_counted(n: int) -> str:
    """For all of a block: "all six dates", "the one date"."""
    return _("the one date") if n == 1 else _("all %(n)s dates") % {"n": number(n)}


def people_words(n: int) -> str:
    return ngettext("%(number)s person", "%(number)s people", n) % {"number": number(n)}


def places_words(pool: Pool) -> str:
    """How many places are left, for anybody to read."""
    left = pool.places_left
    if left <= 0:
        return _("No place left")
    return ngettext("%(n)d place left", "%(n)d places left", left) % {"n": left}


def open_line(pool: Pool, starts: Sequence[datetime]) -> str:
    """A group in one line for people nearby: "2 places left, Tuesdays in Taunton"."""
    facts = {"places": places_words(pool), "days": days_words(starts), "place": pool.place}
    return (_("%(places)s, %(days)s in %(place)s") if pool.place else _("%(places)s, %(days)s")) % facts


def price_line(pool: Pool) -> str:
    """What it costs at most: "£14 at most"."""
    return _("%(worst)s at most") % {"worst": pounds(pool.worst_pence)}


def total_words(terms: Terms, name: str, meetings: int) -> str:
    """How the price is made, in a sentence."""
    facts = {
        "name": name,
        "total": pounds(terms.total_pence or 0),
        "dates": dates_counted(meetings),
    }
    if terms.price.is_shared:
        return _("%(name)s charges %(total)s for %(dates)s. The more who join, the less each pays.") % facts
    tiers = terms.price.tiers
    if len({tier.each_pence for tier in tiers}) == 1:
        return _("%(name)s charges the same for each person, however many join.") % facts
    return _("%(name)s charges each person less when more join.") % facts


def tiers_words(terms: Terms) -> str:
    """The steps of a price for each person, one on a line."""
    return "\n".join(
        _("From %(heads)d people: %(each)s each") % {"heads": tier.heads, "each": pounds_exact(tier.each_pence)}
        for tier in sorted(terms.price.tiers, key=lambda tier: tier.heads)
    )


def ended_words(pool: Pool) -> str:
    """Why it did not go ahead or was called off, in a sentence."""
    name = provider_name(pool.provider)
    facts = {"name": name, "who": name_of(pool.organiser), "least": number(pool.least)}
    match pool.ended_because:
        case EndedBecause.TOO_FEW:
            return _("It needed %(least)s people, and fewer joined in time.") % facts
        case EndedBecause.TOO_FEW_PAID:
            return _("It needed %(least)s people, and not enough cards worked.") % facts
        case EndedBecause.NOT_AGREED:
            return _("%(name)s did not say yes in time.") % facts
        case EndedBecause.PROVIDER_DECLINED:
            return _("%(name)s cannot do it.") % facts
        case EndedBecause.PROVIDER_STOPPED:
            return _("%(name)s cannot be booked or paid here just now.") % facts
        case EndedBecause.OFFER_WITHDRAWN:
            return _("%(name)s no longer offers this.") % facts
        case EndedBecause.PROVIDER:
            return _("%(name)s had to call it off.") % facts
        case EndedBecause.ORGANISER:
            return _("%(who)s called it off.") % facts
        case EndedBecause.EVERYBODY_LEFT:
            return _("Everybody has left the group.")
    return _("It is over.")


def fault_words(fault: Fault, *, latest: datetime | None = None) -> str:
    """What is wrong with the numbers or the dates, and what to do."""
    match fault:
        case Fault.NO_PRICE:
            return _("Type a price above nothing.")
        case Fault.TOO_DEAR:
            return _("That is more than £100,000. Check the price.")
        case Fault.SHARE_TOO_SMALL:
            return _("Each person would pay less than 30p, which no card can pay. Make the group smaller.")
        case Fault.TIERS_RISE:
            return _("More people would pay more each. A larger group pays the same or less: change the prices.")
        case Fault.TIERS_START_LATE:
            return _("Say what each pays in the smallest group as well.")
        case Fault.ONE_MEMBER:
            return _("A group is two people or more. To go alone, order it from the listing instead.")
        case Fault.LEAST_ABOVE_MOST:
            return _("There are fewer places than people who have to join. Change one of the two.")
        case Fault.LEAST_BELOW_OFFER:
            return _("They do not come for so few people. Type a larger smallest group.")
        case Fault.MOST_ABOVE_OFFER:
            return _("They have no room for so many people. Type fewer places.")
        case Fault.TOO_MANY:
            return _("A group can have at most 200 people.")
        case Fault.NO_DATES:
            return _("Choose at least one date.")
        case Fault.TOO_MANY_DATES:
            return _("A group can meet at most 52 times. Choose fewer dates.")
        case Fault.DATES_TWICE:
            return _("One of the dates stands there twice.")
        case Fault.DEADLINE_PASSED:
            return _("That time to join is over, or less than an hour away. Type a later one.")
        case Fault.DEADLINE_TOO_FAR:
            return _("That is more than half a year away. Type a nearer day.")
    return _("People would have no time to put a card right. Type %(latest)s or sooner, or start later.") % {
        "latest": moment_words(latest) if latest else _("four days before the first date")
    }


def hours_left(until: datetime, now: datetime) -> str:
    """How long is left, in whole days or hours."""
    left = max(until - now, timedelta())
    if left >= timedelta(days=2):
        return ngettext("%(n)s day", "%(n)s days", left.days) % {"n": number(left.days)}
    hours = int(left.total_seconds() // 3600)
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": number(hours)} if hours else _("less than an hour")


def term(step: str) -> str:
    """The heading of an answer on "check your answers"."""
    return {
        "name": _("Name"),
        "place": _("Where"),
        "dates": _("When"),
        "people": _("How many"),
        "deadline": _("Join by"),
        "open": _("Who may join"),
    }[step]


def size_words(least: int, most: int) -> str:
    return _("It goes ahead from %(least)d people; there are %(most)d places.") % {"least": least, "most": most}
