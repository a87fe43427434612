"""The practice pages: what people see and press, without JavaScript."""

import pytest
from django.test import Client
from django.utils import timezone

from payments.sandbox import services

pytestmark = pytest.mark.django_db
GOOD = {"number": "4242 4242 4242 4242", "expiry": "09/40", "code": "123"}


@pytest.fixture
def visitor() -> Client:
    return Client(enforce_csrf_checks=False)


def path(session) -> str:
    return f"/sandbox/pay/{session.id}/"


def intents(store) -> list[str]:
    with store.open() as records:
        return [intent["status"] for intent in records.page("payment_intent", None, limit=10)[0]]


def test_the_page_says_what_is_paid_to_whom_and_that_it_is_practice(visitor, page):
    response = visitor.get(path(page()))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    words = response.content.decode()
    for part in ("Pay £36.00", "Sam Orchard", "Order HB-20417", "no real money", "Go back without paying"):
        assert part in words
    assert "<script" not in words.replace('<script src="/static/core/offline.js" defer></script>', "")
    assert "style=" not in words
    assert words.count("<h1") == 1


@pytest.mark.parametrize("number", ["4242424242424242", "4242 4242 4242 4242", " 4242-4242-4242-4242 "])
def test_a_card_pays_however_it_is_spaced(visitor, store, page, number):
    opened = page()
    response = visitor.post(path(opened), GOOD | {"number": number})
    assert response.status_code == 302
    assert response["Location"] == f"http://testserver/orders/1/?session={opened.id}"
    assert intents(store) == ["succeeded"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"number": ""}, "Enter the long number"),
        ({"number": "4242 4242 4242 4241"}, "not a card number"),
        ({"number": "four thousand"}, "not a card number"),
        ({"number": "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢"}, "not a card number"),
        ({"number": "4" * 5000}, "too long"),
        ({"number": "<b>1</b>"}, "not a card number"),
        ({"expiry": ""}, "Enter the expiry date"),
        ({"expiry": "13/40"}, "month and year"),
        ({"expiry": "soon"}, "month and year"),
        ({"expiry": "01/20"}, "past its date"),
        ({"code": ""}, "3 numbers on the back"),
        ({"code": "12"}, "3 numbers on the back"),
        ({"code": "abc"}, "3 numbers on the back"),
    ],
)
def test_a_slip_gets_a_plain_answer_and_takes_nothing(visitor, store, page, changed, words):
    response = visitor.post(path(page()), GOOD | changed)
    assert response.status_code == 200
    shown = response.content.decode()
    assert words in shown
    assert 'href="#id_' in shown
    assert intents(store) == []


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("4000 0000 0000 0002", "The bank said no"),
        ("4000 0000 0000 9995", "not enough money"),
        ("4000 0000 0000 0069", "past its date"),
        ("5555 5555 5555 4444", "The bank said no"),
    ],
)
def test_a_refused_card_is_told_kindly_and_another_may_be_tried(visitor, store, page, number, words):
    opened = page()
    response = visitor.post(path(opened), GOOD | {"number": number})
    assert words in response.content.decode()
    assert intents(store) == ["requires_payment_method"]
    assert visitor.post(path(opened), GOOD).status_code == 302
    assert intents(store) == ["succeeded"]


def test_the_bank_may_ask_first(visitor, store, page):
    opened = page()
    asks = GOOD | {"number": "4000 0025 0000 3155"}
    response = visitor.post(path(opened), asks)
    assert response["Location"] == f"{path(opened)}check/"
    assert "is this you" in visitor.get(response["Location"]).content.decode()
    back = visitor.post(response["Location"], {"answer": "refuse"})
    assert "was not approved" in visitor.get(back["Location"]).content.decode()
    assert intents(store) == ["requires_payment_method"]
    visitor.post(path(opened), asks)
    done = visitor.post(f"{path(opened)}check/", {"answer": "approve"})
    assert done["Location"] == f"http://testserver/orders/1/?session={opened.id}"
    assert intents(store) == ["succeeded"]


def test_paying_again_with_the_back_button_says_it_has_been_paid(visitor, store, page):
    opened = page()
    visitor.post(path(opened), GOOD)
    response = visitor.post(path(opened), GOOD)
    assert "This has been paid" in response.content.decode()
    assert "This has been paid" in visitor.post(f"{path(opened)}check/", {"answer": "approve"}).content.decode()
    assert intents(store) == ["succeeded"]


def test_a_page_past_its_time_says_that_nothing_was_taken(visitor, store, page):
    opened = page()
    store.clock_move(32 * 60)
    response = visitor.post(path(opened), GOOD)
    assert "Nothing was taken" in response.content.decode()
    assert "http://testserver/orders/1/" in response.content.decode()
    assert intents(store) == []


def test_an_approval_that_nobody_asked_for_does_nothing(visitor, store, page):
    opened = page()
    response = visitor.post(f"{path(opened)}check/", {"answer": "approve"})
    assert response["Location"] == path(opened)
    assert intents(store) == []


@pytest.mark.parametrize("made_up", ["cs_test_none", "acct_1", "'; DROP TABLE things; --"])
def test_an_address_that_was_never_given_is_a_404(visitor, store, made_up):
    assert visitor.get(f"/sandbox/pay/{made_up}/").status_code == 404
    assert visitor.post(f"/sandbox/pay/{made_up}/check/").status_code == 404
    assert visitor.get(f"/sandbox/onboard/{made_up}/").status_code == 404


def test_an_account_is_not_a_payment_page(visitor, store, account):
    assert visitor.get(f"/sandbox/pay/{account}/").status_code == 404


@pytest.fixture
def link(client, account) -> str:
    made = client.v1.account_links.create(
        {
            "account": account,
            "type": "account_onboarding",
            "return_url": "http://testserver/provider/payment/",
            "refresh_url": "http://testserver/provider/payment/again/",
        }
    )
    return made.url.removeprefix("http://testserver")


def test_a_provider_answers_and_comes_back(visitor, store, account, link):
    assert "Sam Orchard" in visitor.get(link).content.decode()
    response = visitor.post(link, {"answer": "partly"})
    assert response["Location"] == "http://testserver/provider/payment/"
    found = services.account_get(store, account)
    assert found["requirements"]["currently_due"] == ["individual.verification.document"]
    assert not found["charges_enabled"]


def test_an_onboarding_link_opens_once(visitor, store, account, link):
    visitor.post(link, {"answer": "everything"})
    again = visitor.post(link, {"answer": "partly"})
    assert again["Location"] == "http://testserver/provider/payment/again/"
    assert services.account_get(store, account)["charges_enabled"]


def test_an_onboarding_link_grows_old(visitor, store, link):
    store.clock_move(6 * 60)
    assert visitor.get(link)["Location"] == "http://testserver/provider/payment/again/"


def test_an_onboarding_page_without_its_link_is_a_404(visitor, store, account):
    """Account ids are not secret."""
    assert visitor.get(f"/sandbox/onboard/{account}/").status_code == 404
    assert visitor.post(f"/sandbox/onboard/{account}/?link=link_guess", {"answer": "partly"}).status_code == 404
    assert services.account_get(store, account)["charges_enabled"]


def test_the_list_shows_what_happened_in_demonstrations_only(visitor, store, page, settings):
    services.session_pay(store, session_id=page().id, number="4242424242424242")
    words = visitor.get("/sandbox/").content.decode()
    assert "checkout.session.completed" in words
    assert "£36.00" in words
    settings.DEMO = False
    assert visitor.get("/sandbox/").status_code == 404


def test_nothing_of_this_exists_when_payments_are_real(visitor, store, page, settings):
    opened = page()
    settings.PAYMENTS_SANDBOX = False
    assert visitor.get(path(opened)).status_code == 404
    assert visitor.post(path(opened), GOOD).status_code == 404
    assert intents(store) == []


def test_a_card_is_good_to_the_end_of_its_month(visitor, store, page):
    today = timezone.localdate()
    assert visitor.post(path(page()), GOOD | {"expiry": f"{today:%m/%y}"}).status_code == 302
