"""Groups of the policy's world: Ken's by invitation with Joan in it, his open to the area, his draft."""

from typing import Any

from django.core import signing
from django.utils import timezone

from payments.pools import services
from payments.pools.models import Visibility
from payments.pools.views.looking import CALENDAR_SALT
from providers.listings.models import Listing
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
        "pool_calendar": signing.Signer(salt=CALENDAR_SALT).sign(str(cast.joan.pk)),
    }
