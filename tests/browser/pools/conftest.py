"""Sam, who can be paid, a group of Ken's, and a phone of 320 pixels without JavaScript."""

import pytest
from django.conf import settings

from tests.integration.budgets.conftest import open_budget
from tests.integration.orders.conftest import account, deliver, listing, sam, store
from tests.integration.pools.conftest import asha, group

__all__ = ["account", "asha", "deliver", "group", "listing", "open_budget", "sam", "store"]
PHONE = 320


@pytest.fixture
def phone_of(open_page, live_server, client_of):
    """`phone_of(user, path)`; nobody signed in when `user` is None."""

    def opened(user, path: str):
        page = open_page("/health/live", width=PHONE, javascript=False, locale="en-GB")
        if user is not None:
            cookie = client_of(user).cookies[settings.SESSION_COOKIE_NAME].value
            page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page.goto(path)
        return page

    return opened
