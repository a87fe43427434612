"""Which providers a brief asks for an offer, and who therefore neither reads the offers of others nor votes."""

from django.db.models import QuerySet

from providers.listings.models import Listing, Provider

from ..models import Brief, Tender
from ..states import BRIEF_WRITING


def providers_matching(brief: Brief) -> QuerySet[Provider]:
    """Providers of the area with a live listing of the kind, of whom nobody is a member. 1 query."""
    listings = Listing.objects.visible()
    if brief.category is not None:
        listings = listings.filter(page__categories=brief.category)
    found = Provider.objects.filter(council=brief.council_id, pk__in=listings.values("provider"))
    return found.exclude(keepers__in=brief.members.values("person")).order_by("name", "pk")


def providers_asked(brief: Brief) -> QuerySet[Provider]:
    """Those who were named, or every one who matches where nobody was. 2 queries."""
    if brief.invited.exists():
        return brief.invited.exclude(keepers__in=brief.members.values("person")).order_by("name", "pk")
    return providers_matching(brief)


def may_offer(brief: Brief, provider: Provider) -> bool:
    """Whether this provider is asked: by name, or because its live listing is of the kind and nobody was named."""
    return providers_asked(brief).filter(pk=provider.pk).exists()


def offers_of(brief: Brief) -> QuerySet[Tender]:
    """Every offer that stands. 1 query."""
    return brief.tenders.filter(withdrawn_at=None)


def competes(brief: Brief, user_id: int | None) -> bool:
    """Whether this user keeps a provider that was asked or has offered. Whoever does reads no rival's offer and casts
    no ballot, for nobody: a person's helper and council staff on the telephone press for others. 3 queries at most."""
    if user_id is None:
        return False
    if offers_of(brief).filter(provider__keepers=user_id).exists():
        return True
    return brief.state not in BRIEF_WRITING and providers_asked(brief).filter(keepers=user_id).exists()
