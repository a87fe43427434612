"""Groups that buy together: Ken organises, Joan has a place, Sam would do it; one invited, one open to the area."""

from ..policy import (
    EVERYBODY,
    KEN_OR_BUYING_FOR_KEN,
    KEN_OR_FOR_KEN,
    LEE_FOR_KEN,
    NOBODY,
    NONE,
    PRIYA_FOR_JOAN,
    SAM,
    SIGNED_IN,
    row,
    who,
)

MAY_BUY = EVERYBODY - {LEE_FOR_KEN}
JOAN_OR_FOR_JOAN = who("joan", PRIYA_FOR_JOAN)
IN_IT = KEN_OR_FOR_KEN | JOAN_OR_FOR_JOAN
LETTER = {"public_id": "pool", "letter_id": "pool_letter"}

FOR_ALL = [
    row("pools:near", EVERYBODY, NONE),
    row("pools:code", EVERYBODY, data={"code": "{pool_link}"}),
    row("pools:invitation", EVERYBODY, NONE, code="pool_link"),
    row("pools:decline", NONE, EVERYBODY, code="pool_letter", why="whoever has the letter need not sign in"),
    row(
        "pools:calendar",
        EVERYBODY,
        NONE,
        key="pool_calendar",
        why="the address is signed, and calendars do not sign in",
    ),
    row("pools:pool", EVERYBODY, NONE, public_id="pool_area"),
    row("pools:join", MAY_BUY, public_id="pool_area"),
    row("pools:join_step", MAY_BUY, public_id="pool_area", step="=most"),
    row("pools:join_check", MAY_BUY, public_id="pool_area"),
    row("pools:wait", MAY_BUY, public_id="pool_area"),
]

STARTING = [
    row("pools:mine", SIGNED_IN, NONE),
    row("pools:start", MAY_BUY - {NOBODY}, NONE, offer_id="group_offer"),
    row("pools:start", NONE, offer_id="suspended_offer"),
    row("pools:start_step", MAY_BUY - {NOBODY}, offer_id="group_offer", step="=name"),
    row("pools:start_check", MAY_BUY - {NOBODY}, offer_id="group_offer"),
]

ORGANISING = [
    row("pools:pool", IN_IT, NONE, public_id="pool"),
    row("pools:pool", KEN_OR_FOR_KEN, NONE, public_id="pool_draft"),
    row("pools:open", KEN_OR_FOR_KEN, KEN_OR_BUYING_FOR_KEN, public_id="pool_draft"),
    row("pools:invite", KEN_OR_BUYING_FOR_KEN, public_id="pool", data={"emails": "dilys@example.org"}),
    row("pools:print", KEN_OR_BUYING_FOR_KEN, public_id="pool"),
    row("pools:new_link", NONE, KEN_OR_BUYING_FOR_KEN, public_id="pool"),
    row("pools:withdraw_letter", NONE, KEN_OR_BUYING_FOR_KEN, **LETTER),
    row("pools:change", KEN_OR_BUYING_FOR_KEN, public_id="pool"),
    row("pools:change_step", KEN_OR_BUYING_FOR_KEN, public_id="pool", step="=name"),
    row("pools:again", KEN_OR_BUYING_FOR_KEN, public_id="pool"),
    row("pools:again_step", KEN_OR_BUYING_FOR_KEN, public_id="pool", step="=dates"),
    row("pools:cancel", KEN_OR_BUYING_FOR_KEN, public_id="pool", data={"words": "The hall is shut."}),
    row("pools:hand_over", KEN_OR_BUYING_FOR_KEN, public_id="pool", data={"member": "{pool_place}"}),
    row("pools:take_on", IN_IT, JOAN_OR_FOR_JOAN, public_id="pool"),
]

STAYING = [
    row("pools:join", KEN_OR_BUYING_FOR_KEN | JOAN_OR_FOR_JOAN, public_id="pool"),
    row("pools:card", JOAN_OR_FOR_JOAN, public_id="pool"),
    row("pools:card_saved", JOAN_OR_FOR_JOAN, NONE, public_id="pool"),
    row("pools:repair", JOAN_OR_FOR_JOAN, public_id="pool"),
    row("pools:withdraw", JOAN_OR_FOR_JOAN, public_id="pool"),
    row("pools:leave", JOAN_OR_FOR_JOAN, public_id="pool"),
    row("pools:absence", JOAN_OR_FOR_JOAN, public_id="pool"),
    row("pools:calendar_page", IN_IT, NONE, public_id="pool"),
    row("pools:calendar_renew", NONE, KEN_OR_BUYING_FOR_KEN | JOAN_OR_FOR_JOAN, public_id="pool"),
    row("pools:saving", IN_IT, NONE, public_id="pool"),
    row("pools:vote", NONE, public_id="pool", why="there is none before it goes ahead"),
    row("pools:vote_part", NONE, public_id="pool"),
    row("pools:vote_open", NONE, public_id="pool"),
    row("pools:vote_propose", NONE, public_id="pool"),
    row("pools:vote_cast", NONE, public_id="pool"),
]

PROVIDERS = [
    row("provider_pools:pools", SIGNED_IN, NONE, why="empty for whoever keeps nothing"),
    row("provider_pools:calendar_page", SIGNED_IN, NONE, why="the address is of whoever is signed in"),
    row("provider_pools:calendar_renew", NONE, SIGNED_IN),
    row("provider_pools:pool", SAM, NONE, public_id="pool"),
    row("provider_pools:pool", NONE, public_id="pool_draft"),
    row("provider_pools:agree", SAM, public_id="pool"),
    row("provider_pools:decline", SAM, public_id="pool", data={"words": "I am away that week."}),
    row("provider_pools:call_off", SAM, public_id="pool", data={"words": "My van broke down."}),
    row("provider_pools:attendance", SAM, public_id="pool", date="pool_date"),
]

KEN_OR_JOAN = KEN_OR_BUYING_FOR_KEN | JOAN_OR_FOR_JOAN
WANTED = [
    row("pools:want", MAY_BUY - {NOBODY}),
    row("pools:brief_come", MAY_BUY, MAY_BUY - {NOBODY}, code="brief_link", why="whoever has the link may read it"),
    row("pools:brief", IN_IT, NONE, public_id="brief_writing"),
    row("pools:brief", IN_IT, NONE, public_id="brief"),
    row("pools:brief", IN_IT, NONE, public_id="brief_decided"),
    row("pools:brief_ask", KEN_OR_BUYING_FOR_KEN, public_id="brief_writing", data={"offers": "7", "votes": "7"}),
    row("pools:brief_end", IN_IT, KEN_OR_BUYING_FOR_KEN, public_id="brief"),
    row("pools:brief_new_link", IN_IT, KEN_OR_BUYING_FOR_KEN, public_id="brief"),
    row("pools:brief_vote", IN_IT, KEN_OR_JOAN, public_id="brief_voting"),
    row("pools:brief_vote", IN_IT, NONE, public_id="brief", why="there is no vote while offers are made"),
    row("pools:brief_minutes", IN_IT, NONE, public_id="brief_decided"),
    row("pools:brief_minutes", NONE, public_id="brief_voting", why="there are none before it is counted"),
    row("pools:brief_group", KEN_OR_BUYING_FOR_KEN, public_id="brief_decided"),
    row("pools:brief_group", NONE, public_id="brief_voting"),
    row("pools:brief_group_step", KEN_OR_BUYING_FOR_KEN, public_id="brief_decided", step="=dates"),
    row("provider_pools:brief", SAM, public_id="brief"),
    row("provider_pools:brief", NONE, public_id="brief_writing", why="nobody has been asked yet"),
    row("provider_pools:brief_back", SAM, public_id="brief", data={"tender": "{brief_tender}"}),
]

ROWS = [*FOR_ALL, *STARTING, *ORGANISING, *STAYING, *PROVIDERS, *WANTED]
