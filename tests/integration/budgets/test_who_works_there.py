"""Relatives are asked about once for everybody who may be paid: who works for a provider, and who is paid elsewhere."""

from importlib import import_module

import pytest
from django.utils import timezone

from payments.budgets import selectors, services
from payments.budgets.models import Declaration, Method, Purchase, Relation, Rule
from payments.budgets.rules import Share
from payments.budgets.states import Source
from tests.factories.listings import make_provider
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db
PARTNER = services.Related(Relation.PARTNER, shares_home=True)
UNRELATED = services.Related(Relation.NONE, shares_home=False)


@pytest.fixture
def record(cast):
    """£12.50 in cash to somebody, from a budget of Joan’s."""

    def bought(budget, *, who="Rose Tapper", related=None) -> Purchase:
        outcome = budget.outcomes.first()
        return services.purchase_record(
            person=cast.joan,
            title="An hour in the garden",
            provider_name=who,
            shares=[Share(1250, budget.pk, outcome.pk if outcome else None)],
            method=Method.CASH,
            bought_on=timezone.localdate(),
            by=by_self(cast.joan),
            now=timezone.now(),
            related=related,
        )

    return bought


def say(cast, provider, **said) -> None:
    """What Joan says of those who work there, by the key of each."""
    services.declaration_make(
        person=cast.joan, provider=provider, said={key.strip("_"): each for key, each in said.items()},
        by=by_self(cast.joan), now=timezone.now(),
    )  # fmt: skip


def test_somebody_new_who_works_there_is_asked_about_alone(cast, sam, unrelated, buy, direct_payment, share):
    buy(share(direct_payment, 3600))
    sam.keepers.add(cast.asha)
    with pytest.raises(services.NotDeclared):
        buy(share(direct_payment, 3600))
    assert [each.name for each in services.workers_unspoken(cast.joan, sam)] == ["Asha"]
    say(cast, sam, **{str(cast.asha.pk): UNRELATED})
    buy(share(direct_payment, 3600))
    sam.keepers.remove(cast.asha)
    buy(share(direct_payment, 3600))
    sam.people_working = 3
    sam.save()
    (others,) = services.workers_unspoken(cast.joan, sam)
    assert (others.key, others.others) == ("others", 2)
    say(cast, sam, others=UNRELATED)
    buy(share(direct_payment, 3600))
    sam.people_working = 4
    sam.save()
    with pytest.raises(services.NotDeclared):
        buy(share(direct_payment, 3600))


def test_one_relative_among_several_bars_the_money_and_going_lets_it_pay(cast, sam, buy, direct_payment, share):
    """The site does not know who of them comes."""
    sam.keepers.add(cast.asha)
    say(cast, sam, **{str(cast.sam.pk): UNRELATED, str(cast.asha.pk): PARTNER})
    with pytest.raises(services.Barred) as refusal:
        buy(share(direct_payment, 3600))
    assert refusal.value.broken == [Rule.RELATIVE]
    sam.keepers.remove(cast.asha)
    buy(share(direct_payment, 3600))


def test_the_page_asks_about_each_by_first_name_and_keeps_nothing_of_half_an_answer(
    cast, client_of, sam, account, offer, direct_payment
):
    sam.keepers.add(cast.asha)
    joan, path = client_of(cast.joan), f"/orders/new/{offer.public_id}"
    joan.post(f"{path}/money/", {"budget": str(direct_payment.pk), "part": ""})
    page = joan.get(f"{path}/relation/").content.decode()
    assert "Are you related to Asha?" in page
    assert "Does Sam live in your home?" in page
    of_sam = {f"relation-{cast.sam.pk}": "none", f"shares_home-{cast.sam.pk}": "no"}
    half = joan.post(f"{path}/relation/", of_sam).content.decode()
    assert half.count("Choose how you are related, or that you are not.") == 2, "in the summary and beside the question"
    assert not Declaration.objects.exists()
    of_asha = {f"relation-{cast.asha.pk}": "sibling", f"shares_home-{cast.asha.pk}": "no"}
    joan.post(f"{path}/relation/", of_sam | of_asha)
    assert {said.worker: said.relation for said in Declaration.objects.all()} == {
        cast.sam: Relation.NONE, cast.asha: Relation.SIBLING,
    }  # fmt: skip


def test_a_relative_who_is_paid_elsewhere_is_asked_about_and_barred(record, direct_payment):
    with pytest.raises(services.NotDeclared):
        record(direct_payment)
    with pytest.raises(services.Barred) as refusal:
        record(direct_payment, related=PARTNER)
    assert refusal.value.broken == [Rule.RELATIVE]
    assert not Purchase.objects.exists()
    assert selectors.figures(direct_payment).spent == 0


def test_each_name_is_asked_about_once(record, direct_payment):
    record(direct_payment, related=UNRELATED)
    record(direct_payment, who=" rose tapper")
    with pytest.raises(services.NotDeclared):
        record(direct_payment, who="Rose Trellis")
    assert [said.about for said in selectors.said_of(direct_payment.person)] == ["Rose Tapper"]


def test_other_money_pays_a_relative(record, open_budget):
    assert record(open_budget(Source.SELF_FUND, council=None)).total_pence == 1250
    assert not Declaration.objects.exists()


def test_a_councils_exception_holds_for_its_provider_of_that_name(cast, record, direct_payment):
    rose = make_provider(cast.council["quantock"], name="Rose Tapper")
    services.exemption_grant(
        council=cast.council["quantock"], person=cast.joan, rule=Rule.RELATIVE, provider=rose, category=None,
        reason="Nobody else can come.", until=None, decided_by=cast.theo, by=by_self(cast.theo), now=timezone.now(),
    )  # fmt: skip
    assert record(direct_payment, related=PARTNER).total_pence == 1250


def test_the_page_asks_says_why_not_and_keeps_what_was_typed(cast, client_of, direct_payment):
    joan, path = client_of(cast.joan), f"/money/{direct_payment.public_id}/bought/"
    today = timezone.localdate()
    typed = {
        "what": "An hour", "who": "Rose Tapper", "pence": "12.50", "method": "cash",
        "bought_on_0": today.day, "bought_on_1": today.month, "bought_on_2": today.year,
        "outcome": direct_payment.outcomes.first().pk,
    }  # fmt: skip
    assert "Choose how you are related, or that you are not." in joan.post(path, typed).content.decode()
    half = joan.post(path, typed | {"relation": "partner"}).content.decode()
    assert "Answer this question too, or neither." in half
    barred = joan.post(path, typed | {"relation": "partner", "shares_home": "yes"}).content.decode()
    assert "By law a direct payment cannot pay Rose Tapper" in barred
    assert 'value="Rose Tapper"' in barred
    joan.post(path, typed | {"relation": "none", "shares_home": "no"})
    assert Purchase.objects.get().provider_name == "Rose Tapper"
    assert "Rose Tapper" in joan.get("/money/related/").content.decode()


def test_what_was_said_of_all_at_once_was_said_of_each_who_was_known_then():
    """Nobody is asked again about those who worked there then, and nobody who came later is spoken for."""
    answers_of = import_module("payments.budgets.migrations.0010_what_was_said_of_each_worker").answers_of
    assert answers_of([7, 8], 4, {7, 8, 9}) == [(7, 0), (8, 0), (None, 2)]
    assert answers_of([7, 8], 2, {7}) == [(7, 0)], "the account of the other is gone"
    assert answers_of([], 3, {7}) == [(None, 3)]
