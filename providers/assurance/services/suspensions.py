"""A council stops a provider at once, with a reason, and lets them go on."""

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
