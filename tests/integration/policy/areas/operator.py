"""Olwen runs the site for all councils; being a curator of one is not enough."""

from ..policy import NONE, OPERATOR, row

ROWS = [
    row("operator:index", OPERATOR, NONE),
    row("operator:councils", OPERATOR, NONE),
    row("operator:council_new", OPERATOR),
    row("operator:council", OPERATOR, slug="quantock"),
    row("operator:staff_remove", OPERATOR, pk="work"),
    row("operator_money:differences", OPERATOR, NONE),
    row("operator_money:difference", OPERATOR, pk="difference"),
    row("operator_money:sellers", OPERATOR, NONE),
    row("operator_money:sellers_sheet", OPERATOR, NONE),
    row("operator_money:webhooks", OPERATOR, NONE),
    row("operator_money:webhook", OPERATOR, pk="webhook", data={"reason": "A rehearsal"}),
    row("operator_money:webhook_replay", NONE, OPERATOR, pk="webhook"),
]
