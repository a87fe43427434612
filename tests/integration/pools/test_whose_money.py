"""Whose money pays a place: two councils', the family's, a helper's card; and money that the law does not let pay."""

import pytest
from django.urls import reverse

from marketplace.core.money import pounds_exact
from payments.budgets import selectors as budgets
from payments.budgets import services as money
from payments.budgets.models import Approval, Relation
from payments.budgets.rules import Share
from payments.budgets.states import Source
from payments.pools.models import Pledge
from payments.pools.states import PledgeState, PoolState
from tests.factories.pools import by_self
from tests.integration.budgets.conftest import open_budget
from tests.integration.pools.test_helping import press, priya

__all__ = ["open_budget", "priya"]
pytestmark = pytest.mark.django_db


def test_a_pool_of_two_councils_shows_each_only_its_own_members_line(group, cast, client_of, open_budget):
    """Quantock looks after Joan's budget, Wharfe after Lee's; Ken pays for himself."""
    pool = group.open(least=3, most=4)
    for person, council in ((cast.joan, "quantock"), (cast.lee, "wharfe")):
        budget = open_budget(Source.COUNCIL_MANAGED, person=person, council=cast.council[council])
        group.join(pool, person, card=None, shares=[Share(pool.worst_pence, budget.pk, budget.outcomes.first().pk)])
    group.join(pool, cast.ken)
    asked = {each.council.slug: each for each in Approval.objects.all()}
    assert {slug: each.purchase.person for slug, each in asked.items()} == {"quantock": cast.joan, "wharfe": cast.lee}
    theo = client_of(cast.theo)
    desk = theo.get(reverse("council_money:council", args=["quantock"])).content.decode()
    assert str(cast.joan) in desk
    assert str(cast.lee) not in desk
    assert str(cast.ken) not in desk
    theirs = theo.get(reverse("council_money:approval", args=[asked["quantock"].public_id]))
    assert theirs.status_code == 200
    for name in (str(cast.lee), str(cast.ken), "Lee", "Wharfe"):
        assert name not in theirs.content.decode()
    other = reverse("council_money:approval", args=[asked["wharfe"].public_id])
    assert theo.get(other).status_code == 404
    assert theo.post(other, {"action": "yes"}).status_code == 404
    assert theo.get(reverse("council_money:council", args=["wharfe"])).status_code == 404
    for each in asked.values():
        money.approval_give(approval=each, user=cast.theo, by=by_self(cast.theo), now=group.at)
    pool = group.step(group.close(group.step(pool)))
    assert pool.state == PoolState.CONFIRMED
    for slug, person in (("quantock", cast.joan), ("wharfe", cast.lee)):
        to_pay = budgets.to_be_paid_by(council=cast.council[slug])
        assert [(each.person, each.total_pence) for each in to_pay] == [
            (person, Pledge.objects.get(pool=pool, person=person).share_pence)
        ]
    desk = theo.get(reverse("council_money:council", args=["quantock"])).content.decode()
    assert str(cast.lee) not in desk
    assert list(group.taken(pool)) == [pool.pledges.get(person=cast.ken).public_id], "a council pays on its own way"


def test_a_direct_payment_pays_no_partner_and_the_page_says_why(group, cast, client_of, open_budget):
    pool, budget = group.open(least=2, most=3), open_budget()
    said = {f"relation-{cast.sam.pk}": Relation.PARTNER, f"shares_home-{cast.sam.pk}": "yes"}
    answer = press(
        client_of(cast.joan), pool,
        most={"most": "50"}, money={"budget": str(budget.pk)},
        outcome={f"outcome-{budget.pk}": str(budget.outcomes.first().pk)}, relation=said,
    )  # fmt: skip
    words = "By law a direct payment cannot pay Sam, because you are partners, or close relatives who live together."
    assert words in answer.content.decode()
    assert "You can also use your own money." in answer.content.decode()
    assert not pool.pledges.exists()
    assert group.fresh(pool).taken == 0
    assert budgets.figures(budget).committed == 0
    own = press(client_of(cast.joan), pool, most={"most": "50"}, money={"budget": "own"})
    assert own.status_code == 200
    assert pool.pledges.get().state == PledgeState.JOINING


def test_the_family_pays_a_place_from_what_it_set_aside(group, cast, open_budget):
    pool, budget = group.open(least=2, most=3), open_budget(Source.FAMILY, council=None, outcomes=[])
    joan = group.join(pool, cast.joan, shares=[Share(pool.worst_pence, budget.pk)])
    assert budgets.figures(budget).committed == 5000
    for person in (cast.ken, cast.lee):
        group.join(pool, person)
    pool = group.step(group.close(pool))
    joan.refresh_from_db()
    figures = budgets.figures(budget)
    assert (joan.state, figures.committed, figures.spent) == (PledgeState.CAPTURED, 0, 3334)
    assert figures.available == 50_000 - 3334
    assert not group.troubles(pool)


def test_priya_pays_joans_place_and_both_have_the_receipt(group, cast, client_of, priya, mailoutbox):
    pool = group.open(least=2, most=3)
    press(priya, pool, most={"most": "50"})
    pledge = pool.pledges.get()
    assert (pledge.person, pledge.placed_by) == (cast.joan, cast.priya)
    group.save_card(pledge)
    for person in (cast.ken, cast.lee):
        group.join(pool, person)
    pool = group.step(group.close(pool))
    pledge.refresh_from_db()
    order = pledge.order
    assert (pledge.state, order.person, order.placed_by) == (PledgeState.CAPTURED, cast.joan, cast.priya)
    told = {address for mail in mailoutbox if order.public_id in mail.body for address in mail.to}
    assert told == {cast.joan.email, cast.priya.email}
    receipt = reverse("orders:receipt", args=[order.public_id])
    assert pounds_exact(order.total_pence) in priya.get(receipt).content.decode()
    assert client_of(cast.joan).get(receipt).status_code == 200
    assert client_of(cast.ken).get(receipt).status_code == 404
