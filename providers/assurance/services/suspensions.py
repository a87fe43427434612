"""A council stops a provider at once, with a reason, and lets them go on."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from marketplace.core import outbox
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError
from providers.listings.models import Hold, Provider
from providers.listings.services import hold_lift, hold_place
from providers.listings.states import HoldKind


class AlreadySuspended(DomainError):
    """Somebody else has just suspended this provider; the first reason stands."""


@transaction.atomic
def provider_suspend(*, provider: Provider, by: Actor, now: datetime, reason: str) -> Hold:
    """Gone from every public page at the next request; new orders stop. The provider is told why.

    Raises AlreadySuspended.
    """
    Provider.objects.select_for_update().get(pk=provider.pk)
    if Hold.objects.filter(provider=provider, kind=HoldKind.SUSPENDED, lifted_at=None).exists():
        raise AlreadySuspended(provider)
    return _suspend(provider, by, now, reason)


@transaction.atomic
def providers_suspend(*, providers: Iterable[int], by: Actor, now: datetime, reason: str) -> list[Hold]:
    """The same for many, by primary key, all or none. Those that are suspended already keep their first reason.

    Everybody is gone from public pages at the next request; the search index follows in batches, by the worker. `now`
    is the mark by which those that were suspended together are found again.
    """
    locked = list(Provider.objects.select_for_update().filter(pk__in=list(providers)).order_by("pk"))
    open_holds = Hold.objects.filter(provider__in=locked, kind=HoldKind.SUSPENDED, lifted_at=None)
    hidden = set(open_holds.values_list("provider_id", flat=True))
    return [_suspend(provider, by, now, reason) for provider in locked if provider.pk not in hidden]


def _suspend(provider: Provider, by: Actor, now: datetime, reason: str) -> Hold:
    hold = hold_place(provider=provider, kind=HoldKind.SUSPENDED, by=by, now=now, reason=reason)
    outbox.add("assurance.provider_suspended", hold=hold.pk)
    return hold


@transaction.atomic
def provider_lift(*, provider: Provider, by: Actor, now: datetime, note: str = "") -> bool:
    """End a suspension, or let go of somebody who only looked like another; other holds stay.

    Returns whether there was one.
    """
    by_council = [HoldKind.SUSPENDED, HoldKind.HELD]
    holds = list(Hold.objects.filter(provider=provider, listing=None, kind__in=by_council, lifted_at=None))
    for hold in holds:
        hold_lift(hold=hold, by=by, now=now, note=note)
        outbox.add("assurance.provider_lifted", hold=hold.pk)
    return bool(holds)
