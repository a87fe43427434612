"""The only doors from an id or a code in a request to a pool, a pledge or an invitation. Refusal is a 404."""

from datetime import datetime

from django.core import signing
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from marketplace.people.middleware import Standing
from marketplace.people.models import Scope, User
from payments.orders.access import buyer
from providers.listings.models import Listing

from . import selectors
from .models import Brief, Invitation, Pledge, Pool, Session, Tender, Visibility
from .services.asked import competes
from .services.briefs import id_in_link
from .services.calendars import whose_calendar
from .services.inviting import code_of
from .states import JOINABLE, UNDER_WAY, PledgeState

WITH_POOL = ("terms", "provider", "offer", "listing__page", "council", "organiser", "heir")
WITH_PLEDGE = (*(f"pool__{each}" for each in WITH_POOL), "person", "placed_by", "purchase", "order", "terms")


def _pools() -> QuerySet[Pool]:
    return Pool.objects.select_related(*WITH_POOL)


def pool_for_organiser(standing: Standing, public_id: str) -> Pool:
    """A pool that the person of this request organises; a helper needs the right to buy."""
    return get_object_or_404(_pools(), organiser=buyer(standing).person, public_id=public_id)


def pool_for_member(standing: Standing, public_id: str) -> Pool:
    """A pool that the person of this request organises, or has or had a pledge in."""
    mine = Pledge.objects.filter(pool=OuterRef("pk"), person=standing.person)
    organised = _pools().filter(public_id=public_id, organiser=standing.person)
    return get_object_or_404(organised | _pools().filter(Exists(mine), public_id=public_id))


def pool_for_stranger(public_id: str) -> Pool:
    """A pool that is open to its area and can still be joined, of a listing that strangers see. It shows no people."""
    visible = _pools().filter(visibility=Visibility.AREA, state__in=JOINABLE, listing__in=Listing.objects.visible())
    return get_object_or_404(visible, public_id=public_id)


def pool_for_provider(user: User, public_id: str) -> Pool:
    """A pool that would buy, or buys, from a provider that this person keeps; drafts stay with their organiser."""
    theirs = _pools().filter(provider__keepers=user).exclude(state="draft", by_provider=False)
    return get_object_or_404(theirs, public_id=public_id)


def session_for_provider(user: User, public_id: str, pk: int) -> tuple[Pool, Session]:
    """One date of a pool whose provider this person keeps."""
    pool = pool_for_provider(user, public_id)
    return pool, session_of(pool, pk)


def session_of(pool: Pool, pk: int) -> Session:
    """One of the dates of a pool that was let through a door already."""
    return get_object_or_404(Session.objects.select_related("terms"), terms=pool.current, pk=pk)


def pledge_to_see(standing: Standing, pool_id: str) -> Pledge:
    """The newest pledge of the person of this request in a pool, over or not."""
    mine = Pledge.objects.select_related(*WITH_PLEDGE).filter(person=standing.person, pool__public_id=pool_id)
    found = mine.order_by("-pk").first()
    if found is None:
        raise Http404
    return found


def pledge_for_payer(standing: Standing, pool_id: str) -> Pledge:
    """The same, to be changed or paid: a helper needs the right to buy."""
    return pledge_to_see(buyer(standing), pool_id)


def pool_to_join(standing: Standing | None, public_id: str) -> Pool:
    """A pool that anybody of the area may join, or that the person of this request is in already.

    Http404 for a helper who may only look. A pool by invitation is joined through `invitation_by_code`.
    """
    if standing and not standing.may(Scope.BUY):
        raise Http404
    found = _pools().filter(public_id=public_id)
    shown = found.filter(visibility=Visibility.AREA, state__in=JOINABLE | UNDER_WAY)
    if standing:
        mine = Pledge.objects.filter(pool=OuterRef("pk"), person=standing.person)
        shown = shown | found.filter(Exists(mine)) | found.filter(organiser=standing.person)
    return get_object_or_404(shown)


def invitation_by_code(typed: str) -> Invitation:
    """What a code opens, however it was typed, while it opens anything: not withdrawn, not declined, and its pool not
    over. Whether it can still be used is `services.may_enter`'s business: somebody who used it comes back by it."""
    found = Invitation.objects.filter(withdrawn_at=None, declined_at=None).exclude(pool__state="draft")
    related = [f"pool__{each}" for each in WITH_POOL]
    return get_object_or_404(found.select_related(*related, "sent_by"), public_id=code_of(typed))


def invitation_for_organiser(standing: Standing, pool_id: str, public_id: str) -> Invitation:
    pool = pool_for_organiser(standing, pool_id)
    return get_object_or_404(pool.invitations.select_related("pool"), public_id=public_id)


def member_for_organiser(standing: Standing, pool_id: str, pledge_id: str) -> Pledge:
    """A member of a pool that the person of this request organises, to hand the organising to."""
    pool = pool_for_organiser(standing, pool_id)
    active = pool.pledges.select_related("person").exclude(state=PledgeState.WAITING)
    return get_object_or_404(active, public_id=pledge_id)


def brief_for_member(standing: Standing, public_id: str) -> Brief:
    """What a group wants, for those who want it; a helper may look, unless they keep a provider that was asked."""
    return _unless_competing(standing, get_object_or_404(selectors.briefs_of(standing.person), public_id=public_id))


def _unless_competing(standing: Standing, brief: Brief) -> Brief:
    if competes(brief, standing.user.pk):
        raise Http404
    return brief


def briefs_to_see(standing: Standing) -> list[Brief]:
    """What the person of this request wants together with others, less what `brief_for_member` refuses."""
    found = list(selectors.briefs_of(standing.person))
    if not standing.user.providers_kept.exists():
        return found
    return [brief for brief in found if not competes(brief, standing.user.pk)]


def brief_for_voter(standing: Standing, public_id: str) -> Brief:
    """The same, to vote in: a helper needs the right to buy."""
    return brief_for_member(buyer(standing), public_id)


def brief_for_organiser(standing: Standing, public_id: str) -> Brief:
    organised = selectors.briefs_of(buyer(standing).person).filter(organiser=standing.person)
    return _unless_competing(standing, get_object_or_404(organised, public_id=public_id))


def brief_by_link(standing: Standing | None, code: str) -> Brief:
    """What the link to join leads to, for whoever has it. Refused to helpers who may only look, or who keep a provider
    that was asked."""
    if standing and not standing.may(Scope.BUY):
        raise Http404
    try:
        public_id, number = id_in_link(code)
    except signing.BadSignature as error:
        raise Http404 from error
    briefs = Brief.objects.select_related("council", "category", "organiser")
    brief = get_object_or_404(briefs, public_id=public_id, link_number=number)
    return _unless_competing(standing, brief) if standing and standing.for_another else brief


def calendar_by_address(code: str) -> User:
    """Whose groups a calendar's address shows, while it has not been taken back."""
    try:
        person = whose_calendar(code)
    except (signing.BadSignature, ValueError) as error:
        raise Http404 from error
    if person is None:
        raise Http404
    return person


def brief_for_keeper(user: User, public_id: str, now: datetime) -> Brief:
    """What a group wants, for those who may offer it now or have offered it."""
    for provider in user.providers_kept.all():
        found = selectors.briefs_for(provider, now).filter(public_id=public_id).first()
        if found is not None:
            return found
    raise Http404


def tender_for_keeper(user: User, brief: Brief, public_id: str) -> Tender:
    return get_object_or_404(selectors.tenders_of(brief, user), public_id=public_id)
