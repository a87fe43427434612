"""Ken shares a class, asks his neighbours, Joan joins on her phone, a card fails and is mended, and it goes ahead.

Every page passed has one heading, fits 320 pixels and gives axe nothing to object to. There is no JavaScript.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from payments.pools import services
from payments.pools.models import Pool
from payments.pools.states import PoolState
from payments.sandbox import cards
from tests.browser.budgets.test_from_first_budget_to_statement import fill_date
from tests.browser.orders.test_from_listing_to_receipt import press
from tests.factories.pools import by_self

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def heading(page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(words, timeout=20_000)


def save_card(page, card: cards.Card = cards.SUCCESS) -> None:
    """The gateway's page, until it leads back."""
    page.get_by_label("Card number").fill(card.spaced)
    page.get_by_label("Expiry date").fill("09/35")
    page.get_by_label("Security code").fill("123")
    page.locator("main form button.nhsuk-button").first.click()


def test_ken_starts_a_group_and_asks_his_neighbours(phone_of, look, cast, group, listing, deliver):
    today = timezone.localdate()
    ken = phone_of(cast.ken, listing.page.url)
    look(ken, "listing-to-share")
    ken.get_by_role("link", name="Share this").click()
    look(ken, "share")
    ken.get_by_role("link", name="Start: a few short questions").click()
    press(ken, "Go on")
    look(ken, "name-missing")
    ken.get_by_label("What is the group called?").fill("Chair yoga 🪑 in Spaxton")
    press(ken, "Go on")
    ken.get_by_label("Where do you meet?").fill("Spaxton village hall")
    look(ken, "place")
    press(ken, "Go on")
    fill_date(ken, "The first day", today + timedelta(days=25))
    ken.get_by_label("At what time?").fill("2.30pm")
    ken.get_by_label("Every week", exact=True).check()
    ken.get_by_label("How many times in all?").fill("6")
    look(ken, "dates")
    press(ken, "Go on")
    ken.get_by_label("How many have to join").fill("3")
    ken.get_by_label("How many places are there?").fill("2")
    press(ken, "Go on")
    look(ken, "people-wrong")
    ken.get_by_label("How many places are there?").fill("6")
    press(ken, "Go on")
    fill_date(ken, "The last day to join", today - timedelta(days=1))
    ken.get_by_label("Until what time?").fill("6pm")
    press(ken, "Go on")
    look(ken, "deadline-past")
    fill_date(ken, "The last day to join", today + timedelta(days=5))
    press(ken, "Go on")
    look(ken, "rules")
    press(ken, "Go on")
    ken.get_by_label("Anybody in the area").check()
    look(ken, "who-may-join")
    press(ken, "Go on")
    look(ken, "check")
    press(ken, "Write the group down")
    look(ken, "draft")
    press(ken, "Open the group")
    heading(ken, "Ask people to join")
    ken.get_by_label("Their e-mail addresses").fill("dilys@example.org\nnot an address")
    press(ken, "Send the letters")
    look(ken, "invite-wrong")
    ken.get_by_label("Their e-mail addresses").fill("dilys@example.org")
    press(ken, "Send the letters")
    look(ken, "invite")
    press(ken, "Make cards to print")
    look(ken, "cards")
    deliver()

    pool = Pool.objects.get()
    sam = phone_of(cast.sam, "/provider/pools/")
    look(sam, "provider-groups")
    sam.get_by_role("link", name="Chair yoga 🪑").click()
    look(sam, "provider-group")
    sam.get_by_role("link", name="Say no").click()
    look(sam, "provider-no")
    sam.get_by_role("link", name="Go back").click()
    press(sam, "Say yes")
    ken.goto(f"/pools/{pool.public_id}/")
    look(ken, "open-organiser")
    ken.get_by_role("link", name="Change the dates").click()
    look(ken, "change")
    ken.goto(f"/pools/{pool.public_id}/hand-over/")
    look(ken, "hand-over")
    ken.goto(f"/pools/{pool.public_id}/cancel/")
    look(ken, "call-off")
    neighbour = phone_of(None, "/pools/near/")
    look(neighbour, "near")
    neighbour.get_by_role("link", name="Chair yoga").click()
    look(neighbour, "neighbour")
    assert "Ken" not in neighbour.content()
    neighbour.goto("/pools/code/")
    neighbour.get_by_label("The code on the card").fill("BBBB")
    press(neighbour, "See the group")
    look(neighbour, "code-wrong")
    assert pool.current.agreed_at is not None


def test_joan_joins_by_a_link_on_her_phone_and_mends_a_card_that_failed(phone_of, look, cast, group, deliver):
    pool = group.open(least=2, most=3, visibility="invite", name="Tuesday yoga")
    link = pool.invitations.get()
    joan = phone_of(cast.joan, f"/pools/come/{link.public_id}/")
    look(joan, "asked")
    joan.get_by_role("link", name="Join the group").click()
    press(joan, "Go on")
    look(joan, "rules-not-agreed")
    joan.get_by_label("Yes, I agree to these rules").check()
    press(joan, "Go on")
    joan.get_by_label("What is the most you want to pay?").fill("49")
    press(joan, "Go on")
    look(joan, "most-too-low")
    joan.get_by_label("What is the most you want to pay?").fill("50")
    press(joan, "Go on")
    look(joan, "join-check")
    press(joan, "Take my place")
    look(joan, "save-card")
    press(joan, "Go on to the card page")
    look(joan, "card-page")
    save_card(joan, cards.DECLINED_LATER)
    heading(joan, "Tuesday yoga")
    look(joan, "ready")
    joan.get_by_role("link", name="Leave the group").click()
    look(joan, "leave")
    joan.get_by_role("link", name="Stay").click()
    group.join(pool, cast.ken)
    group.join(pool, cast.lee, invitation=link)
    group.step(pool)
    deliver()

    joan.goto("/pools/")
    look(joan, "mine-card-failed")
    joan.get_by_role("link", name="Tuesday yoga").click()
    look(joan, "card-failed")
    joan.get_by_role("link", name="Put it right").click()
    look(joan, "repair")
    joan.get_by_role("link", name="Use another card").click()
    look(joan, "another-card")
    press(joan, "Go on to the card page")
    save_card(joan)
    heading(joan, "Tuesday yoga")
    group.step(pool)
    deliver()
    joan.reload()
    look(joan, "goes-ahead")
    pool.refresh_from_db()
    assert pool.state == PoolState.CONFIRMED
    assert sorted(group.taken(pool).values()) == [3333, 3333, 3334]
    joan.get_by_role("link", name="Your receipt").click()
    look(joan, "receipt")
    for page in ("saving", "calendar", "absence", "leave"):
        joan.goto(f"/pools/{pool.public_id}/{page}/")
        look(joan, f"after-{page}")
    press(joan, "Give up my place")
    look(joan, "given-up")

    priya = phone_of(cast.priya, f"/pools/come/{link.public_id}/")
    look(priya, "full")
    priya.goto(f"/pools/{pool.public_id}/wait/")
    look(priya, "wait")
    press(priya, "Tell me when a place is free")
    look(priya, "waiting-and-free")
    priya.get_by_role("link", name="Take the place").click()
    priya.get_by_label("Yes, I agree to these rules").check()
    press(priya, "Go on")
    look(priya, "take-over-check")
    priya.get_by_label("Please begin before the 14 days are over.").check()
    press(priya, "Take my place")
    press(priya, "Go on to the card page")
    save_card(priya)
    heading(priya, "Tuesday yoga")
    group.step(pool)
    deliver()
    priya.reload()
    look(priya, "taken-over")
    sam = phone_of(cast.sam, f"/provider/pools/{pool.public_id}/")
    look(sam, "provider-goes-ahead")
    sam.goto(f"/provider/pools/{pool.public_id}/dates/{pool.current.sessions.first().pk}/")
    look(sam, "attendance")
    sam.goto(f"/provider/pools/{pool.public_id}/call-off/")
    look(sam, "provider-call-off")


def test_a_group_that_fails_says_why_and_that_nobody_pays(phone_of, look, cast, group, deliver):
    pool = group.open(least=3, most=6, name="Walking on Fridays")
    group.join(pool, cast.joan)
    failed = group.close(pool)
    assert failed.state == PoolState.FAILED
    assert group.taken(pool) == {}
    joan = phone_of(cast.joan, f"/pools/{pool.public_id}/")
    look(joan, "failed")
    assert "Nobody pays." in joan.content()
    other = group.open(name="Soup on Mondays")
    services.pool_cancel(pool=other, by=by_self(cast.ken), now=group.at, words="The hall is shut.")
    ken = phone_of(cast.ken, f"/pools/{other.public_id}/")
    look(ken, "called-off")
    assert "The hall is shut." in ken.content()
    ken.goto("/pools/")
    look(ken, "mine-over")


def test_joan_answers_her_bank_on_her_phone_and_the_group_goes_ahead(phone_of, look, cast, group, deliver):
    """Many banks ask again when the money is to be held: a page of the bank's, on a phone, and back to the group."""
    pool = group.open(least=2, most=2, name="Tuesday yoga")
    group.join(pool, cast.joan, cards.ASKS_EACH_TIME)
    group.join(pool, cast.ken)
    group.step(pool)
    deliver()

    joan = phone_of(cast.joan, f"/pools/{pool.public_id}/")
    look(joan, "bank-asks")
    joan.get_by_role("link", name="Put it right").click()
    look(joan, "repair-bank")
    press(joan, "Answer my bank")
    expect(joan.get_by_label("Card number")).to_be_visible(timeout=20_000)
    save_card(joan, cards.ASKS_EACH_TIME)
    heading(joan, "Your bank asks")
    joan.get_by_role("button", name="Yes, approve it").click()
    heading(joan, "Tuesday yoga")
    look(joan, "bank-answered")
    group.step(pool)
    deliver()
    joan.reload()
    look(joan, "bank-goes-ahead")
    assert group.fresh(pool).state == PoolState.CONFIRMED
    assert sorted(group.taken(pool).values()) == [5000, 5000]
