"""Accounts, acting for somebody (J4) and calls, in a browser: on a small phone, most of it without JavaScript."""

import pytest
from django.core import mail
from django.utils import timezone

from marketplace.core import outbox
from marketplace.people.models import Delegation, PhoneCall, User
from tests.factories.people import make_delegation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
REAUTHENTICATED = {"/accounts/2fa/totp/activate/"}  # asks for the password first


def path_in(message) -> str:
    line = next(line for line in message.body.split("\n") if "/accounts/invitation/" in line)
    return line[line.index("/accounts/") :]


def test_priya_acts_for_joan_until_joan_says_stop(seeded, open_page, sign_in, in_order):
    joan = open_page("/demo/", width=320, javascript=False)
    sign_in(joan, seeded.joan)
    joan.goto("/accounts/")
    joan.get_by_role("link", name="People who may act for you").click()
    joan.get_by_role("link", name="Ask somebody to act for you").click()
    joan.get_by_role("button", name="Send the invitation").click()
    assert joan.get_by_role("link", name="Their name: this needs an answer").is_visible()
    joan.get_by_label("Their name").fill("Priya")
    joan.get_by_label("Their e-mail address").fill(seeded.priya.email)
    joan.get_by_label("See, shortlist and buy").check()
    joan.get_by_role("button", name="Send the invitation").click()
    assert "We have written to Priya" in joan.inner_text("main")

    outbox.deliver()
    letter = path_in(mail.outbox[-1])
    priya = open_page(letter, width=320, javascript=False)
    assert "Joan" not in priya.inner_text("main")
    sign_in(priya, seeded.priya)
    priya.goto(letter)
    priya.get_by_role("button", name="Yes, I will").click()
    priya.get_by_role("button", name="Act for Joan").click()
    assert "You are acting for Joan Tapper" in priya.inner_text("body")

    joan.goto("/accounts/helpers/what-was-done/")
    assert "Priya Tapper began to act for you." in joan.inner_text("main")
    joan.goto("/accounts/helpers/")
    joan.get_by_role("link", name="Stop Priya Tapper acting for you").click()
    joan.get_by_role("button", name="Stop it now").click()
    assert Delegation.objects.get().ended_at is not None

    refused = priya.goto("/accounts/")
    assert refused.status == 404
    assert "You can no longer act for that person" in priya.inner_text("main")
    priya.goto("/accounts/")
    assert "You are acting for" not in priya.inner_text("body")


def test_a_letter_leads_a_helper_to_the_page_by_one_press(cast, browser_of, look):
    now = timezone.now()
    held = make_delegation(cast.joan, cast.priya, now=now)
    priya = browser_of(cast.priya, f"/accounts/acting/start/{held.pk}/?next=%2Forders%2F")
    look(priya, "act-for")
    priya.get_by_role("button", name="Act for Joan").click()
    assert priya.url.endswith("/orders/")
    assert "You are acting for Joan Tapper" in priya.inner_text("body")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_about_yourself_is_in_order(seeded, open_page, sign_in, in_order, width, dark):
    page = open_page("/accounts/login/", width=width, dark=dark)
    for path in (
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/login/code/",
        "/demo/",
    ):
        page.goto(path)
        assert page.url.endswith(path) or path in REAUTHENTICATED
        in_order(page)
    page.goto("/accounts/signup/")
    page.get_by_role("button", name="Make my account").click()
    in_order(page)
    sign_in(page, seeded.ken)
    for path in (
        "/accounts/",
        "/accounts/details/",
        "/accounts/helpers/",
        "/accounts/helpers/ask/",
        "/accounts/helpers/what-was-done/",
        "/accounts/helping/",
        "/accounts/invitation/" + "0" * 40 + "/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/logout/",
    ):
        page.goto(path)
        assert page.url.endswith(path) or path in REAUTHENTICATED
        in_order(page)


def test_somebody_new_makes_an_account_by_keyboard_alone(seeded, open_page, in_order):
    page = open_page("/accounts/signup/?next=/accounts/details/", width=320, javascript=False)
    page.get_by_label("First name").focus()
    for words in ("Wilf", "Coles", "wilf@example.org", "", "seven old boots"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.get_by_label("Choose a password").press("Enter")
    code = [line.strip() for line in mail.outbox[-1].body.split("\n") if line.strip()][1]
    page.get_by_label("The code").fill(code)
    page.get_by_label("The code").press("Enter")
    assert page.url.endswith("/accounts/details/")
    assert User.objects.filter(email="wilf@example.org").exists()


def test_nia_helps_ken_by_telephone(seeded, open_page, sign_in, in_order):
    page = open_page("/demo/", width=1280, javascript=False)
    sign_in(page, seeded.nia)
    page.goto("/staff/calls/")
    page.get_by_role("link", name="Find the caller").click()
    page.get_by_label("The caller’s e-mail address").fill(seeded.ken.email)
    page.get_by_role("button", name="Find them").click()
    page.get_by_role("button", name="Begin for Ken").click()
    assert page.get_by_role("link", name="You can only go on when the caller has said yes.").is_visible()
    page.get_by_label("What did they say?").fill("Yes, please look for me.")
    page.get_by_label("I read them the words above").check()
    page.get_by_role("button", name="Begin for Ken").click()
    assert "On the telephone with Ken Hobbs" in page.inner_text("body")
    page.get_by_role("button", name="End the call").click()
    assert PhoneCall.objects.get().ended_at is not None


@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_for_calls_are_in_order(seeded, open_page, sign_in, in_order, width):
    page = open_page("/demo/", width=width)
    sign_in(page, seeded.nia)
    for path in ("/staff/calls/", "/staff/calls/find/", "/staff/calls/new/"):
        page.goto(path)
        assert page.url.endswith(path) or path in REAUTHENTICATED
        in_order(page)
    page.get_by_role("button", name="Make the account and begin").click()
    in_order(page)


def test_a_passkey_signs_in_alone_and_opens_the_council_desk(seeded, open_page, sign_in, in_order):
    """With a key that the browser pretends to have: allauth's own checks, our own script."""
    page = open_page("/demo/")
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    sign_in(page, seeded.nia)
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill("a long enough word")
    page.get_by_role("button", name="Go on").click()
    in_order(page)
    page.get_by_label("Let me sign in with it alone").check()
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.goto("/accounts/login/?next=/staff/calls/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda address: "/accounts/login/" not in address)
    page.goto("/staff/calls/")
    assert page.get_by_role("heading", name="Help a caller").is_visible()


def test_without_javascript_no_passkey_button_promises_anything(open_page, seeded):
    page = open_page("/accounts/login/", javascript=False)
    assert not page.get_by_role("button", name="Sign in with a passkey").is_visible()
