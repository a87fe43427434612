"""J4: Priya acts for Joan until Joan says stop. And the same for one telephone call: Nia for Ken."""

import re

import pytest

from marketplace.people.models import Delegation, Invitation, PhoneCall, Scope
from payments.orders.models import Channel, Order
from search.models import ShortlistEntry
from tests.journeys.hands import Mouse


def path_in(letter: str, after: str) -> str:
    line = next(line.strip() for line in letter.split("\n") if after in line)
    return line[line.index(after) :].split()[0]


def invite(joan, look, email: str, name: str = "Priya") -> None:
    joan.goto("/accounts/helpers/ask/")
    look(joan, "ask")
    joan.get_by_label("Their name").fill(name)
    joan.get_by_label("Their e-mail address").fill(email)
    joan.get_by_label("See, shortlist and buy").check()
    joan.get_by_role("button", name="Send the invitation").click()
    joan.wait_for_load_state()


def order_an_hour(page, world) -> Order:
    """Any Friday, one hour of Sam's time."""
    page.goto(f"/orders/new/{world.hour.public_id}/")
    page.get_by_label("Anything about the time").fill("Any Friday")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("How many hours?").fill("1")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Ask Sam").click()
    page.wait_for_url(lambda address: "/new/" not in address)
    return Order.objects.latest("pk")


def test_priya_buys_for_joan_who_sees_it_and_ends_it_at_once(world, visitor, look, deliver, letters_to):
    cast = world.cast
    joan = visitor("/accounts/", user=cast.joan, width=320, javascript=False)
    invite(joan, look, cast.priya.email)
    look(joan, "helpers")
    deliver()
    letter = path_in(letters_to(cast.priya.email)[-1], "/accounts/invitation/")
    priya = visitor(letter, width=320, javascript=False)
    look(priya, "letter-signed-out")
    assert "Joan" not in priya.inner_text("main")
    priya = visitor(letter, user=cast.priya, width=320, javascript=False)
    look(priya, "letter")
    priya.get_by_role("button", name="Yes, I will").click()
    look(priya, "helping")
    priya.get_by_role("button", name="Act for Joan").click()
    assert "You are acting for Joan Tapper" in priya.inner_text("body")
    look(priya, "home-for-joan")

    priya.goto(world.sams.page.url)
    priya.get_by_role("button", name="Add to shortlist").first.click()
    assert ShortlistEntry.objects.get().person == cast.joan
    order = order_an_hour(priya, world)
    look(priya, "order-for-joan")
    assert (order.person, order.placed_by, order.channel) == (cast.joan, cast.priya, Channel.DELEGATE)
    assert "Priya Tapper" in priya.inner_text("main")
    deliver()

    joan.goto(f"/orders/{order.public_id}/")
    look(joan, "joan-sees-the-order")
    assert "Priya Tapper" in joan.inner_text("main")
    joan.goto("/accounts/helpers/what-was-done/")
    look(joan, "what-was-done")
    told = joan.inner_text("main")
    assert "Priya Tapper put “Sam Orchard, gardens and odd jobs” on your shortlist." in told
    assert "Priya Tapper ordered “An hour in your garden” from Sam Orchard." in told
    joan.goto("/accounts/helpers/")
    joan.get_by_role("link", name="Stop Priya Tapper acting for you").click()
    look(joan, "stop")
    joan.get_by_role("button", name="Stop it now").click()
    assert Delegation.objects.get().ended_at is not None

    assert priya.goto(f"/orders/{order.public_id}/").status == 404
    look(priya, "refused")
    priya.goto("/orders/")
    assert "An hour in your garden" not in priya.inner_text("main")
    assert Order.objects.count() == 1


@pytest.mark.parametrize("wrong", ["forwarded", "replaced", "used"])
def test_a_letter_that_is_not_for_this_account_opens_nothing_and_is_not_used_up(
    world, visitor, look, deliver, letters_to, wrong
):
    cast = world.cast
    joan = visitor("/accounts/", user=cast.joan, width=320, javascript=False)
    invite(joan, look, cast.priya.email)
    deliver()
    letter = path_in(letters_to(cast.priya.email)[-1], "/accounts/invitation/")
    if wrong == "replaced":
        joan.goto("/accounts/helpers/")
        joan.get_by_role("button", name=re.compile("Send it again")).first.click()
        deliver()
        newer = path_in(letters_to(cast.priya.email)[-1], "/accounts/invitation/")
        assert newer != letter
    if wrong == "used":
        priya = visitor(letter, user=cast.priya, javascript=False)
        priya.get_by_role("button", name="Yes, I will").click()
        priya.wait_for_load_state()
    before = list(Invitation.objects.order_by("pk").values()), Delegation.objects.count()
    reader = visitor("/", user=cast.stranger if wrong == "forwarded" else cast.priya, width=320, javascript=False)
    assert reader.goto(letter).status == 404
    look(reader, f"letter-{wrong}")
    assert "This invitation does not open for you" in reader.inner_text("main")
    assert "Joan" not in reader.inner_text("main")
    assert (list(Invitation.objects.order_by("pk").values()), Delegation.objects.count()) == before
    if wrong == "used":
        return
    priya = visitor(newer if wrong == "replaced" else letter, user=cast.priya, javascript=False)
    priya.get_by_role("button", name="Yes, I will").click()
    priya.wait_for_load_state()
    assert Delegation.objects.get().scope == Scope.BUY


def test_nia_asks_for_ken_on_the_telephone_and_it_says_so_everywhere(world, visitor, look, deliver, letters_to):
    cast = world.cast
    nia = visitor("/staff/calls/", user=cast.nia)
    look(nia, "calls")
    nia.get_by_role("link", name="Find the caller").click()
    nia.get_by_label("The caller’s e-mail address").fill(cast.ken.email)
    nia.get_by_role("button", name="Find them").click()
    look(nia, "consent")
    nia.get_by_role("button", name="Begin for Ken").click()
    look(nia, "consent-refused")
    nia.get_by_label("What did they say?").fill("Yes, please look for me.")
    nia.get_by_label("I read them the words above").check()
    nia.get_by_role("button", name="Begin for Ken").click()
    look(nia, "begun")
    call = PhoneCall.objects.get()
    assert call.consent_words == "Yes, please look for me."

    nia.goto("/search/?q=gardening&postcode=TA1+1AA")
    look(nia, "results-for-ken")
    assert "On the telephone with Ken Hobbs" in nia.inner_text("body")
    Mouse(nia).press("Add to shortlist: Sam Orchard, gardens and odd jobs")
    nia.wait_for_load_state()
    nia.goto("/shortlist/")
    look(nia, "shortlist-for-ken")
    assert "Added on the phone by Nia Pugh" in nia.inner_text("main")
    order = order_an_hour(nia, world)
    look(nia, "asked-for-ken")
    assert (order.person, order.placed_by, order.channel) == (cast.ken, cast.nia, Channel.PHONE)
    deliver()
    nia.get_by_role("button", name="End the call").click()
    assert PhoneCall.objects.get().ended_at is not None
    assert nia.goto(f"/orders/{order.public_id}/").status == 404

    for person, path in ((cast.ken, f"/orders/{order.public_id}/"), (cast.sam, f"/provider/orders/{order.public_id}/")):
        page = visitor(path, user=person, width=320, javascript=False)
        look(page, f"on-the-phone-{person.first_name}")
        assert "Placed by phone through Quantock Council" in page.inner_text("main")
    assert any("phone" in letter.lower() for letter in letters_to(cast.ken.email))
