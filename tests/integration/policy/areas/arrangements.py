"""Help every week, from both sides, and the secret address that a calendar reads."""

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

BUYERS = SIGNED_IN - {LEE_FOR_KEN}
JOAN_OR_FOR_JOAN = who("joan", PRIYA_FOR_JOAN)
YES = {"paid_from": "own", "begin_early": "on"}
NOTICE = {"words": "Thank you for everything."}

MINE = [
    row("arrangements:mine", SIGNED_IN, NONE),
    row("arrangements:calendar", SIGNED_IN, data={"do": "make"}),
    row("arrangements:new", BUYERS, offer_id="offer", why="a form with nothing in it comes back", keeps=True),
    row("arrangements:new", NONE, offer_id="suspended_offer"),
    row("arrangements:new", NONE, offer_id="free_offer"),
    row("arrangements:arrangement", KEN_OR_FOR_KEN, NONE, public_id="weekly"),
    row("arrangements:arrangement", JOAN_OR_FOR_JOAN, NONE, public_id="weekly_of_joan"),
    row("arrangements:agree", KEN_OR_BUYING_FOR_KEN, public_id="weekly_offered", data=YES),
    row(
        "arrangements:agree", JOAN_OR_FOR_JOAN, public_id="weekly_of_joan", keeps=True, why="nobody answers themselves"
    ),
    row("arrangements:decline", KEN_OR_BUYING_FOR_KEN, public_id="weekly_offered"),
    row("arrangements:change", KEN_OR_BUYING_FOR_KEN, public_id="weekly", keeps=True, why="an empty form comes back"),
    row("arrangements:change_answer", KEN_OR_BUYING_FOR_KEN, public_id="weekly_changing", data={"answer": "yes"}),
    row("arrangements:end", KEN_OR_BUYING_FOR_KEN, public_id="weekly", data=NOTICE),
    row("arrangements:skip", KEN_OR_BUYING_FOR_KEN, public_id="weekly", keeps=True, why="an empty form comes back"),
    row("arrangements:money", KEN_OR_BUYING_FOR_KEN, public_id="weekly", data={"paid_from": "own"}),
    row("arrangements:card", KEN_OR_BUYING_FOR_KEN, KEN_OR_BUYING_FOR_KEN, public_id="weekly"),
    row("arrangements:debit", KEN_OR_BUYING_FOR_KEN, KEN_OR_BUYING_FOR_KEN, public_id="weekly"),
    row("arrangements:card_saved", KEN_OR_FOR_KEN, NONE, public_id="weekly"),
    row(
        "arrangements:query",
        KEN_OR_BUYING_FOR_KEN,
        public_id="weekly",
        visit_id="weekly_done",
        data={"words": "He left at eleven."},
    ),
    row("arrangements:query", NONE, public_id="weekly_of_joan", visit_id="weekly_done"),
    row("arrangements:settle", KEN_OR_BUYING_FOR_KEN, public_id="weekly", visit_id="weekly_queried"),
    row("arrangements:missed", KEN_OR_BUYING_FOR_KEN, public_id="weekly", visit_id="weekly_to_mark"),
]

PROVIDERS = [
    row("provider_arrangements:mine", SIGNED_IN, NONE, why="empty for whoever keeps nothing"),
    row("provider_arrangements:calendar", SAM, public_id="provider", data={"do": "make"}),
    row("provider_arrangements:new", SAM, public_id="order_paid", keeps=True, why="an empty form comes back"),
    row("provider_arrangements:arrangement", SAM, NONE, public_id="weekly"),
    row("provider_arrangements:agree", SAM, public_id="weekly_asked"),
    row("provider_arrangements:decline", SAM, public_id="weekly_asked"),
    row("provider_arrangements:change", SAM, public_id="weekly", keeps=True, why="an empty form comes back"),
    row("provider_arrangements:change_answer", SAM, public_id="weekly_changing", data={"answer": "no"}),
    row("provider_arrangements:end", SAM, public_id="weekly", data=NOTICE),
    row("provider_arrangements:skip", SAM, public_id="weekly", keeps=True, why="an empty form comes back"),
    row(
        "provider_arrangements:visit",
        SAM,
        public_id="weekly",
        visit_id="weekly_to_mark",
        data={"happened": "yes", "minutes": "120"},
    ),
    row(
        "provider_arrangements:visit",
        SAM,
        public_id="weekly",
        visit_id="weekly_queried",
        data={"happened": "yes", "minutes": "60"},
    ),
]

CALENDAR = [row("arrangements_feed", EVERYBODY, NONE, secret="weekly_feed", why="whoever has the address")]

ROWS = [*MINE, *PROVIDERS, *CALENDAR]
