"""What a helper did in a group is told to the person in words: who called it off, who took a place."""

import pytest

from marketplace.core import audit
from marketplace.core.models import AuditEntry
from payments.pools import handlers  # noqa: F401  (gives the deeds their sentences)

DEEDS = {
    "pools.pool.call_off": "Priya Tapper called the group “Tuesday yoga” off.",
    "pools.pool.decline": "Priya Tapper said no to the group “Tuesday yoga”.",
    "pools.pool.cancel": "The group “Tuesday yoga” was called off.",
    "pools.pledge.make": "Priya Tapper took a place in the group “Tuesday yoga”.",
    "pools.pledge.leave": "Priya Tapper gave up a place in the group “Tuesday yoga”.",
}


@pytest.mark.parametrize("action", DEEDS)
def test_a_deed_in_a_group_has_its_sentence(action):
    entry = AuditEntry(action=action, details={"title": "Tuesday yoga", "because": "organiser"})
    assert audit.sentence_of(entry, "Priya Tapper") == DEEDS[action]


def test_nobody_is_named_where_nobody_did_it():
    """The row beside the deed itself is the clock's."""
    entry = AuditEntry(action="pools.pool.cancel", details={"title": "Tuesday yoga"})
    assert "Somebody" not in audit.sentence_of(entry, "Somebody")
