"""The demonstration's people, places and goings-on. Invented, deterministic, and safe to run again."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from marketplace.core.models import OutboxRow
from marketplace.people.models import Council, User
from providers.assurance import services as assurance
from providers.listings.models import Category, Listing, Provider

from . import budgets, buying, checks, groups, money, people, providers, regulars, weekly

Say = Callable[[str], None]
CAN_BE_PAID = 3 / 4  # of the invented neighbours; the others can be met, not bought


def seed(say: Say) -> None:
    """Fill an empty site; on a seeded one, do nothing twice. One transaction a step, so it can be interrupted."""
    now = timezone.now()
    with transaction.atomic():
        councils = people.councils(now)
        cast = people.cast(now, councils)
        categories = providers.categories()
    say(f"{len(councils)} councils and {len(cast)} people")
    made = _settle_all(councils, cast, categories, now, say)
    with transaction.atomic():
        quantock = councils["quantock"]
        sam = regulars.sam(quantock, cast, categories, now)
        asha = regulars.asha(quantock, cast, categories, now)
        regulars.in_every_state(quantock, cast, categories, now)
        assurance.credentials_run_out(now=now)
    say(f"{made} new providers, {Provider.objects.count()} in all")
    paid = list(Provider.objects.filter(email__startswith="neighbour").order_by("pk"))
    accounts = buying.open_accounts([sam.provider, asha.provider, *paid[: int(len(paid) * CAN_BE_PAID)]], now)
    say(f"{accounts} new accounts that can be paid")
    buying.acting(cast, now)
    buying.orders_in_every_state(sam, cast, now)
    money.money_elsewhere(sam, paid[: int(len(paid) * CAN_BE_PAID)], cast, now)
    buying.visits(sam, asha, cast, now)
    suspended = Listing.objects.filter(provider__name="Quick Clean Bridgwater").first()
    written = budgets.money(quantock, sam, asha, cast, now)
    say(f"{written} budgets")
    say(f"{weekly.every_week(sam, cast, now)} arrangements")
    say(f"{groups.groups(sam, cast, now)} groups")
    buying.needs_and_concerns(quantock, suspended, cast, now)
    OutboxRow.objects.filter(delivered_at=None).update(delivered_at=now)


def _settle_all(
    councils: dict[str, Council], cast: dict[str, User], categories: dict[str, Category], now: datetime, say: Say
) -> int:
    there = set(Provider.objects.filter(email__startswith="neighbour").values_list("email", flat=True))
    curators = {"quantock": cast["moira"], "wharfe": cast["bea"], "lagan": cast["olwen"]}
    made = 0
    for neighbour in providers.invent(councils):
        if f"neighbour{neighbour.number:03d}@example.org" in there:
            continue
        with transaction.atomic():
            listing = providers.settle(neighbour, categories[neighbour.kind.slug], now)
            checks.look_at(neighbour, listing.provider, curators[neighbour.council.slug], now)
        made += 1
        if made % 50 == 0:
            say(f"  {made} of 300 providers")
    return made
