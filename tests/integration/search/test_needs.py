"""What nobody does yet is kept for the council, and no more of the person than they chose to write."""

import pytest

from marketplace.core.models import AuditEntry
from search.models import Need

pytestmark = pytest.mark.django_db
HERE = {"HTTP_SEC_FETCH_SITE": "same-origin"}


def test_a_stranger_says_what_they_need(client, cast):
    said = {"words": "Somebody to cut my toenails", "contact": "", "q": "chiropody", "postcode": "ta11aa"}
    response = client.post("/search/need/", said, **HERE)
    assert response.url == "/search/need/kept/"
    assert client.get(response.url).status_code == 200
    need = Need.objects.get()
    assert (need.words, need.place, need.la_code, need.person) == (said["words"], "TA1 1AA", "E06000066", None)
    entry = AuditEntry.objects.get(action="search.need.record")
    assert "toenails" not in str(entry.details) + entry.note


def test_the_need_of_somebody_who_is_signed_in_is_theirs(client_of, cast):
    client_of(cast.ken).post("/search/need/", {"words": "A lift", "postcode": "nowhere at all"}, **HERE)
    assert Need.objects.get().person == cast.ken


@pytest.mark.parametrize("words", ["", "   ", "\x00\u200b", "x" * 1001, "y" * 2_000_000])
def test_too_little_or_too_much_comes_back_with_a_reason_and_what_was_typed(client, cast, words):
    response = client.post("/search/need/", {"words": words, "contact": "01632 960 555"}, **HERE)
    assert response.status_code == 422
    page = response.content.decode()
    assert "One thing to put right" in page
    assert "01632 960 555" in page
    assert not Need.objects.exists()


def test_markup_and_odd_letters_are_only_words(client, cast):
    client.post("/search/need/", {"words": "<b>Hello</b> 🌻 \u202eשלום"}, **HERE)
    assert Need.objects.get().words == "<b>Hello</b> 🌻 שלום"


def test_another_site_cannot_fill_the_list(client, cast):
    assert client.post("/search/need/", {"words": "Spam"}, HTTP_SEC_FETCH_SITE="cross-site").status_code == 403
    assert not Need.objects.exists()
