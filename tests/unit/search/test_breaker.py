"""A server that is in trouble is left alone, and asked again by one at a time."""

import pytest

from search.backends import IndexMissing, IndexUnwell, QuestionRefused
from search.backends.breaker import FIRST_WAIT, LONGEST_WAIT, Breaker
from search.backends.elasticsearch.connecting import TooSlow


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


def call(breaker: Breaker, error: Exception | None = None) -> bool:
    """Whether the server was really asked."""
    asked = []
    try:
        with breaker.guarding():
            asked.append(True)
            if error:
                raise error
    except IndexUnwell:
        pass
    return bool(asked)


def test_one_dropped_socket_is_forgiven_and_two_are_not(breaker):
    assert call(breaker, IndexUnwell("cut"))
    assert call(breaker)
    assert call(breaker, IndexUnwell("cut"))
    assert call(breaker, IndexUnwell("cut"))
    assert not call(breaker)


def test_nobody_waits_for_a_slow_server_twice(breaker):
    assert call(breaker, TooSlow("slow"))
    assert not call(breaker)


def test_after_the_wait_one_asks_while_the_others_still_do_not(breaker, clock):
    call(breaker, TooSlow("slow"))
    clock.now += FIRST_WAIT
    with breaker.guarding():
        assert not call(breaker)
    assert call(breaker)
    assert call(breaker)


def test_the_waits_grow_and_end(breaker, clock):
    call(breaker, TooSlow("slow"))
    waits = []
    for _try in range(8):
        waited = 0.0
        while not call(breaker, TooSlow("slow")):
            clock.now += 0.5
            waited += 0.5
        waits.append(waited)
    assert waits[0] == FIRST_WAIT
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT
    clock.now += LONGEST_WAIT
    assert call(breaker)
    assert not breaker.is_open


def test_a_question_that_the_server_refuses_does_not_shut_it_off_for_the_others(breaker):
    """Otherwise anybody could, by an address."""
    for _try in range(9):
        assert call(breaker, QuestionRefused("no"))
        assert call(breaker, IndexMissing("none"))
    assert call(breaker)
