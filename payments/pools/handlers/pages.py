"""What the pages of other apps show of groups: a listing, and a provider's desk."""

from typing import Any

from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse

from marketplace.core import clock
from providers.listings.models import Listing, Offer
from providers.listings.signals import DeskBlock, desk_shown, listing_shown

from .. import presentation, selectors


@receiver(listing_shown)
def groups_of_listing(sender, listing: Listing, offers: list[Offer], **kwargs) -> dict[str, Any]:
    """Groups with places that neighbours may join, and the offers that can be shared. 1 query."""
    open_now = selectors.open_at(listing)
    groups = [presentation.public_line(pool, starts) for pool, starts in open_now if pool.places_left > 0]
    to_share = [
        {"url": reverse("pools:start", args=[offer.public_id]), "title": offer.title}
        for offer in offers
        if offer.group_price_pence
    ]
    return {"groups": groups, "to_share": to_share}


@receiver(desk_shown)
def groups_on_desk(sender, providers: list, request: HttpRequest, **kwargs) -> list[DeskBlock]:
    waiting = sum(selectors.pools_waiting_for(provider).count() for provider in providers)
    running = sum(selectors.pools_for(provider).count() for provider in providers)
    now = clock.now()
    wanted = sum(
        selectors.briefs_for(provider, now).exclude(tenders__provider=provider).count() for provider in providers
    )
    context = {"waiting": waiting, "any": running, "wanted": wanted}
    return [DeskBlock(template="pools/components/desk.html", context=context, position=30)]
