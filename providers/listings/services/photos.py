"""Keeping a photograph: cleaned first, under a name that nobody can guess, among its council's pictures."""

import secrets
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.db import transaction

from marketplace.cms.models import Photo
from marketplace.cms.services import collection_of
from marketplace.people.models import Council, User

from .. import photos


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
