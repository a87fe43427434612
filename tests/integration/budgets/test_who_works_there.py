"""Relatives are asked about once for everybody who may be paid: who works for a provider, and who is paid elsewhere."""

from importlib import import_module

import pytest
from django.apps import apps
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


def test_somebody_new_who_works_there_is_asked_about(cast, sam, unrelated, buy, direct_payment, share):
    buy(share(direct_payment, 3600))
    sam.keepers.add(cast.asha)
    with pytest.raises(services.NotDeclared):
        buy(share(direct_payment, 3600))
    services.declaration_make(
        person=cast.joan, provider=sam, relation=Relation.NONE, shares_home=False, by=by_self(cast.joan),
        now=timezone.now(),
    )  # fmt: skip
    buy(share(direct_payment, 3600))
    sam.keepers.remove(cast.asha)
    buy(share(direct_payment, 3600))
    sam.people_working = 2
    sam.save()
    with pytest.raises(services.NotDeclared):
        buy(share(direct_payment, 3600))


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


def test_what_was_said_before_is_taken_to_be_about_those_who_work_there_now(sam, unrelated, buy, direct_payment, share):
    Declaration.objects.update(workers=[], people=0)
    migration = import_module("payments.budgets.migrations.0008_those_who_worked_there")
    migration.who_worked_there(apps, None)
    said = Declaration.objects.get()
    assert (said.workers, said.people) == (list(sam.keepers.values_list("pk", flat=True)), sam.people_working)
    buy(share(direct_payment, 3600))
