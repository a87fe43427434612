"""The card that pays, or the Direct Debit: saved once on the gateway's page, for this arrangement only, and forgotten
when it is over. There is one way at a time: another takes its place.

Attempt committed, then the call, then the answer kept. No network inside a transaction.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core import audit, outbox
from marketplace.core.audit import CLOCKWORK, Actor
from marketplace.core.errors import DomainError
from marketplace.core.money import pounds
from payments.gateway import selectors as accounts
from payments.gateway import services as gateway
from payments.gateway.services import CardSetup, CardSetupRequest, GatewayRefused, GatewayUnknown

from ..models import Arrangement, SavedCard
from ..models.arrangement import Collects, Side
from ..models.money import Way
from ..states import CARD_MOVES, CARD_READY, CARD_UNDER_WAY, CARD_UNHEARD, UNDER_WAY
from .agreeing import arrangement_begin
from .collecting import bills_retry
from .debiting import bills_recall
from .locking import arrangement_locked
from .sides import sides_apart
from .telling import tell

PAGE_OPEN_FOR = timedelta(minutes=60)
FORGET = "arrangements.card_forget"


class NoCardNeeded(DomainError):
    """Nothing is agreed yet, or it is over."""


class NoDebits(DomainError):
    """The provider's account collects no Direct Debits."""


def consent(arrangement: Arrangement, way: str = Way.CARD) -> str:
    """What the person says yes to by saving a way to pay; shown on our page and on the gateway's."""
    terms = arrangement.terms
    often = _("each month") if terms.collects == Collects.MONTHLY else _("each week")
    unit = _("an hour") if arrangement.by_hour else _("a visit")
    facts = {
        "name": arrangement.provider.name,
        "often": often,
        "price": pounds(terms.price_pence),
        "unit": unit,
    }
    if way == Way.DEBIT:
        return (
            _(
                "You let %(name)s take money from your bank account %(often)s for visits that happened, at %(price)s "
                "%(unit)s. You have 3 days to query each visit first. We write to you before each payment, with the "
                "sum and the day. It stops when the arrangement ends, which you can do at any time."
            )
            % facts
        )
    return (
        _(
            "You let %(name)s charge this card %(often)s for visits that happened, at %(price)s %(unit)s. "
            "You have 3 days to query each visit first. "
            "It stops when the arrangement ends, which you can do at any time."
        )
        % facts
    )


def card_begin(
    *, arrangement: Arrangement, by: Actor, now: datetime, saved_url: str, back_url: str, way: str = Way.CARD
) -> SavedCard:
    """The try whose `session_url` the person is sent to; the page that is open already, where there is one. A page for
    the other way to pay is closed first.

    Raises OwnListing, NoCardNeeded, NoDebits, GatewayRefused, GatewayUnknown.
    """
    sides_apart(provider=arrangement.provider, person=arrangement.person, side=Side.PERSON, by=by)
    card = arrangement.cards.filter(state__in=CARD_UNDER_WAY).first()
    if card is not None:
        card = card_look_up(card=card, now=now)
        if card.state in CARD_UNDER_WAY and card.way != way:
            card = _card_stop(card, now)
    if card is None or card.state not in CARD_UNDER_WAY:
        account = _account_of(arrangement) if way == Way.DEBIT else ""
        known = SavedCard.objects.filter(arrangement__person=arrangement.person, account=account)
        earlier = known.order_by("-pk").first()
        customer = earlier.customer if earlier is not None else _customer_open(arrangement, account)
        card = _card_start(
            arrangement, customer=customer, account=account, by=by, now=now, saved_url=saved_url, back_url=back_url
        )
    return card if card.session_url and card.state not in CARD_UNHEARD else _card_send(card, now)


def _account_of(arrangement: Arrangement) -> str:
    """Raises NoDebits."""
    account = accounts.account_of(arrangement.provider)
    if account is None or not account.stripe_id or not accounts.can_be_debited_for(arrangement.provider):
        raise NoDebits(arrangement)
    return account.stripe_id


def _card_stop(card: SavedCard, now: datetime) -> SavedCard:
    """Close an open page, so that nothing more can be saved on it. Raises GatewayRefused, GatewayUnknown."""
    if not card.session_id:
        card = _card_send(card, now)
    ended = gateway.card_setup_expire(session_id=card.session_id, account=card.account)
    return card_settle(card=card, setup=ended, now=now)


def _customer_open(arrangement: Arrangement, account: str) -> str:
    """Raises GatewayRefused, after which the next call asks under another key: the gateway keeps a refusal under its
    own for a day. Raises GatewayUnknown: the next one asks under the same."""
    person, tries = arrangement.person, arrangement.customer_tries
    try:
        return gateway.customer_open(
            reference=f"person:{person.pk}",
            email=person.email if person.has_post else "",
            idempotency_key=f"arrangement:{arrangement.public_id}:customer:{arrangement.cards.count()}:{tries}",
            account=account,
        )
    except GatewayRefused:
        Arrangement.objects.filter(pk=arrangement.pk, customer_tries=tries).update(customer_tries=tries + 1)
        raise


@transaction.atomic
def _card_start(
    arrangement: Arrangement, *, customer: str, account: str, by: Actor, now: datetime, saved_url: str, back_url: str
) -> SavedCard:
    way = Way.DEBIT if account else Way.CARD
    arrangement = arrangement_locked(arrangement.pk)
    if arrangement.state not in UNDER_WAY:
        raise NoCardNeeded(arrangement)
    live = arrangement.cards.filter(state__in=CARD_UNDER_WAY).first()
    if live is not None:
        return live
    generation = arrangement.cards.count()
    reference = f"arrangement:{arrangement.public_id}:{generation}"
    request = CardSetupRequest(
        customer=customer,
        consent=consent(arrangement, way),
        reference=reference,
        success_url=saved_url,
        cancel_url=back_url,
        expires_at=now.replace(microsecond=0) + PAGE_OPEN_FOR,
        idempotency_key=f"arrangement:{arrangement.public_id}:card:{generation}",
        account=account,
        method=gateway.DEBIT if account else gateway.CARD,
    )
    card = SavedCard.objects.create(
        arrangement=arrangement,
        generation=generation,
        state_since=now,
        created_at=now,
        customer=customer,
        parameters=request.as_row(),
        reference=reference,
        way=way,
        account=account,
    )
    audit.record("arrangements.card.begin", by=by, subject=arrangement, at=now, title=arrangement.title)
    return card


def _card_send(card: SavedCard, now: datetime) -> SavedCard:
    try:
        setup = gateway.card_setup_open(CardSetupRequest.from_row(card.parameters))
    except GatewayUnknown:
        _move(card, "lose", now)
        raise
    except GatewayRefused:
        _move(card, "end", now)
        raise
    return card_settle(card=card, setup=setup, now=now)


def _move(card: SavedCard, move: str, now: datetime) -> None:
    with transaction.atomic():
        fresh = SavedCard.objects.select_for_update().get(pk=card.pk)
        if CARD_MOVES.can(fresh, move):
            CARD_MOVES.apply(fresh, move, at=now)


def card_look_up(*, card: SavedCard, now: datetime) -> SavedCard:
    """Ask the gateway what came of a page, and act on it. Safe to repeat. Raises GatewayUnknown, GatewayRefused."""
    if card.session_id:
        seen = gateway.card_setup_look_up(session_id=card.session_id, account=card.account)
        return card_settle(card=card, setup=seen, now=now)
    since = card.created_at - timedelta(minutes=5)
    found = gateway.card_setup_find(customer=card.customer, reference=card.reference, since=since, account=card.account)
    if found is not None:
        return card_settle(card=card, setup=found, now=now)
    if now > card.created_at + PAGE_OPEN_FOR:
        _move(card, "end", now)
    return SavedCard.objects.get(pk=card.pk)


def card_settle(*, card: SavedCard, setup: CardSetup, now: datetime) -> SavedCard:
    """Make the row what the gateway shows; a new card takes the place of the old, and what waited is tried again.

    Any number of times, in any order.
    """
    known = setup.reference == card.reference and setup.account == card.account
    if not known or card.session_id not in {"", setup.session_id}:
        raise GatewayRefused(f"does not fit {card.reference}")
    with transaction.atomic():
        arrangement = arrangement_locked(card.arrangement_id)
        card = SavedCard.objects.select_for_update().get(pk=card.pk)
        card.session_id, card.session_url = setup.session_id, setup.url or card.session_url
        if setup.saved and CARD_MOVES.can(card, "save"):
            for older in arrangement.cards.filter(state__in=CARD_READY):
                CARD_MOVES.apply(older, "forget", at=now)
                outbox.add(FORGET, payment_method=older.payment_method, account=older.account)
            card.payment_method, card.brand, card.last4 = setup.payment_method, setup.brand, setup.last4
            card.mandate = setup.mandate
            year, month = setup.card_expires or (0, 0)
            card.expires = f"{year:04d}-{month:02d}" if year else ""
            CARD_MOVES.apply(card, "save", at=now, save=False)
            card.save()
            bills_recall(arrangement=arrangement, now=now)
            bills_retry(arrangement=arrangement, now=now)
            arrangement_begin(arrangement=arrangement, now=now)
            audit.record("arrangements.card.save", by=CLOCKWORK, subject=arrangement, at=now)
            return card
        if setup.status == "expired" and CARD_MOVES.can(card, "end"):
            CARD_MOVES.apply(card, "end", at=now, save=False)
        elif setup.status == "open" and CARD_MOVES.can(card, "open"):
            CARD_MOVES.apply(card, "open", at=now, save=False)
        card.save()
    return card


def card_forget(*, card: SavedCard, now: datetime) -> None:
    """Take the card from the gateway too. Safe to repeat. Raises GatewayUnknown, GatewayRefused."""
    gateway.card_forget(payment_method=card.payment_method, account=card.account)
    _move(card, "forget", now)


@transaction.atomic
def mandate_end(*, card: SavedCard, now: datetime) -> SavedCard:
    """The bank or the person ended the Direct Debit: nothing more is collected by it. Safe to repeat."""
    arrangement = arrangement_locked(card.arrangement_id)
    card = SavedCard.objects.select_for_update().get(pk=card.pk)
    if CARD_MOVES.can(card, "forget"):
        CARD_MOVES.apply(card, "forget", at=now)
        bills_recall(arrangement=arrangement, now=now)
        tell(arrangement, "debit_ended", Side.PERSON, now=now)
        audit.record("arrangements.mandate.end", by=CLOCKWORK, subject=arrangement, at=now)
    return card
