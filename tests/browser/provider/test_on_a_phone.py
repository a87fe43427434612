"""Sam writes his page on a phone without JavaScript, with a photograph as an iPhone makes it. Issue of record: J2."""

import io
import os
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from providers.listings import services
from providers.listings.models import Listing
from providers.listings.states import ListingState
from tests.factories.listings import make_category
from tests.unit.listings import pictures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("SHOTS")


@pytest.fixture
def look(violations, headings, sideways):
    """Every page that is passed is sound: one heading, nothing sideways, nothing that axe objects to."""
    seen, unsound = [], []

    def at(page, name: str) -> None:
        seen.append(name)
        if headings(page) != 1:
            unsound.append((name, "not one heading"))
        if sideways(page):
            unsound.append((name, "wider than the window"))
        unsound.extend((name, words) for words in violations(page))
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{len(seen):02}-{name}.png", full_page=True)

    yield at
    assert unsound == []


@pytest.fixture
def phone(open_page, live_server, cast, client_of):
    """Sam's phone: 375 pixels wide, and the browser runs no script of ours (axe brings its own)."""

    def opened(path: str, width: int = 375):
        page = open_page("/health/live", width=width, locale="en-GB")
        cookie = client_of(cast.sam).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page.goto(path)
        return page

    return opened


def test_sam_registers_drafts_sends_changes_and_goes_live(phone, look, cast, tmp_path):
    make_category()
    make_category("odd-jobs", "Odd jobs", "tools")
    photo = tmp_path / "IMG_0001.HEIC"
    photo.write_bytes(pictures.from_phone("HEIF"))
    page = phone("/provider/")

    def go_on(words: str = "Save and carry on") -> None:
        page.get_by_role("button", name=words, exact=True).click()

    look(page, "nothing-yet")
    page.get_by_role("link", name="Start").click()
    look(page, "council")
    go_on("Carry on")
    look(page, "council-refused")
    page.get_by_label("The postcode you start from").fill("ta1 1aa")
    go_on("Carry on")
    look(page, "name")
    page.get_by_label("What are you called?").fill("Sam Orchard")
    go_on()
    look(page, "legal")
    page.get_by_label("Works for themselves").check()
    go_on()
    look(page, "people")
    page.get_by_label("How many full-time people").fill("2")
    go_on()
    look(page, "people-refused")
    page.get_by_label("How many full-time people").fill("1")
    go_on()
    look(page, "care")
    page.get_by_label("No", exact=True).check()
    go_on()
    look(page, "insurance")
    page.get_by_label("Not yet").check()
    go_on()
    look(page, "vat")
    go_on()
    look(page, "contact")
    go_on()
    look(page, "complaints")
    go_on()
    look(page, "about-you")
    page.get_by_role("link", name="Now make your page").click()
    look(page, "title")
    page.get_by_label("Name of the page").fill("Sam Orchard, gardens and odd jobs")
    page.get_by_label("Who comes?").fill("Sam works alone")
    go_on()
    look(page, "summary")
    go_on()
    look(page, "summary-refused")
    page.get_by_label("What do you do").fill("Grass, gutters, gates.")
    go_on("Save and stop for now")
    look(page, "stopped")
    page.get_by_role("link", name="Carry on with question 3").click()
    page.get_by_label("Tell people more").fill("I look after small gardens.")
    go_on()
    look(page, "help")
    page.get_by_label("Gardening").check()
    go_on()
    look(page, "where")
    page.get_by_label("I go to people, some miles around").check()
    go_on()
    look(page, "place")
    page.get_by_label("Postcode where you start").fill("TA1 1AA")
    page.get_by_label("Yes").check()
    page.get_by_label("About 5 miles").check()
    go_on()
    look(page, "when")
    page.get_by_label("In your words").fill("Weekdays, 9 to 5")
    page.get_by_label("Monday").check()
    go_on()
    look(page, "doers")
    go_on()
    look(page, "languages")
    go_on()
    look(page, "photo")
    page.locator("#id_photo").set_input_files(photo)
    page.get_by_label("What does it show?").fill("Sam with a spade")
    go_on()
    look(page, "prices-empty")
    page.get_by_role("link", name="Add a price").click()
    look(page, "offer")
    page.get_by_label("What is it?").fill("An hour in your garden")
    page.get_by_label("By the hour").check()
    go_on("Save this price")
    look(page, "offer-refused")
    page.locator("#id_price_pence").fill("18")
    go_on("Save this price")
    look(page, "prices")
    go_on("Carry on")
    look(page, "paying")
    page.get_by_label("Yes").check()
    go_on()
    look(page, "changes")
    go_on()
    look(page, "check")
    page.get_by_role("link", name="See it as people will").click()
    look(page, "preview")
    page.get_by_role("link", name="Back to your page").click()
    page.get_by_role("button", name="Send it to Quantock Council").click()
    look(page, "sent")
    listing = Listing.objects.get()
    assert listing.state == ListingState.SUBMITTED
    stored = services.draft_of(listing).photo.file.open().read()
    assert Image.open(io.BytesIO(stored)).format == "JPEG"
    assert pictures.HOME not in stored

    services.draft_of(listing).current_workflow_task_state.reject(user=cast.moira, comment="Which days?")
    page.reload()
    look(page, "returned")
    page.get_by_role("button", name="Send it to Quantock Council").click()
    services.draft_of(listing).current_workflow_task_state.approve(user=cast.moira)
    page.goto("/provider/")
    look(page, "desk-live")
    page.get_by_role("link", name="Sam Orchard, gardens").click()
    look(page, "live")
    page.get_by_role("link", name="Pause this page").click()
    look(page, "pause")
    go_on("Pause it")
    look(page, "paused")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_long_page_fits_the_narrowest_and_the_widest_window(phone, look, width, cast):
    """Real names are long, and have no spaces where a line could break."""
    from tests.factories.listings import make_listing, make_offer, make_provider

    provider = make_provider(cast.council["quantock"], cast.sam, "Llanfairpwllgwyngyllgogerychwyrndrobwll" * 3)
    listing = make_listing(provider, "Taumatawhakatangihangakoauauotamateaturipukakapiki" * 2, who="W" * 160)
    offer = make_offer(listing, "Hippopotomonstrosesquippedaliophobia" * 3, books_at_once=True)
    page = phone("/provider/", width)
    look(page, "desk")
    for path in (
        "",
        "prices/",
        f"prices/{offer.public_id}/",
        f"prices/{offer.public_id}/dates/",
        "archive/",
        "preview/",
    ):
        page.goto(f"/provider/listings/{listing.public_id}/{path}")
        look(page, path.replace("/", "-") or "overview")
