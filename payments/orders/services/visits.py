"""A first visit: asked for, given a time, agreed. Both sides can say no at any moment, without a reason."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from marketplace.core import audit
from marketplace.core.audit import PHONE, Actor
from marketplace.people.models import Council, User
from providers.listings import selectors as listings
from providers.listings.models import Listing

from .. import rules
from ..models import VisitRequest
from ..states import VISIT_MOVES, VISIT_OPEN
from .answering import Stopped, TooEarly
from .placing import NotOffered, OwnListing, WrongDay
from .stopping import stopping_holds
from .telling import tell_person, tell_provider


def visit_ask(
    *,
    person: User,
    listing: Listing,
    when_words: str,
    note: str,
    by: Actor,
    now: datetime,
    council: Council | None = None,
) -> VisitRequest:
    """Ask for a first visit; while one is open for this listing, the same is returned.

    Raises NotOffered, OwnListing.
    """
    if not Listing.objects.visible().filter(pk=listing.pk).exists() or not listings.somebody_answers(listing.provider):
        raise NotOffered(listing)
    if listing.provider.keepers.filter(pk__in=[by.by_id, person.pk]).exists():
        raise OwnListing(listing.provider)
    try:
        with transaction.atomic():
            visit = VisitRequest.objects.create(
                person=person,
                provider=listing.provider,
                listing=listing,
                placed_by_id=by.by_id,  # type: ignore[misc]
                channel=by.channel,
                through=council if by.channel == PHONE else None,
                state_since=now,
                asked_at=now,
                when_words=when_words,
                note=note,
            )
            tell_provider(visit, "asked")
            audit.record("orders.visit.ask", by=by, subject=visit, at=now, provider=str(visit.provider))
    except IntegrityError:
        return VisitRequest.objects.get(person=person, listing=listing, state__in=VISIT_OPEN)
    return visit


@transaction.atomic
def visit_propose(*, visit: VisitRequest, day: date, words: str, by: Actor, now: datetime) -> VisitRequest:
    """The provider names a day and a time of day. Raises IllegalMove, WrongDay, Stopped."""
    visit = _locked(visit)
    today = timezone.localdate(now)
    if stopping_holds(visit.listing).exists():
        raise Stopped(visit)
    if not today <= day <= today + rules.FURTHEST:
        raise WrongDay(day)
    visit.proposed_on, visit.proposed_words = day, words
    _move(visit, "propose", by=by, now=now)
    tell_person(visit, "proposed")
    return visit


@transaction.atomic
def visit_agree(*, visit: VisitRequest, by: Actor, now: datetime) -> VisitRequest:
    """The person says yes to the time. Raises IllegalMove, Stopped."""
    visit = _locked(visit)
    if stopping_holds(visit.listing).exists():
        raise Stopped(visit)
    _move(visit, "agree", by=by, now=now)
    tell_provider(visit, "agreed")
    return visit


@transaction.atomic
def visit_withdraw(*, visit: VisitRequest, by: Actor, now: datetime) -> VisitRequest:
    """The person would rather not. Raises IllegalMove."""
    visit = _locked(visit)
    _move(visit, "withdraw", by=by, now=now)
    tell_provider(visit, "withdrawn")
    return visit


@transaction.atomic
def visit_decline(*, visit: VisitRequest, by: Actor, now: datetime) -> VisitRequest:
    """The provider would rather not. Raises IllegalMove."""
    visit = _locked(visit)
    _move(visit, "decline", by=by, now=now)
    tell_person(visit, "declined")
    return visit


@transaction.atomic
def visit_happened(*, visit: VisitRequest, by: Actor, now: datetime) -> VisitRequest:
    """The provider was there. Raises IllegalMove, TooEarly."""
    visit = _locked(visit)
    if visit.proposed_on is not None and visit.proposed_on > timezone.localdate(now):
        raise TooEarly(visit)
    _move(visit, "happen", by=by, now=now)
    return visit


def _locked(visit: VisitRequest) -> VisitRequest:
    return (
        VisitRequest.objects.select_for_update(of=("self",))
        .select_related("listing", "provider", "person", "placed_by")
        .get(pk=visit.pk)
    )


def _move(visit: VisitRequest, move: str, *, by: Actor, now: datetime) -> None:
    VISIT_MOVES.apply(visit, move, at=now, save=False)
    visit.save()
    audit.record(f"orders.visit.{move}", by=by, subject=visit, at=now, provider=str(visit.provider))
