"""Keeping a photograph: cleaned first, under a name that nobody can guess, among its council's pictures."""

import secrets
from datetime import datetime
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.db import transaction

from marketplace.cms.models import Photo
from marketplace.cms.services import collection_of
from marketplace.core.audit import Actor
from marketplace.people.models import Council, User

from .. import photos
from ..models import Listing, ListingPage
from .words import listing_edit


def photo_store(*, council: Council, title: str, upload: BinaryIO, user: User | None) -> Photo:
    """A clean copy of what somebody sent. Raises photos.Unfit.

    The cleaning takes a second and happens before the transaction.
    """
    data = photos.clean_photo(upload)
    with transaction.atomic():
        return Photo.objects.create(
            title=title[:255],
            file=ContentFile(data, name=f"{secrets.token_hex(12)}.jpg"),
            collection=collection_of(council),
            uploaded_by_user=user,
        )


def listing_photograph(
    *, listing: Listing, upload: BinaryIO, alt: str, by: Actor, user: User, now: datetime, question: str = ""
) -> ListingPage:
    """A new photograph in the draft. Raises photos.Unfit, Locked."""
    photo = photo_store(council=listing.council, title=alt or listing.page.title, upload=upload, user=user)
    return listing_edit(listing=listing, by=by, user=user, now=now, question=question, photo=photo, photo_alt=alt)
