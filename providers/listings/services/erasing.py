"""A keeper is erased: their provider goes on with whoever else keeps it, or is forgotten with them."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageLogEntry, Revision

from marketplace.core import outbox
from marketplace.core.audit import Actor
from marketplace.people.erasure.rules import Identity
from marketplace.people.erasure.signals import erasure_asked, person_erased, person_erasing
from marketplace.people.models import User

from ..models import Keeper, Listing, Offer, Provider
from ..signals import name_asked
from ..states import ListingState
from .publishing import public_change

GONE = "A provider who left"  # a name on rows, not a sentence on a page
PHOTO_GONE = "listings.photo_of_erased"
BLANK_ON_PAGE = (
    *("who", "summary", "about", "when", "base_postcode", "venue_name", "venue_address", "venue_postcode"),
    *("changing_your_mind", "photo_alt", "seo_title", "search_description"),
)


@receiver(erasure_asked)
def listings_still_there(sender: type, person: User, **kwargs: Any) -> list[str]:
    """Listings that nobody else keeps and that are not archived. 2 queries a provider."""
    names = [provider.name for provider in _alone(person) if provider.listings.exclude(state=ListingState.ARCHIVED)]
    return [
        _("Nobody else keeps the page of %(name)s. Archive it, or ask the council to hand it over.") % {"name": name}
        for name in names
    ]


def _alone(person: User) -> list[Provider]:
    kept = Provider.objects.filter(keepers=person).prefetch_related("keepers")
    return [provider for provider in kept if len(provider.keepers.all()) == 1]


@receiver(person_erasing)
def keeper_forget(sender: type, person: User, identity: Identity, by: Actor, now: datetime, **kwargs: Any) -> None:
    """Inside the transaction that erases."""
    alone = _alone(person)
    for provider in Provider.objects.filter(keepers=person).exclude(pk__in=[each.pk for each in alone]):
        if provider.contact_name in identity.names or provider.email.lower() in identity.emails:
            Provider.objects.filter(pk=provider.pk).update(contact_name="", email="", phone="")
            for listing in provider.listings.all():
                public_change(listing)
    for provider in alone:
        _provider_forget(provider)


@receiver(person_erased)
def keeper_leave(sender: type, person: User, **kwargs: Any) -> None:
    """Only now, for others find what they keep about a provider by who keeps it."""
    Keeper.objects.filter(user=person).delete()


def _provider_forget(provider: Provider) -> None:
    """Its name stays only where receipts carry it; whoever bought from it keeps those."""
    for name in ("contact_name", "email", "phone", "website", "cqc_id", "insurer", "complaints"):
        setattr(provider, name, "")
    name_stays = any(answer for _receiver, answer in name_asked.send(sender=Provider, provider=provider))
    provider.name = provider.name if name_stays else GONE
    provider.save()
    Offer.objects.filter(listing__provider=provider).update(details="")
    for listing in provider.listings.select_related("page"):
        _page_forget(listing)
        public_change(listing)


def _page_forget(listing: Listing) -> None:
    page, photo = listing.page, listing.page.photo
    for name in BLANK_ON_PAGE:
        setattr(page, name, "")
    page.title = page.draft_title = GONE
    page.slug = listing.public_id.lower()
    page.photo = None
    page.latest_revision = page.live_revision = None
    page.save(clean=False)
    Revision.objects.for_instance(page).delete()
    PageLogEntry.objects.filter(page_id=page.pk).update(label=GONE, data={})
    Redirect.objects.filter(redirect_page=page).delete()
    if photo is not None:
        outbox.add(PHOTO_GONE, photo=photo.pk)
