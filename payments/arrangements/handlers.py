"""Letters about arrangements. No reasons and no notes: the title, the day, the sum, and where to look."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marketplace.core import audit, clock, mail, outbox
from marketplace.core.look.words import uk_date, uk_time
from marketplace.core.money import pounds_exact
from marketplace.people.models import User
from payments.budgets.models import Purchase
from payments.gateway import services as gateway
from payments.orders.handlers.money_letters import Letter
from payments.orders.services import BILL

from . import presentation, selectors, services
from .models import Arrangement, Bill, Skip, StandingYes, Visit
from .models.arrangement import Side
from .services.cards import FORGET
from .services.standing import STANDING
from .services.telling import HOLDER, LETTER
from .signals import ANSWERED, CUT, PAID

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

Words = tuple[Promise, list[Promise], Promise]  # subject, sentences, words of the link
TO_EITHER: dict[str, Words] = {
    "proposed": (
        gettext_lazy("%(name)s proposes help every week"),
        [gettext_lazy("%(name)s proposes: %(title)s. %(when)s. You can say yes or no, for two weeks.")],
        gettext_lazy("Read it and answer"),
    ),
    "agreed": (
        gettext_lazy("Agreed: %(title)s"),
        [gettext_lazy("You both said yes. %(when)s. It begins once a card is saved.")],
        gettext_lazy("See what was agreed"),
    ),
    "agreed_asking": (
        gettext_lazy("Agreed: %(title)s"),
        [gettext_lazy("You both said yes. %(when)s. It begins once %(holder)s has said yes to the money.")],
        gettext_lazy("See what was agreed"),
    ),
    "change_asking": (
        gettext_lazy("The change waits for the money: %(title)s"),
        [gettext_lazy("You both said yes. It costs more, so %(holder)s is asked. Until then nothing changes.")],
        gettext_lazy("See what was agreed"),
    ),
    "yes_given": (
        gettext_lazy("They said yes to the money: %(title)s"),
        [gettext_lazy("%(holder)s said yes, until %(until)s.")],
        gettext_lazy("See the visits"),
    ),
    "yes_cut": (
        gettext_lazy("This money pays until %(until)s: %(title)s"),
        [
            gettext_lazy("%(holder)s has chosen %(until)s as the last day. What they wrote stands on the page."),
            gettext_lazy("%(unbilled)s"),
            gettext_lazy("After that day no visits are planned, unless other money pays."),
        ],
        gettext_lazy("See what comes next"),
    ),
    "yes_refused": (
        gettext_lazy("A no to the money: %(title)s"),
        [gettext_lazy("%(holder)s said no. What they wrote stands on the page."), gettext_lazy("%(next)s")],
        gettext_lazy("Read why"),
    ),
    "yes_unheard": (
        gettext_lazy("No answer about the money: %(title)s"),
        [gettext_lazy("%(holder)s did not answer in time."), gettext_lazy("%(next)s")],
        gettext_lazy("See it"),
    ),
    "declined": (
        gettext_lazy("%(name)s said no"),
        [gettext_lazy("%(name)s said no to: %(title)s, %(when)s.")],
        gettext_lazy("See it"),
    ),
    "lapsed": (
        gettext_lazy("No answer in time: %(title)s"),
        [gettext_lazy("Nobody answered within two weeks, so the proposal has ended. Nothing was arranged.")],
        gettext_lazy("See it"),
    ),
    "begins": (
        gettext_lazy("It begins: %(title)s"),
        [gettext_lazy("Everything is ready. %(when)s.")],
        gettext_lazy("See the visits"),
    ),
    "change": (
        gettext_lazy("%(name)s proposes a change"),
        [gettext_lazy("It is about: %(title)s. What you agreed holds until you say yes.")],
        gettext_lazy("Read it and answer"),
    ),
    "changed": (
        gettext_lazy("Changed: %(title)s"),
        [gettext_lazy("You both said yes to the change. %(when)s.")],
        gettext_lazy("See what was agreed"),
    ),
    "change_refused": (
        gettext_lazy("No change: %(title)s"),
        [gettext_lazy("The change was not agreed. What you agreed before holds.")],
        gettext_lazy("See what was agreed"),
    ),
    "notice": (
        gettext_lazy("It ends: %(title)s"),
        [gettext_lazy("The last day is %(ends)s.")],
        gettext_lazy("See it"),
    ),
    "over": (
        gettext_lazy("Over: %(title)s"),
        [gettext_lazy("The last day has passed. What happened and is not paid yet is still collected.")],
        gettext_lazy("See it"),
    ),
    "skipped": (
        gettext_lazy("Days off: %(title)s"),
        [gettext_lazy("%(name)s called off %(days)s. Nothing is charged for it.")],
        gettext_lazy("See the visits"),
    ),
    "goes_on": (
        gettext_lazy("It goes on: %(title)s"),
        [gettext_lazy("Everything is paid, so the visits go on. %(when)s.")],
        gettext_lazy("See the visits"),
    ),
}
TO_PERSON: dict[str, Words] = {
    "visit_done": (
        gettext_lazy("%(name)s was there on %(day)s"),
        [
            gettext_lazy("%(name)s says: %(length)s, %(price)s."),
            gettext_lazy("If that is not right, say so by %(query_by)s. Until then nothing is charged."),
        ],
        gettext_lazy("See the visit"),
    ),
    "visit_corrected": (
        gettext_lazy("%(name)s has put the visit on %(day)s right"),
        [
            gettext_lazy("%(name)s now says: %(length)s, %(price)s."),
            gettext_lazy("If that is not right, say so by %(query_by)s. Until then nothing is charged."),
        ],
        gettext_lazy("See the visit"),
    ),
    "visit_missed": (
        gettext_lazy("The visit on %(day)s did not happen"),
        [gettext_lazy("%(name)s could not come. Nothing is charged."), gettext_lazy("%(council)s")],
        gettext_lazy("See why"),
    ),
    "debit_notice": (
        gettext_lazy("%(price)s leaves your bank account on %(day)s"),
        [
            gettext_lazy("On %(day)s we collect %(price)s from your bank account by Direct Debit, for %(provider)s."),
            gettext_lazy("It is for %(what)s."),
            gettext_lazy("You need do nothing."),
            gettext_lazy("If it is not right, talk to %(name)s, or tell your bank before that day."),
            gettext_lazy("%(guarantee)s"),
        ],
        gettext_lazy("See what it is for"),
    ),
    "debit_ended": (
        gettext_lazy("Your Direct Debit has ended: %(title)s"),
        [
            gettext_lazy("Your bank tells us that it pays no more by this Direct Debit."),
            gettext_lazy("The visits go on. Save a card, or set up a Direct Debit again, so that they can be paid."),
        ],
        gettext_lazy("Choose how to pay"),
    ),
    "please_pay": (
        gettext_lazy("Please pay %(price)s yourself this time"),
        [
            gettext_lazy("We tried %(how)s for %(what)s. %(why)s That happens."),
            gettext_lazy("You can pay with this card or another, in your own time. Nothing is added to it."),
        ],
        gettext_lazy("See it and pay"),
    ),
    "top_up": (
        gettext_lazy("Will you pay %(own)s of your own money?"),
        [
            gettext_lazy("%(what)s came to %(price)s. %(why)s"),
            gettext_lazy("Nothing was taken from your card. If you say yes, pay it in your own time."),
            gettext_lazy("If that is not right, talk to %(name)s."),
        ],
        gettext_lazy("See it and decide"),
    ),
    "yes_asked_again": (
        gettext_lazy("We ask %(holder)s again: %(title)s"),
        [
            gettext_lazy("Their yes to the money lasts until %(until)s. We have asked them to go on."),
            gettext_lazy("Nothing changes for you until then. Visits after that day need their yes."),
        ],
        gettext_lazy("See it"),
    ),
    "yes_ends": (
        gettext_lazy("This money lasts until %(until)s: %(title)s"),
        [
            gettext_lazy("After that day no visits are planned, unless you choose which money pays then."),
            gettext_lazy("%(council)s"),
        ],
        gettext_lazy("Choose the money"),
    ),
    "reminder": (
        gettext_lazy("A reminder: %(price)s to pay"),
        [
            gettext_lazy("%(what)s is not paid yet."),
            gettext_lazy("If something is wrong, talk to %(name)s. After two reminders the visits stop for a while."),
        ],
        gettext_lazy("See it and pay"),
    ),
    "paused": (
        gettext_lazy("The visits stop for now: %(title)s"),
        [
            gettext_lazy("%(price)s is still to be paid. The visits go on as soon as it is. We write no more letters."),
            gettext_lazy("%(council)s"),
        ],
        gettext_lazy("See what you can do"),
    ),
}
TO_PROVIDER: dict[str, Words] = {
    "visit_missed": (
        gettext_lazy("%(name)s says nobody came on %(day)s"),
        [gettext_lazy("Nothing is charged for it. If that is not right, talk to %(name)s.")],
        gettext_lazy("See the visit"),
    ),
    "visit_queried": (
        gettext_lazy("%(name)s asks about the visit on %(day)s"),
        [gettext_lazy("It is not charged until the two of you agree what it was.")],
        gettext_lazy("Read it and answer"),
    ),
    "visit_settled": (
        gettext_lazy("%(name)s is content with the visit on %(day)s"),
        [gettext_lazy("It is collected with the others.")],
        gettext_lazy("See the visit"),
    ),
    "paused": (
        gettext_lazy("The visits stop for now: %(title)s"),
        [
            gettext_lazy("A payment of %(price)s did not work, and the reminders have not helped."),
            gettext_lazy("You are not expected to come until it is paid. How to go on is for the two of you."),
        ],
        gettext_lazy("See it"),
    ),
}


TO_HOLDER: dict[str, Words] = {
    "bill_waits": (
        gettext_lazy("A bill for you to pay"),
        [gettext_lazy("%(what)s: %(price)s. It is within what you said yes to.")],
        gettext_lazy("See what waits for you"),
    ),
    "bill_waits_still": (
        gettext_lazy("A bill still waits for you"),
        [gettext_lazy("%(what)s: %(price)s is not marked as paid. If you have paid it, please say so.")],
        gettext_lazy("See what waits for you"),
    ),
}


@outbox.handler(LETTER)
def write_about_arrangement(arrangement: int, letter: str, side: str, reader: int, about: int) -> None:
    found = selectors.whole().get(pk=arrangement)
    user = User.objects.filter(pk=reader, is_active=True).first()
    if user is not None:
        written = letter_of(found, letter, side, about)
        context = {"letter": written, "user": user, "council": found.provider.council, "receipt": None}
        mail.send(user.email, written.subject, "orders/letter", context)


def letter_of(arrangement: Arrangement, letter: str, side: str, about: int) -> Letter:
    """The letter of that name. Raises KeyError for a name that nobody wrote."""
    own = TO_HOLDER if side == HOLDER else TO_PERSON if side == Side.PERSON else TO_PROVIDER
    subject, sentences, do = own[letter] if letter in own else TO_EITHER[letter]
    facts = _facts(arrangement, letter, side, about)
    where = "arrangements:arrangement" if side == Side.PERSON else "provider_arrangements:arrangement"
    url = reverse(where, args=[arrangement.public_id])
    if side == HOLDER:
        url = _desk(Bill.objects.select_related("order").get(pk=about))
    elif letter in {"debit_notice", "please_pay", "top_up", "reminder"}:
        url = reverse("orders:order", args=[Bill.objects.select_related("order").get(pk=about).order.public_id])
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
    if budget is None or budget.holder is not None or budget.council is None:
        return reverse("budgets:holding")
    return reverse("council_money:council", args=[budget.council.slug])


def _facts(arrangement: Arrangement, letter: str, side: str, about: int) -> dict[str, str]:
    today = timezone.localdate()
    facts = {
        "name": presentation.other_name(arrangement, side),
        "title": arrangement.title,
        "when": presentation.when_words(arrangement.terms),
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
            "price": pounds_exact(visit.pence),
            "query_by": uk_date(timezone.localdate(visit.query_by), today=today) if visit.query_by else "",
        }
    elif letter in {"debit_notice", "please_pay", "top_up", "reminder", "paused", *TO_HOLDER}:
        bill = Bill.objects.select_related("order").get(pk=about)
        facts |= {
            "price": pounds_exact(bill.pence),
            "what": bill.order.title,
            "why": presentation.refusal_words(bill),
            "own": pounds_exact(presentation.own_pence(bill)) if bill.is_top_up else "",
            "how": presentation.tried_words(bill),
            "day": uk_date(bill.order.debit_on, today=today) if bill.order.debit_on else "",
            "provider": arrangement.provider.name,
            "guarantee": _("The Direct Debit Guarantee:") + " " + " ".join(presentation.guarantee()),
        }
    elif letter == "skipped":
        skip = Skip.objects.get(pk=about)
        first, last = uk_date(skip.first, today=today), uk_date(skip.last, today=today)
        days = first if skip.first == skip.last else _("%(a)s to %(b)s") % {"a": first, "b": last}
        facts["days"] = _("%(days)s at %(time)s") % {"days": days, "time": uk_time(skip.at)} if skip.at else days
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
