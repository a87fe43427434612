"""A look at every page that somebody signed in passes."""

import os
from pathlib import Path

import pytest
from django.conf import settings

SHOTS = os.environ.get("SHOTS")


@pytest.fixture
def look(violations, headings, sideways):
    """One heading, nothing sideways at 320 pixels, nothing that axe objects to, on every page and state passed.

    The window is as wide afterwards as it was: a journey on a phone stays on the phone.
    """
    seen, unsound = [], []

    def at(page, name: str) -> None:
        seen.append(name)
        size = page.viewport_size
        if headings(page) != 1:
            unsound.append((name, "not one heading"))
        unsound.extend((name, words) for words in violations(page))
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            if sideways(page):
                unsound.append((name, f"wider than {width} pixels"))
            if SHOTS:
                page.screenshot(path=Path(SHOTS) / f"{len(seen):02}-{name}-{width}.png", full_page=True)
        page.set_viewport_size(size)

    yield at
    assert unsound == []


@pytest.fixture
def browser_of(open_page, live_server, client_of):
    """A browser signed in as somebody; the only script that runs is the one axe brings."""

    def opened(user, path: str):
        page = open_page("/health/live", javascript=True, locale="en-GB")
        cookie = client_of(user).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page.goto(path)
        return page

    return opened
