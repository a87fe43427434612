"""Groups of the policy's world: Ken's by invitation with Joan in it, his open to the area, his draft."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from payments.pools import services
from payments.pools.models import Brief, Tender, Visibility
from payments.pools.services import briefs, voting
from payments.pools.services.calendars import calendar_code
from providers.listings.models import Listing, Offer
from tests.factories.pools import by_self, join, make_group_offer, make_pool


def make_groups(world: Any) -> None:
    cast, now = world.cast, timezone.now()
    ken = by_self(cast.ken)
    offer = make_group_offer(Listing.objects.get(public_id=world["live"]))
    pool = make_pool(offer, cast.ken, now=now)
    place = join(pool, cast.joan, now=now)
    services.pool_hand_over(pool=pool, to=place, by=ken, now=now)
    (letter,) = services.invitations_send(pool=pool, people=[("Dilys", "dilys@neighbours.example")], by=ken, now=now)
    world.things |= {
        "group_offer": offer.public_id,
        "pool": pool.public_id,
        "pool_area": make_pool(offer, cast.ken, now=now, visibility=Visibility.AREA).public_id,
        "pool_draft": make_pool(offer, cast.ken, now=now, opened=False).public_id,
        "pool_link": pool.invitations.get(kind="link").public_id,
        "pool_letter": letter.public_id,
        "pool_place": place.public_id,
        "pool_date": pool.current.sessions.all()[0].pk,
        **_briefs(cast, offer, now),
        "pool_calendar": calendar_code(cast.joan),
    }


def _briefs(cast: Any, offer: Offer, now: datetime) -> dict[str, str]:
    """What Ken and Joan want: one not sent yet, one that Sam has answered, one in its vote, one decided."""
    writing = _brief(cast, "writing", now)
    asking, offered = _answered(cast, offer, "asking", now, timedelta(days=5))
    voted, _tender = _answered(cast, offer, "voting", now, timedelta(days=-2))
    decided, _won = _answered(cast, offer, "decided", now, timedelta(days=-9))
    for brief in (voted, decided):
        briefs.brief_vote(brief=brief, now=brief.offers_by)
    decided.refresh_from_db()
    options = list(decided.decision.options.all())
    at = decided.offers_by + timedelta(hours=1)
    voting.ballot_cast(decision=decided.decision, person=cast.ken, ranking=options, by=by_self(cast.ken), now=at)
    briefs.brief_decide(brief=decided, now=now)
    return {
        "brief_writing": writing.public_id,
        "brief_link": briefs.link_code(writing),
        "brief": asking.public_id,
        "brief_tender": offered.public_id,
        "brief_voting": voted.public_id,
        "brief_decided": decided.public_id,
    }


def _brief(cast: Any, name: str, begun: datetime) -> Brief:
    brief = briefs.brief_start(
        organiser=cast.ken,
        council=cast.council["quantock"],
        name=f"A walking group, {name}",
        words="An hour on Tuesdays, not too fast.",
        heads=4,
        offers_by=begun + timedelta(days=7),
        vote_by=begun + timedelta(days=14),
        token=name,
        by=by_self(cast.ken),
        now=begun,
    )
    briefs.brief_join(brief=brief, person=cast.joan, by=by_self(cast.joan), now=begun)
    return brief


def _answered(cast: Any, offer: Offer, name: str, now: datetime, left: timedelta) -> tuple[Brief, Tender]:
    """Sent to providers and answered by Sam; `left` is the time until offers are read."""
    begun = now + left - timedelta(days=7)
    brief = _brief(cast, name, begun)
    brief = briefs.brief_ask(brief=brief, providers=[], by=by_self(cast.ken), now=begun)
    tender = briefs.tender_make(
        brief=brief,
        provider=offer.listing.provider,
        offer=offer,
        total_pence=9000,
        words="Six walks.",
        by=by_self(cast.sam),
        now=begun,
    )
    return brief, tender
