"""Help every week: Ken's with Sam, one of each kind that waits for somebody."""

from datetime import time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from marketplace.core.audit import SELF, Actor
from marketplace.people.models import User
from payments.arrangements import rules, services
from payments.arrangements.models import Arrangement, Visit
from payments.arrangements.models.arrangement import Side
from payments.arrangements.services import Wanted
from payments.arrangements.states import VisitState
from payments.sandbox import cards, place
from payments.sandbox import services as sandbox
from providers.listings.models import Listing

if TYPE_CHECKING:
    from .world import World


def _actor(user: User) -> Actor:
    return Actor(by_id=user.pk, for_id=user.pk, channel=SELF)


def make_weekly(world: "World") -> None:
    cast, now, today = world.cast, timezone.now(), timezone.localdate()
    offer = Listing.objects.get(public_id=world["live"]).offers.get(public_id=world["offer"])
    wanted = Wanted(rules.weekly(["TU"], 1), today + timedelta(days=2), time(10), 120, 1800, 14)

    def proposed(person: User, side: Side, token: str) -> Arrangement:
        by = _actor(person if side == Side.PERSON else cast.sam)
        return services.arrangement_propose(
            person=person,
            offer=offer,
            wanted=wanted,
            side=side,
            token=token,
            by=by,
            now=now,
            paid_from=services.PaidFrom(begin_early=True),
        )

    def running(token: str) -> Arrangement:
        made = proposed(cast.ken, Side.PERSON, token)
        services.arrangement_agree(arrangement=made, side=Side.PROVIDER, by=_actor(cast.sam), now=now)
        urls = {"saved_url": "http://testserver/a/", "back_url": "http://testserver/b/"}
        card = services.card_begin(arrangement=made, by=_actor(cast.ken), now=now, **urls)
        sandbox.session_pay(place.store(), session_id=card.session_id, number=cards.SUCCESS.number)
        services.card_look_up(card=card, now=now)
        return made

    def visit(made: Arrangement, days_ago: int) -> Visit:
        when = now - timedelta(days=days_ago)
        return Visit.objects.create(
            arrangement=made,
            terms=made.versions.get(),
            day=timezone.localdate(when),
            at=timezone.localtime(when).time().replace(microsecond=0),
            starts_at=when,
            planned_minutes=120,
            state=VisitState.PLANNED,
            state_since=when,
        )

    made, changing = running("weekly"), running("weekly-change")
    done = services.visit_done(visit=visit(made, 3), minutes=120, by=_actor(cast.sam), now=now)
    queried = services.visit_done(visit=visit(made, 2), minutes=90, by=_actor(cast.sam), now=now)
    services.visit_query(visit=queried, by=_actor(cast.ken), now=now, words="He left early.")
    by_sam = Wanted(rules.weekly(["FR"], 1), today + timedelta(days=9), time(11), 120, 1900, 14)
    services.change_propose(arrangement=changing, wanted=by_sam, side=Side.PROVIDER, by=_actor(cast.sam), now=now)
    secret = services.feed_make(owner=cast.ken, person=cast.ken, by=_actor(cast.ken), now=now)
    world.things |= {
        "weekly": made.public_id,
        "weekly_changing": changing.public_id,
        "weekly_asked": proposed(cast.ken, Side.PERSON, "weekly-asked").public_id,
        "weekly_offered": proposed(cast.ken, Side.PROVIDER, "weekly-offered").public_id,
        "weekly_of_joan": proposed(cast.joan, Side.PERSON, "weekly-joan").public_id,
        "weekly_to_mark": visit(made, 1).public_id,
        "weekly_done": done.public_id,
        "weekly_queried": queried.public_id,
        "weekly_feed": secret,
    }
