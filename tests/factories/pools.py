"""Groups that buy together: an offer with a price for groups, a group of any size, people in it."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from marketplace.core.audit import SELF, Actor
from marketplace.people.models import User
from payments.pools import services
from payments.pools.models import Pledge, Pool
from payments.pools.services import Plan
from providers.listings.models import Listing, Offer, Unit
from tests.factories.listings import make_offer


def by_self(user: User) -> Actor:
    return Actor(by_id=user.pk, for_id=user.pk, channel=SELF)


def make_group_offer(listing: Listing, **facts: Any) -> Offer:
    """£10 each alone, £30 for a group of two to six, each time."""
    usual = {"unit": Unit.SESSION, "group_price_pence": 3000, "group_least": 2, "group_most": 6}
    return make_offer(listing, "Chair yoga", 1000, **(usual | facts))


def tuesdays(now: datetime, times: int = 6, after: int = 24) -> list[datetime]:
    """Dates at 2.30pm, a week apart, the first in so many days: beyond the 14 days of the right to cancel."""
    first = (timezone.localtime(now) + timedelta(days=after)).replace(hour=14, minute=30, second=0, microsecond=0)
    return [timezone.make_aware(first.replace(tzinfo=None) + timedelta(days=7 * n)) for n in range(times)]


def make_plan(now: datetime, **facts: Any) -> Plan:
    closes = (timezone.localtime(now) + timedelta(days=3)).replace(hour=18, minute=0, second=0, microsecond=0)
    usual: dict[str, Any] = {
        "name": "Tuesday yoga",
        "place": "Spaxton village hall",
        "least": 3,
        "most": 6,
        "pledge_by": closes,
        "starts": tuesdays(now),
    }
    return Plan(**(usual | facts))


def make_pool(offer: Offer, organiser: User, *, now: datetime | None = None, opened: bool = True, **facts: Any) -> Pool:
    """A group of three to six on six Tuesdays, £180 to share; open unless a test wants the draft."""
    now = now or timezone.now()
    token = f"made-{Pool.objects.count()}"
    pool = services.pool_start(
        offer=offer, organiser=organiser, plan=make_plan(now, **facts), token=token, by=by_self(organiser), now=now
    )
    return services.pool_open(pool=pool, by=by_self(organiser), now=now) if opened else pool


def join(pool: Pool, person: User, *, now: datetime | None = None, **facts: Any) -> Pledge:
    """A place for somebody, from own money; the card is not saved yet."""
    pool = Pool.objects.select_related("terms", "provider", "offer").get(pk=pool.pk)
    usual: dict[str, Any] = {
        "terms": pool.current,
        "maximum_pence": pool.worst_pence,
        "express_request": services.begins_early(pool),
        "invitation": pool.invitations.first(),
    }
    return services.pledge_make(
        pool=pool, person=person, by=by_self(person), now=now or timezone.now(), **(usual | facts)
    )
