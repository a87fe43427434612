"""Proposed by either, agreed by both, changed only by both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.utils import timezone

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK, Actor
from marketplace.core.errors import DomainError
from marketplace.people.models import Delegation, User
from payments.gateway import selectors as gateway
from payments.orders import rules as order_rules
from payments.orders import services as orders
from payments.orders.services import EarlyStartNotAsked
from providers.listings.models import Offer, Unit

from .. import rules
from ..models import Arrangement, Terms
from ..models.arrangement import Collects, Side
from ..states import MOVES, NOT_BEGUN, TERMS_ASKING, TERMS_MOVES, TERMS_UNANSWERED, UNDER_WAY
from .locking import arrangement_locked
from .planning import visits_plan
from .promising import PaidFrom, money_check, money_of
from .sides import sides_apart
from .standing import may_begin, yes_ask_where_needed, yes_withdraw
from .telling import tell, tell_both

REPEATS = frozenset({Unit.HOUR, Unit.SESSION, Unit.DAY})


class NotEveryWeek(DomainError):
    """This offer has no price for a visit or an hour, has fixed dates, or cannot be asked for just now."""


class WrongTerms(DomainError):
    """Days that cannot be: over already, too far ahead, or an end before the start."""


class NotYours(DomainError):
    """The other side has to answer this."""


class TooLate(DomainError):
    """The time to answer has run out."""


class ChangeWaits(DomainError):
    """There is a proposal already that nobody has answered."""


class NotUnderWay(DomainError):
    """It is over, or ends soon: there is nothing to choose money for."""


class OnlyThePerson(DomainError):
    """A helper with a limit cannot promise money week after week; the person can."""


@dataclass(frozen=True)
class Wanted:
    """Terms as somebody proposes them. `price_pence` is for an hour or for a visit, as the offer counts."""

    rule: str
    starts_on: date
    begins_at: time
    minutes: int
    price_pence: int
    notice_days: int
    collects: str = Collects.WEEKLY
    until: date | None = None
    on_bank_holidays: bool = True
    words: str = ""
    times: Mapping[str, Sequence[time]] = field(default_factory=dict)  # of weekdays with other times, or several


def offer_repeats(offer: Offer) -> bool:
    """Whether help of this kind can be arranged for every week, as far as the price list says."""
    return offer.unit in REPEATS and bool(offer.price_pence) and not offer.books_at_once


def can_be_arranged(offer: Offer) -> bool:
    """Whether the visits could be paid at all: a provider who cannot be paid just now can only be met. 1 query."""
    return offer_repeats(offer) and gateway.can_be_paid(offer.listing.provider)


def arrangement_propose(
    *,
    person: User,
    offer: Offer,
    wanted: Wanted,
    side: Side,
    token: str,
    by: Actor,
    now: datetime,
    paid_from: PaidFrom | None = None,
    delegation: Delegation | None = None,
) -> Arrangement:
    """Propose help that comes again and again. Sent twice, even at once, it asks once.

    Raises NotEveryWeek, OwnListing, WrongTerms, EarlyStartNotAsked, OnlyThePerson, and what budgets.purchase_check
    raises.
    """
    made = Arrangement.objects.filter(form_token=token).first()
    if made is not None:
        return made
    try:
        return _propose(
            person=person,
            offer=offer,
            wanted=wanted,
            side=side,
            token=token,
            by=by,
            now=now,
            paid_from=paid_from or PaidFrom(),
            delegation=delegation,
        )
    except IntegrityError:
        made = Arrangement.objects.filter(form_token=token).first()
        if made is None:
            raise
        return made


@transaction.atomic
def _propose(
    *,
    person: User,
    offer: Offer,
    wanted: Wanted,
    side: Side,
    token: str,
    by: Actor,
    now: datetime,
    paid_from: PaidFrom,
    delegation: Delegation | None,
) -> Arrangement:
    if not can_be_arranged(offer):
        raise NotEveryWeek(offer)
    if side == Side.PERSON and offer.withdrawn_at is not None:
        raise NotEveryWeek(offer)
    sides_apart(provider=offer.listing.provider, person=person, side=side, by=by)
    if orders.stopping_holds(offer.listing).exists():
        raise NotEveryWeek(offer)
    arrangement = Arrangement.objects.create(
        person=person,
        provider=offer.listing.provider,
        listing=offer.listing,
        offer=offer,
        title=offer.title,
        by_hour=offer.unit == Unit.HOUR,
        state_since=now,
        proposed_by=side,
        proposed_at=now,
        relies_on=paid_from.relies_on,
        express_request_at=now if paid_from.begin_early else None,
        budget=paid_from.budget,
        outcome=paid_from.outcome,
        form_token=token,
    )
    terms = _terms_add(arrangement, wanted, side=side, number=1, now=now)
    if side == Side.PERSON:
        _early_must_be_asked(arrangement, terms, contract_on=timezone.localdate(terms.answer_by))
        money_must_fit(arrangement, terms, money_of(arrangement), delegation, now)
    tell(arrangement, "proposed", side.other, now=now)
    audit.record("arrangements.arrangement.propose", by=by, subject=arrangement, at=now, title=arrangement.title)
    return arrangement


def _terms_add(arrangement: Arrangement, wanted: Wanted, *, side: str, number: int, now: datetime) -> Terms:
    today = timezone.localdate(now)
    days, _every = rules.read_weekly(wanted.rule)
    if not set(wanted.times) <= set(days):
        raise WrongTerms(wanted.times)
    if not all(rules.times_fit(times, wanted.minutes) for times in wanted.times.values()):
        raise WrongTerms(wanted.times)
    if not today <= wanted.starts_on <= today + rules.FURTHEST:
        raise WrongTerms(wanted.starts_on)
    if wanted.until is not None and wanted.until < wanted.starts_on:
        raise WrongTerms(wanted.until)
    if not rules.LEAST_MINUTES <= wanted.minutes <= rules.MOST_MINUTES or wanted.notice_days not in rules.NOTICE_DAYS:
        raise WrongTerms(wanted.minutes)
    if rules.cost(wanted.price_pence, by_hour=arrangement.by_hour, minutes=wanted.minutes) < rules.LEAST_PENCE:
        raise WrongTerms(wanted.price_pence)
    return Terms.objects.create(
        arrangement=arrangement,
        number=number,
        state_since=now,
        proposed_by=side,
        answer_by=now + rules.ANSWER_WITHIN,
        rule=wanted.rule,
        starts_on=wanted.starts_on,
        begins_at=wanted.begins_at,
        times={day: [f"{each:%H:%M}" for each in times] for day, times in wanted.times.items()},
        until=wanted.until,
        minutes=wanted.minutes,
        price_pence=wanted.price_pence,
        notice_days=wanted.notice_days,
        collects=wanted.collects,
        on_bank_holidays=wanted.on_bank_holidays,
        words=wanted.words,
    )


def _early_must_be_asked(arrangement: Arrangement, terms: Terms, *, contract_on: date) -> None:
    if arrangement.express_request_at is None and order_rules.may_begin_early(contract_on, terms.starts_on):
        raise EarlyStartNotAsked(terms.starts_on)


def money_must_fit(
    arrangement: Arrangement, terms: Terms, paid_from: PaidFrom, delegation: Delegation | None, now: datetime
) -> None:
    """Raises OnlyThePerson, and what budgets.purchase_check raises."""
    if delegation is not None and getattr(delegation, "limit", None) is not None:
        raise OnlyThePerson(arrangement)
    if paid_from.budget is not None:
        money_check(arrangement, terms, now, paid_from)


@transaction.atomic
def arrangement_agree(
    *,
    arrangement: Arrangement,
    side: Side,
    by: Actor,
    now: datetime,
    paid_from: PaidFrom | None = None,
    delegation: Delegation | None = None,
) -> Arrangement:
    """The other side says yes. Visits are written down once a card is saved, or whoever holds the money has said yes,
    which is asked for here; a start that has passed moves to today.

    Raises OwnListing, NotYours, TooLate, IllegalMove, EarlyStartNotAsked, OnlyThePerson, and what
    budgets.purchase_check raises.
    """
    arrangement = arrangement_locked(arrangement.pk)
    terms = arrangement.terms
    sides_apart(provider=arrangement.provider, person=arrangement.person, side=side, by=by)
    if arrangement.proposed_by == side:
        raise NotYours(arrangement)
    if now > terms.answer_by and MOVES.can(arrangement, "agree"):
        raise TooLate(arrangement)
    MOVES.apply(arrangement, "agree", at=now, save=False)
    if side == Side.PERSON:
        paid_from = paid_from or PaidFrom()
        arrangement.budget, arrangement.outcome = paid_from.budget, paid_from.outcome
        arrangement.relies_on = paid_from.relies_on
        arrangement.express_request_at = now if paid_from.begin_early else None
        _early_must_be_asked(arrangement, terms, contract_on=timezone.localdate(now))
        money_must_fit(arrangement, terms, money_of(arrangement), delegation, now)
    arrangement.agreed_at = now
    arrangement.save()
    TERMS_MOVES.apply(terms, "agree", at=now)
    yes = yes_ask_where_needed(arrangement, terms, money_of(arrangement), by=by, now=now)
    if yes is None:
        tell_both(arrangement, "agreed", now=now)
    else:
        tell_both(arrangement, "agreed_asking", now=now, about=yes.pk)
    audit.record("arrangements.arrangement.agree", by=by, subject=arrangement, at=now, title=arrangement.title)
    return arrangement


@transaction.atomic
def arrangement_decline(
    *, arrangement: Arrangement, side: Side, by: Actor, now: datetime, words: str = ""
) -> Arrangement:
    """Say no, or take back one's own proposal. Raises IllegalMove."""
    arrangement = arrangement_locked(arrangement.pk)
    MOVES.apply(arrangement, "decline", at=now, save=False)
    arrangement.ended_by, arrangement.end_words = side, words
    arrangement.save()
    TERMS_MOVES.apply(arrangement.terms, "refuse", at=now)
    tell(arrangement, "declined", side.other, now=now)
    audit.record("arrangements.arrangement.decline", by=by, subject=arrangement, at=now, title=arrangement.title)
    return arrangement


@transaction.atomic
def change_propose(
    *,
    arrangement: Arrangement,
    wanted: Wanted,
    side: Side,
    by: Actor,
    now: datetime,
    delegation: Delegation | None = None,
) -> Terms:
    """Propose other terms; until the other side says yes the old ones hold.

    Raises OwnListing, ChangeWaits, WrongTerms, and on the person's side OnlyThePerson, and what
    budgets.purchase_check raises.
    """
    arrangement = arrangement_locked(arrangement.pk)
    sides_apart(provider=arrangement.provider, person=arrangement.person, side=side, by=by)
    if arrangement.state not in UNDER_WAY or arrangement.ends_on is not None:
        raise WrongTerms(arrangement)
    if arrangement.change is not None:
        raise ChangeWaits(arrangement)
    if wanted.starts_on < timezone.localdate(now) + rules.SOONEST_CHANGE:
        raise WrongTerms(wanted.starts_on)
    number = arrangement.versions.count() + 1
    terms = _terms_add(arrangement, wanted, side=side, number=number, now=now)
    if side == Side.PERSON:
        money_must_fit(arrangement, terms, money_of(arrangement), delegation, now)
    tell(arrangement, "change", side.other, now=now)
    audit.record("arrangements.change.propose", by=by, subject=arrangement, at=now, title=arrangement.title)
    return terms


@transaction.atomic
def change_agree(
    *, arrangement: Arrangement, side: Side, by: Actor, now: datetime, delegation: Delegation | None = None
) -> Arrangement:
    """The other side says yes to the change: visits from its first day are planned by it. One that costs more of money
    that somebody holds waits until they have said yes too.

    Raises OwnListing, NotYours, TooLate, OnlyThePerson, and what budgets.purchase_check raises.
    """
    arrangement = arrangement_locked(arrangement.pk)
    sides_apart(provider=arrangement.provider, person=arrangement.person, side=side, by=by)
    terms = arrangement.change
    if terms is None or terms.state not in TERMS_UNANSWERED or now > terms.answer_by:
        raise TooLate(arrangement)
    if arrangement.state not in UNDER_WAY:
        raise TooLate(arrangement)
    if terms.proposed_by == side:
        raise NotYours(arrangement)
    if side == Side.PERSON:
        money_must_fit(arrangement, terms, money_of(arrangement), delegation, now)
    audit.record("arrangements.change.agree", by=by, subject=arrangement, at=now, title=arrangement.title)
    yes = yes_ask_where_needed(arrangement, terms, money_of(arrangement), by=by, now=now)
    if yes is not None:
        TERMS_MOVES.apply(terms, "ask", at=now)
        tell_both(arrangement, "change_asking", now=now, about=yes.pk)
        return arrangement
    return change_begin(arrangement=arrangement, terms=terms, now=now)


def change_begin(*, arrangement: Arrangement, terms: Terms, now: datetime) -> Arrangement:
    """Everybody who had to has said yes to other terms. Inside a transaction, the arrangement locked."""
    terms.starts_on = max(terms.starts_on, timezone.localdate(now) + rules.SOONEST_CHANGE)
    terms.save(update_fields=["starts_on"])
    TERMS_MOVES.apply(terms, "agree", at=now)
    arrangement = visits_plan(arrangement=arrangement, now=now)
    tell_both(arrangement, "changed", now=now)
    return arrangement


@transaction.atomic
def change_refuse(*, arrangement: Arrangement, side: Side, by: Actor, now: datetime) -> Arrangement:
    """No to the change, or one's own proposal taken back: what was agreed holds. Raises TooLate."""
    arrangement = arrangement_locked(arrangement.pk)
    terms = arrangement.change
    if terms is None:
        raise TooLate(arrangement)
    if terms.state in TERMS_ASKING:
        yes_withdraw(arrangement, by=by, now=now)
    TERMS_MOVES.apply(terms, "refuse", at=now)
    tell(arrangement, "change_refused", side.other, now=now)
    audit.record("arrangements.change.refuse", by=by, subject=arrangement, at=now, title=arrangement.title)
    return arrangement


@transaction.atomic
def arrangement_begin(*, arrangement: Arrangement, now: datetime) -> Arrangement:
    """Everybody has said yes and there is a card where one is charged: the visits are written down. Inside the caller's
    work; safe to repeat."""
    arrangement = arrangement_locked(arrangement.pk)
    if arrangement.state in NOT_BEGUN and may_begin(arrangement, now):
        MOVES.apply(arrangement, "begin", at=now)
        tell_both(arrangement, "begins", now=now)
        audit.record("arrangements.arrangement.begin", by=CLOCKWORK, subject=arrangement, at=now)
    return visits_plan(arrangement=arrangement, now=now)
