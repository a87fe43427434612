"""A real browser on a live server: any width, light or dark, with and without JavaScript, checked by axe.

A plugin, so that browser and journey tests in one process share one browser: Playwright runs only once in each.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Error, Locator, Page, expect, sync_playwright

from marketplace.core.look import stylesheet

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop running in the test's own thread
ARRIVING_SECONDS = 20
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def a_press_ends_when_its_page_stands() -> None:
    """Playwright's own ends when the next page begins to arrive, and a count taken then is of half a page."""
    click = Locator.click

    def press(self: Locator, **options) -> None:
        click(self, **options)
        self.page.wait_for_load_state("load")

    Locator.click = press


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    a_press_ends_when_its_page_stands()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=os.environ["CHROMIUM_PATH"], args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def built_stylesheet() -> None:
    stylesheet.build(settings.LOOK_BUILD_DIR)


@pytest.fixture
def open_page(chromium, live_server, built_stylesheet) -> Iterator[Callable[..., Page]]:
    """`open_page(path, width=320, dark=True, javascript=False)`; every request it makes is in `page.asked_for`."""
    contexts = []

    def open_at(path: str, *, width: int = 1280, dark: bool = False, javascript: bool = True, **options) -> Page:
        options.setdefault("service_workers", "block")  # each would go on asking after its test is over
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            base_url=live_server.url,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.asked_for, page.dark, page.javascript = [], dark, javascript
        page.on("request", lambda request: page.asked_for.append(request.url))
        page.goto(path)
        return page

    yield open_at
    for context in contexts:
        context.close()


def arrived(page: Page) -> None:
    """Wait until the page that a press led to stands whole: a browser says that a press is done before that."""
    page.wait_for_load_state("load")
    expect(page.locator("h1")).not_to_have_count(0, timeout=ARRIVING_SECONDS * 1000)
    page.wait_for_load_state("load")


@pytest.fixture
def headings() -> Callable[[Page], int]:
    """How many headings of the first rank the page has once it stands; 1 is right."""

    def of(page: Page) -> int:
        with suppress(AssertionError):
            arrived(page)
        return page.locator("h1").count()

    return of


def copy_with_scripts(page: Page) -> Page:
    """The same page where axe can run: it waits for ever in a browser without JavaScript. None of ours runs in it."""
    html, address = page.content(), page.url
    context = page.context.browser.new_context(
        viewport=page.viewport_size, color_scheme="dark" if page.dark else "light"
    )
    copy = context.new_page()
    copy.route("**/*.js", lambda route: route.abort())
    copy.route(lambda url: url == address, lambda route: route.fulfill(body=html, content_type="text/html"))
    copy.goto(address)
    return copy


@pytest.fixture
def violations() -> Callable[[Page], list[str]]:
    """What axe objects to on the page as it stands: "rule: selector"."""
    from axe_playwright_python.sync_playwright import Axe

    def asked(page: Page) -> list[dict]:
        arrived(page)
        looked_at = page if page.javascript else copy_with_scripts(page)
        found = Axe().run(looked_at, options={"runOnly": RULES}).response["violations"]
        if looked_at is not page:
            looked_at.context.close()
        return found

    def of(page: Page) -> list[str]:
        try:
            found = asked(page)
        except Error:  # the page left under its feet: a slow answer came only now
            found = asked(page)
        return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]

    return of


@pytest.fixture
def sideways() -> Callable[[Page], int]:
    """How many pixels the page is wider than its window; 0 is right."""

    def of(page: Page) -> int:
        return page.evaluate("Math.max(0, document.documentElement.scrollWidth - window.innerWidth)")

    return of
