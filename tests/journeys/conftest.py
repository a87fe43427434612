"""A site with a world in it, visitors to it, and a look at every page that they pass."""

import os
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core import mail
from django.core.cache import cache

from marketplace.core import outbox
from marketplace.demo import services as demo
from payments.sandbox import jobs
from tests.cast import CAST
from tests.journeys.world import World, make_world

SHOTS = os.environ.get("SHOTS")
HEAVIEST = 30_000  # bytes of HTML


def pytest_collection_modifyitems(items) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            for marker in (pytest.mark.browser, pytest.mark.django_db(transaction=True)):
                item.add_marker(marker)
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture
def world(cast, settings, tmp_path, live_server) -> World:
    cache.clear()
    settings.SEARCH_DB = str(tmp_path / "search.sqlite3")
    settings.SANDBOX_DB = str(tmp_path / "sandbox.sqlite3")
    settings.SITE_URL = live_server.url
    for part in CAST:
        if part.work:
            demo.demo_second_factor(cast.people[part.key])
    made = make_world(cast)
    outbox.deliver()
    mail.outbox.clear()
    return made


@pytest.fixture
def visitor(open_page, world, live_server, client_of):
    """`visitor("/", user=ken, width=320, javascript=False)`; somebody given is signed in already."""

    def arrives(path: str, *, user=None, **options):
        page = open_page("/health/live", locale="en-GB", **options)
        if user is not None:
            cookie = client_of(user).cookies[project.SESSION_COOKIE_NAME].value
            page.context.add_cookies([{"name": project.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page.set_default_timeout(15_000)
        page.asked_for.clear()
        page.goto(path)
        return page

    return arrives


@pytest.fixture
def look(violations, headings, sideways, live_server):
    """One heading, a way past the top, nothing that axe objects to, nothing sideways at 320 pixels or with large text.

    All of it is said at once when the journey is over.
    """
    seen, unsound = [], []

    def at(page, name: str) -> None:
        seen.append(name)
        size = page.viewport_size
        wrong = violations(page)
        if headings(page) != 1:
            wrong.append("not one heading")
        if not page.locator("html").get_attribute("lang") or not page.locator("a[href='#main']").count():
            wrong.append("no language or no skip link")
        if len(page.content().encode()) > HEAVIEST and "/admin/" not in page.url:
            wrong.append(f"{len(page.content().encode())} bytes of HTML")
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            if sideways(page):
                wrong.append(f"{sideways(page)} pixels wider than {width}")
            if SHOTS:
                page.screenshot(path=Path(SHOTS) / f"{len(seen):02}-{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 640, "height": 900})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if sideways(page):
            wrong.append(f"{sideways(page)} pixels wider than the window with text twice as large")
        page.evaluate("document.documentElement.style.fontSize = ''")
        page.set_viewport_size(size)
        unsound.extend((name, page.url.removeprefix(live_server.url), each) for each in wrong)

    yield at
    assert unsound == []


@pytest.fixture
def deliver(world):
    """Webhooks through the site's own door, then letters, until nothing is left to say."""

    def until_quiet() -> None:
        for _round in range(6):
            heard = jobs.deliver_to_ourselves()
            if not outbox.deliver() and not heard:
                return

    return until_quiet


@pytest.fixture
def letters_to():
    """`letters_to("ken@example.org")`: what was sent there, oldest first, subject and words in one text."""

    def sent(address: str) -> list[str]:
        return [f"{each.subject}\n{each.body}" for each in mail.outbox if address in each.to]

    return sent


@pytest.fixture
def moira(visitor, world):
    """Moira in the council's admin, past her second step."""
    page = visitor("/demo/")
    page.get_by_role("button", name="Sign in as Moira").click()
    page.get_by_role("heading", name="The second step").wait_for()
    page.get_by_label("The code").fill(demo.code_now(world.cast.moira))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/staff/**")
    yield page
    page.goto("/health/live")  # the editor goes on asking while it is open, and the database is about to be emptied
    page.wait_for_load_state("networkidle")
