"""What a direct payment saves stays in that budget, unless its council agreed in writing that a group may decide about
a part of it."""

import pytest
from django.urls import reverse

from payments.budgets import services as budget_services
from payments.budgets.models import CouncilMoney
from payments.budgets.rules import Share
from payments.pools.models import Pledge, Reinvestment
from payments.pools.services import voting
from tests.factories.pools import by_self

from .test_budget_pooling import direct_payment

__all__ = ["direct_payment"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def saved(group, cast, direct_payment):
    """Joan pays £33.34 of £100 for three, £40 alone: £6.66 saved. `saved(own=2000)` with so many pence of her own."""

    def joins(own: int = 0) -> Pledge:
        pool, outcome = group.open(least=2, most=3), direct_payment.outcomes.get()
        shares = [Share(pool.worst_pence - own, direct_payment.pk, outcome.pk), *([Share(own)] if own else [])]
        joan = group.join(pool, cast.joan, shares=shares)
        for person in (cast.ken, cast.lee):
            group.join(pool, person)
        group.step(group.close(pool))
        return Pledge.objects.get(pk=joan.pk)

    return joins


def agree(cast, group, percent: int) -> CouncilMoney:
    facts = {"surplus_weeks": 8, "answer_days": 5, "retention_years": 7, "own_services": []}
    return budget_services.council_money_set(
        council=cast.council["quantock"], reinvest_percent=percent, by=by_self(cast.theo), now=group.at, **facts
    )


def put_in(group, pledge: Pledge, pence: int) -> Reinvestment | None:
    return voting.reinvestment_set(pledge=pledge, pence=pence, by=by_self(pledge.person), now=group.at)


def vote_page(client, pledge: Pledge) -> str:
    return client.get(reverse("pools:vote", args=[pledge.pool.public_id])).content.decode()


def test_without_an_agreement_nothing_leaves_a_direct_payment(group, cast, saved, client_of):
    pledge = saved()
    with pytest.raises(voting.NothingSaved) as refused:
        put_in(group, pledge, 1)
    assert refused.value.left_pence == 0
    joan = client_of(cast.joan)
    shown = vote_page(joan, pledge)
    assert "It stays in your budget: your council has not agreed" in shown
    assert "How much of what you saved?" not in shown
    joan.post(reverse("pools:vote_part", args=[pledge.pool.public_id]), {"pence": "0.01"})
    assert not Reinvestment.objects.exists()


def test_with_an_agreement_the_councils_part_may_be_put_in_and_not_a_penny_more(group, cast, saved, client_of):
    agree(cast, group, 50)
    pledge = saved()
    with pytest.raises(voting.NothingSaved) as refused:
        put_in(group, pledge, 334)
    assert refused.value.left_pence == 333
    assert "£3.33 of that is your council’s money and stays in your budget" in vote_page(client_of(cast.joan), pledge)
    client_of(cast.joan).post(reverse("pools:vote_part", args=[pledge.pool.public_id]), {"pence": "3.33"})
    assert Reinvestment.objects.get().pence == 333


def test_of_mixed_money_ones_own_part_of_the_saving_is_free(group, cast, saved):
    """£30 of the direct payment and £3.34 of her own: 334 of 3,334 parts of £6.66."""
    pledge = saved(own=2000)
    assert sorted(pledge.purchase.lines.values_list("pence", flat=True)) == [334, 3000]
    with pytest.raises(voting.NothingSaved) as refused:
        put_in(group, pledge, 67)
    assert refused.value.left_pence == 66
    assert put_in(group, pledge, 66).pence == 66


def test_another_councils_agreement_says_nothing_about_this_money(group, cast, saved):
    CouncilMoney.objects.create(council=cast.council["wharfe"], reinvest_percent=100)
    with pytest.raises(voting.NothingSaved):
        put_in(group, saved(), 1)


def test_own_money_is_nobodys_business(group, cast, saved):
    pledge = saved()
    ken = pledge.pool.pledges.get(person=cast.ken)
    assert put_in(group, ken, 667).pence == 667


def test_a_commissioner_writes_the_agreement_down(cast, client_of, group):
    theo, url = client_of(cast.theo), reverse("council_money:settings", args=["quantock"])
    assert "Percent of a saving that a group may decide about" in theo.get(url).content.decode()
    typed = {"surplus_weeks": "8", "answer_days": "5", "retention_years": "7", "own_services": ""}
    wrong = theo.post(url, typed | {"reinvest_percent": "101"})
    assert wrong.context["form"].errors["reinvest_percent"]
    for said, kept in (("25", 25), ("", 0)):
        theo.post(url, typed | {"reinvest_percent": said})
        assert CouncilMoney.objects.get(council=cast.council["quantock"]).reinvest_percent == kept
