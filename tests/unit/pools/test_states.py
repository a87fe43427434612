"""The tables of states, where a slip would cost somebody money."""

from payments.pools.states import (
    ACTIVE,
    ATTEMPT_MOVES,
    HAS_PLACE,
    LIVE,
    MOVES,
    ON_WAITING_LIST,
    PLEDGE_MOVES,
    UNSETTLED,
    AttemptState,
    PledgeState,
    PoolState,
)


def reached(table, start: str) -> set[str]:
    found, edge = {start}, [start]
    while edge:
        state = edge.pop()
        for move in table.moves.values():
            if state in move.sources and move.to not in found:
                found.add(move.to)
                edge.append(move.to)
    return found


def test_every_state_can_be_reached():
    assert reached(MOVES, PoolState.DRAFT) == set(PoolState.values)
    assert reached(ATTEMPT_MOVES, AttemptState.STARTED) == set(AttemptState.values)
    assert reached(PLEDGE_MOVES, PledgeState.JOINING) | reached(PLEDGE_MOVES, PledgeState.WAITING) == set(
        PledgeState.values
    )


def test_nothing_is_confirmed_but_after_cards_were_asked():
    assert MOVES.moves["confirm"].sources == {PoolState.AUTHORISING.value}


def test_a_share_is_paid_only_after_it_was_held_or_mended():
    assert PLEDGE_MOVES.moves["capture"].sources == {PledgeState.AUTHORISED.value, PledgeState.AUTH_FAILED.value}


def test_money_that_was_taken_is_never_forgotten():
    assert not any(AttemptState.CAPTURED.value in move.sources for move in ATTEMPT_MOVES.moves.values())
    assert AttemptState.CAPTURED.value in LIVE


def test_what_is_not_settled_is_live():
    assert UNSETTLED < LIVE
    assert HAS_PLACE | ON_WAITING_LIST == ACTIVE
