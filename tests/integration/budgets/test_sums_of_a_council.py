"""The sums on a commissioner's desk: exact where five people stand behind them, and no way to work out the others."""

import pytest
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from marketplace.people.models import User
from payments.budgets import services
from payments.budgets.models import Budget, Method, Relation
from payments.budgets.rules import Share
from payments.budgets.states import Source
from payments.ledger.models import AccountKind
from payments.ledger.services import Ref
from providers.listings.models import Category
from tests.factories.listings import make_category
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db
DESK = "/staff/money/quantock/"


@pytest.fixture
def people(open_budget) -> list[Budget]:
    """Eleven people of Quantock, each with £500 of which they garden and see friends, in the same words."""
    made = [User.objects.create_user(f"p{number}@example.org") for number in range(11)]
    return [open_budget(person=person, outcomes=["I garden", "I see friends"]) for person in made]


@pytest.fixture
def picture(cast, client_of):
    """The figures of the desk, as (people, pence) by their words, and the page."""

    def read(which: str):
        page = client_of(cast.theo).get(DESK)
        rows = {row.words: row.pence for row in getattr(page.context["picture"], which)}
        return rows, page

    return read


@pytest.fixture
def pays(sam):
    """One order of a kind of help, paid from this budget for one of its outcomes."""

    def paid(budget: Budget, pence: int, kind: Category | None, *, outcome: int = 0, back: int = 0) -> None:
        now = timezone.now()
        purchase = services.purchase_commit(
            person=budget.person,
            goods=services.Goods("Help", sam, (kind,) if kind else (), pence),
            shares=[Share(pence, budget.pk, budget.outcomes.all()[outcome].pk)],
            day=timezone.localdate(now),
            by=by_self(budget.person),
            now=now,
        )
        earned = Ref(f"provider:{sam.pk}:earning", AccountKind.EARNING)
        services.purchase_pay(purchase=purchase, into=earned, by=CLOCKWORK, now=now)
        if back:
            services.purchase_back(purchase=purchase, pence=back, out_of=earned, key="back", by=CLOCKWORK, now=now)

    return paid


def test_a_kind_of_help_that_five_people_bought_is_shown_to_the_penny(people, picture, pays):
    """Twice by one of them counts one person; what came back is not spent."""
    garden, bath = make_category("gardening", "Gardening"), make_category("bathing", "Bathing")
    for at, budget in enumerate(people[:5]):
        pays(budget, 1001 + at, garden, back=501 if at == 0 else 0)
    for budget in people[5:10]:
        pays(budget, 2000, bath)
    pays(people[5], 1999, bath)
    rows, page = picture("by_category")
    assert rows == {"Gardening": 5015 - 501, "Bathing": 11_999}
    assert "£45.14" in page.content.decode()
    assert picture("by_source")[0] == {"Direct payment": 5015 - 501 + 11_999}


def test_four_people_are_not_shown_however_often_they_buy(people, picture, pays):
    garden, bath = make_category("gardening", "Gardening"), make_category("bathing", "Bathing")
    for budget in people[:4]:
        pays(budget, 1000, garden)
        pays(budget, 1000, garden)
    for budget in people[4:7]:
        pays(budget, 3000, bath)
    rows, page = picture("by_category")
    assert rows == {"Gardening": None, "Bathing": None}, "seven people stand behind what the total gives away"
    assert "Gardening" in page.content.decode()
    assert page.content.decode().count(">not shown<") == 2


def test_what_four_people_spent_is_in_no_sum_that_gives_it_away(cast, client_of, people, pays):
    """Eleven have a budget and four have spent: given less not spent would be what the four spent."""
    for budget in people[:4]:
        pays(budget, 1111, None)
    page = client_of(cast.theo).get(DESK)
    seen = page.context["picture"]
    assert (seen.people, seen.allocated, seen.contributed) == (11, 11 * 50_000, 0)
    assert (seen.spent, seen.unspent) == (None, None)
    assert [row.pence for row in seen.by_source] == [None]
    assert "£44.44" not in page.content.decode()
    pays(people[4], 1111, None)
    seen = client_of(cast.theo).get(DESK).context["picture"]
    assert (seen.spent, seen.unspent) == (5 * 1111, 11 * 50_000 - 5 * 1111)


def test_with_one_small_group_the_next_smallest_is_hidden_too(people, picture, pays):
    """Else the total less what is shown would be that of one person."""
    kinds = {name: make_category(name.lower(), name) for name in ("Gardening", "Bathing", "Cooking")}
    for budget in people[:6]:
        pays(budget, 1000, kinds["Gardening"])
    for budget in people[3:8]:
        pays(budget, 2000, kinds["Bathing"])
    pays(people[9], 7777, kinds["Cooking"])
    rows, page = picture("by_category")
    assert rows == {"Gardening": 6000, "Bathing": None, "Cooking": None}
    said = page.content.decode()
    assert "£77.77" not in said
    assert page.context["picture"].spent - 6000 == 17_777, "two kinds, six people"


def test_one_person_behind_two_kinds_is_still_one_person(people, picture, pays):
    """Two small groups do not hide each other when the same person is both."""
    kinds = {name: make_category(name.lower(), name) for name in ("Gardening", "Bathing", "Cooking")}
    for budget in people[:6]:
        pays(budget, 1000, kinds["Gardening"])
    pays(people[9], 2000, kinds["Bathing"])
    pays(people[9], 3000, kinds["Cooking"])
    assert set(picture("by_category")[0].values()) == {None}


def test_what_is_of_no_kind_is_a_kind_that_could_be_worked_out(people, picture, pays):
    """What is bought elsewhere has no kind: left out of the table, the total less the table would be its sum."""
    garden = make_category("gardening", "Gardening")
    for budget in people[:5]:
        pays(budget, 1000, garden)
    lonely = people[9]
    services.purchase_record(
        person=lonely.person,
        shares=[Share(4321, lonely.pk, lonely.outcomes.first().pk)],
        title="Spade",
        provider_name="The shop",
        method=Method.CASH,
        bought_on=timezone.localdate(),
        by=by_self(lonely.person),
        now=timezone.now(),
        related=services.Related(Relation.NONE, shares_home=False),
    )
    rows, page = picture("by_category")
    assert rows == {"Gardening": None, "": None}
    assert page.context["picture"].spent == 9321
    assert "Anything else" in page.content.decode()
    for budget in people[5:9]:
        pays(budget, 1000, None)
    assert picture("by_category")[0] == {"Gardening": 5000, "": 8321}


def test_the_same_words_of_five_people_are_shown_and_of_fewer_neither_sum_nor_words(people, picture, pays):
    garden = make_category("gardening", "Gardening")
    for budget in people[:6]:
        pays(budget, 1000, garden)
    for budget in people[6:]:
        pays(budget, 2000, garden, outcome=1)
    assert picture("outcomes_bought")[0] == {"I garden": 6000, "I see friends": 10_000}
    people[6].outcomes.filter(words="I see friends").update(words="I see my sister in Taunton")
    rows, page = picture("outcomes_bought")
    assert rows == {"I garden": 6000}, "what is left belongs to five people, four and one"
    for words in ("I see friends", "Taunton", "£80.00", "£20.00"):
        assert words not in page.content.decode()


def test_a_kind_of_budget_that_few_have_hides_the_next_as_well(people, picture, pays, open_budget):
    garden = make_category("gardening", "Gardening")
    for budget in people[:6]:
        pays(budget, 1000, garden)
    managed = open_budget(Source.COUNCIL_MANAGED, person=people[0].person, outcomes=["I garden"])
    pays(managed, 5555, garden)
    rows, page = picture("by_source")
    assert rows == {"Direct payment": None, "Budget looked after by the council": None}
    assert "£55.55" not in page.content.decode()


def test_of_fewer_than_five_people_no_line_is_shown_not_even_of_nothing_spent(cast, client_of, open_budget):
    """One person with a direct payment who has bought nothing: a line of £0.00 would say so."""
    open_budget()
    page = client_of(cast.theo).get(DESK)
    picture, words = page.context["picture"], page.content.decode()
    assert (picture.by_source, picture.by_category, picture.outcomes_bought) == ([], [], [])
    assert (picture.people, picture.spent) == (None, None)
    assert "£0.00" not in words
    assert "By kind of budget" not in words
    assert words.count(">not shown<") == 4
