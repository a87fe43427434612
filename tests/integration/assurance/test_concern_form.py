"""Anybody may say that they are worried, without an account, a script or a cookie."""

import pytest
from django.core.cache import cache

from providers.assurance.models import Concern
from providers.listings.models import Listing
from tests.factories.listings import make_listing, make_provider

pytestmark = pytest.mark.django_db
TYPED = {"words": "She has not been fed", "severity": "high"}
SAME_SITE = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.fixture
def listing(cast):
    return make_listing(make_provider(cast.council["quantock"], cast.sam))


def test_two_answers_are_enough_and_a_reference_comes_back(listing, client):
    page = client.get(f"/concern/?listing={listing.public_id}").content.decode()
    assert page.index("ring 999") < page.index("01632 960 100") < page.index("<form method")
    answer = client.post(f"/concern/?listing={listing.public_id}", TYPED, **SAME_SITE)
    kept = Concern.objects.get()
    assert answer.url == f"/concern/kept/{kept.public_id}/"
    assert kept.public_id in client.get(answer.url).content.decode()
    assert (kept.listing, kept.council, kept.reporter_name) == (listing, listing.council, "")
    assert not Listing.objects.visible().exists()
    assert not client.cookies


def test_a_worry_about_nothing_in_particular_asks_which_council_and_takes_no_answer(cast, client):
    assert "Which council is it near?" in client.get("/concern/").content.decode()
    client.post("/concern/", TYPED, **SAME_SITE)
    assert Concern.objects.get().council is None


def test_sent_twice_it_is_one_worry(listing, client):
    once = client.get("/concern/").context["form"]["once"].value()
    for _again in range(2):
        client.post("/concern/", {**TYPED, "once": once}, **SAME_SITE)
    assert Concern.objects.count() == 1


def test_a_form_on_another_site_can_write_nothing(listing, client):
    assert client.post("/concern/", TYPED, HTTP_SEC_FETCH_SITE="cross-site").status_code == 403
    assert not Concern.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "A few words are enough"),
        ({"words": "x", "severity": "apocalypse"}, "to put right"),
        ({"words": "x" * 10_000, "severity": "high"}, "letters long"),
        ({"words": "\u202e\u200b", "severity": "high"}, "A few words are enough"),
        ({**TYPED, "council": "999999"}, "council"),
    ],
)
def test_what_is_missing_or_odd_is_said_plainly_and_what_was_typed_stays(cast, client, typed, words):
    answer = client.post("/concern/", {**typed, "name": "Ken <b>"}, **SAME_SITE)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert words in html
    assert "Ken &lt;b&gt;" in html
    assert not Concern.objects.exists()


def test_a_listing_that_is_not_public_is_not_named(cast, client):
    draft = make_listing(make_provider(cast.council["quantock"], cast.sam), title="Secret plans", live=False)
    assert "Secret plans" not in client.get(f"/concern/?listing={draft.public_id}").content.decode()


def test_a_flood_from_one_place_is_asked_to_ring(cast, client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"concern": "3/h/ip"}
    cache.clear()
    for _n in range(5):
        answer = client.post("/concern/", TYPED, **SAME_SITE)
    assert Concern.objects.count() == 3
    assert "Please ring instead" in answer.content.decode()
