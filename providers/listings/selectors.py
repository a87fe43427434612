"""What may be read of listings, shaped for the pages that need it."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from marketplace.people.models import Council, User

from .models import Category, Hold, Listing, ListingPage, Offer, Provider

FRESH_DAYS, OLD_DAYS, HIDE_DAYS = 180, 365, 395  # after this many days: a banner, demoted, hidden


def visible_to(user: User | None = None) -> QuerySet[Listing]:
    """Listings that this person may see on public pages just now. The database decides, never an index."""
    return Listing.objects.visible()


def may_be_seen(page: ListingPage) -> bool:
    """Whether strangers may see this page at this moment. 1 query."""
    return Listing.objects.visible().filter(page_id=page.pk).exists()


def for_page(page: ListingPage) -> Listing:
    """The facts beside a page's words. 1 query."""
    return Listing.objects.select_related("provider", "council").get(page_id=page.pk)


def for_cards(ids: Iterable[int]) -> list[Listing]:
    """The visible listings among these ids with all that a card shows, in the order given. 4 queries."""
    wanted = list(ids)
    found = (
        visible_to()
        .filter(pk__in=wanted)
        .select_related("page", "provider", "council", "page__photo")
        .prefetch_related(Prefetch("offers", Offer.objects.filter(withdrawn_at=None)), "page__categories")
    )
    by_id = {listing.pk: listing for listing in found}
    return [by_id[pk] for pk in wanted if pk in by_id]


def open_holds(listing: Listing) -> QuerySet[Hold]:
    return Hold.objects.filter(provider=listing.provider, lifted_at=None).filter(Q(listing=None) | Q(listing=listing))


def offers_of(listing: Listing) -> QuerySet[Offer]:
    """What can be bought, in the order its keeper chose."""
    return listing.offers.filter(withdrawn_at=None)


def categories_for(council: Council | None) -> QuerySet[Category]:
    """National categories and the council's own, without the retired ones."""
    return Category.objects.filter(Q(council=None) | Q(council=council), retired_at=None)


def providers_kept_by(user: User) -> QuerySet[Provider]:
    return Provider.objects.filter(keepers=user).select_related("council").order_by("name")


def days_since_assured(listing: Listing, today: date) -> int | None:
    """None for a listing that nobody has ever confirmed."""
    return (today - listing.assured_on).days if listing.assured_on else None
