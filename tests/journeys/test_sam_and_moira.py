"""J2 and J3: Sam writes on his phone, Moira reads in the council's admin, and what strangers see follows."""

import io
import re
from datetime import timedelta

from django.core import mail
from django.utils import timezone
from PIL import Image

from marketplace.core import outbox
from payments.orders.models import Order
from payments.orders.rules import Wish
from payments.orders.services import order_place
from payments.orders.states import OrderState
from providers.listings import services as listings
from providers.listings.models import Listing
from providers.listings.states import ListingState
from search import services as search
from search.models import ShortlistEntry
from tests.integration.orders.conftest import by_self
from tests.journeys.hands import Mouse, wagtail_press
from tests.unit.listings import pictures

TITLE = "Sam Orchard, gutters and gates"


def answer(page, look, name: str, button: str = "Save and carry on") -> None:
    look(page, name)
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_load_state()


def sam_drafts(page, look, photo) -> None:
    """One question a page; he stops after the third and comes back."""
    page.get_by_role("link", name="Make another page").first.click()
    page.get_by_label("Name of the page").fill(TITLE)
    page.get_by_label("Who comes?").fill("Sam works alone")
    answer(page, look, "title")
    page.get_by_label("What do you do").fill("Gutters cleared and gates hung.")
    answer(page, look, "summary", "Save and stop for now")
    look(page, "stopped")
    page.goto("/provider/")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name=re.compile("Carry on with question")).click()
    page.get_by_label("Tell people more").fill("I bring my own ladder.")
    answer(page, look, "about")
    page.get_by_label("Gardening").check()
    answer(page, look, "help")
    page.get_by_label("I go to people, some miles around").check()
    answer(page, look, "where")
    page.get_by_label("Postcode where you start").fill("TA1 1AA")
    page.get_by_label("Yes").check()
    page.get_by_label("About 5 miles").check()
    answer(page, look, "place")
    page.get_by_label("In your words").fill("When I can")
    answer(page, look, "when")
    page.get_by_label("Men", exact=True).check()
    answer(page, look, "doers")
    answer(page, look, "languages")
    page.locator("#id_photo").set_input_files(photo)
    answer(page, look, "photo-without-words")
    page.locator("#id_photo").set_input_files(photo)
    page.get_by_label("What does it show?").fill("Sam on a ladder")
    answer(page, look, "photo")
    page.get_by_role("link", name="Add a price").click()
    page.get_by_label("What is it?").fill("A morning")
    page.get_by_label("By the session").check()
    page.locator("#id_price_pence").fill("45")
    answer(page, look, "price", "Save this price")
    answer(page, look, "prices", "Carry on")
    page.get_by_label("Yes").check()
    answer(page, look, "paying")
    answer(page, look, "changing-your-mind")
    look(page, "check")


def test_sam_writes_moira_asks_he_answers_and_it_is_live(world, visitor, look, moira, tmp_path):
    photo = tmp_path / "IMG_0001.HEIC"
    photo.write_bytes(pictures.from_phone("HEIF"))
    sam = visitor("/provider/", user=world.cast.sam, width=375)
    sam_drafts(sam, look, photo)
    sam.get_by_role("button", name="Send it to Quantock Council").click()
    look(sam, "sent")
    listing = Listing.objects.latest("pk")
    stored = listings.draft_of(listing).photo.file.open().read()
    assert Image.open(io.BytesIO(stored)).format == "JPEG"
    assert pictures.HOME not in stored
    workflow = listings.draft_of(listing).current_workflow_state.pk
    assert moira.goto(listing.page.get_url() or "/none/").status == 404

    moira.goto("/admin/")
    moira.get_by_role("link", name=TITLE, exact=True).click()
    moira.get_by_role("button", name="Toggle preview").click()
    moira.frame_locator("#w-preview-iframe").get_by_role("heading", level=1, name=TITLE).wait_for()
    moira.get_by_role("button", name="Toggle preview").click()
    field = moira.locator("[data-contentpath='when']").first
    field.scroll_into_view_if_needed()
    field.hover()
    field.get_by_role("button", name="Add comment").click()
    moira.get_by_role("textbox", name="Enter your comment").fill("Which days, please?")
    moira.get_by_role("button", name="Comment", exact=True).click()
    wagtail_press(moira, "Request changes")
    box = moira.get_by_role("dialog")
    box.get_by_label("Comment").fill("Nearly there.")
    box.get_by_role("button", name="Request changes").click()
    box.wait_for(state="hidden")
    moira.wait_for_url("**/admin/pages/**")
    listing.refresh_from_db()
    assert listing.state == ListingState.RETURNED
    outbox.deliver()
    assert any(world.cast.sam.email in each.to for each in mail.outbox)

    sam.goto(f"/provider/listings/{listing.public_id}/")
    look(sam, "returned")
    assert "Nearly there." in sam.inner_text("main")
    assert sam.inner_text("main").count("Which days, please?") == 1
    sam.get_by_role("link", name=re.compile(r"^Change\s*: When")).click()
    look(sam, "question-with-comment")
    assert "Which days, please?" in sam.inner_text("main")
    sam.get_by_label("In your words").fill("Tuesday mornings")
    sam.get_by_label("Tuesday").check()
    sam.get_by_role("button", name="Save").first.click()
    sam.goto(f"/provider/listings/{listing.public_id}/")
    sam.get_by_role("button", name="Send it to Quantock Council").click()
    sam.wait_for_load_state()
    assert listings.draft_of(listing).current_workflow_state.pk == workflow

    moira.goto("/admin/")
    moira.get_by_role("link", name=re.compile(rf"^Approve or return\s*: {TITLE}")).click()
    wagtail_press(moira, "Approve")
    moira.wait_for_url("**/admin/pages/**")
    listing.refresh_from_db()
    assert listing.state == ListingState.LIVE
    outbox.deliver()
    stranger = visitor(listing.page.url, width=320, javascript=False)
    look(stranger, "live")
    assert stranger.get_by_role("img", name="Sam on a ladder").count() == 1
    assert "Tuesday mornings" in stranger.inner_text("main")
    stranger.goto("/search/?q=gutters&postcode=TA1+1AA")
    assert stranger.get_by_role("link", name=TITLE).count() == 1


def test_new_words_wait_for_the_council_and_a_new_price_does_not(world, visitor, look, moira):
    """What Ken has ordered keeps the price that he was shown."""
    wish = Wish(quantity=2, wanted_on=timezone.localdate() + timedelta(days=60), begin_early=False)
    order = order_place(
        person=world.cast.ken, offer=world.hour, wish=wish, expected_total_pence=3600, token="before",
        by=by_self(world.cast.ken), now=timezone.now(),
    )  # fmt: skip
    here = f"/provider/listings/{world.sams.public_id}/"
    sam = visitor(here, user=world.cast.sam, width=375, javascript=False)
    look(sam, "live-listing")
    sam.get_by_role("link", name=re.compile(r"^Change\s*: In short")).click()
    sam.get_by_label("What do you do").fill("Hedges, and nothing but hedges.")
    sam.get_by_role("button", name="Save").first.click()
    sam.goto(here)
    sam.get_by_role("button", name="Send the new words to Quantock Council").click()
    look(sam, "new-words-sent")
    sam.goto(f"{here}prices/{world.hour.public_id}/")
    sam.locator("#id_price_pence").fill("19.50")
    answer(sam, look, "change-price", "Save this price")

    stranger = visitor(world.sams.page.url, width=320, javascript=False)
    shown = stranger.inner_text("main")
    assert "nothing but hedges" not in shown
    assert "£19.50" in shown
    ken = visitor(f"/orders/{order.public_id}/", user=world.cast.ken, javascript=False)
    assert "£36.00" in ken.inner_text("main")
    order.refresh_from_db()
    assert (order.total_pence, order.unit_price_pence) == (3600, 1800)

    moira.goto("/admin/")
    moira.get_by_role("link", name=re.compile(r"^What changed\s*: Sam Orchard")).click()
    assert "nothing but hedges" in moira.inner_text("main")
    moira.goto("/admin/")
    moira.get_by_role("link", name=re.compile(r"^Approve or return\s*: Sam Orchard")).click()
    wagtail_press(moira, "Approve")
    moira.wait_for_url("**/admin/pages/**")
    stranger.reload()
    assert "nothing but hedges" in stranger.inner_text("main")

    for link, button, status in (
        ("Pause this page", "Pause it", 404),
        ("Show this page again", "Show it again", 200),
        ("Archive this page", "Archive it", 404),
    ):
        sam.goto(here)
        sam.get_by_role("link", name=link).first.click()
        answer(sam, look, link.lower().replace(" ", "-"), button)
        assert stranger.goto(world.sams.page.url).status == status, link


def test_sam_answers_what_people_ask_him(world, visitor, look, deliver, letters_to):
    def asked(token: str) -> Order:
        wish = Wish(quantity=1, wanted_on=timezone.localdate() + timedelta(days=3), begin_early=True)
        return order_place(
            person=world.cast.ken, offer=world.hour, wish=wish, expected_total_pence=1800, token=token,
            by=by_self(world.cast.ken), now=timezone.now(),
        )  # fmt: skip

    refused, moved = asked("one"), asked("two")
    deliver()
    sam = visitor("/provider/orders/", user=world.cast.sam, width=375, javascript=False)
    look(sam, "inbox")
    sam.goto(f"/provider/orders/{refused.public_id}/")
    look(sam, "request")
    sam.get_by_role("link", name="Say no").click()
    answer(sam, look, "say-no", "Say no")
    look(sam, "say-no-without-words")
    sam.get_by_label("Why not? One sentence will do.").fill("I am full that week.")
    sam.get_by_role("button", name="Say no").click()
    sam.goto(f"/provider/orders/{moved.public_id}/")
    sam.get_by_role("link", name="Propose another day").click()
    day = timezone.localdate() + timedelta(days=4)
    for label, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        sam.get_by_label(label, exact=True).fill(str(value))
    sam.get_by_label("The time of day").fill("2.30pm")
    look(sam, "propose")
    sam.locator("main form button[type=submit]").first.click()
    sam.wait_for_load_state()
    deliver()
    assert [order.state for order in Order.objects.order_by("pk")] == [OrderState.DECLINED, OrderState.PROPOSED]
    assert any("I am full that week." in letter for letter in letters_to(world.cast.ken.email))
    ken = visitor(f"/orders/{moved.public_id}/", user=world.cast.ken, javascript=False)
    look(ken, "proposed")
    ken.get_by_role("button", name="Say yes to this day").click()
    look(ken, "agreed")
    moved.refresh_from_db()
    assert moved.state == OrderState.ACCEPTED


def test_moira_hides_a_provider_everywhere_at_once_and_shows_him_again(world, visitor, look, moira, deliver):
    """Gone from page, search, map, suggestions and shortlist at the very next request; nobody can order."""
    found = "/search/?q=Orchard&postcode=TA1+1AA"
    ken = visitor(world.sams.page.url, user=world.cast.ken)
    Mouse(ken).press("Add to shortlist: Sam Orchard, gardens and odd jobs")
    ken.wait_for_load_state()
    assert ShortlistEntry.objects.count() == 1
    ken.goto(found)
    assert ken.locator(".hb-card").count() == 1

    moira.goto("/staff/quantock/providers/?q=Orchard")
    look(moira, "providers")
    moira.get_by_role("link", name="Sam Orchard").click()
    look(moira, "provider")
    moira.get_by_role("link", name="Hide this provider").click()
    answer(moira, look, "hide", "Hide now")
    look(moira, "hide-without-a-reason")
    moira.get_by_label(re.compile("Why")).fill("His insurance papers are not what they seem.")
    moira.get_by_role("button", name="Hide now").click()
    look(moira, "hidden")

    assert ken.goto(world.sams.page.url).status == 404
    look(ken, "page-gone")
    ken.goto(found)
    assert "Sam Orchard" not in ken.inner_text("main")
    look(ken, "search-without-him")
    ken.goto("/search/?q=&postcode=TA1+1AA&within=10&sort=nearest")
    assert "Sam Orchard" not in ken.content()
    ken.goto("/search/suggest/?q=Orchard")
    assert "Orchard" not in ken.content()
    ken.goto("/shortlist/")
    look(ken, "shortlist-not-available")
    assert "Not available now" in ken.inner_text("main")
    assert ken.goto(f"/orders/new/{world.hour.public_id}/").status == 404
    assert "papers" not in ken.content()

    deliver()
    moira.get_by_role("link", name="Show them again").click()
    look(moira, "show-again")
    moira.locator("main form textarea, main form input[type=text]").first.fill("Papers seen.")
    moira.get_by_role("button", name="Show them again").click()
    look(moira, "shown-again")
    assert ken.goto(world.sams.page.url).status == 200
    deliver()
    ken.goto(found)
    assert ken.locator(".hb-card").count() == 1
    search.index_rebuild()


def test_bea_of_another_council_can_do_none_of_it(world, visitor, look):
    bea = visitor("/staff/", user=world.cast.bea)
    look(bea, "her-desk")
    before = Listing.objects.values_list("pk", "state").order_by("pk")
    provider, page = world.sams.provider.public_id, world.sams.page_id
    seen = list(before)
    for path in (
        "/staff/quantock/",
        "/staff/quantock/providers/",
        f"/staff/provider/{provider}/",
        f"/staff/provider/{provider}/suspend/",
        f"/admin/pages/{page}/edit/",
        f"/admin/pages/{page}/view_draft/",
        f"/admin/pages/{page}/history/",
    ):
        bea.goto(path)
        assert "Sam Orchard" not in bea.content(), path
    assert list(before.all()) == seen
