"""More money, reviews, decisions, who looks after it, what a council's money buys: all on pages, all written down."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.core.models import AuditEntry
from payments.budgets import selectors, services
from payments.budgets.models import Budget, Decision, KindRule, Method, Relation, Rule
from payments.budgets.presentation import pace_words
from payments.budgets.rules import Figures, Share, review_due
from payments.budgets.services import council_money
from providers.listings.models import DirectPaymentRule
from tests.factories.listings import make_category
from tests.factories.people import make_delegation
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db
DESK = "/staff/money/quantock/"


@pytest.fixture
def theo(cast, client_of):
    return client_of(cast.theo)


def day_boxes(name: str, day) -> dict[str, int]:
    return {f"{name}_0": day.day, f"{name}_1": day.month, f"{name}_2": day.year}


def fresh(budget: Budget) -> Budget:
    return Budget.objects.get(pk=budget.pk)


def test_money_that_came_on_top_is_added_once_and_says_whose(cast, client_of, direct_payment):
    joan, url = client_of(cast.joan), f"/money/{direct_payment.public_id}/more/"
    assert url in joan.get(f"/money/{direct_payment.public_id}/").content.decode()
    refused = joan.post(url, {"allocated": "", "contributed": "0", "token": "a"}).content.decode()
    assert "Type more than nothing" in refused
    typed = {"allocated": "100", "contributed": "20.50", "token": "b"}
    joan.post(url, typed)
    joan.post(url, typed)
    known = selectors.figures(direct_payment)
    assert (known.allocated, known.contributed, known.available) == (60_000, 2050, 62_050)


def test_nothing_is_added_to_a_closed_budget(cast, client_of, direct_payment):
    services.budget_close(budget=direct_payment, by=by_self(cast.joan), now=timezone.now())
    url = f"/money/{direct_payment.public_id}/more/"
    answer = client_of(cast.joan).post(url, {"allocated": "100", "token": "a"}, follow=True)
    assert "no money was added" in answer.content.decode()
    assert selectors.figures(direct_payment).allocated == 50_000


def test_the_council_adds_money_to_a_budget_that_it_pays(theo, direct_payment):
    page = f"/staff/money/budgets/{direct_payment.public_id}/"
    assert page in theo.get(f"{DESK}budgets/").content.decode()
    theo.post(f"{page}more/", {"allocated": "250", "contributed": "", "token": "a"})
    assert selectors.figures(direct_payment).allocated == 75_000
    assert "£750.00" in theo.get(page).content.decode()
    assert AuditEntry.objects.filter(action="budgets.budget.look").exists()


def test_a_council_finds_one_of_many_budgets_by_name_or_address(cast, theo, open_budget):
    joans, kens = open_budget(), open_budget(person=cast.ken)
    other = open_budget(person=cast.lee, council=cast.council["wharfe"])

    def found(words: str) -> set[str]:
        page = theo.get(f"{DESK}budgets/", {"q": words}).content.decode()
        return {each.public_id for each in (joans, kens, other) if each.public_id in page}

    assert found("") == {joans.public_id, kens.public_id}
    assert found("jOaN") == {joans.public_id}
    assert found(cast.ken.email) == {kens.public_id}
    assert found(cast.lee.email) == found("<b>") == set()


def test_only_the_council_that_pays_comes_to_a_budget(cast, client_of, direct_payment, open_budget):
    own = open_budget("self_fund", council=None)
    bea = client_of(cast.bea)
    for budget, asker in ((direct_payment, bea), (own, client_of(cast.theo))):
        for act in ("", "more/", "review/", "decision/", "nominated/"):
            assert asker.get(f"/staff/money/budgets/{budget.public_id}/{act}").status_code == 404


def test_a_review_that_was_held_takes_the_notice_away(cast, client_of, theo, open_budget):
    today = timezone.localdate()
    late = open_budget(
        starts_on=today - timedelta(days=300),
        ends_on=today + timedelta(days=300),
        review_on=today - timedelta(days=200),
    )
    joan, page = client_of(cast.joan), f"/money/{late.public_id}/"
    assert "A review was due by" in joan.get(page).content.decode()
    assert "Review overdue" in theo.get(f"{DESK}budgets/").content.decode()
    url = f"/staff/money/budgets/{late.public_id}/review/"
    tomorrow = theo.post(url, day_boxes("held_on", today + timedelta(days=1))).content.decode()
    assert "That day has not come yet." in tomorrow
    held = today - timedelta(days=3)
    theo.post(url, day_boxes("held_on", held))
    late = fresh(late)
    assert (late.reviewed_on, late.review_on) == (held, review_due(late.starts_on, held))
    after = joan.get(page).content.decode()
    assert "review was due" not in after
    assert "Review due" not in after
    assert "Review overdue" not in theo.get(f"{DESK}budgets/").content.decode()
    assert AuditEntry.objects.get(action="budgets.review.hold").by_id == cast.theo.pk


def test_a_decision_is_read_by_the_person_and_moves_no_money(cast, client_of, theo, direct_payment):
    before = selectors.figures(direct_payment)
    url = f"/staff/money/budgets/{direct_payment.public_id}/decision/"
    assert "Choose what it is about." in theo.post(url, {"about": "", "words": "Keep it."}).content.decode()
    theo.post(url, {"about": "unspent", "words": "Keep it for the winter."})
    decision = Decision.objects.get()
    assert (decision.decided_by, decision.budget) == (cast.theo, direct_payment)
    page = client_of(cast.joan).get(f"/money/{direct_payment.public_id}/").content.decode()
    assert "Keep it for the winter." in page
    assert "Money that was not spent" in page
    assert selectors.figures(direct_payment) == before
    assert AuditEntry.objects.get(action="budgets.decision.record").by_id == cast.theo.pk


def test_whoever_the_council_names_as_looking_after_it_is_not_paid(cast, theo, buy, direct_payment, unrelated, share):
    url = f"/staff/money/budgets/{direct_payment.public_id}/nominated/"
    assert "Nobody here has this address." in theo.post(url, {"nominated": "no@example.org"}).content.decode()
    assert "the person themselves" in theo.post(url, {"nominated": cast.joan.email}).content.decode()
    theo.post(url, {"nominated": cast.sam.email})
    with pytest.raises(services.Barred) as refusal:
        buy(share(fresh(direct_payment), 3600))
    assert refusal.value.broken == [Rule.NOMINATED]
    theo.post(url, {"nominated": ""})
    assert buy(share(fresh(direct_payment), 3600)).total_pence == 3600


def test_a_budget_is_set_up_with_whoever_looks_after_it(cast, theo):
    today = timezone.localdate()
    facts = {"email": cast.joan.email, "source": "direct_payment", "allocated": "100", "outcomes": "I garden"}
    facts |= day_boxes("starts_on", today) | day_boxes("ends_on", today + timedelta(days=300))
    theo.post(f"{DESK}set-up/", facts | {"nominated": cast.priya.email})
    assert Budget.objects.get().nominated == cast.priya


def test_a_person_names_a_helper_who_looks_after_it(cast, client_of):
    now = timezone.now()
    held = make_delegation(cast.joan, cast.priya, now=now)
    today, joan = timezone.localdate(), client_of(cast.joan)
    for step, typed in (
        ("source", {"source": "direct_payment"}),
        ("period", day_boxes("starts_on", today) | day_boxes("ends_on", today + timedelta(days=300))),
        ("amount", {"allocated": "1560"}),
        ("outcomes", {"outcomes": "I get into the garden"}),
        ("who", {"council": "quantock", "nominated": str(held.pk)}),
    ):
        joan.post(f"/money/begin/{step}/", typed)
    assert str(cast.priya) in joan.get("/money/begin/check/").content.decode()
    joan.post("/money/begin/check/")
    assert Budget.objects.get().nominated == cast.priya


def test_a_council_names_its_own_services_and_how_long_papers_are_kept(
    cast, theo, buy, direct_payment, unrelated, share, sam
):
    good = {"surplus_weeks": "8", "answer_days": "5", "retention_years": "6", "own_services": sam.name}
    wrong = theo.post(f"{DESK}settings/", good | {"own_services": "Nobody and Sons"}).content.decode()
    assert "No provider of yours is called “Nobody and Sons”." in wrong
    theo.post(f"{DESK}settings/", good)
    assert council_money(cast.council["quantock"]).retention_years == 6
    with pytest.raises(services.Barred) as refusal:
        buy(share(direct_payment, 3600))
    assert refusal.value.broken == [Rule.OWN_SERVICE]
    assert sam.name in theo.get(f"{DESK}settings/").content.decode()
    theo.post(f"{DESK}settings/", good | {"own_services": ""})
    assert buy(share(direct_payment, 3600)).total_pence == 3600


def test_a_council_answers_otherwise_for_a_kind_of_help_that_everybody_has(
    cast, theo, buy, direct_payment, unrelated, share, listing
):
    kind = make_category("gardening", "Gardening", direct_payment=DirectPaymentRule.ALLOWED)
    listing.page.categories.set([kind])
    listing.page.save()
    theo.post(f"{DESK}kinds/", {f"kind-{kind.pk}": DirectPaymentRule.NO})
    with pytest.raises(services.Barred) as refusal:
        buy(share(direct_payment, 3600))
    assert refusal.value.broken == [Rule.CATEGORY]
    wharfe = cast.council["wharfe"]
    assert selectors.category_rules(wharfe, [kind]) == [DirectPaymentRule.ALLOWED], "elsewhere nothing has changed"
    theo.post(f"{DESK}kinds/", {f"kind-{kind.pk}": ""})
    assert not KindRule.objects.exists()
    assert buy(share(direct_payment, 3600)).total_pence == 3600


def test_a_decisions_words_and_whoever_looked_after_it_go_with_the_person(cast, theo, direct_payment, open_budget):
    theo.post(f"/staff/money/budgets/{direct_payment.public_id}/decision/", {"about": "review", "words": "All well."})
    kens = open_budget(person=cast.ken, nominated=cast.joan)
    services.budgets_forget(sender=type(cast.joan), person=cast.joan, now=timezone.now())
    assert Decision.objects.get().words == ""
    assert fresh(kens).nominated is None


def test_what_was_paid_stands_in_the_order_of_its_days(cast, direct_payment):
    """The page shows the day of each purchase, whenever it was written down."""
    now = timezone.now()
    for ago in (3, 9, 6):
        services.purchase_record(
            person=cast.joan,
            shares=[Share(1000, direct_payment.pk, direct_payment.outcomes.first().pk)],
            title=f"{ago} days ago",
            provider_name="The shop",
            method=Method.CASH,
            bought_on=timezone.localdate(now - timedelta(days=ago)),
            by=by_self(cast.joan),
            now=now,
            related=services.Related(Relation.NONE, shares_home=False),
        )
    assert [line.purchase.title for line in selectors.paid_from(direct_payment)] == [
        "3 days ago",
        "6 days ago",
        "9 days ago",
    ]


def test_nothing_left_lasts_until_no_day(direct_payment):
    today = timezone.localdate()
    empty, some = Figures(50_000, 0, 0, 0), Figures(50_000, 0, 0, 10_000)
    assert pace_words(direct_payment, empty, spent_lately=50_000, today=today) == ""
    assert "it would last until" in pace_words(direct_payment, some, spent_lately=40_000, today=today)
