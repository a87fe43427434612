"""What has happened to an order and what comes next, told to one side or the other."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core.money import pounds

from ..models import Channel, Order, OrderEvent
from ..states import (
    AT_THE_BANK,
    NOT_BEGUN,
    OVER,
    TO_BE_DONE,
    UNANSWERED,
    UNCLEAR,
    UNPAID,
    EventKind,
    OrderState,
)
from .receipts import holder_of
from .words import deadline_words, first_name, proposed, when


@dataclass(frozen=True)
class Step:
    """One line of the timeline (components/timeline.html): state is done, now or next."""

    state: str
    title: str
    words: str = ""
    at: datetime | None = None


def timeline(order: Order, *, for_provider: bool = False) -> list[Step]:
    """What has happened, oldest first, and what comes next. 2 queries."""
    name, holder = _names(order)
    return _happened(order, name, holder, for_provider) + _to_come(order, name, holder, for_provider)


def history(order: Order) -> list[Step]:
    """What has happened, oldest first, for somebody who is neither side: nobody is "you". 2 queries."""
    return _happened(order, *_names(order), for_provider=None)


def _names(order: Order) -> tuple[str, str]:
    return first_name(order.provider), "" if order.is_free else holder_of(order)


def _happened(order: Order, name: str, holder: str, for_provider: bool | None) -> list[Step]:
    """`for_provider` is None for whoever is neither side."""
    steps = []
    for event in order.events.select_related("by"):
        if for_provider is None:
            you = False
        else:
            you = for_provider if event.by_provider else not for_provider and event.by_id == order.person_id
        words = f"“{event.words}”" if event.words else ""
        steps.append(Step("done", _event_title(order, event, name, holder, you), words, event.at))
    return steps


OF_THE_MONEY: dict[str, Promise] = {
    EventKind.SIGHT_LOST: gettext_lazy("%(name)s left Stripe, so we cannot see the payment"),
    EventKind.HELD_UP: gettext_lazy("%(name)s cannot be paid by card just now"),
    EventKind.CAN_BE_PAID: gettext_lazy("%(name)s can be paid again"),
    EventKind.GIVEN_BACK: gettext_lazy("%(who)s gave money back"),
    EventKind.REFUNDED: gettext_lazy("Money went back"),
    EventKind.REFUND_FAILED: gettext_lazy("The bank could not give the money back"),
    EventKind.DISPUTED: gettext_lazy("%(person)s’s bank took the money back"),
    EventKind.DISPUTE_WON: gettext_lazy("The bank gave the money to %(name)s"),
    EventKind.DISPUTE_LOST: gettext_lazy("The bank left the money with %(person)s"),
}


def _event_title(order: Order, event: OrderEvent, name: str, holder: str, you: bool) -> str:
    """`you`: whoever reads it did it."""
    person = order.person.first_name or str(order.person)
    if event.by_provider:
        who = _("You") if you else name
    elif event.by_id == order.person_id or event.by_id is None:
        who = _("You") if you else person
    elif order.channel == Channel.PHONE and order.through:
        who = order.through.name
    else:
        who = str(event.by)
    facts = {"who": who, "when": when(order), "name": name, "person": person}
    if event.kind in OF_THE_MONEY:
        return str(OF_THE_MONEY[event.kind]) % facts
    match event.kind:
        case EventKind.REQUESTED:
            return _("%(who)s asked") % facts
        case EventKind.BOOKED:
            return _("%(who)s booked") % facts
        case EventKind.PROPOSED:
            return _("%(who)s proposed another day") % facts
        case EventKind.AGREED | EventKind.ACCEPTED:
            return _("%(who)s said yes") % facts
        case EventKind.DECLINED:
            return _("%(who)s said no") % facts
        case EventKind.PAID if holder:
            return _("%(who)s paid") % {"who": holder}
        case EventKind.PAID:
            return _("%(who)s paid") % facts
        case EventKind.DELIVERED:
            return _("%(who)s said that it is done") % facts
        case EventKind.COMPLETED:
            return _("Finished")
        case EventKind.EXPIRED:
            return _("It ran out of time")
        case EventKind.CANCELLED:
            return _("%(who)s cancelled") % facts
    return _("The council has stopped new work by %(name)s for now") % facts


def _to_come(order: Order, name: str, holder: str, for_provider: bool) -> list[Step]:
    person = order.person.first_name or str(order.person)
    if order.state in OVER:
        return []
    steps: list[Step] = []
    facts = {"name": name, "person": person, "price": pounds(order.total_pence)}
    if order.state == OrderState.REQUESTED:
        title = _("You answer") if for_provider else _("%(name)s answers") % facts
        steps.append(Step("now", title, _by(order.answer_by)))
    elif order.state == OrderState.PROPOSED:
        title = _("%(person)s answers") % facts if for_provider else _("You say yes or no")
        steps.append(Step("now", title, proposed(order)))
    if order.state in AT_THE_BANK:
        steps.append(Step("now", _("The bank decides"), _("That can take two months.")))
        return steps
    if order.state in UNCLEAR:
        steps.append(Step("now", _("We wait until we can see the payment again")))
    if order.state in UNANSWERED | UNPAID and not order.is_free:
        facts["payer"] = holder or person
        title = _("%(payer)s pays %(price)s") % facts if holder or for_provider else _("You pay %(price)s") % facts
        now = order.state in UNPAID
        steps.append(Step("now" if now else "next", title, _by(order.pay_by) if now else ""))
    if order.state in NOT_BEGUN and not order.is_bill:
        now = order.state in TO_BE_DONE
        title = _("You do it") if for_provider else _("%(name)s does it") % facts
        day = proposed(order) if order.state == OrderState.PROPOSED else when(order)
        steps.append(Step("now" if now else "next", title, day))
    elif order.delivered_at and not order.is_bill:
        words = _("If something was not right, tell %(name)s or the council.") % facts
        steps.append(Step("now", _("Done"), "" if for_provider else words))
    return steps


def _by(moment: datetime | None) -> str:
    return _("By %(deadline)s.") % {"deadline": deadline_words(moment)} if moment else ""
