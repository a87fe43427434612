"""Locks, always in one order: the arrangement, then its visits, then what lies below (orders, purchases)."""

from ..models import Arrangement, Visit


def arrangement_locked(pk: int) -> Arrangement:
    """The arrangement as it is now, nobody else changing it. Inside a transaction only."""
    return (
        Arrangement.objects.select_for_update(of=("self",))
        .select_related("person", "provider__council", "listing__page", "offer", "budget", "outcome")
        .prefetch_related("versions", "skips")
        .get(pk=pk)
    )


def visit_locked(visit: Visit) -> Visit:
    """The visit as it is now, its arrangement locked first. Inside a transaction only."""
    arrangement = arrangement_locked(visit.arrangement_id)
    found = Visit.objects.select_for_update(of=("self",)).select_related("terms").get(pk=visit.pk)
    found.arrangement = arrangement
    return found
