"""What goes wrong in an ordinary week: two presses, the Back button, a sign-in that ran out, heavy pages, strangers."""

import gzip
import re

from django.contrib.sessions.models import Session
from django.utils import timezone

from payments.orders.models import Order
from payments.orders.rules import Wish
from payments.orders.services import order_place
from payments.orders.states import OrderState
from tests.integration.orders.conftest import by_self

FIRST_VISIT = 150_000  # bytes over the wire: page, styles, type, pictures, scripts


def to_the_last_page(page, world) -> None:
    """Everything answered but the last button."""
    page.goto(f"/orders/new/{world.hour.public_id}/")
    page.get_by_label("Anything about the time").fill("Any Friday")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("How many hours?").fill("1")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Check your answers").wait_for()


def test_the_last_button_pressed_on_two_pages_orders_once(world, visitor, look):
    """A slow line: he presses, nothing seems to happen, he presses again in another tab."""
    page = visitor("/", user=world.cast.ken, javascript=False)
    to_the_last_page(page, world)
    address = page.url
    form = page.locator("main form").first.evaluate("form => [...new FormData(form)].map(each => each.join('='))")
    fields = dict(each.split("=", 1) for each in form)
    for _press in range(2):
        answer = page.request.post(address, form=fields, headers={"Referer": address})
        assert answer.ok
    page.get_by_role("button", name="Ask Sam").click()
    page.wait_for_url(lambda url: "/new/" not in url)
    look(page, "ordered-once")
    assert Order.objects.count() == 1


def test_back_after_paying_takes_no_second_payment_and_the_work_goes_on(world, visitor, look, deliver, letters_to):
    wish = Wish(quantity=1, wanted_on=timezone.localdate(), begin_early=True)
    order = order_place(
        person=world.cast.ken, offer=world.hour, wish=wish, expected_total_pence=1800, token="back",
        by=by_self(world.cast.ken), now=timezone.now(),
    )  # fmt: skip
    sam = visitor(f"/provider/orders/{order.public_id}/", user=world.cast.sam)
    sam.get_by_role("button", name="Say yes").click()
    page = visitor(f"/orders/{order.public_id}/", user=world.cast.ken, javascript=False)
    page.get_by_role("button", name="Pay £18.00").click()
    page.wait_for_url("**/sandbox/pay/**")
    payment = page.url
    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_label("Expiry date").fill("09/35")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Pay £18.00").click()
    page.wait_for_url("**/receipt/")
    deliver()
    page.go_back()
    page.goto(payment)
    look(page, "payment-over")
    assert page.get_by_role("button", name="Pay £18.00").count() == 0
    page.goto(f"/orders/{order.public_id}/")
    assert page.get_by_role("button", name="Pay £18.00").count() == 0
    order.refresh_from_db()
    assert (order.state, order.attempts.count()) == (OrderState.PAID, 1)
    before = len(letters_to(world.cast.ken.email))
    sam.goto(f"/provider/orders/{order.public_id}/")
    look(sam, "to-do")
    sam.get_by_role("button", name="It is done").click()
    sam.wait_for_load_state()
    look(sam, "done")
    deliver()
    order.refresh_from_db()
    assert order.state == OrderState.DELIVERED
    assert len(letters_to(world.cast.ken.email)) == before + 1
    page.reload()
    look(page, "done-for-ken")


def test_words_typed_before_the_sign_in_ran_out_are_still_there(world, visitor, look):
    sam = visitor(f"/provider/listings/{world.sams.public_id}/questions/about/", user=world.cast.sam, javascript=False)
    field = sam.get_by_label("Tell people more")
    typed = "I also mend bicycles, and I wrote this for twenty minutes."
    field.fill(typed)
    Session.objects.all().delete()
    sam.get_by_role("button", name="Save").first.click()
    sam.get_by_role("heading", name="Sign in").wait_for()
    look(sam, "signed-out-meanwhile")
    sam.get_by_label("E-mail address").fill(world.cast.sam.email)
    sam.get_by_label("Password").fill("a long enough word")
    sam.get_by_role("button", name="Sign in", exact=True).click()
    sam.wait_for_url("**/questions/about/**")
    look(sam, "words-still-there")
    assert sam.get_by_label("Tell people more").input_value() == typed


def as_sent(response) -> int:
    """Bytes of an answer; words and drawings as a server packs them (whitenoise or the web server in front)."""
    body = response.body()
    packed = re.match(r"text/|application/(json|javascript)|image/svg", response.headers.get("content-type", ""))
    return len(gzip.compress(body)) if packed else len(body)


def test_a_first_visit_weighs_little_and_asks_nobody_else(world, visitor, live_server):
    """Page, styles, letters, pictures, scripts and the map, with nothing kept from before."""
    for path in ("/", "/search/?q=gardening&postcode=TA1+1AA", world.sams.page.url):
        page = visitor("/health/live")
        answers = []
        page.on("response", lambda answer, kept=answers: kept.append(answer))
        page.asked_for.clear()
        page.goto(path, wait_until="networkidle")
        weights = {answer.url: as_sent(answer) for answer in answers}
        assert 10_000 < sum(weights.values()) < FIRST_VISIT, (path, weights)
        others = [each for each in page.asked_for if not each.startswith((live_server.url, "data:"))]
        assert others == [], path


def test_addresses_that_lead_nowhere_say_so_kindly(world, visitor, look):
    page = visitor("/", width=320, javascript=False)
    assert page.goto("/quantock/nobody-of-that-name/").status == 404
    look(page, "not-found")
    page.goto("/offline/")
    look(page, "offline")
    for question in ("within=-1", "within=abc&page=999999", "q=%22+OR+1%3D1+--&kind=nonsense", "q=" + "word+" * 1000):
        answer = page.goto(f"/search/?postcode=TA1+1AA&{question}")
        assert answer.status == 200, question
        look(page, "odd-search")
