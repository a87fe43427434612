"""A group writes what it wants, providers offer, members rank, and the winner becomes their pool at that price."""

from collections.abc import Sequence
from datetime import datetime

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK, Actor
from marketplace.core.errors import DomainError
from marketplace.core.money import MOST_PENCE
from marketplace.people.models import Council, User
from providers.listings.models import Category, Offer, Provider

from .. import rules
from ..models import Ballot, Brief, BriefMember, Decision, Invitation, InvitationKind, Option, Pool, Tender
from ..rules import Price
from ..states import (
    BRIEF_DECIDED,
    BRIEF_MOVES,
    BRIEF_OPEN,
    BRIEF_VOTES,
    TAKES_MEMBERS,
    TAKES_OFFERS,
    VOTE_CLOSED,
    VOTE_OPEN,
)
from .asked import competes, may_offer, offers_of, providers_asked
from .locking import in_one_go
from .starting import Plan, can_be_bought, pool_begin
from .telling import BriefLetter, tell_brief_keepers, tell_brief_members, tell_brief_organiser
from .voting import decision_close, winner_of

MOST_MEMBERS = 200
MOST_OPEN = 5  # of one organiser, not decided yet
LINK_SALT = "pools.wanted"


class NotAsked(DomainError):
    """This brief does not take this just now: not yet, not any more, or not from this provider or person."""


class TooManyBriefs(DomainError):
    """This organiser has as many undecided briefs as anybody may have."""


class TooFewMembers(DomainError):
    """Nobody else wants it yet: one person alone orders, and needs no vote."""


class OfferedAlready(DomainError):
    """This provider has an offer there. Take it back to make another."""


def brief_start(
    *,
    organiser: User,
    council: Council,
    name: str,
    words: str,
    heads: int,
    offers_by: datetime,
    vote_by: datetime,
    token: str,
    by: Actor,
    now: datetime,
    category: Category | None = None,
) -> Brief:
    """Write down what a group wants. `token` names the form: sent twice it makes one. Raises NotAsked for days that
    have passed or do not follow each other, TooManyBriefs."""
    if not now < offers_by < vote_by:
        raise NotAsked(offers_by)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=organiser.pk)
        others = Brief.objects.filter(organiser=organiser, state__in=BRIEF_OPEN).exclude(form_token=token)
        if others.count() >= MOST_OPEN:
            raise TooManyBriefs(organiser)
        brief, new = Brief.objects.get_or_create(
            organiser=organiser,
            form_token=token,
            defaults={
                "council": council,
                "name": name,
                "words": words,
                "category": category,
                "heads": heads,
                "state_since": now,
                "made_at": now,
                "offers_by": offers_by,
                "vote_by": vote_by,
            },
        )
        if new:
            BriefMember.objects.create(brief=brief, person=organiser, joined_at=now)
            audit.record("pools.brief.start", by=by, subject=brief, at=now, title=name)
    return brief


def _held(brief: Brief) -> Brief:
    return Brief.objects.select_for_update(of=("self",)).select_related("council", "category", "pool").get(pk=brief.pk)


@transaction.atomic
def brief_join(*, brief: Brief, person: User, by: Actor, now: datetime) -> BriefMember:
    """Want the same, and have a vote. Safe to repeat. Raises NotAsked, also for who offered, and for a helper who keeps
    a provider that was asked."""
    brief = _held(brief)
    rivals = offers_of(brief).filter(provider__keepers=person).exists()
    rivals = rivals or (by.by_id != person.pk and competes(brief, by.by_id))
    if brief.state not in TAKES_MEMBERS or brief.members.count() >= MOST_MEMBERS or rivals:
        raise NotAsked(brief)
    member, new = BriefMember.objects.get_or_create(brief=brief, person=person, defaults={"joined_at": now})
    if new:
        audit.record("pools.brief.join", by=by, subject=brief, at=now, title=brief.name)
        tell_brief_organiser(brief, BriefLetter.JOINED)
    return member


@transaction.atomic
def brief_ask(
    *,
    brief: Brief,
    providers: Sequence[Provider],
    by: Actor,
    now: datetime,
    offers_by: datetime | None = None,
    vote_by: datetime | None = None,
) -> Brief:
    """Ask providers for offers: those named, or every one who matches when none is. `offers_by` and `vote_by` replace
    the days that were written down first. Raises IllegalMove, TooFewMembers, NotAsked for days that do not fit."""
    brief = _held(brief)
    if brief.members.count() < rules.LEAST_HEADS:
        raise TooFewMembers(brief)
    brief.offers_by, brief.vote_by = offers_by or brief.offers_by, vote_by or brief.vote_by
    if not now < brief.offers_by < brief.vote_by:
        raise NotAsked(brief)
    BRIEF_MOVES.apply(brief, "ask", at=now)
    brief.save(update_fields=["offers_by", "vote_by"])
    brief.invited.set(providers)
    tell_brief_keepers(brief, BriefLetter.ASKED, providers_asked(brief))
    audit.record("pools.brief.ask", by=by, subject=brief, at=now, title=brief.name, providers=len(providers))
    return brief


@transaction.atomic
def brief_end(*, brief: Brief, by: Actor, now: datetime) -> Brief:
    """The organiser calls it off before anybody votes; everybody who is in it or offered is told. Safe to repeat.
    Raises NotAsked once members vote."""
    brief = _held(brief)
    if brief.state in TAKES_MEMBERS:
        _end(brief, now)
        audit.record("pools.brief.end", by=by, subject=brief, at=now, title=brief.name)
    elif brief.state in BRIEF_OPEN | BRIEF_DECIDED:
        raise NotAsked(brief)
    return brief


def _end(brief: Brief, now: datetime) -> None:
    BRIEF_MOVES.apply(brief, "end", at=now)
    tell_brief_members(brief, BriefLetter.ENDED)
    tell_brief_keepers(brief, BriefLetter.ENDED_OFFERS, Provider.objects.filter(tenders__in=offers_of(brief)))


def link_code(brief: Brief) -> str:
    """What the link to join carries: the brief's id and which of its links, signed, so that nobody who merely knows the
    id can join."""
    return signing.Signer(salt=LINK_SALT).sign(f"{brief.public_id}.{brief.link_number}")


def id_in_link(code: str) -> tuple[str, int]:
    """The public id of a brief in the code of a link, and which link. Raises django.core.signing.BadSignature."""
    public_id, _dot, number = signing.Signer(salt=LINK_SALT).unsign(code).partition(".")
    return public_id, int(number or 0)


@transaction.atomic
def brief_link_renew(*, brief: Brief, by: Actor, now: datetime) -> Brief:
    """Another link, and the old one opens nothing any more: for a link that went too far. Raises NotAsked."""
    brief = _held(brief)
    if brief.state not in TAKES_MEMBERS:
        raise NotAsked(brief)
    brief.link_number += 1
    brief.save(update_fields=["link_number"])
    audit.record("pools.brief.link", by=by, subject=brief, at=now, title=brief.name)
    return brief


@transaction.atomic
def tender_make(
    *, brief: Brief, provider: Provider, offer: Offer, total_pence: int, words: str, by: Actor, now: datetime
) -> Tender:
    """A provider's offer: one of its own offers, at a price for the whole block. Nobody else's is shown to it.

    Raises NotAsked, OfferedAlready, NotOffered, NotPayable, Stopped.
    """
    brief = _held(brief)
    theirs = offer.listing.provider_id == provider.pk and 0 < total_pence <= MOST_PENCE
    votes = brief.members.filter(person__in=provider.keepers.all()).exists()
    open_still = brief.state in TAKES_OFFERS and now < brief.offers_by
    if not open_still or not theirs or votes or not may_offer(brief, provider):
        raise NotAsked(brief)
    can_be_bought(offer)
    try:
        with transaction.atomic():
            tender = Tender.objects.create(
                brief=brief, provider=provider, offer=offer, total_pence=total_pence, words=words, made_at=now
            )
    except IntegrityError as error:
        raise OfferedAlready(provider) from error
    tell_brief_organiser(brief, BriefLetter.OFFERED)
    audit.record("pools.tender.make", by=by, subject=tender, at=now, title=brief.name, pence=total_pence)
    return tender


@transaction.atomic
def tender_withdraw(*, tender: Tender, by: Actor, now: datetime) -> Tender:
    """Take an offer back while offers are made. Safe to repeat. Raises NotAsked once the group votes."""
    brief = _held(tender.brief)
    tender = Tender.objects.select_for_update().get(pk=tender.pk)
    if brief.state not in TAKES_OFFERS:
        raise NotAsked(brief)
    if tender.withdrawn_at is None:
        tender.withdrawn_at = now
        tender.save(update_fields=["withdrawn_at"])
        audit.record("pools.tender.withdraw", by=by, subject=tender, at=now, title=brief.name)
    return tender


@transaction.atomic
def brief_vote(*, brief: Brief, now: datetime) -> Brief:
    """When the time for offers is over: let members rank them, or end a brief that nobody answered. Safe to repeat."""
    brief = _held(brief)
    if brief.state not in TAKES_OFFERS or now < brief.offers_by:
        return brief
    tenders = list(offers_of(brief).select_related("provider").order_by("pk"))
    if not tenders:
        _end(brief, now)
        return brief
    BRIEF_MOVES.apply(brief, "vote", at=now)
    decision = Decision.objects.create(
        brief=brief, question=brief.name, opened_at=now, closes_at=brief.vote_by, state_since=now
    )
    for tender in tenders:
        Option.objects.create(decision=decision, words=str(tender.provider), proposed_at=now, tender=tender)
    tell_brief_members(brief, BriefLetter.VOTE)
    audit.record("pools.brief.vote", by=CLOCKWORK, subject=brief, at=now, title=brief.name, offers=len(tenders))
    return brief


@in_one_go
def brief_decide(*, brief: Brief, now: datetime) -> Brief:
    """When the vote is over: the winner, and for everybody else the reason. Safe to repeat."""
    brief = _held(brief)
    if brief.state not in BRIEF_VOTES or now < brief.vote_by:
        return brief
    decision = decision_close(decision=brief.decision, now=now)
    chosen = winner_of(decision)
    if chosen is None:
        _end(brief, now)
        return brief
    BRIEF_MOVES.apply(brief, "decide", at=now)
    tell_brief_members(brief, BriefLetter.DECIDED)
    wins = rules.pairwise_wins(decision.result["options"], decision.result["ballots"])
    for option in decision.options.exclude(pk=chosen.pk).select_related("tender"):
        if option.tender is not None:
            facts = {"above": wins[chosen.pk, option.pk], "voters": decision.result["voters"]}
            option.tender.reason = _("%(above)s of %(voters)s members put another offer above yours.") % facts
            option.tender.save(update_fields=["reason"])
    for tender in offers_of(brief).select_related("provider"):
        turn = BriefLetter.NOT_CHOSEN if tender.reason else BriefLetter.CHOSEN
        tell_brief_keepers(brief, turn, Provider.objects.filter(pk=tender.provider_id), tender)
    audit.record("pools.brief.decide", by=CLOCKWORK, subject=brief, at=now, title=brief.name)
    return brief


@transaction.atomic
def brief_pool(*, brief: Brief, plan: Plan, by: Actor, now: datetime) -> Pool:
    """The winner's offer at its price, as a pool in draft for the organiser to open, with an invitation for everybody
    who wanted it. Once for each brief.

    The provider offered that price; it says yes or no to the dates, which are the plan's. Nobody is in the pool by
    having voted. Raises NotAsked, and what pool_start raises.
    """
    brief = _held(brief)
    if brief.pool is not None:
        return brief.pool
    chosen = winner_of(brief.decision) if brief.state in BRIEF_DECIDED else None
    if chosen is None or chosen.tender is None or brief.decision.state not in VOTE_CLOSED:
        raise NotAsked(brief)
    brief.pool = pool_begin(
        offer=chosen.tender.offer,
        organiser=brief.organiser,
        plan=plan,
        token=f"brief:{brief.public_id}",
        agreed_price=Price(total_pence=chosen.tender.total_pence),
        by=by,
        now=now,
    )
    brief.save(update_fields=["pool"])
    others = brief.members.exclude(person=brief.organiser_id).select_related("person").order_by("pk")
    Invitation.objects.bulk_create(
        Invitation(
            pool=brief.pool,
            kind=InvitationKind.MEMBER,
            person=member.person,
            name=member.person.first_name,
            sent_by=brief.organiser,
            sent_at=now,
            open_until=plan.pledge_by,
        )
        for member in others
    )
    return brief.pool


@transaction.atomic
def brief_forget(*, person: User, by: Actor, now: datetime) -> int:
    """Somebody died or is erased: they are in no brief any more and have no vote in one that is not counted; what they
    organised goes to who has been in it longest, or ends. Returns how many briefs changed."""
    mine = Brief.objects.filter(members__person=person) | Brief.objects.filter(organiser=person)
    changed = list(mine.distinct().order_by("pk"))
    for each in changed:
        brief = _held(each)
        brief.members.filter(person=person).delete()
        Ballot.objects.filter(decision__brief=brief, decision__state__in=VOTE_OPEN, person=person).delete()
        if brief.organiser_id != person.pk:
            continue
        heir = brief.members.select_related("person").order_by("joined_at", "pk").first()
        if heir is not None:
            brief.organiser, brief.form_token = heir.person, f"on-{brief.public_id}"
        else:
            brief.words = ""
            if brief.state in BRIEF_OPEN:
                _end(brief, now)
        brief.save(update_fields=["organiser", "form_token", "words"])
        audit.record("pools.brief.forget", by=by, subject=brief, at=now)
    return len(changed)
