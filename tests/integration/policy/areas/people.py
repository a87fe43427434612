"""Letting somebody act for somebody, and calls to the council."""

from ..policy import (
    LEE_FOR_KEN,
    NIA_FOR_KEN,
    NOBODY,
    PRIYA,
    SIGNED_IN,
    TAKES_CALLS,
    row,
    who,
)

LEE = who("lee", LEE_FOR_KEN)
JOAN = who("joan")
NIA = who("nia", NIA_FOR_KEN)

ROWS = [
    row("people:helpers", SIGNED_IN),
    row("people:invite", SIGNED_IN),
    row("people:what_was_done", SIGNED_IN),
    row("people:helping", SIGNED_IN),
    row("people:invitation_replace", JOAN, public_id="letter"),
    row("people:invitation_withdraw", JOAN, public_id="letter"),
    row("people:delegation_end", JOAN, delegation_id="joan_priya", why="Priya’s own way out is delegation_give_up"),
    row("people:delegation_end", who("ken"), delegation_id="ken_lee"),
    row("people:delegation_give_up", PRIYA, delegation_id="joan_priya"),
    row("people:acting_start", PRIYA, delegation_id="joan_priya"),
    row("people:acting_start", LEE, delegation_id="ken_lee"),
    row("people:acting_stop", SIGNED_IN),
    row(
        "people:invitation",
        LEE | {NOBODY},
        key="letter_key",
        data={"answer": "yes"},
        why="whoever is signed out sees the same page for any key",
    ),
    row("people:invitation", who(NOBODY), key="=0000000000000000000000000000000000000000"),
    row("people:calls", TAKES_CALLS),
    row("people:call_find", TAKES_CALLS),
    row("people:call_consent", NIA, ticket="ticket", why="Nia found the caller; Moira would have to find them herself"),
    row("people:call_stranger", TAKES_CALLS),
    row("people:call_end", who(NIA_FOR_KEN)),
]
