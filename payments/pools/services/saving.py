"""The card that a member saves on the gateway's page, to be asked when the pool is closed."""

from calendar import monthrange
from datetime import date, datetime, timedelta

from django.db.models import F
from django.utils import timezone

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK
from marketplace.core.states import IllegalMove
from payments.gateway import services as gateway
from payments.gateway.services import CardSetup, CardSetupRequest, GatewayRefused, GatewayUnknown

from ..models import Pledge, Pool
from ..states import JOINABLE, LIVE, MAY_REPAIR, MAY_SAVE_CARD, TOOK_MONEY, UNDER_WAY
from .holding import attempt_begin, attempt_go_on, attempt_let_go
from .locking import in_one_go, pledge_locked
from .pledging import pledge_ready
from .telling import Letter, tell_member

PAGE_OPEN_FOR = timedelta(minutes=60)
NO_ANSWER = "unasked"  # stands in card_session between our asking and the gateway's answer


def card_begin(*, pledge: Pledge, consent: str, saved_url: str, back_url: str, now: datetime) -> str:
    """Where to send the person to save a card, or another one. `consent` says what they agree to, above the button
    there: who may charge the card, how much at most, when, and how to stop it (at most 1,200 letters).

    `saved_url` and `back_url` are whole addresses of ours; on both, call `card_look_up`.
    Raises IllegalMove (no card is needed of this pledge, or it is too late), GatewayRefused, GatewayUnknown.
    """
    if pledge.card_session:
        pledge = card_look_up(pledge=pledge, now=now)
    if not pledge.card_customer:
        customer = _customer_open(pledge)
        Pledge.objects.filter(pk=pledge.pk, card_customer="").update(card_customer=customer)
    pledge = _page_begin(pledge, consent=consent, saved_url=saved_url, back_url=back_url, now=now)
    if not pledge.card_url:
        try:
            setup = gateway.card_setup_open(CardSetupRequest.from_row(pledge.card_request))
        except GatewayRefused:
            _page_refused(pledge)
            raise
        pledge = _page_keep(pledge, setup)
    return pledge.card_url


def _customer_open(pledge: Pledge) -> str:
    """After a refusal the next call asks under another key, for the gateway keeps a refusal under its own for a day; a
    lost answer keeps its key. Raises GatewayRefused, GatewayUnknown."""
    try:
        return gateway.customer_open(
            reference=f"pledge:{pledge.public_id}",
            email=pledge.person.email if pledge.person.has_post else "",
            idempotency_key=f"pledge:{pledge.public_id}:customer:{pledge.card_tries}",
        )
    except GatewayRefused:
        tried = Pledge.objects.filter(pk=pledge.pk, card_tries=pledge.card_tries, card_customer="")
        tried.update(card_tries=F("card_tries") + 1)
        raise


@in_one_go
def _page_refused(pledge: Pledge) -> None:
    """There is no such page and never will be: the next call asks for another, under another key."""
    _pool, fresh = pledge_locked(pledge)
    if fresh.card_session == NO_ANSWER and fresh.card_request == pledge.card_request:
        fresh.card_session = ""
        fresh.save(update_fields=["card_session"])


@in_one_go
def _page_begin(pledge: Pledge, *, consent: str, saved_url: str, back_url: str, now: datetime) -> Pledge:
    pool, pledge = pledge_locked(pledge)
    if not may_save_card(pool, pledge, now):
        raise IllegalMove(pledge, "save_card")
    if pledge.card_session:
        return pledge
    request = CardSetupRequest(
        customer=pledge.card_customer,
        consent=consent,
        reference=f"pledge:{pledge.public_id}:{pledge.card_tries}",
        success_url=saved_url,
        cancel_url=back_url,
        expires_at=now.replace(microsecond=0) + PAGE_OPEN_FOR,
        idempotency_key=f"pledge:{pledge.public_id}:card:{pledge.card_tries}",
    )
    pledge.card_request, pledge.card_session, pledge.card_url = request.as_row(), NO_ANSWER, ""
    pledge.card_tries += 1
    pledge.save(update_fields=["card_request", "card_session", "card_url", "card_tries"])
    return pledge


def may_save_card(pool: Pool, pledge: Pledge, now: datetime) -> bool:
    """Whether a card of this pledge would still be asked."""
    if pledge.by_funder or pledge.state not in MAY_SAVE_CARD:
        return False
    if pledge.state not in MAY_REPAIR:
        return True
    in_time = pledge.mend_until is None or now < pledge.mend_until
    if pledge.replaces_id is not None:
        return pool.state in UNDER_WAY and in_time
    return pool.settled_at is None and (pool.state in UNDER_WAY or in_time)


@in_one_go
def _page_keep(pledge: Pledge, setup: CardSetup) -> Pledge:
    _pool, pledge = pledge_locked(pledge)
    if pledge.card_request.get("reference") == setup.reference:
        pledge.card_session, pledge.card_url = setup.session_id, setup.url
        pledge.save(update_fields=["card_session", "card_url"])
    return pledge


def card_look_up(*, pledge: Pledge, now: datetime) -> Pledge:
    """Whether a card has been saved meanwhile; if so the pledge is ready, or its failed payment is tried again. Safe to
    repeat, does nothing when no page is open. Raises GatewayRefused, GatewayUnknown."""
    setup = _page_of(pledge)
    if setup is not None:
        pledge = card_settle(pledge=pledge, setup=setup, now=now)
    if pledge.state in MAY_REPAIR and card_is_new(pledge):
        attempt = attempt_begin(pledge=pledge, now=now)
        if attempt is not None:
            attempt_go_on(attempt=attempt, now=now)
        pledge = Pledge.objects.select_related("pool", "person").get(pk=pledge.pk)
    return pledge


def _page_of(pledge: Pledge) -> CardSetup | None:
    if not pledge.card_session:
        return None
    if pledge.card_session != NO_ANSWER:
        return gateway.card_setup_look_up(session_id=pledge.card_session)
    request = CardSetupRequest.from_row(pledge.card_request)
    since = request.expires_at - PAGE_OPEN_FOR - timedelta(minutes=5)
    return gateway.card_setup_find(customer=request.customer, reference=request.reference, since=since)


def card_is_new(pledge: Pledge) -> bool:
    """Whether a card was saved that has not been asked yet. 1 query."""
    last = pledge.attempts.order_by("generation").last()
    return pledge.has_card and (last is None or last.parameters.get("card") != pledge.card_method)


@in_one_go
def card_settle(*, pledge: Pledge, setup: CardSetup, now: datetime) -> Pledge:
    """Keep what the gateway shows of the page that saves a card. Any number of times; another page changes nothing."""
    _pool, pledge = pledge_locked(pledge)
    if not pledge.card_session or pledge.card_request.get("reference") != setup.reference:
        return pledge
    if setup.customer not in {"", pledge.card_customer}:
        raise GatewayUnknown(f"another customer's card for {pledge.public_id}")
    if setup.saved:
        pledge.card_method = setup.payment_method
        pledge.card_words = f"{setup.brand.title()} {setup.last4}".strip()
        pledge.card_until = _last_day(setup.card_expires)
        pledge.card_session = pledge.card_url = ""
        pledge.save()
        audit.record("pools.card.save", by=CLOCKWORK, subject=pledge, at=now)
        if pledge.pool.state in JOINABLE and pledge.card_ends_before(timezone.localdate(pledge.pool.pledge_by)):
            tell_member(pledge, Letter.CARD_ENDS)
        for attempt in pledge.attempts.select_for_update().filter(state__in=LIVE - TOOK_MONEY):
            attempt.pledge = pledge
            if attempt.page_id or "page" in attempt.parameters:
                attempt_let_go(attempt, now)  # a page that asked for the same money
        pledge_ready(pledge, now)
    elif setup.status != "open":
        pledge.card_session = pledge.card_url = ""
        pledge.save(update_fields=["card_session", "card_url"])
    elif pledge.card_session == NO_ANSWER:
        pledge.card_session, pledge.card_url = setup.session_id, setup.url
        pledge.save(update_fields=["card_session", "card_url"])
    return pledge


def _last_day(expires: tuple[int, int] | None) -> date | None:
    return date(*expires, monthrange(*expires)[1]) if expires else None
