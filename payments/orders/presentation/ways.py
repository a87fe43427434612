"""The ways from a listing to its provider, and from a provider to being paid."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.core.look.words import uk_date
from marketplace.core.money import pounds_exact
from payments.gateway import selectors as gateway
from payments.gateway.models import ConnectedAccount
from payments.gateway.states import CAN_CHARGE, HELD_UP, OUT_OF_SIGHT, PayoutState
from providers.listings import selectors as listings
from providers.listings.models import Listing, Offer, Provider, Unit

from .. import selectors as orders
from .words import first_name


@dataclass(frozen=True)
class Buying:
    """What the box on a listing's page offers. `why_not` is a sentence when nothing can be bought here now.

    Without a `visit_url` nobody answers here at all.
    """

    first_name: str
    visit_url: str = ""
    buy_url: str = ""
    can_buy: bool = False
    at_once: bool = False
    why_not: str = ""
    phone: str = ""


def can_be_paid(provider: Provider) -> bool:
    return gateway.can_be_paid(provider)


def buying(listing: Listing, shown: Iterable[Offer]) -> Buying:
    """The ways from a listing's page, with these offers on it, to its provider. 1 query."""
    offers = [offer for offer in shown if offer.price_pence is not None]
    provider = listing.provider
    name = first_name(provider)
    if not listings.somebody_answers(provider):
        why_not = _("%(name)s has not joined this site yet, so nothing can be asked or ordered here.") % {"name": name}
        return Buying(name, why_not=why_not, phone=provider.phone)
    visit_url = reverse("orders:visit_new", args=[listing.public_id])
    payable = bool(offers) and gateway.can_be_paid(provider)
    free = [offer for offer in offers if offer.unit == Unit.FREE]
    if payable or free:
        return Buying(
            name,
            visit_url,
            buy_url=reverse("orders:choose", args=[listing.public_id]),
            can_buy=True,
            at_once=all(offer.books_at_once for offer in offers),
        )
    why_not = ""
    if offers:
        why_not = _("%(name)s cannot be paid through this site yet. You can ask for a first visit.") % {"name": name}
    return Buying(name, visit_url, why_not=why_not, phone=provider.phone)


@dataclass(frozen=True)
class Payout:
    """Where one provider stands with Stripe. `needed` finishes the sentence "Stripe needs ...", `by` says until when.

    `left` means that they took our access away, and `button` leads back. `facts` are sums and payouts, as pairs.
    """

    provider: Provider
    ready: bool
    begun: bool
    words: str
    button: str
    needed: list[str] = field(default_factory=list)
    by: str = ""
    left: bool = False
    owed: str = ""
    facts: list[dict[str, str]] = field(default_factory=list)


def payout(provider: Provider) -> Payout:
    """5 queries."""
    account = gateway.account_of(provider)
    if account is None or not account.stripe_id:
        return Payout(provider, False, False, _("People cannot pay you here yet."), _("Set up payments"))
    owed, deadline = orders.owed_by(provider), gateway.needed_by(account)
    known: dict[str, Any] = {
        "needed": [str(words) for words in gateway.still_needed(account)],
        "by": uk_date(deadline, today=timezone.localdate()) if deadline else "",
        "facts": _sums(account),
        "owed": pounds_exact(owed) if owed else "",
    }
    if account.state in OUT_OF_SIGHT:
        words = _("You have disconnected this site at Stripe. People cannot pay you here, and we cannot see payments.")
        return Payout(provider, False, True, words, _("Connect again"), left=True, facts=known["facts"])
    if account.state in CAN_CHARGE:
        words = _("People can pay you by card. Stripe pays it into your bank account.")
        if not account.payouts_enabled:
            words = _("People can pay you by card. Stripe keeps the money for you until you answer its questions.")
        return Payout(provider, True, True, words, _("Change your details at Stripe"), **known)
    words = _("Stripe has more questions for you.")
    if account.state in HELD_UP:
        words = _("People cannot pay you just now: Stripe has stopped card payments until it has what it needs.")
    return Payout(provider, False, True, words, _("Answer Stripe’s questions"), **known)


def _sums(account: ConnectedAccount) -> list[dict[str, str]]:
    """What Stripe holds for them, and the newest payouts."""
    today = timezone.localdate()
    facts = [
        {"term": _("With Stripe, not paid out yet"), "words": pounds_exact(orders.waiting_earnings(account.provider))}
    ]
    for each in account.payouts.all()[:5]:
        day, state = uk_date(each.arrives_on, today=today), PayoutState(each.state)
        if state != PayoutState.FAILED and each.arrives_on > today:  # Stripe may call it paid before the bank shows it
            day, state = _("Expected on %(day)s") % {"day": day}, PayoutState.ON_ITS_WAY
        facts.append({"term": day, "words": f"{pounds_exact(each.amount_pence)}, {str(state.label).lower()}"})
    return facts
