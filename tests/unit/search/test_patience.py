"""A page waits so long for the server and no longer, however many questions it has."""

import time

import pytest

from search.backends import one_patience
from search.backends.patience import READ_SECONDS, Patience, TooSlow, patience


def test_what_one_question_took_is_missing_for_the_next():
    waits = Patience(0.2)
    with waits.waiting() as seconds:
        assert seconds == 0.2
        time.sleep(0.05)
    with waits.waiting(0.1) as seconds:
        assert seconds == 0.1
        time.sleep(0.15)
    with pytest.raises(TooSlow), waits.waiting():
        pytest.fail("nothing may be asked any more")


def test_what_the_site_does_in_between_costs_no_patience():
    waits = Patience(0.2)
    time.sleep(0.25)
    with waits.waiting() as seconds:
        assert seconds == 0.2


def test_a_page_has_one_and_the_next_page_another():
    with one_patience():
        first = patience()
        assert patience() is first
    with one_patience():
        assert patience() is not first
    assert patience() is not patience()
    assert patience().left == READ_SECONDS
