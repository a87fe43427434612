"""Orders and first visits, from both sides, and the payment pages."""

from ..policy import (
    EVERYBODY,
    KEN_OR_BUYING_FOR_KEN,
    KEN_OR_FOR_KEN,
    LEE_FOR_KEN,
    NONE,
    PRIYA_FOR_JOAN,
    SAM,
    SIGNED_IN,
    row,
    who,
)

MAY_BUY = EVERYBODY - {LEE_FOR_KEN}
JOAN_OR_FOR_JOAN = who("joan", PRIYA_FOR_JOAN)

ASKING = [
    row("orders:choose", MAY_BUY, NONE, listing_id="live"),
    row("orders:choose", NONE, listing_id="suspended"),
    row("orders:choose", NONE, listing_id="draft"),
    row("orders:begin", MAY_BUY, NONE, offer_id="offer"),
    row("orders:begin", NONE, offer_id="suspended_offer"),
    row("orders:step", MAY_BUY, offer_id="offer", step="=when"),
    row("orders:step", NONE, offer_id="suspended_offer", step="=when"),
    row("orders:check", MAY_BUY, offer_id="offer"),
    row("orders:check", NONE, offer_id="suspended_offer"),
    row("orders:visit_new", MAY_BUY, listing_id="live", data={"when_words": "Any Tuesday"}),
    row("orders:visit_new", NONE, listing_id="suspended", data={"when_words": "Any Tuesday"}),
]

MINE = [
    row("orders:mine", SIGNED_IN, NONE),
    row("orders:order", KEN_OR_FOR_KEN, NONE, public_id="order"),
    row("orders:order", JOAN_OR_FOR_JOAN, NONE, public_id="order_of_joan"),
    row("orders:agree", KEN_OR_FOR_KEN, KEN_OR_BUYING_FOR_KEN, public_id="order_proposed"),
    row("orders:cancel", KEN_OR_BUYING_FOR_KEN, public_id="order"),
    row("orders:cancel", JOAN_OR_FOR_JOAN, public_id="order_of_joan"),
    row("orders:pay", KEN_OR_FOR_KEN, KEN_OR_BUYING_FOR_KEN, public_id="order_accepted"),
    row("orders:paid", KEN_OR_FOR_KEN, NONE, public_id="order_paid"),
    row("orders:receipt", KEN_OR_FOR_KEN, NONE, public_id="order_paid"),
    row("orders:visit", KEN_OR_FOR_KEN, NONE, public_id="visit"),
    row("orders:visit", JOAN_OR_FOR_JOAN, NONE, public_id="visit_of_joan"),
    row("orders:visit_agree", JOAN_OR_FOR_JOAN, public_id="visit_of_joan"),
    row("orders:visit_withdraw", KEN_OR_FOR_KEN, KEN_OR_BUYING_FOR_KEN, public_id="visit"),
]

PROVIDERS = [
    row("provider_orders:inbox", SIGNED_IN, NONE, why="empty for whoever keeps nothing"),
    row("provider_orders:order", SAM, public_id="order", why="sending it says yes"),
    row("provider_orders:order", SAM, public_id="order_paid"),
    row("provider_orders:decline", SAM, public_id="order", data={"words": "I am away that week."}),
    row("provider_orders:propose", SAM, public_id="order"),
    row("provider_orders:deliver", SAM, public_id="order_paid"),
    row("provider_orders:call_off", SAM, public_id="order_paid", data={"words": "My van broke down."}),
    row("provider_orders:give_back", SAM, public_id="order_paid", data={"amount": "1", "words": "Sorry."}),
    row("provider_orders:gave_back", SAM, public_id="order_called_off", data={"words": "By bank transfer."}),
    row("provider_orders:gave_back", NONE, public_id="order_paid", why="the person paid by card"),
    row("provider_orders:evidence", SAM, NONE, public_id="order_disputed"),
    row("provider_orders:visit", SAM, public_id="visit"),
    row("provider_orders:visit", who("asha"), public_id="visit_with_asha"),
    row("provider_orders:visit_decline", SAM, public_id="visit"),
    row("provider_orders:visit_happened", SAM, public_id="visit"),
    row("provider_payments:payouts", SIGNED_IN, NONE, why="empty for whoever keeps nothing"),
    row("provider_payments:start", NONE, SAM, provider_id="provider"),
    row(
        "provider_payments:connected", SIGNED_IN, NONE, why="nothing comes of it without the word signed for its keeper"
    ),
    row("provider_payments:reconnect", NONE, SAM, provider_id="provider", why="only leads to Stripe", keeps=True),
    row("provider_payments:again", SAM, NONE, provider_id="provider"),
    row("provider_payments:earnings", SAM, NONE, provider_id="provider"),
    row("provider_payments:earnings_sheet", SAM, NONE, provider_id="provider"),
    row("provider_payments:earnings_paper", SAM, NONE, provider_id="provider"),
    row("provider_payments:back", SAM, NONE, provider_id="provider"),
]

ROWS = [*ASKING, *MINE, *PROVIDERS]
