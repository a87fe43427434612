"""A site that guards no place, for gunicorn: what the races are to catch."""

import time
from typing import Any

from tests import live

SLOW_LOOK = 3.0  # seconds between the naive look at the places and the step that it leads to


def site() -> Any:
    """As one would write it who had never seen two people press at once: no locks, and a look before a leap."""
    loaded = live.site()

    from django.db.models import QuerySet

    from payments.pools.models import Pool
    from payments.pools.services import locking, pledging

    def naive(pool: Pool) -> None:
        seen = Pool.objects.get(pk=pool.pk).taken
        if seen >= pool.most:
            raise locking.NoPlaceLeft(pool)
        time.sleep(SLOW_LOOK)
        Pool.objects.filter(pk=pool.pk).update(taken=seen + 1)

    pledging.place_take = naive
    QuerySet.select_for_update = lambda self, *args, **kwargs: self  # type: ignore[method-assign]
    return loaded
