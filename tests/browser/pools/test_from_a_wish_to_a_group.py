"""Ken writes what a few of them want, Joan joins by a link, two providers answer, they vote, and it is a group.

Every page passed has one heading, fits 320 pixels and gives axe nothing to object to. There is no JavaScript.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from payments.pools.models import Brief, Pool
from payments.pools.states import PoolState
from tests.browser.budgets.test_from_first_budget_to_statement import fill_date
from tests.browser.orders.test_from_listing_to_receipt import press
from tests.integration.pools.group import offers_are_over, vote_is_over

from .test_from_an_offer_to_a_group import heading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WALKS = "A walking group on Tuesdays"


def under(page, words: str) -> None:
    """Wait until the page says how it stands."""
    expect(page.get_by_role("heading", level=2).filter(has_text=words).first).to_be_visible(timeout=20_000)


def offer(page, total: str, words: str) -> None:
    page.get_by_label("Your price for everything").fill(total)
    page.get_by_label("What you would do for it").fill(words)
    press(page, "Make this offer")
    under(page, f"You offered £{total}")


def test_a_group_writes_what_it_wants_and_chooses_between_two_offers(phone_of, look, cast, group, asha):
    ken = phone_of(cast.ken, "/pools/")
    ken.get_by_role("link", name="Write down what your group wants").click()
    heading(ken, "Write down what your group wants")
    ken.goto("/search/?q=chiropody&postcode=TA1+1AA&day=tue")  # nobody does it: the way in of whoever has a need
    ken.get_by_role("link", name="Write down what your group wants").click()
    heading(ken, "Write down what your group wants")
    look(ken, "want")
    press(ken, "Write it down")
    expect(ken.get_by_role("alert")).to_be_visible(timeout=20_000)
    look(ken, "want-wrong")
    ken.get_by_label("What do you want, in a few words?").fill(WALKS)
    ken.get_by_label("Tell providers more").fill("Six Tuesdays, an hour, not too fast.\nThen a cup of tea.")
    ken.get_by_label("A postcode near where you would meet").fill("TA1 1AA")
    ken.get_by_label("About how many of you are there?").fill("4")
    press(ken, "Write it down")
    heading(ken, WALKS)
    look(ken, "written")

    brief = Brief.objects.get()
    link = ken.locator(".hb-code").inner_text().partition("://")[2].partition("/")[2]
    joan = phone_of(cast.joan, f"/{link}")
    heading(joan, WALKS)
    look(joan, "asked-to-join")
    press(joan, "I want this too")
    under(joan, "Not sent to providers yet")
    look(joan, "joined")

    ken.reload()
    ken.get_by_role("link", name="Ask providers for offers").click()
    heading(ken, "Ask providers for offers")
    look(ken, "ask")
    press(ken, "Send it to them")
    under(ken, "Providers are asked")

    sam = phone_of(cast.sam, "/provider/pools/")
    look(sam, "provider-list")
    sam.get_by_role("link", name=WALKS).click()
    heading(sam, WALKS)
    look(sam, "provider-asked")
    press(sam, "Make this offer")
    expect(sam.get_by_role("alert")).to_be_visible(timeout=20_000)
    look(sam, "provider-wrong")
    offer(sam, "90", "Flat paths only, six times an hour.")
    look(sam, "provider-offered")
    hills = phone_of(cast.asha, f"/provider/pools/wanted/{brief.public_id}/")
    offer(hills, "72", "Hills with a view, six times an hour.")
    assert "90" not in hills.locator("main").inner_text()
    ken.reload()
    under(ken, "Providers are asked")
    assert "£72" not in ken.content()
    look(ken, "offers-have-come")

    offers_are_over(brief)
    for page in (ken, joan):
        page.goto(f"/pools/wanted/{brief.public_id}/")
        under(page, "Which offer do you like best?")
        page.get_by_role("textbox", name="Hill Walkers").fill("1")
        page.get_by_role("textbox", name="Sam Orchard").fill("1")
        press(page, "Vote")
        expect(page.get_by_role("alert").first).to_be_visible(timeout=20_000)
        look(page, "vote-wrong")
        page.get_by_role("textbox", name="Sam Orchard").fill("2")
        press(page, "Vote")
        under(page, "You have voted")
        look(page, "voted")
    vote_is_over(brief)
    joan.reload()
    under(joan, "You chose Hill Walkers")
    look(joan, "chosen")
    joan.get_by_role("link", name="Read the minutes").click()
    heading(joan, "Minutes")
    look(joan, "minutes")
    sam.reload()
    expect(sam.get_by_text("2 of 2 members put another offer above yours.")).to_be_visible(timeout=20_000)
    assert "72" not in sam.locator("main").inner_text()
    look(sam, "provider-not-chosen")
    hills.reload()
    expect(hills.get_by_text("The group chose you.")).to_be_visible(timeout=20_000)

    ken.reload()
    ken.get_by_role("link", name="Settle the dates").click()
    settle(ken, look)
    pool = Pool.objects.get()
    assert (pool.state, pool.provider, pool.current.price.total_pence) == (PoolState.OPEN, asha.listing.provider, 7200)
    ken.goto(f"/pools/wanted/{brief.public_id}/")
    expect(ken.get_by_role("link", name="See the group that came of it")).to_be_visible(timeout=20_000)


def settle(ken, look) -> None:
    """From the offer that was chosen to the open group."""
    today = timezone.localdate()
    heading(ken, "Where do you meet?")
    ken.get_by_label("Where do you meet?").fill("Vivary Park")
    press(ken, "Go on")
    fill_date(ken, "The first day", today + timedelta(days=25))
    ken.get_by_label("At what time?").fill("2.30pm")
    ken.get_by_label("Every week", exact=True).check()
    ken.get_by_label("How many times in all?").fill("6")
    press(ken, "Go on")
    ken.get_by_label("How many have to join").fill("2")
    ken.get_by_label("How many places are there?").fill("4")
    press(ken, "Go on")
    fill_date(ken, "The last day to join", today + timedelta(days=5))
    ken.get_by_label("Until what time?").fill("6pm")
    press(ken, "Go on")
    heading(ken, "What do you agree with each other?")
    press(ken, "Go on")
    ken.get_by_label("Only people who are invited").check()
    press(ken, "Go on")
    heading(ken, "Check your answers")
    look(ken, "group-check")
    press(ken, "Write the group down")
    heading(ken, WALKS)
    look(ken, "group-draft")
    press(ken, "Open the group")
    heading(ken, "Ask people to join")
