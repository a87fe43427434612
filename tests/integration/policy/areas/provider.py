"""A provider's own pages: Sam keeps Sam Orchard, and nobody else does."""

from ..policy import EVERYBODY, NONE, SAM, SIGNED_IN, row

LISTING = {"listing_id": "live"}
DRAFT = {"listing_id": "draft"}
OFFER = {**LISTING, "offer_id": "offer"}
LESSON = {**LISTING, "offer_id": "lesson"}

ROWS = [
    row("provider:desk", EVERYBODY, NONE, why="welcomes whoever thinks of offering help"),
    row("provider:register", SIGNED_IN, why="anybody with an account may begin"),
    row("provider:register_name", SIGNED_IN, council_slug="quantock"),
    row("provider:about", SAM, provider_id="provider"),
    row("provider:listing_new", SAM, provider_id="provider"),
    row("provider:question", SAM, provider_id="provider", key="=name"),
    row("provider:listing", SAM, **LISTING),
    row("provider:listing", SAM, **DRAFT),
    row("provider:listing", SAM, listing_id="suspended", why="its keeper still reads why it is hidden"),
    row("provider:listing_question", SAM, **DRAFT, key="=name"),
    row("provider:listing_question", SAM, **LISTING, key="=photo"),
    row("provider:send", SAM, **DRAFT),
    row("provider:preview", SAM, **DRAFT),
    row("provider:still_right", SAM, **LISTING),
    row("provider:pause", SAM, **LISTING),
    row("provider:resume", SAM, **LISTING),
    row("provider:archive", SAM, **LISTING),
    row("provider:restore", SAM, listing_id="archived"),
    row("provider:take_back", SAM, listing_id="waiting"),
    row("provider:throw_away", SAM, **LISTING),
    row("provider:prices", SAM, **LISTING),
    row("provider:offer_new", SAM, **LISTING),
    row("provider:offer", SAM, **OFFER),
    row("provider:offer_withdraw", SAM, **OFFER),
    row("provider:dates", SAM, **LESSON),
    row("provider:date_remove", SAM, **LESSON, date_id="lesson_date"),
]
