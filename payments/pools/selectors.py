"""Reading pools, shaped for the pages that need them. Nobody's money or whole name ever leaves here."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from marketplace.people.models import Council, User
from payments.orders.states import TO_BE_DONE
from providers.listings.models import Keeper, Listing, Offer, Provider

from . import rules
from .models import (
    Attendance,
    Brief,
    Invitation,
    InvitationKind,
    Pledge,
    PledgeAttempt,
    Pool,
    Session,
    Tender,
    Visibility,
)
from .rules import Row
from .services.asked import offers_of
from .services.running import DONE_AFTER, dates_gone, given_up
from .services.stopping import stopped_for_long
from .states import (
    ACTIVE,
    AUTHORISED,
    AWAITS_MONEY,
    BEING_DECIDED,
    HAPPENED,
    HAS_PLACE,
    JOINABLE,
    MAY_REPAIR,
    NEEDS_CARD,
    NOT_OPEN_YET,
    ON_WAITING_LIST,
    OVER,
    PAID,
    READY,
    TAKES_OFFERS,
    TO_BE_ASKED,
    TO_TAKE_MONEY,
    UNDER_WAY,
    UNSETTLED,
    Presence,
)

WITH = ("terms", "provider", "offer", "listing__page", "council", "organiser")


@dataclass(frozen=True)
class Member:
    """What members may know of each other: a first name, and whether nothing more is needed of them."""

    first_name: str
    ready: bool
    is_you: bool
    organises: bool
    pledge: str  # public id, for handing over


def members_of(pool: Pool, viewer: User | None) -> list[Member]:
    """Everybody with a place, in the order they joined. 1 query."""
    places = pool.pledges.filter(state__in=HAS_PLACE, left_at=None).select_related("person").order_by("made_at", "pk")
    return [
        Member(
            first_name=pledge.person.first_name,
            ready=pledge.state in READY,
            is_you=viewer is not None and pledge.person_id == viewer.pk,
            organises=pledge.person_id == pool.organiser_id,
            pledge=pledge.public_id,
        )
        for pledge in places
    ]


def price_table(pool: Pool) -> list[Row]:
    """What each pays at every size from the least number to the most. No query when the terms are there."""
    return rules.price_table(pool.current.price, least=pool.least, most=pool.most)


def pledge_of(pool: Pool, person: User) -> Pledge | None:
    """This person's pledge as it stands, or the last one that ended. 1 query."""
    mine = pool.pledges.filter(person=person).select_related("person", "purchase", "order", "terms")
    return mine.filter(state__in=ACTIVE).first() or mine.order_by("-pk").first()


def waiting_before(pledge: Pledge) -> int:
    """How many wait before this one. 1 query."""
    earlier = Q(made_at__lt=pledge.made_at) | Q(made_at=pledge.made_at, pk__lt=pledge.pk)
    return Pledge.objects.filter(earlier, pool=pledge.pool_id, state__in=ON_WAITING_LIST).count()


def pools_of(person: User) -> QuerySet[Pool]:
    """Every pool this person organises or has a pledge in, the ones still to come first. 1 query."""
    mine = Q(organiser=person) | Q(pk__in=Pledge.objects.filter(person=person).values("pool"))
    return Pool.objects.filter(mine).select_related(*WITH).order_by("pledge_by", "pk")


def pools_for(provider: Provider) -> QuerySet[Pool]:
    """Every pool with this provider that has been opened, and its own drafts. 1 query."""
    return provider.pools.exclude(state="draft", by_provider=False).select_related(*WITH).order_by("-created_at", "-pk")


def offers_to_share(keeper: User) -> QuerySet[Offer]:
    """What this keeper's providers sell now, each of which may become a group that they start themselves. 1 query."""
    listings = Listing.objects.visible().filter(provider__keepers=keeper)
    offers = Offer.objects.filter(withdrawn_at=None, listing__in=listings)
    return offers.select_related("listing__page").order_by("listing", "position", "pk")


def pools_waiting_for(provider: Provider) -> QuerySet[Pool]:
    """Pools that wait for this provider's yes to dates and price. 1 query."""
    return pools_for(provider).filter(state__in=JOINABLE, terms__agreed_at=None)


def open_to_area(council: Council | None = None) -> QuerySet[Pool]:
    """Pools with places left that strangers may see, the soonest to close first. 1 query."""
    found = Pool.objects.filter(
        visibility=Visibility.AREA, state__in=JOINABLE, listing__in=Listing.objects.visible()
    ).select_related(*WITH)
    return (found.filter(council=council) if council else found).order_by("pledge_by", "pk")


def open_at(listing: Listing) -> list[tuple[Pool, list[datetime]]]:
    """The same for one listing, each with its dates. 1 query."""
    sessions = Session.objects.filter(terms__current_of__in=open_to_area().filter(listing=listing).order_by())
    found: dict[int, tuple[Pool, list[datetime]]] = {}
    for session in sessions.select_related("terms__current_of__provider").order_by("starts_at"):
        pool = session.terms.current_of
        found.setdefault(pool.pk, (pool, []))[1].append(session.starts_at)
    return sorted(found.values(), key=lambda each: (each[0].pledge_by, each[0].pk))


def invitations_of(pool: Pool) -> QuerySet[Invitation]:
    """Letters sent for a pool whose addresses are not forgotten yet, newest first. 1 query."""
    return pool.invitations.filter(kind=InvitationKind.EMAIL, forgotten_at=None).order_by("-sent_at", "-pk")


def asked_again(person: User, now: datetime) -> QuerySet[Invitation]:
    """Groups that somebody who was in the one before is asked to join, and has not answered. 1 query."""
    mine = Invitation.objects.filter(person=person, kind=InvitationKind.MEMBER, open_until__gt=now)
    waiting = mine.filter(used_at=None, declined_at=None, withdrawn_at=None, pool__state__in=JOINABLE)
    others = waiting.exclude(pool__pledges__person=person).exclude(pool__organiser=person)
    return others.select_related("pool__terms", "pool__provider", "pool__organiser").order_by("open_until", "pk")


def link_of(pool: Pool) -> Invitation | None:
    """The link for anybody the organiser gives it to. 1 query."""
    return pool.invitations.filter(kind=InvitationKind.LINK, withdrawn_at=None).order_by("-pk").first()


def dates_of(person: User) -> list[tuple[Pool, Session]]:
    """Every date of the pools in which this person has a place, that they organise, or that come to a provider they
    keep and were agreed; `kept` says that they give it. For their calendar, 2 queries."""
    mine = Pledge.objects.filter(pool=OuterRef("pk"), person=person, state__in=HAS_PLACE, left_at=None)
    keeps = Keeper.objects.filter(provider=OuterRef("provider"), user=person)
    shown = Q(mine=True) | Q(organiser=person) | Q(keeps=True, terms__agreed_at__isnull=False)
    pools = Pool.objects.annotate(mine=Exists(mine), keeps=Exists(keeps)).exclude(state__in=NOT_OPEN_YET).filter(shown)
    pools = pools.annotate(kept=Q(keeps=True) & Q(mine=False)).select_related(*WITH)
    by_terms = {pool.terms_id: pool for pool in pools}
    sessions = Session.objects.filter(terms__in=by_terms).order_by("starts_at", "pk")
    return [(by_terms[session.terms_id], session) for session in sessions]


def attendance_of(pool: Pool) -> dict[tuple[int, int], Attendance]:
    """By (session id, pledge id). 1 query."""
    noted = Attendance.objects.filter(session__terms=pool.terms_id)
    return {(row.session_id, row.pledge_id): row for row in noted}


def attendees_of(pool: Pool) -> QuerySet[Pledge]:
    """Everybody with a place, first names fetched; once it goes ahead, whom the provider expects. 1 query."""
    return pool.pledges.filter(state__in=HAS_PLACE, left_at=None).select_related("person").order_by("made_at", "pk")


def absences_of(pool: Pool) -> dict[int, list[str]]:
    """Who said beforehand that they cannot come: whole names, for the provider, by the id of the date. 1 query."""
    members = Attendance.objects.filter(pledge__in=attendees_of(pool).order_by(), session__terms=pool.current)
    found: dict[int, list[str]] = {}
    for row in members.filter(presence=Presence.TOLD_AHEAD).select_related("pledge__person").order_by("noted_at", "pk"):
        found.setdefault(row.session_id, []).append(str(row.pledge.person))
    return found


@dataclass(frozen=True)
class Saving:
    """What a group keeps by buying together. Pence; `alone_pence` is None where nobody sells it to one alone."""

    alone_pence: int | None
    heads: int
    paid_pence: int
    saved_pence: int


def saving_of(pool: Pool) -> Saving:
    """For a pool that goes ahead. 1 query."""
    fixed = pool.pledges.filter(state__in=HAS_PLACE, replaces=None).values_list("share_pence", flat=True)
    shares = [share for share in fixed if share is not None]
    alone = pool.current.alone_pence
    return Saving(alone, len(shares), sum(shares), rules.saving(alone_pence=alone, paid=shares))


def paid_so_far(pool: Pool) -> int:
    """Pence that were taken for this pool. 1 query."""
    return pool.pledges.filter(state__in=PAID).aggregate(pence=Sum("share_pence"))["pence"] or 0


def take_over_pence(pool: Pool, now: datetime) -> int | None:
    """What somebody would pay who takes over the place that was given up first, or None when none was. 2 queries."""
    leaver = place_given_up(pool)
    if leaver is None or leaver.share_pence is None:
        return None
    sessions, gone = dates_gone(pool, now)
    return rules.left_of_block(leaver.share_pence, sessions=sessions, gone=gone)


def place_given_up(pool: Pool) -> Pledge | None:
    """The paid place that was given up first and that nobody has taken over. 1 query."""
    return given_up(pool)


def to_look_at(now: datetime) -> QuerySet[Pool]:
    """Pools at which something may be due at this moment: never fewer than those in which jobs.pool_step would change
    something. Every one of them is locked in turn, so one that only waits for its day is not among them. 1 query."""
    mine = Pledge.objects.filter(pool=OuterRef("pk"))
    lapsed = Exists(mine.filter(state__in=NEEDS_CARD, place_until__lte=now))
    closes = Q(pledge_by__lte=now) | Q(taken__gte=F("most")) | lapsed | Exists(mine.filter(state__in=AWAITS_MONEY))
    return Pool.objects.filter(
        (Q(state__in=JOINABLE) & (closes | stopped_for_long(now)))
        | Q(state__in=BEING_DECIDED)
        | Q(state__in=UNDER_WAY | OVER, settled_at=None)
        | (Q(state__in=UNDER_WAY) & (lapsed | _goes_on(now)))
        | (Q(state__in=HAPPENED) & Exists(mine.filter(state__in=PAID | AUTHORISED, order__state__in=TO_BE_DONE)))
    ).order_by("pledge_by", "pk")


def _goes_on(now: datetime) -> Q:
    """What may be due while the dates go by: a place that is taken over, an answer that was lost, the first date, the
    day after the last."""
    mine = Pledge.objects.filter(pool=OuterRef("pk"))
    asked = Exists(mine.filter(state__in=TO_BE_ASKED | MAY_REPAIR))
    to_give_back = Exists(mine.filter(state__in=PAID, replaces__isnull=False, replaces__back_pence=None))
    unheard = Exists(PledgeAttempt.objects.filter(pledge__pool=OuterRef("pk"), state__in=UNSETTLED))
    dates = Session.objects.filter(terms=OuterRef("terms"))
    begins = Q(state__in=TO_TAKE_MONEY) & Exists(dates.filter(starts_at__lte=now))
    ends = ~Exists(dates.filter(starts_at__gt=now - DONE_AFTER))
    return Q(asked) | Q(to_give_back) | Q(unheard) | begins | Q(ends)


def council_of(la_code: str) -> Council | None:
    """The council whose area that is, by the code of the local authority; None where none takes part. 1 query."""
    return next((each for each in Council.objects.all() if la_code in each.area_codes), None)


def briefs_of(person: User) -> QuerySet[Brief]:
    """What this person wants together with others, newest first. 1 query."""
    return Brief.objects.filter(members__person=person).select_related("council", "category", "organiser", "pool")


def briefs_for(provider: Provider, now: datetime) -> QuerySet[Brief]:
    """What groups want and this provider may offer now, or has offered. 1 query.

    The same providers as `services.asked.providers_asked`, seen from their side.
    """
    listings = Listing.objects.visible().filter(provider=provider)
    kinds = listings.exclude(page__categories=None).values("page__categories")
    of_kind = Q(category=None) | Q(category__in=kinds)
    near = of_kind & Q(invited=None, council=provider.council_id) if listings.exists() else Q(pk__in=[])
    asked = (Q(invited=provider) | near) & Q(state__in=TAKES_OFFERS, offers_by__gt=now)
    members = Brief.objects.filter(members__person__in=provider.keepers.all())
    offered = Brief.objects.filter(tenders__provider=provider)
    open_now = Brief.objects.filter(asked).exclude(pk__in=members.values("pk"))
    both = Brief.objects.filter(Q(pk__in=open_now.values("pk")) | Q(pk__in=offered.values("pk")))
    return both.select_related("council", "category", "organiser").order_by("offers_by", "pk")


def tenders_of(brief: Brief, keeper: User) -> QuerySet[Tender]:
    """The offers that this keeper's own providers made to a brief and did not take back. 1 query."""
    mine = offers_of(brief).filter(provider__keepers=keeper)
    return mine.select_related("provider", "offer").order_by("pk")


def tenders_shown(brief: Brief) -> QuerySet[Tender]:
    """Every offer that the members may read: none before the time for offers is over. 1 query."""
    put_to_vote = offers_of(brief).filter(option__isnull=False)
    return put_to_vote.select_related("provider", "offer__listing__page", "option").order_by("option__pk")
