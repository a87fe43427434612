"""J1: Ken is 84, pays for himself, begins signed out. Three times: as he likes, without JavaScript, by keys alone."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.people.models import User
from payments.orders import jobs
from payments.orders.models import Order, VisitRequest
from payments.orders.states import OrderState
from payments.sandbox import cards
from search.models import Need, ShortlistEntry
from tests.journeys.hands import Keys, Mouse

KEN = "ken.hobbs@example.com"


def fill_day(hand, day) -> None:
    for label, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        hand.fill(label, str(value))


def pay(hand, amount: str) -> None:
    hand.fill("Card number", cards.SUCCESS.spaced)
    hand.fill("Expiry date", "09/35")
    hand.fill("Security code", "123")
    hand.press(f"Pay {amount}")


def sign_up(hand, page, letters_to, look) -> None:
    """A new account, and the code from the letter."""
    look(page, "sign-up")
    hand.press("Make my account")
    look(page, "sign-up-refused")
    hand.fill("First name", "Ken")
    hand.fill("Last name", "Hobbs")
    hand.fill("E-mail address", KEN)
    hand.fill("Choose a password", "seven old boots")
    hand.press("Make my account")
    page.get_by_role("heading", name="Type the code we sent you").wait_for()
    look(page, "code")
    code = next(
        line.strip() for line in letters_to(KEN)[-1].split("\n") if re.fullmatch(r"[A-Z0-9-]{6,9}", line.strip())
    )
    hand.fill("The code", code)
    hand.press("Go on")


@pytest.mark.parametrize(
    ("hands", "javascript"), [(Mouse, True), (Mouse, False), (Keys, True)], ids=["as-usual", "no-script", "by-keys"]
)
def test_ken_finds_chooses_asks_and_pays(world, visitor, look, deliver, letters_to, hands, javascript):
    page = visitor("/", javascript=javascript)
    hand = hands(page)
    look(page, "home")
    hand.fill("What would help?", "gardening")
    hand.fill("Your postcode or town", "ta1   1aa")
    hand.press("Find help")
    page.wait_for_url("**/search/**")
    look(page, "results")
    assert page.locator(".hb-map").is_visible() == javascript
    cards_found = page.locator("main ol > li.hb-card")
    assert cards_found.count() == 7
    assert all("mile" in words for words in page.locator(".hb-card__who").all_inner_texts())
    if not page.get_by_label("Tuesday").first.is_visible():
        hand.open("Narrow the list")
    hand.tick("They come to me")
    hand.tick("Takes direct payments")
    hand.pick("Which first", "Nearest first")
    hand.press("Show these")
    page.wait_for_url("**pay=dp**")
    look(page, "filtered")
    assert 0 < cards_found.count() < 7
    hand.follow("Remove: Takes direct payments")
    page.wait_for_url(lambda address: "pay=dp" not in address)
    assert "sort=nearest" in page.url
    hand.press("Add to shortlist: Sam Orchard, gardens and odd jobs")
    hand.find("button", "On your shortlist: take off: Sam Orchard, gardens and odd jobs").wait_for()
    hand.press("Add to shortlist: Tapp’s Gardens")
    page.get_by_role("link", name="Shortlist (2)").wait_for()
    hand.follow("Shortlist (2)")
    page.wait_for_url("**/shortlist/")
    look(page, "shortlist")
    hand.press("Compare")
    page.wait_for_url("**/compare/**")
    look(page, "compare")
    assert page.locator("table.hb-compare tbody tr").count() == 2
    hand.follow("Sam Orchard, gardens and odd jobs")
    page.wait_for_url(f"**{world.sams.page.url}")
    look(page, "listing")
    shown = page.inner_text("main")
    for words in (
        "£18",
        "That is the whole price",
        "Insurance",
        "Monday to Friday, 9 to 5",
        "A first visit is free",
        "01632 960 442",
    ):
        assert words in shown, words

    hand.follow("Choose and order")
    page.wait_for_url("**/orders/choose/**")
    look(page, "choose")
    hand.follow("An hour in your garden")
    page.get_by_role("heading", name="When would you like it?").wait_for()
    look(page, "when")
    fill_day(hand, timezone.localdate() + timedelta(days=5))
    hand.press("Go on")
    hand.fill("How many hours?", "two")
    hand.press("Go on")
    look(page, "how-many-refused")
    assert page.get_by_label("How many hours?").input_value() == "two"
    hand.fill("How many hours?", "2")
    hand.press("Go on")
    hand.fill("Anything they should know?", "The gate sticks. Lift it a little.")
    hand.press("Go on")
    page.get_by_role("heading", name="Nearly there: who is asking?").wait_for()
    look(page, "who")
    hand.follow("I am new here")
    sign_up(hand, page, letters_to, look)
    page.get_by_role("heading", name="Check your answers").wait_for()
    look(page, "check")
    assert "The gate sticks. Lift it a little." in page.inner_text("main")
    hand.tick("Please begin before the 14 days are over.")
    hand.press("Ask Sam")
    page.wait_for_url(re.compile(r"/orders/[^/]+/$"))
    look(page, "asked")
    ken = User.objects.get(email=KEN)
    order = Order.objects.get(person=ken)
    assert (order.state, order.total_pence) == (OrderState.REQUESTED, 3600)
    assert ShortlistEntry.objects.filter(person=ken).count() == 2
    deliver()
    assert len(letters_to(world.cast.sam.email)) == 1
    assert "The gate sticks" not in letters_to(world.cast.sam.email)[0]

    sam = visitor(f"/provider/orders/{order.public_id}/", user=world.cast.sam, width=375)
    sam.get_by_role("button", name="Say yes").click()
    sam.wait_for_load_state()
    deliver()
    letter = letters_to(KEN)[-1]
    assert f"/orders/{order.public_id}/" in letter

    page.goto(f"/orders/{order.public_id}/")
    look(page, "accepted")
    hand.press("Pay £36.00")
    page.wait_for_url("**/sandbox/pay/**")
    look(page, "payment")
    pay(hand, "£36.00")
    page.wait_for_url("**/receipt/")
    look(page, "receipt")
    receipt = page.inner_text("main")
    for words in ("Sam Orchard", "An hour in your garden", "£36.00", "14 days", order.public_id):
        assert words in receipt, words
    deliver()
    same = letters_to(KEN)[-1]
    for words in ("Sam Orchard", "An hour in your garden", "£36.00", "14 days", order.public_id):
        assert words in same, words
    hand.follow("See the order")
    page.wait_for_url(f"**/orders/{order.public_id}/")
    look(page, "paid")
    assert page.locator(".hb-timeline .is-done").count() >= 3
    page.go_back()
    page.go_back()
    if "/sandbox/pay/" in page.url:  # the page of a payment that is over takes no second one
        assert page.get_by_role("button", name="Pay £36.00").count() == 0
    order.refresh_from_db()
    assert order.state == OrderState.PAID
    assert order.attempts.count() == 1


TROUBLES = (
    ("TA1 1ZZ", "could not find"),
    ("D02 X285", "Irish Eircode"),
    ("IM1 1AA", "Isle of Man"),
    ("Newport", "Did you mean"),
    ("Zzyzx", "could not find"),
)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_every_odd_place_has_its_own_plain_answer(world, visitor, look, javascript):
    page = visitor("/", javascript=javascript)
    said = {}
    for typed, words in TROUBLES:
        page.goto("/")
        page.get_by_label("What would help?").fill("gardening")
        page.get_by_label("Your postcode or town").fill(typed)
        page.get_by_role("button", name="Find help").click()
        look(page, f"place-{typed}")
        said[typed] = page.inner_text("main")
        assert words in said[typed], said[typed]
        assert page.locator("#main").get_by_label("Your postcode or town").input_value() == typed
    assert len(set(said.values())) == len(TROUBLES)
    for typed in ("TA1", "Taunton", "ta11aa"):
        page.goto(f"/search/?q=gardening&postcode={typed}")
        assert page.locator("main ol > li.hb-card").count() > 0, typed
        look(page, f"place-{typed}")


def test_nothing_found_leads_on_and_what_was_needed_is_kept(world, visitor, look):
    page = visitor("/search/?q=chiropody&postcode=TA1+1AA&day=tue", javascript=False)
    look(page, "nobody")
    assert page.get_by_role("link", name=re.compile("without the filters|who help nearby")).count() > 0
    page.get_by_label("What do you need, in your own words?").fill("Somebody to cut my toenails")
    page.get_by_role("button", name="Send").click()
    look(page, "need-kept")
    assert Need.objects.get().words == "Somebody to cut my toenails"


def test_pages_of_results_go_on_and_back(world, visitor, look):
    page = visitor("/search/?q=&postcode=TA1+1AA&within=10", javascript=False)
    first = page.locator("main ol > li.hb-card h2").all_inner_texts()
    page.get_by_role("link", name="Next ones").click()
    page.wait_for_url("**page=2**")
    look(page, "second-page")
    second = page.locator("main ol > li.hb-card h2").all_inner_texts()
    assert second
    assert not set(first) & set(second)


def to_the_payment_page(page, world, look) -> None:
    """One place in the class, booked without asking."""
    page.goto(world.sams.page.url)
    page.get_by_role("link", name="Choose and order").click()
    page.get_by_role("link", name="Gentle exercise").click()
    look(page, "date")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("How many places?").fill("1")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Go on").click()
    look(page, "check-class")
    page.get_by_label("Please begin before the 14 days are over.").check()
    page.get_by_role("button", name="Book and pay £8.00").click()
    page.wait_for_url("**/sandbox/pay/**")


def test_a_place_in_a_class_is_paid_at_once_held_meanwhile_and_freed(world, visitor, look, deliver, letters_to):
    """He goes back without paying: the place is held for ten minutes, then anybody’s. Then he books again."""
    page = visitor("/", user=world.cast.ken, javascript=False)
    to_the_payment_page(page, world, look)
    world.lesson.refresh_from_db()
    assert world.lesson.taken == 1
    page.get_by_role("link", name="Go back without paying").click()
    look(page, "held")
    assert "The place is held for you until" in page.inner_text("main")
    jobs.look_round(timezone.now() + timedelta(minutes=45))
    deliver()
    world.lesson.refresh_from_db()
    assert world.lesson.taken == 0
    page.reload()
    look(page, "freed")
    assert page.get_by_role("button", name="Pay £8.00").count() == 0
    to_the_payment_page(page, world, look)
    pay(Mouse(page), "£8.00")
    page.wait_for_url("**/receipt/")
    look(page, "class-receipt")
    deliver()
    world.lesson.refresh_from_db()
    assert world.lesson.taken == 1
    assert "Gentle exercise" in letters_to(world.cast.ken.email)[-1]


def test_a_first_visit_is_asked_for_proposed_and_agreed(world, visitor, look, deliver, letters_to):
    ken = visitor(world.sams.page.url, user=world.cast.ken, javascript=False)
    ken.get_by_role("link", name="Ask for a first visit").click()
    look(ken, "visit")
    ken.get_by_role("button", name="Ask Sam").click()
    look(ken, "visit-refused")
    ken.get_by_label("Which days and times suit you?").fill("Weekday mornings")
    ken.get_by_role("button", name="Ask Sam").click()
    look(ken, "visit-asked")
    deliver()
    visit = VisitRequest.objects.get()
    sam = visitor(f"/provider/orders/visits/{visit.public_id}/", user=world.cast.sam, width=375, javascript=False)
    look(sam, "visit-of-sams")
    fill_day(Mouse(sam), timezone.localdate() + timedelta(days=3))
    sam.get_by_label("The time of day").fill("10.30am")
    sam.get_by_role("button", name="Propose this time").click()
    deliver()
    assert letters_to(world.cast.ken.email)
    ken.reload()
    look(ken, "visit-proposed")
    ken.get_by_role("button", name="Yes, that suits me").click()
    look(ken, "visit-agreed")
    assert "Agreed" in ken.inner_text("main")
