"""Rows that are handled together: in few calls, and one that fails does not hold up the others."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.core import outbox

pytestmark = pytest.mark.django_db
TOPIC = "tests.together"


@pytest.fixture
def calls(monkeypatch) -> list[list[int]]:
    """What the handler was given; it refuses any batch with the number 13 in it."""
    given: list[list[int]] = []

    def handle(payloads: list[dict]) -> None:
        given.append([payload["number"] for payload in payloads])
        if 13 in given[-1]:
            raise ValueError("thirteen")

    monkeypatch.setitem(outbox._handlers_of_many, TOPIC, handle)
    return given


def test_what_changed_together_is_handled_together_and_once(calls):
    outbox.add("tests.other")
    for number in range(50):
        outbox.add(TOPIC, number=number + 100)
    assert outbox.deliver() == 51
    assert calls == [list(range(100, 150))]
    assert not outbox.pending().exists()
    assert outbox.deliver() == 0


def test_one_that_fails_is_left_alone_with_its_trouble(calls):
    for number in range(10, 16):
        outbox.add(TOPIC, number=number)
    outbox.deliver()
    assert outbox.pending(TOPIC).count() == 6
    assert outbox.hurry(TOPIC) == 6
    outbox.deliver()
    (left,) = outbox.pending(TOPIC)
    assert left.payload == {"number": 13}
    assert (left.attempts, left.last_error) == (2, "ValueError: thirteen")


def test_only_what_waits_for_another_try_is_hurried(calls):
    later = outbox.add(TOPIC, due=timezone.now() + timedelta(days=1), number=1)
    assert outbox.hurry(TOPIC) == 0
    assert outbox.deliver() == 0
    later.refresh_from_db()
    assert later.delivered_at is None
