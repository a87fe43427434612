"""What public money may not pay for is refused with its reason, and only a council's exception opens the way."""

import html
from datetime import timedelta

import pytest
from django.utils import timezone

from payments.budgets import services
from payments.budgets.models import Budget, CouncilMoney, Declaration, Purchase, Relation, Rule
from payments.budgets.rules import Share
from payments.budgets.states import Source
from providers.listings.models import DirectPaymentRule
from tests.factories.listings import make_category, make_offer
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db


@pytest.fixture
def declare(cast, sam):
    def said(relation: Relation, *, shares_home: bool) -> list[Declaration]:
        return services.declaration_make(
            person=cast.joan,
            provider=sam,
            said=services.the_same_of_all(sam, services.Related(relation, shares_home)),
            by=by_self(cast.joan),
            now=timezone.now(),
        )

    return said


@pytest.fixture
def exempt(cast, sam):
    def decided(rule: Rule, **facts):
        usual = {"provider": sam, "category": None, "reason": "Nobody else can come at night.", "until": None}
        return services.exemption_grant(
            council=cast.council["quantock"],
            person=cast.joan,
            rule=rule,
            decided_by=cast.theo,
            by=by_self(cast.theo),
            now=timezone.now(),
            **(usual | facts),
        )

    return decided


def test_nobody_is_paid_before_somebody_said_whether_they_are_related(buy, direct_payment, share):
    with pytest.raises(services.NotDeclared):
        buy(share(direct_payment, 3600))
    assert not Purchase.objects.exists()


@pytest.mark.parametrize(
    ("relation", "shares_home"), [(Relation.PARTNER, False), (Relation.PARTNER, True), (Relation.SIBLING, True)]
)
def test_a_barred_relative_is_refused_until_the_council_makes_an_exception(
    buy, direct_payment, share, figures, declare, exempt, relation, shares_home
):
    declare(relation, shares_home=shares_home)
    with pytest.raises(services.Barred) as refusal:
        buy(share(direct_payment, 3600))
    assert refusal.value.broken == [Rule.RELATIVE]
    assert figures(direct_payment) == (50_000, 0, 0)
    decision = exempt(Rule.RELATIVE)
    assert buy(share(direct_payment, 3600)).total_pence == 3600
    services.exemption_end(exemption=decision, by=by_self(decision.decided_by), now=timezone.now())
    with pytest.raises(services.Barred):
        buy(share(direct_payment, 3600))


def test_a_sister_who_lives_elsewhere_is_paid(buy, direct_payment, share, declare):
    declare(Relation.SIBLING, shares_home=False)
    assert buy(share(direct_payment, 3600)).total_pence == 3600


def test_own_money_pays_anybody(buy, open_budget, share, declare):
    """The regulation binds direct payments, not people's own money."""
    declare(Relation.PARTNER, shares_home=True)
    savings = open_budget(Source.SELF_FUND)
    assert buy(share(savings, 3600)).total_pence == 3600
    assert buy(Share(3600)).total_pence == 3600


def test_an_exception_of_another_council_opens_nothing(cast, buy, direct_payment, share, declare, sam):
    declare(Relation.PARTNER, shares_home=True)
    services.exemption_grant(
        council=cast.council["wharfe"],
        person=cast.joan,
        rule=Rule.RELATIVE,
        provider=sam,
        category=None,
        reason="Not ours to say",
        until=None,
        decided_by=cast.bea,
        by=by_self(cast.bea),
        now=timezone.now(),
    )
    with pytest.raises(services.Barred):
        buy(share(direct_payment, 3600))


def test_a_direct_payment_names_what_it_is_for(buy, direct_payment, unrelated):
    with pytest.raises(services.OutcomeMissing):
        buy(Share(3600, direct_payment.pk))
    other = Share(3600, direct_payment.pk, 987654)
    with pytest.raises(services.OutcomeMissing):
        buy(other)


def test_whoever_looks_after_the_money_is_not_paid_from_it(cast, buy, open_budget, unrelated, share):
    looked_after = open_budget(nominated=cast.sam)
    with pytest.raises(services.Barred) as refusal:
        buy(share(looked_after, 3600))
    assert refusal.value.broken == [Rule.NOMINATED]


def test_the_councils_own_service_is_not_bought_with_its_direct_payment(
    cast, buy, direct_payment, unrelated, share, sam, exempt
):
    CouncilMoney.objects.create(council=cast.council["quantock"]).own_services.add(sam)
    with pytest.raises(services.Barred) as refusal:
        buy(share(direct_payment, 3600))
    assert refusal.value.broken == [Rule.OWN_SERVICE]
    exempt(Rule.OWN_SERVICE)
    assert buy(share(direct_payment, 3600)).total_pence == 3600


@pytest.fixture
def offer_of_kind(cast, account, listing):
    """One of Sam's offers, of a kind of help with this rule."""

    def make(rule: str):
        kind = make_category(f"kind-{rule}", f"Kind {rule}", direct_payment=rule)
        listing.page.categories.add(kind)
        listing.page.save()
        return make_offer(listing, f"Something {rule}")

    return make


def test_a_kind_of_help_that_is_not_bought_is_refused(buy, direct_payment, unrelated, share, offer_of_kind, exempt):
    offer = offer_of_kind(DirectPaymentRule.NO)
    with pytest.raises(services.Barred) as refusal:
        buy(share(direct_payment, 3600), on=offer)
    assert refusal.value.broken == [Rule.CATEGORY]
    exempt(Rule.CATEGORY)
    assert buy(share(direct_payment, 3600), on=offer).total_pence == 3600


def test_a_kind_of_help_to_ask_about_becomes_a_request(buy, direct_payment, unrelated, share, offer_of_kind):
    asked = buy(share(direct_payment, 3600), on=offer_of_kind(DirectPaymentRule.ASK))
    assert isinstance(asked, Purchase)
    assert asked.approvals.get().asked_of == "council"


def test_a_short_stay_in_a_care_home_is_paid_and_a_long_one_only_with_the_councils_yes(
    buy, open_budget, unrelated, share, listing, exempt
):
    """Four weeks in a row within twelve months; stays less than four weeks apart count together."""
    listing.page.categories.set([make_category("care-home-stay", "A stay in a care home")])
    listing.page.save()
    week, money = make_offer(listing, "A week", 10_000, unit="week"), open_budget(pence=500_000)
    buy(share(money, 30_000), on=week, quantity=3)
    with pytest.raises(services.Barred) as refused:
        buy(share(money, 20_000), on=week, quantity=2)
    assert refused.value.broken == [Rule.CARE_HOME]
    buy(share(money, 10_000), on=week, quantity=1)
    assert Purchase.objects.count() == 2
    exempt(Rule.CARE_HOME)
    buy(share(money, 20_000), on=week, quantity=2)


def test_a_long_stay_by_exception_bars_no_other_purchase(buy, open_budget, unrelated, share, listing, offer, exempt):
    listing.page.categories.set([make_category("care-home-stay", "A stay in a care home")])
    listing.page.save()
    week, money = make_offer(listing, "A week", 10_000, unit="week"), open_budget(pence=500_000)
    decision = exempt(Rule.CARE_HOME)
    buy(share(money, 50_000), on=week, quantity=5)
    services.exemption_end(exemption=decision, by=by_self(decision.decided_by), now=timezone.now())
    listing.page.categories.set([make_category("gardening", "Gardening")])
    listing.page.save()
    assert buy(share(money, 3600), on=offer).total_pence == 3600


def test_whoever_works_there_buys_for_nobody(cast, sam, buy, direct_payment, unrelated, share):
    """A provider's worker is not the buyer's delegate for that purchase."""
    from marketplace.core.audit import DELEGATE, Actor
    from payments.orders.services import OwnListing

    with pytest.raises(OwnListing):
        buy(share(direct_payment, 3600), by=Actor(cast.sam.pk, cast.joan.pk, DELEGATE))


def test_a_barred_relative_is_refused_at_the_question_with_the_way_to_put_it_right(
    cast, client_of, account, offer, direct_payment, open_budget, exempt
):
    """Nobody fills in every page to be refused at the last button."""
    savings = open_budget(Source.SELF_FUND)
    joan, new = client_of(cast.joan), f"/orders/new/{offer.public_id}"
    day = timezone.localdate() + timedelta(days=20)
    joan.post(f"{new}/when/", {"day_0": day.day, "day_1": day.month, "day_2": day.year, "words": ""})
    joan.post(f"{new}/quantity/", {"quantity": "2"})
    joan.post(f"{new}/note/", {"note": ""})
    chosen = {"budget": str(direct_payment.pk), "part": ""}
    joan.post(f"{new}/money/", chosen)
    joan.post(f"{new}/outcome/", {f"outcome-{direct_payment.pk}": str(direct_payment.outcomes.first().pk)})
    answer = joan.post(f"{new}/relation/", {f"relation-{cast.sam.pk}": "partner", f"shares_home-{cast.sam.pk}": "yes"})
    assert answer.url == f"{new}/money/"
    told = joan.get(answer.url).content.decode()
    for page in (told, joan.post(f"{new}/money/", chosen).content.decode()):
        assert "By law a direct payment cannot pay" in page
        assert "Who you are related to" in page
    assert Declaration.objects.count() == 1, "what was said stays"
    assert joan.post(f"{new}/money/", {"budget": str(savings.pk), "part": ""}).url == f"{new}/check/"
    exempt(Rule.RELATIVE)
    assert joan.post(f"{new}/money/", chosen).url == f"{new}/check/"
    assert not Purchase.objects.exists()


def test_a_nominated_person_is_paid_when_the_council_finds_it_necessary(
    cast, buy, open_budget, unrelated, share, exempt
):
    looked_after = open_budget(nominated=cast.sam)
    exempt(Rule.RELATIVE)
    with pytest.raises(services.Barred):
        buy(share(looked_after, 3600))
    exempt(Rule.NOMINATED)
    assert buy(share(looked_after, 3600)).total_pence == 3600


def test_an_exception_opens_until_the_end_of_its_last_day(cast, buy, direct_payment, share, declare, exempt):
    declare(Relation.PARTNER, shares_home=True)
    today = timezone.localdate()
    exempt(Rule.RELATIVE, until=today - timedelta(days=1))
    with pytest.raises(services.Barred):
        buy(share(direct_payment, 3600))
    exempt(Rule.RELATIVE, until=today)
    assert buy(share(direct_payment, 3600)).total_pence == 3600


@pytest.fixture
def broken(cast, declare, unrelated, open_budget, listing, sam):
    """A direct payment that may not pay Sam by this rule; everything else is in order."""

    def make(rule: Rule) -> Budget:
        if rule == Rule.RELATIVE:
            declare(Relation.PARTNER, shares_home=False)
        if rule == Rule.OWN_SERVICE:
            CouncilMoney.objects.create(council=cast.council["quantock"]).own_services.add(sam)
        if rule in (Rule.CATEGORY, Rule.CARE_HOME):
            slug, answer = ("care-home-stay", "allowed") if rule == Rule.CARE_HOME else ("chiropody", "no")
            listing.page.categories.set([make_category(slug, "Something", direct_payment=answer)])
            listing.page.save()
        return open_budget(nominated=cast.sam if rule == Rule.NOMINATED else None, pence=500_000)

    return make


REASONS = {
    Rule.RELATIVE: "By law a direct payment cannot pay Sam, because you are partners, or close relatives who live "
    "together.",
    Rule.NOMINATED: "Sam looks after this money for you, and so cannot be paid from it.",
    Rule.CATEGORY: "Quantock Council does not let this money be used for this kind of help.",
    Rule.OWN_SERVICE: "This is Quantock Council’s own service, and a direct payment cannot buy it.",
    Rule.CARE_HOME: "This money can pay for a care home for up to four weeks in a row, not longer.",
}


@pytest.mark.parametrize("rule", list(Rule))
def test_each_rule_says_why_and_what_to_do_before_anything_is_ordered(cast, client_of, listing, broken, rule):
    """At the question which money pays; of a long stay at the last page, which knows how long it is."""
    budget = broken(rule)
    week = make_offer(listing, "A week", 10_000, unit="week")
    joan, new = client_of(cast.joan), f"/orders/new/{week.public_id}"
    day = timezone.localdate() + timedelta(days=20)
    joan.post(f"{new}/when/", {"day_0": day.day, "day_1": day.month, "day_2": day.year, "words": ""})
    joan.post(f"{new}/quantity/", {"quantity": "5"})
    joan.post(f"{new}/note/", {"note": ""})
    page = joan.post(f"{new}/money/", {"budget": str(budget.pk), "part": ""})
    if rule == Rule.CARE_HOME:
        joan.post(f"{new}/outcome/", {f"outcome-{budget.pk}": str(budget.outcomes.first().pk)})
        form = joan.get(f"{new}/check/").context["form"]
        typed = {"token": form.initial["token"], "total": form.initial["total"], "begin_early": "on"}
        page = joan.post(f"{new}/check/", typed)
    words = html.unescape(page.content.decode())
    assert [each for each in Rule if REASONS[each] in words] == [rule]
    assert "ring Quantock Council on 01632 960 118: they can make an exception." in words
    assert "You can also use your own money." in words
    assert not Purchase.objects.exists()
