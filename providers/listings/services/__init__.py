"""What changes a listing. Words go through Wagtail's revisions and the council's workflow; facts change at once."""

from .holds import hold_lift, hold_place
from .offers import (
    DateTaken,
    PlacesSold,
    TooMany,
    offer_add,
    offer_change,
    offer_date_add,
    offer_date_remove,
    offer_withdraw,
)
from .photos import listing_photograph, photo_store
from .providers import provider_change, provider_register
from .publishing import (
    listing_publish,
    listing_return,
    listing_sent_by_council,
    listing_submission_cancelled,
    listing_unpublish,
    public_change,
)
from .standing import (
    listing_archive,
    listing_confirm_correct,
    listing_pause,
    listing_remind,
    listing_restore,
    listing_resume,
    listing_terms_change,
    question_passed,
)
from .words import (
    CareBarred,
    CouncilHasNoPage,
    Locked,
    draft_of,
    listing_create,
    listing_edit,
    listing_submit,
    listing_withdraw,
    listing_words_drop,
)

__all__ = [
    "CareBarred",
    "CouncilHasNoPage",
    "DateTaken",
    "Locked",
    "PlacesSold",
    "TooMany",
    "draft_of",
    "hold_lift",
    "hold_place",
    "listing_archive",
    "listing_confirm_correct",
    "listing_create",
    "listing_edit",
    "listing_pause",
    "listing_photograph",
    "listing_publish",
    "listing_remind",
    "listing_restore",
    "listing_resume",
    "listing_return",
    "listing_sent_by_council",
    "listing_submission_cancelled",
    "listing_submit",
    "listing_terms_change",
    "listing_unpublish",
    "listing_withdraw",
    "listing_words_drop",
    "offer_add",
    "offer_change",
    "offer_date_add",
    "offer_date_remove",
    "offer_withdraw",
    "photo_store",
    "provider_change",
    "provider_register",
    "public_change",
    "question_passed",
]
