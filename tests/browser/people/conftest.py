"""A visitor who signs in by the demonstration's buttons and whose every page is looked at by axe."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import Page

from marketplace.demo import services as demo
from marketplace.people.models import User
from tests.cast import CAST


@pytest.fixture
def seeded(cast):
    """The cast as the demonstration seeds it; no code of theirs has been used."""
    cache.clear()
    for part in CAST:
        if part.work:
            demo.demo_second_factor(cast.people[part.key])
    return cast


@pytest.fixture
def sign_in():
    def press(page: Page, user: User) -> None:
        page.goto("/demo/")
        page.get_by_role("button", name=f"Sign in as {user.first_name}").click()
        if page.get_by_role("heading", name="The second step").count():
            page.get_by_label("The code").fill(demo.code_now(user))
            page.get_by_role("button", name="Sign in", exact=True).click()

    return press


@pytest.fixture
def in_order(violations, headings, sideways) -> Callable[[Page], None]:
    """Nothing axe objects to, one heading of the first rank, no scrolling sideways."""

    def look(page: Page) -> None:
        assert violations(page) == [], page.url
        assert headings(page) == 1, page.url
        assert sideways(page) == 0, page.url

    return look
