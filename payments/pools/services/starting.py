"""From an idea to an open pool: started, opened, agreed by the provider, changed, handed on, renewed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from marketplace.core import audit
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError
from marketplace.people.models import User
from payments.orders.services import NotOffered, NotPayable, Stopped, offer_check
from payments.orders.services.stopping import stopping_holds
from providers.listings.models import Offer

from .. import rules
from ..models import Invitation, InvitationKind, Pledge, Pool, Session, Terms, Visibility
from ..models.pool import terms_facts
from ..rules import Fault, Price
from ..states import ACTIVE, HAS_PLACE, JOINABLE, MAY_CHANGE, MOVES, ON_WAITING_LIST, PLEDGE_MOVES, READY, PoolState
from . import promising
from .locking import in_one_go, pool_locked
from .telling import Letter, send_invitation, tell, tell_all, tell_member, tell_provider


class WrongNumbers(DomainError):
    """Price, sizes, dates or deadline do not fit. `faults` says which; each belongs beside a field."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(fault.value for fault in faults))
        self.faults = list(faults)


class NoGroupPrice(DomainError):
    """The offer has no price for a group, and whoever starts this does not keep the listing."""


class FewerThanJoined(DomainError):
    """There would be fewer places than people who hold one."""


class NotChangeable(DomainError):
    """The pool is closed for joining: nothing about it changes any more."""


class NotAMember(DomainError):
    """Only somebody with a place in the pool can organise it."""


@dataclass(frozen=True)
class Plan:
    """What an organiser settles: `starts` are aware moments, each `minutes` long; `house_rules` words by key.

    `price` is for the whole block. Leave it None for the offer's own group price.
    """

    name: str
    least: int
    most: int
    pledge_by: datetime
    starts: Sequence[datetime]
    minutes: int = 60
    price: Price | None = None
    alone_pence: int | None = None
    house_rules: Mapping[str, str] | None = None
    about: str = ""
    place: str = ""
    visibility: Visibility = Visibility.INVITE


def price_of(offer: Offer, starts: Sequence[datetime], minutes: int) -> Price:
    """The offer's group price for a block of dates. Raises NoGroupPrice."""
    if offer.group_price_pence is None:
        raise NoGroupPrice(offer)
    return Price(
        total_pence=rules.block_pence(offer.group_price_pence, unit=offer.unit, starts=starts, minutes=minutes)
    )


def alone_price_of(offer: Offer, starts: Sequence[datetime], minutes: int) -> int | None:
    """What one person would pay for the same block alone, or None when the offer names no price for one. Pence."""
    if not offer.price_pence:
        return None
    return rules.block_pence(offer.price_pence, unit=offer.unit, starts=starts, minutes=minutes)


def pool_start(*, offer: Offer, organiser: User, plan: Plan, token: str, by: Actor, now: datetime) -> Pool:
    """Write a pool down as a draft, only its organiser sees it. `token` names the form: sent twice it makes one pool.

    Whoever keeps the listing may name any price; others take the offer's group price and its group sizes.
    Raises NoGroupPrice, WrongNumbers, NotOffered, NotPayable, Stopped.
    """
    made = Pool.objects.filter(organiser=organiser, form_token=token).first()
    if made is not None:
        return made
    try:
        return pool_begin(offer=offer, organiser=organiser, plan=plan, token=token, by=by, now=now)
    except IntegrityError:
        made = Pool.objects.filter(organiser=organiser, form_token=token).first()
        if made is None:
            raise
        return made


@transaction.atomic
def pool_begin(
    *,
    offer: Offer,
    organiser: User,
    plan: Plan,
    token: str,
    by: Actor,
    now: datetime,
    agreed_price: Price | None = None,
    renews: Pool | None = None,
) -> Pool:
    """The draft itself. `agreed_price` is one that the provider has offered already; the dates are asked. Raises what
    pool_start raises, and IntegrityError for a form that was sent before."""
    offer = Offer.objects.select_related("listing__provider", "listing__council").get(pk=offer.pk)
    can_be_bought(offer)
    keeps = offer.listing.provider.keepers.filter(pk=organiser.pk).exists()
    if keeps and plan.price is not None:
        price = plan.price
    else:
        price = agreed_price or price_of(offer, plan.starts, plan.minutes)
    faults = faults_of(plan, price, now)
    if not keeps and agreed_price is None and offer.group_least and offer.group_most:
        if plan.least < offer.group_least and Fault.ONE_MEMBER not in faults:
            faults.append(Fault.LEAST_BELOW_OFFER)
        if plan.most > offer.group_most:
            faults.append(Fault.MOST_ABOVE_OFFER)
    if faults:
        raise WrongNumbers(faults)
    pool = Pool.objects.create(
        provider=offer.listing.provider,
        listing=offer.listing,
        offer=offer,
        council=offer.listing.council,
        organiser=organiser,
        by_provider=keeps,
        renews=renews,
        form_token=token,
        name=plan.name,
        about=plan.about,
        place=plan.place,
        visibility=plan.visibility,
        least=plan.least,
        most=plan.most,
        state=PoolState.DRAFT,
        state_since=now,
        created_at=now,
        pledge_by=plan.pledge_by,
    )
    _terms_write(pool, plan, price, agreed=keeps, by=by, now=now)
    audit.record("pools.pool.start", by=by, subject=pool, at=now, title=pool.name, provider=str(pool.provider))
    return pool


def faults_of(plan: Plan, price: Price, now: datetime) -> list[Fault]:
    """Everything about a plan that does not fit; empty when a pool may be made of it."""
    return [
        *rules.faults_of_price(price, least=plan.least, most=plan.most),
        *rules.faults_of_dates(plan.starts, pledge_by=plan.pledge_by, now=now),
    ]


def can_be_bought(offer: Offer) -> None:
    """That the offer can be bought by a group at this moment. Raises NotOffered, NotPayable, Stopped. 3 queries."""
    try:
        offer_check(offer=offer)
    except NotOffered as error:
        if stopping_holds(offer.listing).exists():
            raise Stopped(offer) from error
        raise


def _terms_write(pool: Pool, plan: Plan, price: Price, *, agreed: bool, by: Actor, now: datetime) -> Terms:
    dates = sorted(plan.starts)
    alone = plan.alone_pence if plan.alone_pence is not None else alone_price_of(pool.offer, dates, plan.minutes)
    words = {key: str(default) for key, (_title, default) in rules.HOUSE_RULES.items()}
    words |= {
        key: text.strip()[:600] for key, text in (plan.house_rules or {}).items() if key in words and text.strip()
    }
    terms = Terms.objects.create(
        pool=pool,
        number=pool.all_terms.count() + 1,
        alone_pence=alone,
        house_rules=words,
        made_at=now,
        made_by=by.by_id,
        agreed_at=now if agreed else None,
        agreed_by_id=by.by_id if agreed else None,
        **terms_facts(price),
    )
    Session.objects.bulk_create(Session(terms=terms, starts_at=at, minutes=plan.minutes) for at in dates)
    pool.terms = terms
    pool.save(update_fields=["terms"])
    return terms


@in_one_go
def pool_open(*, pool: Pool, by: Actor, now: datetime) -> Pool:
    """Let people join, and ask the provider for a yes to dates and price. Raises IllegalMove, WrongNumbers, Stopped,
    NotOffered, NotPayable."""
    pool = pool_locked(pool.pk)
    faults = rules.faults_of_dates(pool.current.starts, pledge_by=pool.pledge_by, now=now)
    if faults:
        raise WrongNumbers(faults)
    can_be_bought(pool.offer)
    MOVES.apply(pool, "open", at=now)
    Invitation.objects.get_or_create(
        pool=pool,
        kind=InvitationKind.LINK,
        withdrawn_at=None,
        defaults={"sent_by": pool.organiser, "sent_at": now, "open_until": pool.pledge_by},
    )
    if pool.current.agreed_at is None:
        tell_provider(pool, Letter.ASKED_PROVIDER)
    for invitation in pool.invitations.filter(kind=InvitationKind.MEMBER):
        send_invitation(invitation)
    audit.record("pools.pool.open", by=by, subject=pool, at=now, title=pool.name)
    return pool


def price_after(pool: Pool, plan: Plan) -> Price:
    """What a pool costs when it is changed to this plan: what the provider names, else what was agreed for as many
    dates of that length, whatever the offer costs by now, else the offer's group price. Raises NoGroupPrice."""
    if plan.price is not None and pool.by_provider:
        return plan.price
    if _same_size(pool.current, plan):
        return pool.current.price
    return price_of(pool.offer, plan.starts, plan.minutes)


def _same_size(terms: Terms, plan: Plan) -> bool:
    return [each.minutes for each in terms.sessions.all()] == [plan.minutes] * len(plan.starts)


@in_one_go
def pool_change(*, pool: Pool, plan: Plan, by: Actor, now: datetime) -> Pool:
    """Change anything while people can still join. Another price, other dates, rules or a smaller least number make
    new terms: everybody is asked again, what budgets promised is let go until they say yes, and the provider is asked
    again where price or dates changed.

    Raises NotChangeable, WrongNumbers, FewerThanJoined, NoGroupPrice.
    """
    pool = pool_locked(pool.pk)
    if pool.state not in MAY_CHANGE:
        raise NotChangeable(pool)
    if plan.most < pool.taken:
        raise FewerThanJoined(pool)
    before, price, asked_after = pool.current, price_after(pool, plan), timezone.localdate(pool.pledge_by)
    faults = faults_of(plan, price, now)
    if faults:
        raise WrongNumbers(faults)
    same_deal = price == before.price and _same_size(before, plan) and sorted(plan.starts) == before.starts
    words = before.house_rules | {key: text.strip() for key, text in (plan.house_rules or {}).items() if text.strip()}
    same = same_deal and words == before.house_rules and plan.least >= pool.least
    pool.name, pool.about, pool.place, pool.visibility = plan.name, plan.about, plan.place, plan.visibility
    pool.least, pool.most, pool.pledge_by = plan.least, plan.most, plan.pledge_by
    pool.save()
    pool.invitations.filter(withdrawn_at=None).update(open_until=plan.pledge_by)
    if not same:
        _ask_everybody_again(pool, plan, price, same_deal=same_deal, words=words, by=by, now=now)
    _tell_whose_card_ends(pool, asked_after)
    audit.record("pools.pool.change", by=by, subject=pool, at=now, title=pool.name, asked_again=not same)
    return pool


def _tell_whose_card_ends(pool: Pool, before: date) -> None:
    """Cards are asked later than was said: some of them have run out by then."""
    for pledge in pool.pledges.filter(state__in=ACTIVE, card_until__gte=before):
        if pledge.card_ends_before(timezone.localdate(pool.pledge_by)):
            pledge.pool = pool
            tell_member(pledge, Letter.CARD_ENDS)


def _ask_everybody_again(
    pool: Pool, plan: Plan, price: Price, *, same_deal: bool, words: dict[str, str], by: Actor, now: datetime
) -> None:
    before = pool.current
    agreed = (same_deal and before.agreed_at is not None) or pool.by_provider
    plan = Plan(**{**plan.__dict__, "house_rules": words})
    _terms_write(pool, plan, price, agreed=agreed, by=by, now=now)
    for pledge in pool.pledges.select_for_update(of=("self",)).select_related("purchase").filter(state__in=ACTIVE):
        pledge.pool = pool
        if PLEDGE_MOVES.can(pledge, "ask_again"):
            PLEDGE_MOVES.apply(pledge, "ask_again", at=now)
            promising.promise_release(pledge, by=by, now=now)
            tell_member(pledge, Letter.CHANGED)
        elif pledge.state in ON_WAITING_LIST:
            pledge.worst_pence = pledge.maximum_pence = pool.worst_pence
            pledge.terms = pool.current
            pledge.save(update_fields=["worst_pence", "maximum_pence", "terms"])
    if pool.state in JOINABLE and not agreed:
        tell_provider(pool, Letter.ASKED_PROVIDER)


@in_one_go
def terms_agree(*, pool: Pool, user: User, by: Actor, now: datetime) -> Pool:
    """The provider says yes to dates and price as they stand. Safe to repeat. Raises NotChangeable."""
    pool = pool_locked(pool.pk)
    if pool.state not in MAY_CHANGE:
        raise NotChangeable(pool)
    terms = pool.current
    if terms.agreed_at is None:
        terms.agreed_at, terms.agreed_by = now, user
        terms.save(update_fields=["agreed_at", "agreed_by"])
        tell_all(pool, Letter.AGREED)
        audit.record("pools.terms.agree", by=by, subject=pool, at=now, title=pool.name)
    return pool


@in_one_go
def pool_hand_over(*, pool: Pool, to: Pledge, by: Actor, now: datetime) -> Pool:
    """Ask a member to organise from now on; they have to say yes. Raises NotAMember."""
    pool = pool_locked(pool.pk)
    if to.pool_id != pool.pk or to.state not in HAS_PLACE or to.left_at is not None:
        raise NotAMember(to)
    pool.heir = to.person
    pool.save(update_fields=["heir"])
    tell(pool, Letter.HAND_OVER, to.person_id, to)
    audit.record("pools.pool.hand_over", by=by, subject=pool, at=now, title=pool.name)
    return pool


@in_one_go
def pool_take_on(*, pool: Pool, person: User, by: Actor, now: datetime) -> Pool:
    """The member who was asked says yes: they organise from now on. Raises NotAMember."""
    pool = pool_locked(pool.pk)
    if pool.heir_id != person.pk or not pool.pledges.filter(person=person, state__in=HAS_PLACE, left_at=None).exists():
        raise NotAMember(person)
    tell(pool, Letter.HANDED_OVER, pool.organiser_id)
    organised_by(pool, person)
    audit.record("pools.pool.take_on", by=by, subject=pool, at=now, title=pool.name)
    return pool


def organised_by(pool: Pool, person: User) -> None:
    from marketplace.core.models import public_id

    pool.organiser, pool.heir, pool.form_token = person, None, f"on-{public_id()}"
    pool.save(update_fields=["organiser", "heir", "form_token"])


@transaction.atomic
def pool_renew(*, pool: Pool, organiser: User, plan: Plan, token: str, by: Actor, now: datetime) -> Pool:
    """A new pool like this one for the next block, as a draft, with an invitation for everybody who had a place. Nobody
    joins by it without pressing. Raises what pool_start raises."""
    made = Pool.objects.filter(organiser=organiser, form_token=token).first()
    if made is not None:
        return made
    new = pool_begin(offer=pool.offer, organiser=organiser, plan=plan, token=token, by=by, now=now, renews=pool)
    members = pool.pledges.filter(state__in=READY, left_at=None).select_related("person").order_by("pk")
    Invitation.objects.bulk_create(
        Invitation(
            pool=new,
            kind=InvitationKind.MEMBER,
            person=pledge.person,
            name=pledge.person.first_name,
            sent_by=organiser,
            sent_at=now,
            open_until=plan.pledge_by,
        )
        for pledge in members
        if pledge.person_id != organiser.pk
    )
    return new


__all__ = [
    "FewerThanJoined",
    "NoGroupPrice",
    "NotAMember",
    "NotChangeable",
    "NotOffered",
    "NotPayable",
    "Plan",
    "Stopped",
    "WrongNumbers",
    "alone_price_of",
    "can_be_bought",
    "faults_of",
    "organised_by",
    "pool_change",
    "pool_hand_over",
    "pool_open",
    "pool_renew",
    "pool_start",
    "pool_take_on",
    "price_after",
    "price_of",
    "terms_agree",
]
