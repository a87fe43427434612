"""Letters to whoever keeps a listing, one for each thing that happens to it."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.cms.models import Photo
from marketplace.core import mail, outbox

from . import services
from .models import Listing
from .services.erasing import PHOTO_GONE
from .states import PUBLIC, WAITING_FOR_COUNCIL, WAITING_FOR_PROVIDER


@outbox.handler("listings.submitted")
def tell_submitted(listing: int) -> None:
    found = _listing(listing)
    if found.state in WAITING_FOR_COUNCIL:
        _write(found, "submitted", _("We have sent your page to the council"))


@outbox.handler("listings.returned")
def tell_returned(listing: int) -> None:
    found = _listing(listing)
    if found.state in WAITING_FOR_PROVIDER:
        _write(found, "returned", _("The council asks you to change something"))


@outbox.handler("listings.published")
def tell_published(listing: int, first: bool) -> None:
    found = _listing(listing)
    if found.state not in PUBLIC:
        return
    subject = _("People can now find your page") if first else _("Your new words are on your page")
    _write(found, "published", subject, first=first, page_url=f"{settings.SITE_URL}{found.page.url}")


@outbox.handler("listings.going_stale")
def tell_going_stale(listing: int) -> None:
    found = _listing(listing)
    if found.state in PUBLIC:
        _write(found, "going_stale", _("Is your page still right?"))


def _listing(pk: int) -> Listing:
    return Listing.objects.select_related("council", "page", "provider").get(pk=pk)


def _write(listing: Listing, letter: str, subject: str, **more: Any) -> None:
    """The same letter to everybody who keeps the listing."""
    context = {
        "listing": listing,
        "title": services.draft_of(listing).title,
        "council": listing.council,
        "listing_url": f"{settings.SITE_URL}{reverse('provider:listing', args=[listing.public_id])}",
        **more,
    }
    for keeper in listing.provider.keepers.filter(is_active=True):
        mail.send(keeper.email, subject, f"listings/{letter}", {**context, "name": keeper.first_name})


@outbox.handler(PHOTO_GONE)
def delete_photo(photo: int) -> None:
    """The file goes with its row, and so do the smaller copies of it."""
    found = Photo.objects.filter(pk=photo).first()
    if found is not None:
        for rendition in found.renditions.all():
            rendition.file.delete(save=False)
        found.file.delete(save=False)
        found.delete()
