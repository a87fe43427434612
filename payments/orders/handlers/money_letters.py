"""Letters about money that went another way: held up, out of sight, disputed, sent back. Kind, exact, no blame."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core.look.words import uk_date
from marketplace.core.money import pounds_exact
from payments.budgets import selectors as budgets
from providers.listings.models import Provider

from ..models import Dispute, Order
from ..presentation import holder_of


@dataclass(frozen=True)
class Letter:
    """What a letter says: a subject, sentences, one thing to do; with a receipt where money was paid."""

    subject: str
    paragraphs: list[str]
    url: str
    do: str
    with_receipt: bool = False


Words = tuple[str, list[str], str]  # subject, sentences, words of the link
Writer = Callable[[Order, dict[str, str]], Words]


def _what(facts: dict[str, str]) -> str:
    return _("What: %(what)s") % facts


def _sight_lost(order: Order, facts: dict[str, str]) -> Words:
    return (
        _("We cannot see your payment to %(name)s") % facts,
        [
            _("%(provider)s left Stripe, the payment company, while you were paying. So we cannot see your payment.")
            % facts,
            _("If your bank shows that %(price)s was taken, do not pay again. We write as soon as we know more.")
            % facts,
            _("You can also cancel the order. If it turns out to be paid, all of it goes back to you."),
            _what(facts),
        ],
        _("See your order"),
    )


def _still_unseen(order: Order, facts: dict[str, str]) -> Words:
    return (
        _("Your order with %(name)s has ended") % facts,
        [
            _("We still cannot see whether you paid %(price)s, so the order has ended after two weeks.") % facts,
            _("If your bank shows the payment, ask %(provider)s for it, or ask your bank to get it back.") % facts,
            _("The council can help: ring %(phone)s.") % {"phone": order.provider.council.help_phone},
            _what(facts),
        ],
        _("See your order"),
    )


def _held_up(order: Order, facts: dict[str, str]) -> Words:
    return (
        _("%(name)s cannot be paid by card just now") % facts,
        [
            _("Stripe, the payment company, has questions for %(provider)s. Until they are answered nobody can pay.")
            % facts,
            _("You have paid nothing. We write to you as soon as you can pay."),
            _what(facts),
        ],
        _("See your order"),
    )


def _pay_again(order: Order, facts: dict[str, str]) -> Words:
    return (
        _("You can pay %(name)s now") % facts,
        [_("%(provider)s can be paid by card again. Pay to make it certain.") % facts, _what(facts)],
        _("Pay now"),
    )


def _taken(order: Order) -> str:
    """What banks hold of the order, to the penny."""
    found = Dispute.objects.filter(attempt__order=order).last()
    return pounds_exact(found.amount_pence if found else order.total_pence)


def _disputed(order: Order, facts: dict[str, str]) -> Words:
    facts = {**facts, "taken": _taken(order)}
    return (
        _("Your bank is asking %(name)s about a payment") % facts,
        [
            _("Your bank has taken %(taken)s back from %(provider)s, and asks them about it.") % facts,
            _("If you did not mean to ask for that, tell your bank. If something went wrong, talk to %(name)s.")
            % facts,
            _("The bank decides. That can take two months."),
            _what(facts),
        ],
        _("See your order"),
    )


def _dispute_won(order: Order, facts: dict[str, str]) -> Words:
    return (
        _("The bank has decided about a payment"),
        [_("The bank has given the %(taken)s to %(provider)s.") % {**facts, "taken": _taken(order)}, _what(facts)],
        _("See the order"),
    )


def _give_back(order: Order, facts: dict[str, str]) -> Words:
    """To a provider who called off what whoever holds the money has paid; the order's page says what is left of it."""
    facts = {**facts, "holder": holder_of(order), "paid": pounds_exact(order.total_pence)}
    return (
        _("Please give %(paid)s back to %(holder)s") % facts,
        [
            _("%(holder)s paid you %(paid)s for what is now called off. Please give it back to them yourself.") % facts,
            say_so_afterwards(),
            _what(facts),
        ],
        _("See the order"),
    )


def say_so_afterwards() -> str:
    return _("When you have, say so on the order’s page. It stands among your orders until they have it.")


def _not_back(order: Order, facts: dict[str, str]) -> Words:
    """To a provider: whoever holds the money had written down by mistake that they have it again."""
    held = budgets.held_of(order.public_id)
    facts = {**facts, "holder": held.name if held else "", "left": pounds_exact(held.left_pence if held else 0)}
    return (
        _("%(holder)s has not had money back from you after all") % facts,
        [
            _("%(holder)s had written down that money came back from you. That was a mistake.") % facts,
            _("%(left)s is still to come to them. If you have given it back already, talk to them.") % facts,
            _what(facts),
        ],
        _("See the order"),
    )


def _dispute_lost(order: Order, facts: dict[str, str]) -> Words:
    return (
        _("Your bank has decided about a payment"),
        [_("You keep the %(taken)s that your bank gave you back.") % {**facts, "taken": _taken(order)}, _what(facts)],
        _("See your order"),
    )


def _disputed_to_you(order: Order, facts: dict[str, str]) -> Words:
    found = Dispute.objects.filter(attempt__order=order).last()
    due = uk_date(timezone.localdate(found.due_by), today=timezone.localdate()) if found and found.due_by else ""
    return (
        _("A bank asks you about a payment of %(taken)s") % {"taken": _taken(order)},
        [
            _("%(person)s’s bank has taken %(taken)s back, and asks you about it.") % {**facts, "taken": _taken(order)},
            _("Answer by %(day)s, or the bank decides without you.") % {"day": due} if due else "",
            _("We have put together what this site knows of the order. You can print it or send it."),
            _what(facts),
        ],
        _("See what to do"),
    )


def _dispute_lost_by_you(order: Order, facts: dict[str, str]) -> Words:
    return (
        _("The bank has decided about a payment"),
        [
            _("%(person)s keeps the %(taken)s. It does not come back to you.") % {**facts, "taken": _taken(order)},
            _what(facts),
        ],
        _("See the order"),
    )


TO_PERSON: dict[str, Writer] = {
    "sight_lost": _sight_lost,
    "still_unseen": _still_unseen,
    "held_up": _held_up,
    "pay_again": _pay_again,
    "disputed": _disputed,
    "dispute_won": _dispute_won,
    "dispute_lost": _dispute_lost,
}
TO_PROVIDER: dict[str, Writer] = {
    "disputed_to_you": _disputed_to_you,
    "dispute_won": _dispute_won,
    "dispute_lost": _dispute_lost_by_you,
    "give_back": _give_back,
    "not_back": _not_back,
}


def council_letter(provider: Provider, letter: str, count: int) -> Letter:
    """To curators: which provider, what happened, how many people wait. No names of people."""
    name = {"provider": provider.name}
    waiting = ngettext("%(count)d person was", "%(count)d people were", count) % {"count": count}
    subject, words = {
        "left_stripe": (
            _("%(provider)s cannot be paid any more") % name,
            _("%(provider)s has left Stripe, so nobody can pay them here and we cannot see their payments.") % name,
        ),
        "held_up": (
            _("%(provider)s cannot be paid just now") % name,
            _("Stripe has stopped card payments to %(provider)s until they answer its questions.") % name,
        ),
        "dispute": (
            _("A bank has taken back a payment to %(provider)s") % name,
            _("Somebody’s bank has taken back a payment to %(provider)s, and asks them about it.") % name,
        ),
    }[letter]
    paying = _("%(waiting)s about to pay them. We have told them.") % {"waiting": waiting}
    told = paying if count and letter != "dispute" else ""
    address = f"{settings.SITE_URL}/staff/provider/{provider.public_id}/"
    return Letter(subject, [each for each in (words, told) if each], address, _("See the provider"))


def keeper_letter(provider: Provider, letter: str) -> Letter:
    """To those who keep a listing, about being paid. Raises KeyError for a name that nobody wrote."""
    subject, paragraphs = {
        "payout_failed": (
            _("Your bank sent your money back"),
            [
                _("Stripe paid money into your bank account, and your bank sent it back."),
                _("It is safe with Stripe. Check your bank details there, and it goes out again."),
            ],
        ),
    }[letter]
    address = settings.SITE_URL + reverse("provider_payments:payouts")
    return Letter(subject, paragraphs, address, _("See how you are paid"))


def operator_letter(count: int) -> Letter:
    """To whoever runs the site: how many differences wait."""
    subject = ngettext(
        "%(n)d difference between our payments and Stripe’s record",
        "%(n)d differences between our payments and Stripe’s record",
        count,
    ) % {"n": count}
    words = _("They were found last night and could not be put right with certainty. Each is explained on its page.")
    return Letter(subject, [words], settings.SITE_URL + reverse("operator_money:differences"), _("See what to do"))
