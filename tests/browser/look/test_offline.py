"""A browser that has been here before says in our own words that there is no connection."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_without_a_connection_our_own_page_answers_and_nothing_read_is_kept(cast, open_page):
    page = open_page("/", service_workers="allow")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    kept = page.evaluate(
        "caches.keys().then(names => caches.open(names[0])).then(kept => kept.keys())"
        ".then(asked => asked.map(each => new URL(each.url).pathname))"
    )
    assert "/offline/" in kept
    assert "/" not in kept, "no page that somebody has read"
    page.context.set_offline(True)
    page.goto("/search/?q=gardening")
    assert page.get_by_role("heading", level=1).inner_text() == "You are not connected"
    assert page.evaluate("getComputedStyle(document.querySelector('.hb-empty')).display") != "block", "with its styles"
    page.context.set_offline(False)
    page.goto("/search/?q=gardening")
    assert page.get_by_role("heading", level=1).inner_text() != "You are not connected"
