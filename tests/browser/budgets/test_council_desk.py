"""Theo's desk in a browser: sums that are shown, sums that are not, and every page that it leads to."""

import pytest
from playwright.sync_api import expect

from tests.factories.listings import make_category
from tests.integration.budgets.test_money_to_come_back import called_off, managed
from tests.integration.budgets.test_sums_of_a_council import DESK, pays, people

__all__ = ["called_off", "managed", "pays", "people"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ("budgets/", "kinds/", "exceptions/", "set-up/", "spreadsheet/", "settings/")


def test_sums_are_shown_where_five_people_stand_behind_them(
    cast, browser_of, look, people, pays, managed, called_off, live_server
):
    garden, bath = make_category("gardening", "Gardening"), make_category("bathing", "Bathing")
    theo = browser_of(cast.theo, DESK)
    look(theo, "desk-nothing-spent")
    for budget in people[:5]:
        pays(budget, 2000, garden)
    theo.reload()
    expect(theo.get_by_role("row", name="Gardening £100.00")).to_be_visible()
    look(theo, "desk-five")
    for budget in people[5:8]:
        pays(budget, 3000, bath)
    called_off(managed)
    theo.reload()
    expect(theo.get_by_role("row", name="Bathing not shown")).to_be_visible()
    look(theo, "desk-mixed")
    for page in PAGES:
        theo.goto(f"{live_server.url}{DESK}{page}")
        look(theo, f"desk-{page.strip('/')}")


def test_of_one_person_nothing_is_shown(cast, browser_of, look, open_budget):
    open_budget()
    theo = browser_of(cast.theo, DESK)
    expect(theo.get_by_text("fewer than five", exact=True)).to_be_visible()
    look(theo, "desk-one-person")
