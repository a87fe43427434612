"""The saving of a group and the vote about it, as pages: only who takes part has a vote, and nothing is taken."""

from datetime import timedelta

import pytest
from django.urls import reverse

from payments.pools import services
from payments.pools.models import Ballot, Decision, Reinvestment
from payments.pools.services import voting
from tests.factories.pools import by_self, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def saved(group, cast):
    """Ken, Joan and Lee share £100; alone each would have paid £40."""
    return group.paid_by(cast.ken, cast.joan, cast.lee)


def page(client, name: str, pool, **typed):
    url = reverse(f"pools:{name}", args=[pool.public_id])
    return client.post(url, typed, follow=True) if typed else client.get(url)


def test_members_put_in_propose_and_rank_and_the_result_can_be_worked_out_again(client_of, cast, saved, group):
    ken, joan = client_of(cast.ken), client_of(cast.joan)
    assert "Together you save £20" in page(ken, "saving", saved).content.decode()
    page(ken, "vote_part", saved, pence="5")
    page(joan, "vote_part", saved, pence="6.66")
    page(ken, "vote_open", saved, go="on")
    page(ken, "vote_propose", saved, words="Two more afternoons")
    page(joan, "vote_propose", saved, words="A taxi for Lee")
    decision = Decision.objects.get()
    ids = list(decision.options.values_list("pk", flat=True))
    for client in (ken, joan):
        page(client, "vote_cast", saved, **{f"rank-{ids[1]}": "1", f"rank-{ids[0]}": "2"})
    assert Ballot.objects.count() == 2
    voting.decision_close(decision=decision, now=decision.closes_at + timedelta(minutes=1))
    shown = page(joan, "vote", saved).content.decode()
    assert "You chose: A taxi for Lee" in shown
    assert "Together you put in £11.66 for it." in shown
    again = services.pool_renew(
        pool=saved,
        organiser=cast.ken,
        plan=make_plan(group.at, visibility="area"),
        token="again",
        by=by_self(cast.ken),
        now=group.at,
    )
    again = services.pool_open(pool=again, by=by_self(cast.ken), now=group.at)
    said = "The group before chose: A taxi for Lee. You put in £11.66 for it together."
    assert said in page(ken, "pool", again).content.decode()
    group.join(again, cast.joan)
    assert said in page(joan, "pool", again).content.decode()
    newcomer = group.people(1)[0]
    group.join(again, newcomer)
    assert "The group before chose" not in page(client_of(newcomer), "pool", again).content.decode()
    assert sum(group.taken(saved).values()) == 10_000


def test_who_takes_no_part_reads_the_vote_and_has_none(client_of, cast, saved):
    ken, lee = client_of(cast.ken), client_of(cast.lee)
    page(ken, "vote_part", saved, pence="5")
    page(ken, "vote_open", saved, go="on")
    page(ken, "vote_propose", saved, words="Two more afternoons")
    shown = page(lee, "vote", saved).content.decode()
    assert "Those who put in part of their saving have a vote." in shown
    option = Decision.objects.get().options.get()
    page(lee, "vote_cast", saved, **{f"rank-{option.pk}": "1"})
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("pence", ["6.67", "40", "-1", "lots"])
def test_nobody_puts_in_more_than_they_saved(client_of, cast, saved, pence):
    shown = page(client_of(cast.ken), "vote_part", saved, pence=pence)
    assert shown.context["part_form"].errors["pence"]
    assert not Reinvestment.objects.exists()


def test_a_vote_needs_a_first_choice_and_each_number_once(client_of, cast, saved):
    ken = client_of(cast.ken)
    page(ken, "vote_part", saved, pence="5")
    page(ken, "vote_open", saved, go="on")
    for words in ("More afternoons", "A taxi"):
        page(ken, "vote_propose", saved, words=words)
    ids = list(Decision.objects.get().options.values_list("pk", flat=True))
    twice = page(ken, "vote_cast", saved, **{f"rank-{pk}": "1" for pk in ids})
    assert "Each number only once" in twice.content.decode()
    none = page(ken, "vote_cast", saved, **{f"rank-{pk}": "" for pk in ids})
    assert "Write 1 beside the one you like best." in none.content.decode()
    assert not Ballot.objects.exists()


def test_strangers_and_members_of_a_group_that_is_not_decided_find_no_vote(client_of, cast, saved, group):
    assert page(client_of(cast.people["stranger"]), "vote", saved).status_code == 404
    still_open = group.open()
    group.join(still_open, cast.ken)
    assert page(client_of(cast.ken), "vote", still_open).status_code == 404
