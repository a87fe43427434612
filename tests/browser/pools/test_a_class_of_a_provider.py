"""Sam starts a group himself for a class of his, cheaper for each when more come, and five people take it up.

Every page passed has one heading, fits 320 pixels and gives axe nothing to object to. There is no JavaScript.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from payments.pools.models import Pool
from payments.pools.states import PoolState
from tests.browser.budgets.test_from_first_budget_to_statement import fill_date
from tests.browser.orders.test_from_listing_to_receipt import press
from tests.factories.listings import make_offer

from .test_from_an_offer_to_a_group import heading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_provider_starts_a_class_with_steps_in_its_price_and_each_pays_the_step_that_was_reached(
    phone_of, look, cast, group, listing
):
    make_offer(listing, "Pottery, six afternoons", 6000, unit="fixed")
    today = timezone.localdate()
    sam = phone_of(cast.sam, "/provider/pools/")
    look(sam, "provider-may-start")
    sam.get_by_role("link", name="Pottery, six afternoons").click()
    expect(sam.get_by_text("You name the dates and the price.")).to_be_visible()
    look(sam, "share-a-class")
    sam.get_by_role("link", name="Start: a few short questions").click()
    sam.get_by_label("What is the group called?").fill("Pottery in autumn")
    press(sam, "Go on")
    sam.get_by_label("Where do you meet?").fill("The old dairy")
    press(sam, "Go on")
    fill_date(sam, "The first day", today + timedelta(days=25))
    sam.get_by_label("At what time?").fill("2pm")
    sam.get_by_label("Every week", exact=True).check()
    sam.get_by_label("How many times in all?").fill("6")
    press(sam, "Go on")
    sam.get_by_label("How many have to join").fill("3")
    sam.get_by_label("How many places are there?").fill("6")
    press(sam, "Go on")
    sam.get_by_label("So much for each person").check()
    sam.get_by_label("How much is it?").fill("45")
    sam.get_by_label("From how many people?").fill("5")
    sam.get_by_label("How much does each pay then?").fill("50")
    press(sam, "Go on")
    look(sam, "steps-that-rise")
    sam.get_by_label("How much does each pay then?").fill("37.50")
    look(sam, "price-in-steps")
    press(sam, "Go on")
    fill_date(sam, "The last day to join", today + timedelta(days=5))
    sam.get_by_label("Until what time?").fill("6pm")
    press(sam, "Go on")
    press(sam, "Go on")
    sam.get_by_label("Anybody in the area").check()
    press(sam, "Go on")
    expect(sam.get_by_text("£37.50").first).to_be_visible()
    look(sam, "class-check")
    press(sam, "Write the group down")
    press(sam, "Open the group")
    sam.goto("/provider/pools/")
    sam.get_by_role("link", name="Pottery in autumn").click()
    heading(sam, "Pottery in autumn")
    pool = Pool.objects.get()
    assert pool.current.agreed_at is not None, "whoever names the dates need not say yes to them"
    joan = phone_of(cast.joan, f"/pools/{pool.public_id}/")
    expect(joan.get_by_text("You will never pay more than £45").first).to_be_visible()
    look(joan, "class-with-steps")
    for person in (cast.joan, cast.ken, cast.lee, cast.priya, *group.people(1)):
        group.join(pool, person)
    pool = group.step(group.close(pool))
    assert pool.state == PoolState.CONFIRMED
    assert sorted(group.taken(pool).values()) == [3750] * 5
    assert group.troubles(pool) == []
    joan.reload()
    expect(joan.get_by_text("£37.50").first).to_be_visible()
