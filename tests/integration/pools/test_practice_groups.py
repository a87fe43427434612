"""The practice site has a group in every state, and each of the cast a reason to look."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.demo.seed.groups import groups
from payments.pools.models import Brief, Decision, Pool
from payments.pools.states import BriefState, DecisionState, PoolState
from tests.integration.orders.conftest import account, deliver, listing, sam, store

__all__ = ["account", "deliver", "listing", "sam", "store"]
pytestmark = pytest.mark.django_db


def test_a_group_in_every_state_every_page_reads_and_every_letter_goes(
    cast, client, client_of, listing, account, deliver, mailoutbox
):
    """Seeding twice makes them once; no letter tells of a budget, a card's number or anybody's whole name."""
    now = timezone.now()
    assert groups(listing, cast.people, now) == 11
    assert groups(listing, cast.people, now) == 0
    states = set(Pool.objects.values_list("state", flat=True))
    assert states == set(PoolState.values) - {PoolState.LOCKED.value}, "closed for joining lasts only a moment"
    for person in (cast.ken, cast.joan, cast.lee, cast.priya, cast.people["stranger"]):
        browser = client_of(person)
        assert browser.get(reverse("pools:mine")).status_code == 200
        for pledge in person.pledges.select_related("pool"):
            page = browser.get(reverse("pools:pool", args=[pledge.pool.public_id]))
            assert page.status_code == 200
            assert "Hobbs" not in page.content.decode()
    for pool in Pool.objects.exclude(state="draft"):
        assert client_of(cast.sam).get(reverse("provider_pools:pool", args=[pool.public_id])).status_code == 200
    assert client.get(reverse("pools:near")).status_code == 200
    deliver()
    letters = [letter for letter in mailoutbox if "goes ahead" in letter.subject]
    assert len(letters) >= 8
    for letter in mailoutbox:
        assert "direct payment" not in letter.body.lower()
        assert "4242" not in letter.body


def test_nobody_could_join_a_practice_group_after_its_first_date(cast, listing, account):
    groups(listing, cast.people, timezone.now())
    for pool in Pool.objects.all():
        assert pool.pledge_by < pool.current.starts[0], pool


def test_what_a_group_wants_stands_in_its_vote_with_two_offers(cast, client_of, listing, account, asha):
    """The four neighbours can vote as soon as the practice site is there; Joan has."""
    asha.listing.provider.keepers.clear()  # as the neighbours of the practice site, whom nobody keeps
    groups(listing, cast.people, timezone.now())
    brief = Brief.objects.get()
    assert brief.state == BriefState.VOTING
    assert brief.tenders.count() == 2
    shown = client_of(cast.ken).get(reverse("pools:brief", args=[brief.public_id]))
    assert shown.context["rank_form"] is not None
    assert client_of(cast.joan).get(reverse("pools:brief", args=[brief.public_id])).context["voted"]
    assert client_of(cast.sam).get(reverse("provider_pools:brief", args=[brief.public_id])).status_code == 200


def test_a_vote_about_a_saving_stands_open_and_ken_can_vote(cast, client_of, listing, account):
    groups(listing, cast.people, timezone.now())
    decision = Decision.objects.get(brief=None)
    assert decision.state == DecisionState.OPEN
    url = reverse("pools:vote", args=[decision.pool.public_id])
    assert len(client_of(cast.ken).get(url).context["rank_form"].options) == 2
    assert "What would you do with it?" not in client_of(cast.lee).get(url).content.decode(), "Lee has put in nothing"
    assert list(decision.ballots.values_list("person", flat=True)) == [cast.joan.pk]
