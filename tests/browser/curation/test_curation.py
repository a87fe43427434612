"""The front pages, the worry form and a council's own pages, in a browser: narrow, wide, dark, without scripts."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from marketplace.cms import services as cms
from marketplace.core.audit import CLOCKWORK
from providers.assurance import services
from providers.listings import services as listings
from providers.listings.models import Category
from tests.conftest import sign_in
from tests.factories.listings import make_category, make_listing, make_provider

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KINDS = [("meals", "Meals and cooking", "pan"), ("gardening", "Gardening", "trowel"), ("company", "Company", "kettle")]


@pytest.fixture
def desk(cast):
    """Something in every list of council A's desk."""
    now, today = timezone.now(), timezone.localdate()
    council = cast.council["quantock"]
    for slug, name, art in KINDS:
        make_category(slug, name, art, hint="A hot lunch, or cooking with you")
    Category.objects.create(slug="shearing", name="Sheep shearing", art="tools", council=council)
    cms.guides_add(council=None, by=CLOCKWORK, now=now)
    cms.guides_add(council=council, by=CLOCKWORK, now=now)
    listing = make_listing(make_provider(council, cast.sam))
    insurance = services.credential_claim(provider=listing.provider, kind="insurance", by=CLOCKWORK, now=now)
    services.credential_verify(
        credential=insurance, by=CLOCKWORK, now=now, expires_on=today + timedelta(days=12), insured_pounds=5_000_000
    )
    services.credential_claim(provider=listing.provider, kind="references", by=CLOCKWORK, now=now)
    worry = services.concern_raise(
        words="He shouted at her.\nIt was on Tuesday.",
        severity="high",
        council=council,
        listing=listing,
        by=CLOCKWORK,
        now=now,
    )
    draft = make_listing(make_provider(council, cast.asha, "Asha Rahman"), title="Asha’s kitchen", live=False)
    listings.listing_edit(listing=draft, by=CLOCKWORK, user=cast.asha, now=now, when="Tuesdays")
    listings.listing_submit(listing=draft, by=CLOCKWORK, user=cast.asha, now=now)
    return {"listing": listing, "insurance": insurance, "worry": worry, "draft": draft}


@pytest.fixture
def look(violations, sideways):
    def at(page, what: str) -> None:
        assert violations(page) == [], what
        assert page.locator("h1").count() == 1, what
        assert sideways(page) == 0, what

    return at


def as_user(page, live_server, user) -> None:
    session = sign_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])


@pytest.mark.parametrize(("width", "dark", "javascript"), [(320, False, False), (1280, True, True)])
def test_what_strangers_see_first_is_in_order(desk, open_page, look, width, dark, javascript):
    page = open_page("/", width=width, dark=dark, javascript=javascript)
    look(page, "/")
    for path in ("/quantock/", "/privacy/", "/quantock/how-to-complain/", desk["draft"].council.page.url):
        page.goto(path)
        look(page, path)
    assert all(address.startswith(("http://localhost", "data:")) for address in page.asked_for)


def test_a_worry_is_told_in_two_minutes_without_a_script(desk, open_page, look):
    page = open_page("/quantock/", width=320, javascript=False)
    page.goto("/concern/")
    look(page, "empty")
    page.get_by_role("button", name="Tell the council").click()
    look(page, "errors")
    assert page.locator(".nhsuk-error-summary").is_visible()
    page.get_by_label("What are you worried about?").fill("She has not been fed.")
    page.get_by_label("Yes, or I think so").check()
    page.get_by_role("button", name="Tell the council").click()
    assert page.get_by_role("heading", name="Thank you, we have it").is_visible()
    look(page, "kept")


@pytest.mark.parametrize(("width", "dark"), [(320, False), (1280, True)])
def test_a_councils_own_pages_are_in_order(cast, desk, open_page, look, live_server, width, dark):
    page = open_page("/offline/", width=width, dark=dark)
    as_user(page, live_server, cast.moira)
    provider = desk["listing"].provider.public_id
    for path in (
        "/staff/quantock/",
        "/staff/quantock/settings/",
        "/staff/quantock/providers/",
        "/staff/quantock/checks/",
        "/staff/quantock/concerns/",
        "/staff/quantock/kinds/",
        f"/staff/provider/{provider}/",
        f"/staff/provider/{provider}/suspend/",
        f"/staff/check/{desk['insurance'].public_id}/",
        f"/staff/concern/{desk['worry'].public_id}/",
    ):
        page.goto(path)
        look(page, path)
    page.goto(f"/staff/check/{desk['insurance'].public_id}/")
    page.get_by_role("button", name="Keep this").click()
    look(page, "a check with nothing chosen")
    as_user(page, live_server, cast.olwen)
    for path in ("/operator/councils/", "/operator/councils/new/", "/operator/councils/quantock/"):
        page.goto(path)
        look(page, path)


def test_a_curator_reads_previews_and_approves_in_the_admin(cast, desk, open_page, live_server):
    page = open_page("/offline/")
    as_user(page, live_server, cast.moira)
    page.goto("/admin/")
    page.get_by_role("link", name="Asha’s kitchen", exact=True).click()
    page.get_by_role("button", name="Toggle preview").click()
    page.frame_locator("#w-preview-iframe").get_by_role("heading", level=1, name="Asha’s kitchen").wait_for()
    page.goto("/admin/")
    page.get_by_role("link", name=re.compile("Approve or return")).click()
    approve = page.locator("footer [data-workflow-action-name=approve]").first
    if not approve.is_visible():
        page.locator("footer [data-w-dropdown-target=toggle]").click()
    approve.click()
    page.wait_for_url("**/admin/pages/*/")
    page.goto(desk["draft"].page.url)
    assert page.get_by_role("heading", level=1, name="Asha’s kitchen").is_visible()
