"""J3: in the council's admin, beside Sam's listing: a day to publish, history, guides, her own words."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Revision

from marketplace.cms import jobs as clock
from marketplace.cms.models import GuidePage
from marketplace.core.audit import CLOCKWORK
from providers.listings import services as listings
from providers.listings.models import Listing
from providers.listings.states import ListingState
from tests.factories.listings import make_listing, make_provider
from tests.journeys.hands import wagtail_press


@pytest.fixture
def waiting(world) -> Listing:
    asha = world.cast.asha
    draft = make_listing(
        make_provider(world.cast.council["quantock"], asha, "Asha’s kitchen"), "Asha cooks", live=False
    )
    now = timezone.now()
    listings.listing_edit(listing=draft, by=CLOCKWORK, user=asha, now=now, when="Tuesdays")
    return listings.listing_submit(listing=draft, by=CLOCKWORK, user=asha, now=now)


@pytest.fixture
def sound(violations):
    """Nothing that axe objects to, on Wagtail's pages too; its text editor and calendar have parts without names."""

    def check(page, name: str) -> None:
        page.wait_for_load_state("networkidle")
        assert violations(page) == [], name

    return check


def test_approved_words_can_wait_for_their_day(waiting, moira, visitor, sound):
    moira.goto("/admin/")
    sound(moira, "what waits")
    moira.get_by_role("link", name=re.compile("^Approve or return")).click()
    sound(moira, "the words")
    moira.get_by_role("button", name="Toggle status").click()
    moira.get_by_role("button", name="Set schedule").click()
    box = moira.get_by_role("dialog")
    day = timezone.localdate() + timedelta(days=2)
    box.get_by_label("Go live date/time").fill(f"{day:%Y-%m-%d} 09:00")
    box.get_by_role("button", name="Save schedule").press("Enter")  # the calendar lies over it for a mouse
    box.wait_for(state="hidden")
    moira.wait_for_load_state()
    moira.goto("/admin/")
    moira.get_by_role("link", name=re.compile("^Approve or return")).click()
    wagtail_press(moira, "Approve")
    moira.wait_for_url("**/admin/pages/**")
    waiting.refresh_from_db()
    address = waiting.page.get_url()
    stranger = visitor("/")
    assert stranger.goto(address).status == 404, "its day has not come"
    scheduled = Revision.objects.get(approved_go_live_at__isnull=False, object_id=str(waiting.page_id))
    assert timezone.localtime(scheduled.approved_go_live_at).date() == day
    past = timezone.now() - timedelta(minutes=1)  # two days go by
    scheduled.content["go_live_at"] = past.isoformat()
    scheduled.approved_go_live_at = past
    scheduled.save()
    clock.scheduled_pages.call_local()
    assert stranger.goto(address).status == 200
    waiting.refresh_from_db()
    assert waiting.state == ListingState.LIVE
    moira.goto(f"/admin/pages/{waiting.page_id}/history/")
    sound(moira, "history")
    told = moira.inner_text("main")
    assert "Asha" in told
    assert "Moira" in told


def test_she_may_not_approve_what_she_wrote_herself(waiting, moira, sound):
    moira.goto(f"/admin/pages/{waiting.page_id}/edit/")
    moira.get_by_role("textbox", name="In one or two sentences").fill("Moira’s own words about Asha.")
    wagtail_press(moira, "Save draft")
    moira.wait_for_load_state()
    moira.goto("/admin/")
    assert "You wrote" in moira.inner_text("main"), "somebody else has to decide"
    moira.goto(f"/admin/pages/{waiting.page_id}/edit/")
    sound(moira, "her own words")
    moira.get_by_role("navigation", name="Actions (footer)").get_by_role("button", name="More actions").click()
    assert moira.get_by_role("button", name="Approve", exact=True).count() == 0
    waiting.refresh_from_db()
    assert waiting.state == ListingState.SUBMITTED


def test_a_guide_changes_when_she_says_so(world, moira, visitor):
    guide = GuidePage.objects.get(url_path__endswith="/quantock/how-to-complain/")
    moira.goto(f"/admin/pages/{guide.pk}/edit/")
    moira.get_by_role("textbox", name="Summary").fill("Tell us, and we will put it right.")
    wagtail_press(moira, "Publish")
    moira.wait_for_url("**/admin/pages/**")
    stranger = visitor(guide.get_url(), width=320, javascript=False)
    assert "Tell us, and we will put it right." in stranger.inner_text("main")
