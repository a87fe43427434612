"""The form behind every picture that comes in through Wagtail's admin (WAGTAILIMAGES_IMAGE_FORM_BASE)."""

import secrets

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.images.forms import BaseImageForm

from . import photos


class CleanPhotoForm(BaseImageForm):
    """Curators' pictures are cleaned as providers' are: nothing is stored as it was sent."""

    def clean_file(self) -> SimpleUploadedFile:
        sent = self.cleaned_data["file"]
        if "file" not in self.changed_data:
            return sent
        try:
            data = photos.clean_photo(sent)
        except photos.Unfit as refusal:
            raise ValidationError(str(refusal.sentence), code=refusal.fault.value) from refusal
        return SimpleUploadedFile(f"{secrets.token_hex(12)}.jpg", data, "image/jpeg")
