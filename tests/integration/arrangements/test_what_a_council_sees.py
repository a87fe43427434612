"""A council pays for Joan's Tuesdays and may see what they cost. When somebody is in her house is not its business."""

import pytest

from marketplace.people.models import Scope
from payments.arrangements import services
from payments.arrangements.services import PaidFrom
from tests.factories.people import make_delegation

pytestmark = pytest.mark.django_db
DESK = "/staff/money/quantock/"
PAGES = ("", "budgets/", "kinds/", "exceptions/", "set-up/", "spreadsheet/", "settings/")


@pytest.fixture
def tuesdays(garden, cast, budget):
    """Paid from Joan's direct payment, with a word to Sam, and Priya helping."""
    made = garden.running(
        paid_from=PaidFrom(budget, budget.outcomes.get(), begin_early=True), words="Mind the dog by the gate."
    )
    make_delegation(cast.joan, cast.priya, Scope.SEE, now=garden.at)
    return made


def test_no_diary_and_no_circle_on_any_page_of_the_councils_money(garden, cast, client_of, tuesdays, budget):
    theo = client_of(cast.theo)
    secret = services.feed_make(owner=cast.joan, person=cast.joan, by=garden.joan, now=garden.at)
    pages = {name: theo.get(DESK + name) for name in PAGES}
    pages["one budget"] = theo.get(f"/staff/money/budgets/{budget.public_id}/")
    days = [f"{visit.day:%-d %B}" for visit in tuesdays.visits.all()]
    kept = ["Tuesday", "10am", "Mind the dog", "Priya", cast.priya.email, secret, tuesdays.public_id, *days]
    for name, page in pages.items():
        assert page.status_code == 200, name
        assert [words for words in kept if words in page.content.decode()] == [], name


@pytest.mark.parametrize("more", ["", "calendar/", "agree/", "skip/"])
def test_pages_of_her_week_are_closed_to_the_council(cast, client_of, tuesdays, more):
    for space in ("arrangements", "provider/arrangements"):
        assert client_of(cast.theo).get(f"/{space}/{tuesdays.public_id}/{more}").status_code == 404
