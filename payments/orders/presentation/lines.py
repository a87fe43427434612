"""The state of an order in a sentence, and orders and visits as lines of a list."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.core.look.words import uk_date
from marketplace.core.money import pounds
from payments.budgets import selectors as budgets

from .. import selectors
from ..models import Order, VisitRequest
from ..states import AT_THE_BANK, AWAITING_PERSON, MOVES, TO_BE_DONE, UNPAID, VISIT_MOVES, OrderState, VisitState
from .receipts import back_to_holder_words
from .words import first_name, label, name_for_provider, proposed, what, when


def headline(order: Order) -> str:
    """The state of an order as its person is told it, in one or two sentences."""
    name = first_name(order.provider)
    facts = {"name": name, "when": when(order), "price": pounds(order.total_pence)}
    owed = selectors.owed_to_person(order) if order.paid_at else 0
    match order.state:
        case OrderState.REQUESTED:
            return _("We have asked %(name)s. You pay nothing until there is a yes.") % facts
        case OrderState.PROPOSED:
            return _("%(name)s cannot do that day, and proposes another.") % facts
        case OrderState.ACCEPTED | OrderState.PAYMENT_PENDING if order.debit_on is not None:
            return debit_words(order)
        case OrderState.ACCEPTED | OrderState.PAYMENT_PENDING if order.is_bill:
            return _("%(name)s has done this. %(price)s is to be paid.") % facts
        case OrderState.ACCEPTED:
            return _("%(name)s said yes. Pay %(price)s to make it certain.") % facts
        case OrderState.PAYMENT_PENDING:
            return _("Not paid yet. Pay %(price)s to make it certain.") % facts
        case OrderState.PAID | OrderState.DELIVERED | OrderState.COMPLETED | OrderState.PART_REFUNDED if owed:
            facts["back"] = pounds(owed)
            return _("The bank could not put %(back)s back, so %(name)s still owes it to you.") % facts
        case OrderState.PAID if order.is_free:
            return _("All set. There is nothing to pay.")
        case OrderState.PAID:
            return _("All set, and paid.")
        case OrderState.PAYMENT_UNCLEAR:
            return (
                _("We cannot see whether you paid %(price)s. If your bank shows that you did, do not pay again.")
                % facts
            )
        case OrderState.DELIVERED | OrderState.COMPLETED:
            return _("%(name)s says that this is done.") % facts
        case OrderState.DECLINED:
            return _("%(name)s cannot do this. You have paid nothing.") % facts
        case OrderState.EXPIRED | OrderState.CANCELLED if selectors.is_unseen(order):
            return _("This is over, and we still cannot see whether you paid %(price)s.") % facts
        case OrderState.EXPIRED:
            return _("This ran out of time. You have paid nothing.")
        case OrderState.CANCELLED if order.paid_at and owed:
            return _("Cancelled. The bank could not put your money back, so %(name)s still owes it.") % facts
        case OrderState.CANCELLED if order.paid_at and (held := budgets.held_of(order.public_id)):
            return _("Cancelled.") + " " + back_to_holder_words(order, held)
        case OrderState.CANCELLED if order.paid_at:
            return _("Cancelled. Your %(price)s is on its way back.") % facts
        case OrderState.CANCELLED:
            return _("Cancelled. You have paid nothing.")
        case OrderState.REFUNDED | OrderState.PART_REFUNDED if selectors.paid_by_debit(order):
            back = {"back": pounds(selectors.back_so_far(order))}
            return _("%(back)s of what you paid has gone back to your bank account.") % back
        case OrderState.REFUNDED if order.delivered_at:
            return _("All of your %(price)s has gone back to your card.") % facts
        case OrderState.REFUNDED:
            return _("Cancelled. Your %(price)s has gone back to your card.") % facts
        case OrderState.PART_REFUNDED:
            back = {"back": pounds(selectors.back_so_far(order))}
            return _("%(back)s of what you paid has gone back to your card.") % back
        case OrderState.DISPUTED:
            return _("Your bank has taken the money back from %(name)s, and will decide who keeps it.") % facts
        case OrderState.DISPUTE_LOST:
            return _("Your bank has decided: you keep the money it took back from %(name)s.") % facts
    return str(order.get_state_display())


def debit_words(order: Order) -> str:
    """What becomes of a bill that a Direct Debit pays, as its person is told."""
    facts = {"price": pounds(order.total_pence), "day": debit_day(order), "name": first_name(order.provider)}
    if selectors.is_under_way(order):
        return _("Your bank has been asked for %(price)s by Direct Debit. It leaves your account on %(day)s.") % facts
    told = _("%(price)s leaves your bank account by Direct Debit on %(day)s.") % facts
    return told + " " + _("You need do nothing. You can pay sooner by card.")


def debit_day(order: Order) -> str:
    """The day that the person was told it leaves their bank; "" for none."""
    return uk_date(order.debit_on, today=timezone.localdate()) if order.debit_on else ""


def debit_expected(order: Order) -> str:
    """How it is paid and when the money is there, in a list."""
    return _("By Direct Debit, expected %(day)s") % {"day": debit_day(order)}


def headline_held_up(order: Order) -> str:
    """The same while the provider cannot be paid by card, so that nobody is asked for what they cannot do."""
    return _("%(name)s said yes.") % {"name": first_name(order.provider)}


def state_words(order: Order) -> str:
    """Two or three words for a list."""
    if order.is_free and order.state in TO_BE_DONE | UNPAID:
        return _("Arranged")
    if order.state in UNPAID and order.debit_on is not None:
        return _("By Direct Debit on %(day)s") % {"day": debit_day(order)}
    return str(order.get_state_display())


@dataclass(frozen=True)
class Line:
    """An order or visit in a list. `kind` is the colour of its small label."""

    url: str
    title: str
    who: str
    when: str
    state: str
    kind: str = ""
    label: str = ""
    price: str = ""


def waits_for_person(order: Order) -> bool:
    """Not what a Direct Debit pays by itself."""
    return order.state in AWAITING_PERSON and order.debit_on is None


def line_for_person(order: Order) -> Line:
    kind = "heed" if waits_for_person(order) else "yes" if order.state in TO_BE_DONE else ""
    return Line(
        url=reverse("orders:order", args=[order.public_id]),
        title=what(order),
        who=order.provider.name,
        when=when(order),
        state=state_words(order),
        kind=kind,
        label=label(order),
        price=_("Free") if order.is_free else pounds(order.total_pence),
    )


def payer_words(order: Order, holder: str = "") -> str:
    """Who pays, as a provider knows them: whoever holds the money, or the person."""
    return holder or order.person.first_name or str(order.person)


def line_for_provider(order: Order, holder: str = "") -> Line:
    """`holder` is who holds the money and pays, where that is not the person."""
    waits = order.state == OrderState.REQUESTED or order.state in AT_THE_BANK
    kind = "heed" if waits else "yes" if order.state in TO_BE_DONE else ""
    return Line(
        url=reverse("provider_orders:order", args=[order.public_id]),
        title=what(order),
        who=name_for_provider(order),
        when=when(order),
        state=_state_for_provider(order, holder),
        kind=kind,
        label=label(order),
        price=_("Free") if order.is_free else pounds(order.total_pence),
    )


def _state_for_provider(order: Order, holder: str) -> str:
    if order.state == OrderState.REQUESTED:
        return _("Waiting for you")
    if order.state in UNPAID and order.debit_on is not None:
        return debit_expected(order)
    if order.state in UNPAID and not order.is_free:
        return _("Waiting for %(name)s to pay") % {"name": payer_words(order, holder)}
    return state_words(order)


def visit_line(visit: VisitRequest, *, for_provider: bool) -> Line:
    agreed = proposed(visit) if visit.proposed_on else visit.when_words
    mine = visit.state == (VisitState.ASKED if for_provider else VisitState.PROPOSED)
    name = "provider_orders:visit" if for_provider else "orders:visit"
    return Line(
        url=reverse(name, args=[visit.public_id]),
        title=_("First visit"),
        who=name_for_provider(visit) if for_provider else visit.provider.name,
        when=agreed,
        state=_("Waiting for you") if mine else str(visit.get_state_display()),
        kind="heed" if mine else "yes" if visit.state == VisitState.AGREED else "",
        label=label(visit),
        price=_("Free"),
    )


def can(order: Order, move: str) -> bool:
    return MOVES.can(order, move) and not (order.is_bill and move == "cancel")


def visit_can(visit: VisitRequest, move: str) -> bool:
    return VISIT_MOVES.can(visit, move)
