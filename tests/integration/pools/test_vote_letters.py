"""Whoever has a vote about their saving hears of it: when it opens, once before it closes, and what came of it."""

from datetime import timedelta

import pytest

from marketplace.core import outbox
from payments.pools import jobs
from payments.pools.models import Decision, Pool
from payments.pools.services import voting
from payments.pools.services.telling import VOTE_LETTER
from tests.factories.pools import by_self

pytestmark = pytest.mark.django_db


@pytest.fixture
def saved(group, cast) -> Pool:
    """Ken, Joan and Lee share £100 and have paid; alone each would have paid £40."""
    return group.paid_by(cast.ken, cast.joan, cast.lee)


@pytest.fixture
def opened(group, cast, saved) -> Decision:
    """A vote in which Ken and Joan take part; Ken has proposed something and voted for it."""
    for person in (cast.ken, cast.joan):
        pledge = saved.pledges.get(person=person)
        voting.reinvestment_set(pledge=pledge, pence=500, by=by_self(person), now=group.at)
    ken = {"person": cast.ken, "by": by_self(cast.ken), "now": group.at}
    decision = voting.decision_open(
        pool=saved,
        question="Where does our saving go?",
        closes_at=group.at + timedelta(days=7),
        by=by_self(cast.ken),
        now=group.at,
    )
    option = voting.option_propose(decision=decision, words="A taxi for Lee", **ken)
    voting.ballot_cast(decision=decision, ranking=[option], **ken)
    return decision


def told(letter: str) -> list[int]:
    rows = outbox.OutboxRow.objects.filter(topic=VOTE_LETTER, payload__letter=letter).order_by("pk")
    return [row.payload["reader"] for row in rows]


def test_all_who_paid_hear_of_it_and_who_has_not_voted_is_asked_once_more(group, cast, opened):
    assert sorted(told("opened")) == sorted([cast.ken.pk, cast.joan.pk, cast.lee.pk])
    group.later(days=5)
    jobs.look_round(group.at)
    assert told("closes") == []
    group.later(days=1, minutes=1)
    jobs.look_round(group.at)
    jobs.look_round(group.at)
    assert told("closes") == [cast.joan.pk], "Ken has voted, and Lee has no vote"
    group.later(days=1)
    jobs.look_round(group.at)
    jobs.look_round(group.at)
    assert sorted(told("decided")) == sorted([cast.ken.pk, cast.joan.pk])


def test_the_letters_say_what_to_do_and_nobodys_part_of_the_money(group, cast, opened, mailoutbox):
    group.later(days=6, minutes=1)
    jobs.look_round(group.at)
    group.later(days=1)
    jobs.look_round(group.at)
    outbox.deliver(now=group.at, limit=10_000)
    got = {(mail.to[0], mail.subject): mail.body for mail in mailoutbox}
    assert "has one vote" in got["lee@example.org", "Where does our saving go? Tuesday yoga"]
    assert "have not used it yet" in got["joan@example.org", "A day left to vote: Tuesday yoga"]
    over = got["joan@example.org", "The vote is over: Tuesday yoga"]
    assert "You chose: A taxi for Lee" in over
    assert "1 of 2 voted." in over
    about = " ".join(body for (_to, subject), body in got.items() if "vote" in subject or "saving" in subject)
    assert "£" not in about
    assert f"/pools/{opened.pool.public_id}/vote/" in about


def test_a_vote_that_nobody_used_ends_with_a_letter_that_says_so(group, cast, opened, mailoutbox):
    opened.ballots.all().delete()
    group.later(days=7, minutes=1)
    jobs.look_round(group.at)
    outbox.deliver(now=group.at, limit=10_000)
    [over] = [mail.body for mail in mailoutbox if mail.to == ["ken@example.org"] and "The vote is over" in mail.subject]
    assert "Nobody voted, so nothing is decided." in over
