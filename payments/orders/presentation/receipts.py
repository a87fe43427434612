"""Receipts, the terms that stand on them, and what goes back to a person who cancels."""

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.core.look.words import uk_date_full
from marketplace.core.money import pounds, pounds_exact
from payments.budgets import selectors as budgets
from payments.budgets.presentation import name_of as budget_name
from payments.budgets.selectors import Held
from providers.listings.models import Provider

from .. import selectors
from ..models import Channel, Order
from ..rules import Back
from ..states import UNCLEAR
from .words import first_name, what, when


@dataclass(frozen=True)
class Receipt:
    """Proof of payment, the same on the page, in the letter and in print (components/receipt.html)."""

    number: str
    seller: str
    to: str
    lines: list[dict[str, object]]
    total: int
    total_words: str
    terms: list[str]
    copy_to: str = ""
    greeting: str = ""
    seller_address: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)


def receipt(order: Order) -> Receipt:
    """What was paid, to whom, for what and when it happens; amounts to the penny."""
    back, held = selectors.back_so_far(order), budgets.held_of(order.public_id)
    paid_on = uk_date_full(timezone.localdate(order.paid_at)) if order.paid_at else ""
    each = pounds_exact(order.unit_price_pence)
    words = what(order) if order.quantity == 1 else _("%(what)s at %(each)s") % {"what": what(order), "each": each}
    lines = _lines(order, words)
    if held is not None and held.back_pence:
        back = held.back_pence
        lines.append({"words": _("Paid back to %(name)s") % {"name": held.name}, "pence": -back})
    elif back:
        lines.append({"words": back_to_words(order), "pence": -back})
    greeting = _("Dear %(name)s,\nThank you. This is what was paid on %(day)s.") % {
        "name": order.person.first_name or order.person,
        "day": paid_on,
    }
    return Receipt(
        number=order.public_id,
        seller=order.provider.name,
        seller_address=str(order.provider.get_legal_form_display()),
        to=str(order.person),
        copy_to=str(order.placed_by) if order.channel == Channel.DELEGATE else "",
        greeting=greeting,
        lines=lines,
        total=order.total_pence - back,
        total_words=_total_words(order, back, held),
        terms=[_("When: %(when)s.") % {"when": when(order).rstrip(".")}, *terms(order)],
    )


def back_to_words(order: Order) -> str:
    by_debit = selectors.paid_by_debit(order)
    return _("Paid back to your bank account") if by_debit else _("Paid back to your card")


def _lines(order: Order, words: str) -> list[dict[str, object]]:
    """What was bought, once for each money that paid a share of it. Only the person's side ever sees which."""
    shares = budgets.lines_of_order(order.public_id)
    if not any(line.budget for line in shares):
        return [{"words": words, "pence": order.total_pence}]
    named = [(budget_name(line.budget) if line.budget else _("own money"), line.pence) for line in shares]
    return [{"words": _("%(what)s: from %(who)s") % {"what": words, "who": who}, "pence": p} for who, p in named]


def comes_back_words(order: Order) -> str:
    """What a paid order that is called off gives back, to whom, and when. At most 2 queries."""
    facts = {"price": pounds_exact(order.total_pence), "name": first_name(order.provider)}
    held = budgets.held_of(order.public_id)
    if held is not None:
        return back_to_holder_words(order, held)
    if selectors.paid_by_debit(order):
        return _("You get back %(price)s, to the same bank account, within 10 days.") % facts
    return _("You get back %(price)s, to the same card, within 10 days.") % facts


def back_to_holder_words(order: Order, held: Held) -> str:
    """Who gives back what whoever holds the money paid, and how much of it they have, as the person reads it."""
    facts = {
        "holder": held.name,
        "name": first_name(order.provider),
        "price": pounds_exact(order.total_pence),
        "back": pounds_exact(held.back_pence),
    }
    if not held.back_pence:
        return _("%(holder)s paid %(price)s. %(name)s gives it back to them, not to you.") % facts
    if held.left_pence:
        return _("%(holder)s paid %(price)s and has %(back)s of it back. %(name)s gives them the rest.") % facts
    return _("%(holder)s paid %(price)s and has all of it back.") % facts


def give_back_words(order: Order, holder: str) -> str:
    """What a provider has to do with what whoever holds the money paid for an order that is called off."""
    facts = {"holder": holder, "price": pounds(order.total_pence)}
    return _("%(holder)s paid you %(price)s: please give it back to them yourself.") % facts


def holder_of(order: Order) -> str:
    """Who pays for the person, where a council or a fund holder does; else nothing. 1 query."""
    held = budgets.held_of(order.public_id)
    return held.name if held is not None else ""


def _total_words(order: Order, back: int, held: Held | None) -> str:
    if back:
        return _("Paid, less what went back")
    if held is not None:
        return _("Paid by %(name)s") % {"name": held.name}
    return _("Paid by Direct Debit") if selectors.paid_by_debit(order) else _("Paid by card")


def terms(order: Order) -> list[str]:
    """The right to cancel, the express request and what goes back, each a sentence or two."""
    return terms_of(
        provider=order.provider,
        cancel_until=order.cancel_until,
        asked_early=order.express_request_at is not None,
        free=order.is_free,
    )


def terms_of(*, provider: Provider, cancel_until: date | None, asked_early: bool, free: bool) -> list[str]:
    name = first_name(provider)
    said = [str(provider.get_vat_display()) + "."]
    if free:
        return [_("There is nothing to pay. You may change your mind at any time.")]
    if cancel_until:
        said.append(
            _("You may change your mind until %(day)s, without a reason. That is your right by law, for 14 days.")
            % {"day": uk_date_full(cancel_until)}
        )
    else:
        said.append(
            _(
                "Once %(name)s says yes, you may change your mind for 14 days without a reason. "
                "That is your right by law."
            )
            % {"name": name}
        )
    said.append(_("Cancel before the day it begins and you get back all that you paid."))
    if asked_early:
        said.append(
            _(
                "You asked %(name)s to begin before the 14 days are over. "
                "What has been done by the time you cancel has to be paid for."
            )
            % {"name": name}
        )
    return said


def back_words(back: Back, order: Order) -> str:
    """What a person gets who cancels now."""
    match back:
        case Back.NOTHING_PAID if order.state in UNCLEAR:
            return _("We cannot see whether you paid. If it turns out that you did, all of it goes back to you.")
        case Back.NOTHING_PAID:
            return _("You have paid nothing, so there is nothing to give back.")
        case Back.ALL:
            return comes_back_words(order)
    return _(
        "It has begun, so how much goes back is for you and %(name)s to agree. Ring them, or ring the council."
    ) % {"name": first_name(order.provider)}
