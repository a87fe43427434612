"""What changes a listing. Words go through Wagtail's revisions and the council's workflow; facts change at once."""

from .holds import hold_lift, hold_place
from .providers import provider_change, provider_register
from .publishing import (
    listing_publish,
    listing_return,
    listing_submission_cancelled,
    listing_unpublish,
    public_change,
)
from .words import CouncilHasNoPage, Locked, draft_of, listing_create, listing_edit, listing_submit

__all__ = [
    "CouncilHasNoPage",
    "Locked",
    "draft_of",
    "hold_lift",
    "hold_place",
    "listing_create",
    "listing_edit",
    "listing_publish",
    "listing_return",
    "listing_submission_cancelled",
    "listing_submit",
    "listing_unpublish",
    "provider_change",
    "provider_register",
    "public_change",
]
