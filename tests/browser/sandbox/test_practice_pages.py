"""Paying by practice card in a real browser, and the webhook that follows over real HTTP."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import CLOCKWORK
from payments.gateway import services
from payments.gateway.models import WebhookEvent
from payments.gateway.states import WebhookState
from payments.sandbox import jobs, place
from payments.sandbox import services as sandbox
from tests.factories.listings import make_provider

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def opened(settings, tmp_path, live_server, cast) -> services.Checkout:
    """A page where £36 can be paid to Sam, whose address is the live server's."""
    settings.SANDBOX_DB = str(tmp_path / "sandbox.sqlite3")
    settings.SITE_URL = live_server.url
    provider = make_provider(cast.council["quantock"], cast.sam)
    account = services.account_open(provider=provider, by=CLOCKWORK, now=timezone.now())
    sandbox.onboarding_finish(place.store(), account_id=account.stripe_id)
    request = services.CheckoutRequest(
        account=account.stripe_id,
        amount_pence=3600,
        description="Order HB-20417",
        reference="order-1",
        success_url=f"{live_server.url}/sandbox/?paid={{CHECKOUT_SESSION_ID}}",
        cancel_url=f"{live_server.url}/offline/",
        expires_at=timezone.now() + timedelta(minutes=31),
        idempotency_key="order-1:checkout:0",
    )
    return services.checkout_open(request)


@pytest.mark.parametrize("width", [320, 1280])
def test_every_state_of_the_pages_can_be_used_by_all(opened, open_page, violations, sideways, width):
    page = open_page(opened.url, width=width)
    seen = []

    def look(name: str) -> None:
        seen.append(name)
        assert violations(page) == []
        assert sideways(page) == 0
        assert page.locator("h1").count() == 1
        if os.environ.get("SHOTS"):
            page.screenshot(path=f"{os.environ['SHOTS']}/practice-{name}-{width}.png", full_page=True)

    look("empty")
    page.get_by_role("button", name="Pay £36.00").click()
    look("errors")
    page.get_by_label("Card number").fill("4000 0000 0000 0002")
    page.get_by_label("Expiry date").fill("09/40")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Pay £36.00").click()
    assert page.get_by_label("Card number").input_value() == "4000 0000 0000 0002"
    look("refused")
    page.get_by_label("Card number").fill("4000 0025 0000 3155")
    page.get_by_role("button", name="Pay £36.00").click()
    look("question")
    page.get_by_role("button", name="No, do not approve it").click()
    look("not approved")
    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_label("Expiry date").fill("09/40")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Pay £36.00").click()
    page.wait_for_url("**/sandbox/?paid=*")
    look("list")
    page.goto(opened.url)
    look("paid")
    assert all(address.startswith(opened.url.split("/sandbox/")[0]) for address in page.asked_for)


def test_it_works_with_keys_alone_and_without_javascript_and_the_site_hears_of_it(opened, open_page):
    page = open_page(opened.url, width=320, javascript=False)
    page.get_by_label("Card number").focus()
    page.keyboard.type("4242 4242 4242 4242")
    page.keyboard.press("Tab")
    page.keyboard.type("09/40")
    page.keyboard.press("Tab")
    page.keyboard.type("123")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sandbox/?paid=*")
    assert jobs.deliver_to_ourselves() > 0
    outbox.deliver()
    row = WebhookEvent.objects.get(kind="checkout.session.completed")
    assert (row.object_id, row.state) == (opened.session_id, WebhookState.PROCESSED)
    assert services.checkout_look_up(account=row.account, session_id=row.object_id).paid


def test_going_back_takes_nothing(opened, open_page):
    page = open_page(opened.url, javascript=False)
    page.get_by_role("link", name="Go back without paying").click()
    page.wait_for_url("**/offline/")
    found = services.checkout_look_up(account=opened.account, session_id=opened.session_id)
    assert (found.status, found.paid) == ("open", False)
