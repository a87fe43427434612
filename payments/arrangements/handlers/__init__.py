"""Letters about arrangements. No reasons and no notes: the title, the day, the sum, and where to look."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marketplace.core import audit, clock, mail, outbox
from marketplace.core.look.words import uk_date, uk_time
from marketplace.core.money import pounds_exact
from marketplace.people import links
from marketplace.people.models import User
from payments.budgets import selectors as budgets
from payments.budgets.models import Purchase
from payments.budgets.presentation import desk_url
from payments.gateway import services as gateway
from payments.orders.handlers.money_letters import Letter
from payments.orders.presentation import debit_day
from payments.orders.services import BILL

from .. import presentation, selectors, services
from ..models import Arrangement, Bill, Skip, StandingYes, Visit
from ..models.arrangement import Side
from ..services.cards import FORGET
from ..services.debiting import NOTICE
from ..services.standing import STANDING
from ..services.telling import HOLDER, LETTER, readers_of
from ..signals import ANSWERED, CUT, PAID
from .wording import TO_EITHER, TO_HOLDER, TO_PERSON, TO_PROVIDER

audit.say("arrangements.arrangement.propose", gettext_lazy("%(who)s proposed “%(title)s” for every week."))
audit.say("arrangements.arrangement.agree", gettext_lazy("%(who)s said yes to “%(title)s” every week."))
audit.say("arrangements.arrangement.decline", gettext_lazy("%(who)s said no to “%(title)s” every week."))
audit.say("arrangements.arrangement.end", gettext_lazy("%(who)s ended “%(title)s”."))
audit.say("arrangements.change.propose", gettext_lazy("%(who)s proposed a change of “%(title)s”."))
audit.say("arrangements.change.agree", gettext_lazy("%(who)s said yes to a change of “%(title)s”."))
audit.say("arrangements.change.refuse", gettext_lazy("%(who)s said no to a change of “%(title)s”."))
audit.say("arrangements.card.begin", gettext_lazy("%(who)s went to save a card for “%(title)s”."))
audit.say("arrangements.yes.ask", gettext_lazy("%(who)s asked for a yes to the money for “%(title)s”."))
audit.say("arrangements.yes.follow", gettext_lazy("There was a yes to the money for “%(title)s”."))
audit.say("arrangements.yes.cut", gettext_lazy("The money for “%(title)s” ends earlier than was agreed."))
audit.say("arrangements.money.choose", gettext_lazy("%(who)s chose which money pays for “%(title)s”."))
audit.say("arrangements.skip.add", gettext_lazy("%(who)s called off some days of “%(title)s”."))
audit.say("arrangements.visit.query", gettext_lazy("%(who)s asked about a visit."))
audit.say("arrangements.visit.settle", gettext_lazy("%(who)s was content with a visit after all."))
audit.say("arrangements.visit.miss", gettext_lazy("%(who)s said that a visit did not happen."))
audit.say("arrangements.feed.make", gettext_lazy("%(who)s made an address for a calendar."))
audit.say("arrangements.feed.revoke", gettext_lazy("%(who)s took back the address of a calendar."))

PAUSED = "paused"
ABOUT_BILLS = frozenset({NOTICE, "please_pay", "top_up", "reminder", PAUSED, *TO_HOLDER})


@outbox.handler(LETTER)
def write_about_arrangement(arrangement: int, letter: str, side: str, reader: int, about: int) -> None:
    """To whoever may still read it: a helper or a keeper whose right ended since it was asked for gets none."""
    found, now = selectors.whole().get(pk=arrangement), clock.now()
    user = _readers(found, letter, side, about, now).filter(pk=reader).first()
    if user is not None:
        written = letter_of(found, letter, side, about)
        if side == Side.PERSON:
            written = _for_reader(written, found, user, now)
        context = {"letter": written, "user": user, "council": found.provider.council, "receipt": None}
        mail.send(user.email, written.subject, "orders/letter", context)


def _readers(arrangement: Arrangement, letter: str, side: str, about: int, now: datetime) -> QuerySet[User]:
    if side != HOLDER:
        return readers_of(arrangement, side, now)
    budget = selectors.held_in(Bill.objects.select_related("order").get(pk=about))
    return budgets.holders_of(budget.holder, budget.council) if budget else User.objects.none()


def _for_reader(written: Letter, arrangement: Arrangement, user: User, now: datetime) -> Letter:
    """A helper reads whose help it is, and comes to the page by beginning to act for them."""
    path = links.page_of(arrangement.person, user, written.url.removeprefix(settings.SITE_URL), now)
    paragraphs = written.paragraphs
    if user.pk != arrangement.person_id:
        paragraphs = [_("This is about %(person)s’s help every week.") % {"person": arrangement.person}, *paragraphs]
    return replace(written, url=settings.SITE_URL + path, paragraphs=paragraphs)


def letter_of(arrangement: Arrangement, letter: str, side: str, about: int) -> Letter:
    """The letter of that name. Raises KeyError for a name that nobody wrote."""
    own = TO_HOLDER if side == HOLDER else TO_PERSON if side == Side.PERSON else TO_PROVIDER
    subject, sentences, do = own[letter] if letter in own else TO_EITHER[letter]
    bill = Bill.objects.select_related("order").get(pk=about) if letter in ABOUT_BILLS else None
    facts = _facts(arrangement, letter, side, about) | (_facts_of_bill(bill, letter) if bill else {})
    where = "arrangements:arrangement" if side == Side.PERSON else "provider_arrangements:arrangement"
    url = reverse(where, args=[arrangement.public_id])
    if bill is not None and side == HOLDER:
        url = _desk(bill)
    elif bill is not None and letter != PAUSED:
        url = reverse("orders:order", args=[bill.order.public_id])
    paragraphs = [str(sentence) % facts for sentence in sentences]
    return Letter(
        subject=str(subject) % facts,
        paragraphs=[words for words in paragraphs if words],
        url=settings.SITE_URL + url,
        do=str(do),
    )


def _desk(bill: Bill) -> str:
    """Where whoever holds the money sees what waits for them."""
    budget = selectors.held_in(bill)
    return desk_url(budget.holder, budget.council) if budget else desk_url(None, None)


def _facts(arrangement: Arrangement, letter: str, side: str, about: int) -> dict[str, str]:
    today = timezone.localdate()
    facts = {
        "name": presentation.other_name(arrangement, side),
        "title": arrangement.title,
        "when": presentation.when_words(arrangement.terms),
        "provider": arrangement.provider.name,
        "ends": uk_date(arrangement.ends_on, today=today) if arrangement.ends_on else "",
        "council": "",
    }
    if letter.startswith("yes_") or letter.endswith("_asking"):
        facts |= _facts_of_yes(about, side)
    if letter == "yes_cut":
        facts["unbilled"] = _unbilled_words(arrangement)
    if arrangement.relies_on:
        council = arrangement.provider.council
        said = {"council": council.name, "phone": council.help_phone}
        facts["council"] = _("If you cannot do without it, ring %(council)s on %(phone)s.") % said
    if letter.startswith("visit_"):
        visit = Visit.objects.select_related("terms").get(pk=about)
        facts |= {
            "day": presentation.day_words(visit, today),
            "length": presentation.length_words(visit.minutes or visit.planned_minutes),
            "agreed": _agreed_words(visit),
            "price": pounds_exact(visit.pence),
            "query_by": uk_date(timezone.localdate(visit.query_by), today=today) if visit.query_by else "",
        }
    elif letter == "skipped":
        skip = Skip.objects.get(pk=about)
        first, last = uk_date(skip.first, today=today), uk_date(skip.last, today=today)
        days = first if skip.first == skip.last else _("%(a)s to %(b)s") % {"a": first, "b": last}
        facts["days"] = _("%(days)s at %(time)s") % {"days": days, "time": uk_time(skip.at)} if skip.at else days
    return facts


def _agreed_words(visit: Visit) -> str:
    """How long it was to be, where it came to be otherwise."""
    if visit.minutes in (None, visit.planned_minutes):
        return ""
    return _("It was planned for %(length)s.") % {"length": presentation.length_words(visit.planned_minutes)}


def _facts_of_bill(bill: Bill, letter: str) -> dict[str, str]:
    facts = {
        "price": pounds_exact(bill.pence),
        "what": bill.order.title,
        "why": presentation.refusal_words(bill),
        "own": pounds_exact(presentation.own_pence(bill)) if bill.is_top_up else "",
        "how": presentation.tried_words(bill),
        "day": debit_day(bill.order),
    }
    if letter == NOTICE:
        facts["guarantee"] = _("The Direct Debit Guarantee:") + " " + " ".join(presentation.guarantee())
    return facts


def _facts_of_yes(pk: int, side: str) -> dict[str, str]:
    yes = StandingYes.objects.select_related("budget__council", "budget__holder").get(pk=pk)
    after = _("You can choose other money, or end it.") if side == Side.PERSON else _("They can choose other money.")
    return {
        "holder": presentation.holder_name(yes.budget),
        "until": uk_date(yes.until, today=timezone.localdate()),
        "next": _("Nothing more is arranged with this money.") + " " + after,
    }


def _unbilled_words(arrangement: Arrangement) -> str:
    """What is still paid when a yes ends."""
    count, pence = selectors.unbilled(arrangement)
    said = {"n": count, "sum": pounds_exact(pence)}
    words = ngettext(
        "%(n)d visit that happened, %(sum)s, is not billed yet. This money still pays it.",
        "%(n)d visits that happened, %(sum)s, are not billed yet. This money still pays them.",
        count,
    )
    return words % said if count else _("Everything that has happened is billed.")


@outbox.handler(CUT)
def yes_is_cut(purchase: int) -> None:
    services.yes_cut(purchase=Purchase.objects.get(pk=purchase), now=clock.now())


@outbox.handler(PAID)
def bill_is_paid(arrangement: int) -> None:
    services.arrangement_go_on(arrangement=Arrangement.objects.get(pk=arrangement), now=clock.now())


@outbox.handler(ANSWERED)
def money_is_answered(purchase: int) -> None:
    found = Purchase.objects.get(pk=purchase)
    if BILL in found.wish:
        services.bill_heed(purchase=found, now=clock.now())
    elif STANDING in found.wish:
        services.yes_heed(purchase=found, now=clock.now())


@outbox.handler(FORGET)
def card_was_replaced(payment_method: str, account: str = "") -> None:
    gateway.card_forget(payment_method=payment_method, account=account)
