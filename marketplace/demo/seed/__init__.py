"""The demonstration's people, places and goings-on. Invented, deterministic, and safe to run again."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from marketplace.core.models import OutboxRow

from . import people, providers

Say = Callable[[str], None]


def seed(say: Say) -> None:
    """Fill an empty site; on a seeded one, do nothing twice. One transaction a step, so it can be interrupted."""
    now = timezone.now()
    with transaction.atomic():
        councils = people.councils(now)
        cast = people.cast(now, councils)
        categories = providers.categories()
    say(f"{len(councils)} councils and {len(cast)} people")
    providers_made = _settle_all(councils, categories, now, say)
    say(f"{providers_made} providers")
    OutboxRow.objects.filter(delivered_at=None).update(delivered_at=now)


def _settle_all(councils, categories, now, say: Say) -> int:
    from providers.listings.models import Provider

    there = set(Provider.objects.filter(email__startswith="neighbour").values_list("email", flat=True))
    made = 0
    for neighbour in providers.invent(councils):
        if f"neighbour{neighbour.number:03d}@example.org" in there:
            continue
        with transaction.atomic():
            providers.settle(neighbour, categories[neighbour.kind.slug], now)
        made += 1
        if made % 50 == 0:
            say(f"  {made} of 300 providers")
    return len(there) + made
