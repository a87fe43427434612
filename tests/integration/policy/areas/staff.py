"""The council's own desk: Moira curates for Quantock, Bea for Wharfe. Theo and Nia do other work there."""

from ..policy import MOIRA, NIA_FOR_KEN, NONE, OPERATOR, row, who

BEA = who("bea")
STAFF = who("moira", "theo", "nia", NIA_FOR_KEN, "bea", "olwen")
REASON = {"reason": "Paperwork", "words": "Paperwork"}

ROWS = [
    row("staff:index", STAFF, NONE, why="each finds their own work there"),
    row("staff:council", MOIRA, NONE, slug="quantock"),
    row("staff:council", BEA, NONE, slug="wharfe"),
    row("staff:settings", MOIRA, slug="quantock"),
    row("staff:settings", BEA, slug="wharfe"),
    row("staff:providers", MOIRA, NONE, slug="quantock"),
    row("staff:checks", MOIRA, NONE, slug="quantock"),
    row("staff:concerns", MOIRA, NONE, slug="quantock"),
    row("staff:kinds", MOIRA, slug="quantock"),
    row("staff:provider", MOIRA, NONE, public_id="provider"),
    row("staff:provider", BEA, NONE, public_id="asha"),
    row("staff:suspend", MOIRA, public_id="provider", data=REASON),
    row("staff:suspend_many", MOIRA, slug="quantock"),
    row("staff:suspend_many", BEA, slug="wharfe", data={"which": "all", **REASON}),
    row("staff:suspended_together", MOIRA, NONE, slug="quantock", moment="hidden_at"),
    row("staff:suspended_together", NONE, NONE, slug="wharfe", moment="hidden_at", why="another council’s"),
    row("staff:lift", MOIRA, public_id="suspended_provider", data=REASON),
    row("staff:check_add", MOIRA, public_id="provider"),
    row("staff:check", MOIRA, public_id="credential"),
    row("staff:concern", MOIRA, NONE, public_id="concern"),
    row("staff:concern", OPERATOR, NONE, public_id="concern_without_council"),
    row("staff:triage", MOIRA, public_id="concern"),
    row("staff:decide", MOIRA, public_id="concern"),
    row("staff:close", MOIRA, public_id="concern"),
    row("staff:kind", MOIRA, pk="category"),
    row("staff:kind", NONE, pk="national_category", why="national kinds belong to no council"),
    row("staff:kind_retire", MOIRA, pk="category"),
    row("words:council", MOIRA, slug="quantock", data={"text": "gubbins, odds and ends"}),
    row("words:council", BEA, slug="wharfe", data={"text": "gubbins, odds and ends"}),
    row("words:mine", MOIRA | BEA | OPERATOR, NONE, why="each is led to the rules they keep"),
    row("words:council_missed", MOIRA, NONE, slug="quantock"),
    row("words:council_missed", BEA, NONE, slug="wharfe"),
    row("words:national_missed", OPERATOR, NONE),
    row("words:rule", MOIRA, pk="rule", data={"text": "bit of a sit, company"}),
    row("words:rule_off", MOIRA, pk="rule"),
    row("words:rule", OPERATOR, pk="national_rule", data={"text": "gubbins, odds and ends"}),
    row("words:rule_off", OPERATOR, pk="national_rule", why="national rules are the operator’s alone"),
    row("words:national", OPERATOR, data={"text": "gubbins, odds and ends"}),
]
