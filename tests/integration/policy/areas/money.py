"""Somebody's money, the funds that a provider holds, and a council's desk of money."""

from ..policy import NIA_FOR_KEN, NONE, PRIYA_FOR_JOAN, SIGNED_IN, row, who

JOAN_OR_FOR_JOAN = who("joan", PRIYA_FOR_JOAN)
NOT_ON_THE_PHONE = SIGNED_IN - {NIA_FOR_KEN}
BUYERS = NOT_ON_THE_PHONE - who("Lee, for Ken")
JOAN = who("joan")
ASHA = who("asha")
THEO = who("theo")

SETTINGS = {"surplus_weeks": "8", "answer_days": "5", "retention_years": "7", "own_services": ""}

OWN = [
    row("budgets:money", NOT_ON_THE_PHONE, NONE, why="empty for whoever has written nothing down"),
    row("budgets:begin", BUYERS, NONE),
    row("budgets:begin_step", BUYERS, step="=source", data={"source": "family"}),
    row("budgets:begin_check", BUYERS, keeps=True),
    row("budgets:budget", JOAN_OR_FOR_JOAN, NONE, public_id="budget"),
    row("budgets:bought", JOAN_OR_FOR_JOAN, public_id="budget"),
    row("budgets:more", JOAN_OR_FOR_JOAN, public_id="budget", data={"allocated": "10", "token": "more"}),
    row("budgets:close", JOAN_OR_FOR_JOAN, public_id="budget"),
    row("budgets:statement", JOAN_OR_FOR_JOAN, NONE, public_id="budget"),
    row("budgets:sheet", JOAN_OR_FOR_JOAN, NONE, public_id="budget"),
    row("budgets:paper", JOAN_OR_FOR_JOAN, NONE, public_id="budget"),
    row("budgets:purchase", JOAN_OR_FOR_JOAN, public_id="bought"),
    row("budgets:correct", JOAN_OR_FOR_JOAN, public_id="bought"),
    row("budgets:evidence", JOAN_OR_FOR_JOAN, NONE, public_id="paper"),
    row("budgets:request", JOAN_OR_FOR_JOAN, JOAN, public_id="request_person", data={"action": "no", "words": "No."}),
    row("budgets:request", JOAN_OR_FOR_JOAN, NONE, public_id="request_council"),
    row("budgets:take_back", NONE, JOAN_OR_FOR_JOAN, public_id="request_person"),
    row("budgets:outcomes", JOAN_OR_FOR_JOAN, public_id="budget"),
    row("budgets:related", NOT_ON_THE_PHONE, NONE, why="empty for whoever has said nothing"),
    row("budgets:relation", NONE, provider_id="provider", why="nobody here has said anything about Sam"),
    row("budgets:limits", NOT_ON_THE_PHONE, NONE),
    row("budgets:limit", JOAN, delegation_id="joan_priya", data={"per_order": "40"}),
]

HOLDERS = [
    row("budgets:holding", SIGNED_IN, NONE, why="empty for whoever holds nothing"),
    row("budgets:holder_answer", ASHA, public_id="request_holder", data={"action": "no", "words": "Not this month."}),
    row("budgets:holder_answer", NONE, public_id="request_council"),
    row("budgets:holder_paid", NONE, NONE, public_id="to_pay_council"),
    row("budgets:holder_back", ASHA, public_id="back_holder", keeps=True),
    row("budgets:holder_back", NONE, public_id="back_council"),
    row("budgets:holder_back", NONE, public_id="to_pay_holder", why="it was not called off"),
    row("budgets:holder_back_mistake", ASHA, public_id="back_holder", number="=1"),
    row("budgets:holder_back_mistake", NONE, public_id="back_council", number="=1"),
]

COUNCIL = [
    row("council_money:index", who("theo", "moira", "nia", "bea", "olwen", NIA_FOR_KEN), NONE, why="empty for others"),
    row("council_money:council", THEO, NONE, slug="quantock"),
    row("council_money:council", NONE, slug="wharfe"),
    row("council_money:approval", THEO, public_id="request_council", data={"action": "no", "words": "Not now."}),
    row("council_money:approval", NONE, public_id="request_holder"),
    row("council_money:budgets", THEO, NONE, slug="quantock"),
    row("council_money:budget", THEO, NONE, public_id="budget"),
    row("council_money:act", THEO, public_id="budget", act="=more", data={"allocated": "10", "token": "more"}),
    row("council_money:act", THEO, public_id="budget", act="=decision", data={"about": "review", "words": "Well."}),
    row("council_money:act", THEO, public_id="budget", act="=nominated", data={"nominated": ""}),
    row("council_money:act", THEO, public_id="budget", act="=review"),
    row("council_money:kinds", THEO, slug="quantock"),
    row("council_money:exemption", THEO, slug="quantock"),
    row("council_money:exemption_end", NONE, THEO, public_id="exemption"),
    row("council_money:set_up", THEO, slug="quantock"),
    row("council_money:sheet", THEO, slug="quantock"),
    row("council_money:settings", THEO, slug="quantock", data=SETTINGS),
    row("council_money:paid", NONE, NONE, slug="quantock", public_id="to_pay_holder"),
    row("council_money:back", THEO, slug="quantock", public_id="back_council", keeps=True),
    row("council_money:back", NONE, slug="quantock", public_id="back_holder"),
    row("council_money:back", NONE, slug="wharfe", public_id="back_council"),
    row("council_money:back_mistake", THEO, slug="quantock", public_id="back_council", number="=1"),
    row("council_money:back_mistake", NONE, slug="wharfe", public_id="back_council", number="=1"),
]

ROWS = [*OWN, *HOLDERS, *COUNCIL]
