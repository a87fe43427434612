"""The words of every letter about an order or a first visit. No note, no health words: the title, the day, the sum."""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.core.money import pounds, pounds_exact
from marketplace.people.links import page_of
from marketplace.people.models import User

from .. import presentation as shown
from .. import selectors
from ..models import Channel, Order, VisitRequest
from ..services.telling import PERSON
from . import money_letters
from .money_letters import Letter, Words


def order_letter(order: Order, letter: str, side: str, reader: User) -> Letter:
    """The letter of that name. Raises KeyError for a name that nobody wrote."""
    name, person = shown.first_name(order.provider), shown.name_for_provider(order)
    facts = {
        "name": name,
        "provider": order.provider.name,
        "person": person,
        "what": shown.what(order),
        "when": shown.when(order),
        "price": pounds(order.total_pence),
        "proposed": shown.proposed(order),
    }
    subject, paragraphs, do = (TO_PERSON if side == PERSON else TO_PROVIDER)[letter](order, facts)
    if side == PERSON and reader.pk != order.person_id:
        paragraphs = [_("This is about %(person)s’s order.") % {"person": order.person}, *paragraphs]
    elif shown.label(order):
        paragraphs = [*paragraphs, shown.label(order) + "."]
    return Letter(
        subject=subject,
        paragraphs=[words for words in paragraphs if words],
        url=_page("order", order, side, reader),
        do=do,
        with_receipt=letter == "paid",
    )


def _page(name: str, thing: Order | VisitRequest, side: str, reader: User) -> str:
    """Where this reader sees it: each side has its own page."""
    where = f"orders:{name}" if side == PERSON else f"provider_orders:{name}"
    path = reverse(where, args=[thing.public_id])
    return settings.SITE_URL + (page_of(thing.person, reader, path, clock.now()) if side == PERSON else path)


def _quoted(words: str) -> str:
    return f"“{words}”" if words else ""


def _facts(facts: dict[str, str], *, priced: bool = True) -> str:
    price = [_("Price: %(price)s") % facts] if priced else []
    return "\n".join([_("What: %(what)s") % facts, _("When: %(when)s") % facts, *price])


def _asked(order: Order, facts: dict[str, str]) -> Words:
    return (
        _("We have asked %(name)s") % facts,
        [
            _("You asked %(provider)s for help. You pay nothing until there is a yes.") % facts,
            _facts(facts),
            _("We write as soon as there is an answer, within seven days."),
        ],
        _("See your order"),
    )


def _pay_now(order: Order, facts: dict[str, str]) -> Words:
    return (
        _("Your place is held: please pay") % facts,
        [_("A place with %(provider)s is held for you for an hour.") % facts, _facts(facts)],
        _("Pay now"),
    )


def _accepted(order: Order, facts: dict[str, str]) -> Words:
    holder = shown.holder_of(order)
    if holder:
        said = _("%(provider)s said yes to your request.") % facts
        return (
            _("%(name)s said yes") % facts,
            [said, _facts(facts), _quoted(order.provider_words), _("%(who)s pays.") % {"who": holder}],
            _("See your order"),
        )
    return (
        _("%(name)s said yes: please pay") % facts,
        [
            _("%(provider)s said yes to your request. Pay to make it certain.") % facts,
            _quoted(order.provider_words),
            _facts(facts),
        ],
        _("Pay now"),
    )


def _arranged(order: Order, facts: dict[str, str]) -> Words:
    return (
        _("It is arranged with %(name)s") % facts,
        [
            _("It is arranged with %(provider)s. There is nothing to pay.") % facts,
            _quoted(order.provider_words),
            _facts(facts, priced=False),
        ],
        _("See your order"),
    )


def _proposed(order: Order, facts: dict[str, str]) -> Words:
    said = order.events.filter(kind="proposed").last()
    return (
        _("%(name)s proposes another day") % facts,
        [
            _("%(provider)s cannot do the day you asked for, and proposes: %(proposed)s.") % facts,
            _quoted(said.words if said and said.words != order.proposed_words else ""),
            _("You can say yes or no."),
        ],
        _("Answer %(name)s") % facts,
    )


def _declined(order: Order, facts: dict[str, str]) -> Words:
    return (
        _("%(name)s cannot do this") % facts,
        [
            _("%(provider)s cannot do what you asked for. You have paid nothing.") % facts,
            _quoted(order.provider_words),
            _facts(facts),
            _("There may be somebody else nearby."),
        ],
        _("See your order"),
    )


def _paid(order: Order, facts: dict[str, str]) -> Words:
    total = {"total": pounds_exact(order.total_pence), **facts}
    return (
        _("Your receipt from %(provider)s") % facts,
        [_("You paid %(provider)s %(total)s. It is certain now.") % total],
        _("See your order"),
    )


def _you_cancelled(order: Order, facts: dict[str, str]) -> Words:
    back = ""
    if order.paid_at:
        back = shown.comes_back_words(order)
    return _("Cancelled, as you asked"), [_("We have told %(name)s.") % facts, _facts(facts), back], _("See your order")


def _called_off(order: Order, facts: dict[str, str]) -> Words:
    back = shown.comes_back_words(order) if order.paid_at else ""
    return (
        _("%(name)s had to cancel") % facts,
        [_("%(provider)s had to cancel.") % facts, _quoted(order.provider_words), _facts(facts), back],
        _("See your order"),
    )


def _delivered(order: Order, facts: dict[str, str]) -> Words:
    return (
        _("%(name)s says that it is done") % facts,
        [
            _("%(provider)s says that this is done.") % facts,
            _facts(facts),
            _("If something was not right, tell %(name)s first. If that does not help, tell the council.") % facts,
        ],
        _("See your order"),
    )


def _not_paid(order: Order, facts: dict[str, str]) -> Words:
    return (
        _("Your order ran out of time"),
        [
            _("We did not hear of a payment in time, so the order has ended. You have paid nothing."),
            _facts(facts),
            _("You can ask again at any time."),
        ],
        _("See your order"),
    )


def _not_answered(order: Order, facts: dict[str, str]) -> Words:
    return (
        _("No answer in time"),
        [
            _("There was no answer in time, so the request to %(provider)s has ended. You have paid nothing.") % facts,
            _facts(facts),
        ],
        _("See your order"),
    )


def _refunded(order: Order, facts: dict[str, str]) -> Words:
    back = pounds_exact(selectors.back_so_far(order))
    if selectors.paid_by_debit(order):
        return (
            _("Your money is on its way to your bank account"),
            [_("%(back)s has gone back to the account you paid from.") % {"back": back}, _facts(facts)],
            _("See your order"),
        )
    return (
        _("Your money is on its way to your card"),
        [_("%(back)s has gone back to the card you paid with.") % {"back": back}, _facts(facts)],
        _("See your order"),
    )


def _refund_failed(order: Order, facts: dict[str, str]) -> Words:
    return (
        _("The money could not go back"),
        [
            _("The bank could not put the money back. It is still owed."),
            _("Please talk to each other about another way, or ring the council."),
            _facts(facts),
        ],
        _("See the order"),
    )


def _stopped(order: Order, facts: dict[str, str]) -> Words:
    council = {"council": order.provider.council.name, **facts}
    return (
        _("%(council)s has stopped new work by %(name)s") % council,
        [
            _("%(council)s has stopped new work by %(provider)s for now, while they look at something.") % council,
            _facts(facts),
            _("You need not wait: you can cancel this order and get back what you paid, or ring the council."),
        ],
        _("See your order"),
    )


def _requested(order: Order, facts: dict[str, str]) -> Words:
    return (
        _("%(person)s asks for your help") % facts,
        [_("Somebody would like to order from you.") % facts, _facts(facts), _("Please answer within seven days.")],
        _("Answer %(person)s") % facts,
    )


def _booked(order: Order, facts: dict[str, str]) -> Words:
    return _("%(person)s has booked") % facts, [_("A new booking.") % facts, _facts(facts)], _("See the order")


def _agreed(order: Order, facts: dict[str, str]) -> Words:
    return (
        _("%(person)s said yes to your day") % facts,
        [_facts(facts), "" if order.is_free else _("We write again when it is paid.")],
        _("See the order"),
    )


def _paid_to_you(order: Order, facts: dict[str, str]) -> Words:
    return (
        _("%(person)s has paid %(price)s") % facts,
        [_("The money is in your Stripe account, less what Stripe takes."), _facts(facts)],
        _("See the order"),
    )


def _cancelled_by_person(order: Order, facts: dict[str, str]) -> Words:
    back = _("All that was paid goes back to them.") if order.paid_at else ""
    holder = shown.holder_of(order) if order.paid_at else ""
    if holder:
        back = f"{shown.give_back_words(order, holder)} {money_letters.say_so_afterwards()}"
    return _("%(person)s cancelled") % facts, [_facts(facts), back], _("See the order")


def _ran_out(order: Order, facts: dict[str, str]) -> Words:
    return _("A request has run out of time"), [_facts(facts)], _("See the order")


Writer = Callable[[Order, dict[str, str]], Words]
TO_PERSON: dict[str, Writer] = {
    "asked": _asked,
    "pay_now": _pay_now,
    "accepted": _accepted,
    "arranged": _arranged,
    "proposed": _proposed,
    "declined": _declined,
    "paid": _paid,
    "you_cancelled": _you_cancelled,
    "called_off": _called_off,
    "delivered": _delivered,
    "not_paid": _not_paid,
    "not_answered": _not_answered,
    "refunded": _refunded,
    "refund_failed": _refund_failed,
    "stopped": _stopped,
    **money_letters.TO_PERSON,
}
TO_PROVIDER: dict[str, Writer] = {
    "requested": _requested,
    "booked": _booked,
    "agreed": _agreed,
    "paid_to_you": _paid_to_you,
    "cancelled_by_person": _cancelled_by_person,
    "ran_out": _ran_out,
    "refund_failed": _refund_failed,
    **money_letters.TO_PROVIDER,
}


def visit_letter(visit: VisitRequest, letter: str, side: str, reader: User) -> Letter:
    """The letter of that name about a first visit. Raises KeyError for a name that nobody wrote."""
    facts = {
        "name": shown.first_name(visit.provider),
        "person": shown.name_for_provider(visit),
        "proposed": shown.proposed(visit),
        "when": visit.when_words,
    }
    words: dict[str, Words] = {
        "asked": (
            _("%(person)s asks for a first visit") % facts,
            [
                _("It is free, about 20 minutes, and nobody promises anything."),
                _("Good times: %(when)s") % facts,
                _("Name a time, or say no. You need not give a reason."),
            ],
            _("Answer %(person)s") % facts,
        ),
        "proposed": (
            _("%(name)s can visit: %(proposed)s") % facts,
            [_("%(name)s proposes %(proposed)s for a first visit.") % facts, _("You can say yes or no.")],
            _("Answer %(name)s") % facts,
        ),
        "agreed": (
            _("Your first visit is agreed: %(proposed)s") % facts,
            [_("%(person)s said yes to %(proposed)s.") % facts],
            _("See the visit"),
        ),
        "declined": (
            _("%(name)s cannot make a first visit") % facts,
            [_("There will be no first visit with %(name)s. There may be somebody else nearby.") % facts],
            _("See your orders and visits"),
        ),
        "withdrawn": (
            _("The first visit is off"),
            [_("%(person)s does not want the first visit any more.") % facts],
            _("See your requests"),
        ),
    }
    subject, paragraphs, do = words[letter]
    if side == PERSON and visit.channel == Channel.DELEGATE and reader.pk != visit.person_id:
        paragraphs = [_("This is about %(person)s’s first visit.") % {"person": visit.person}, *paragraphs]
    return Letter(subject, paragraphs, _page("visit", visit, side, reader), do)
