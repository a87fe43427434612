"""The tables of states are whole: every state is reached, every named set means what its name says."""

import doctest
from pathlib import Path

import pytest
from django.conf import settings

from payments.orders import rules, states
from payments.orders.states import (
    ATTEMPT_MOVES,
    DIFFERENCE_MOVES,
    DISPUTE_MOVES,
    EARNING_MOVES,
    MOVES,
    RECEIVABLE_MOVES,
    REFUND_MOVES,
    VISIT_MOVES,
    AttemptState,
    OrderState,
    VisitState,
)

BEGINNINGS = {
    OrderState.REQUESTED,
    AttemptState.STARTED,
    states.RefundState.STARTED,
    VisitState.ASKED,
    states.DisputeState.ASKED,
    states.EarningState.EARNED,
    states.ReceivableState.OWED,
    states.DifferenceState.OPEN,
}
TABLES = [
    MOVES,
    ATTEMPT_MOVES,
    REFUND_MOVES,
    VISIT_MOVES,
    DISPUTE_MOVES,
    EARNING_MOVES,
    RECEIVABLE_MOVES,
    DIFFERENCE_MOVES,
]


@pytest.mark.parametrize("table", TABLES)
def test_every_state_can_be_reached_from_the_first(table):
    first = next(state for state in table.choices if state in BEGINNINGS)
    reached, before = {first.value}, set()
    while reached != before:
        before = set(reached)
        reached |= {move.to for move in table.moves.values() if move.sources & reached}
    assert reached == set(table.choices.values)


def test_every_order_is_somewhere():
    """Each state waits for somebody, is to be done, or is over; none is forgotten by the lists on the pages."""
    somewhere = states.NOT_BEGUN | states.TO_BE_FINISHED | states.OVER | {OrderState.DISPUTED}
    assert somewhere == set(OrderState.values)
    assert not states.NOT_BEGUN & states.OVER


def test_what_is_over_takes_no_money_and_begins_nothing():
    for state in states.OVER - {OrderState.COMPLETED}:
        order = type("Order", (), {"state": state, "pk": 1})()
        assert not set(MOVES.allowed(order)) & {"accept", "agree", "begin_payment", "pay", "deliver"}, state


def test_money_that_has_gone_back_whole_stays_back_unless_a_bank_returns_it():
    order = type("Order", (), {"state": OrderState.REFUNDED, "pk": 1})()
    assert {move.partition("return_to_")[0] for move in MOVES.allowed(order)} == {""}


def test_a_captured_attempt_moves_no_more():
    attempt = type("Attempt", (), {"state": AttemptState.CAPTURED, "pk": 1})()
    assert ATTEMPT_MOVES.allowed(attempt) == []


def test_either_side_can_leave_a_visit_until_it_has_been():
    for state in states.VISIT_OPEN:
        visit = type("Visit", (), {"state": state, "pk": 1})()
        assert {"decline", "withdraw"} <= set(VISIT_MOVES.allowed(visit))


def test_the_examples_in_the_rules_run():
    assert doctest.testmod(rules).failed == 0
    assert doctest.testmod(rules).attempted > 10


@pytest.mark.parametrize(("page", "least"), [("refund.md", 8), ("dispute.md", 5)])
def test_the_examples_in_the_prose_run(page, least):
    prose = Path(settings.BASE_DIR) / "docs" / "rules" / page
    result = doctest.testfile(str(prose), module_relative=False)
    assert result.attempted >= least
    assert result.failed == 0
