"""What the map asks for: the same results as the list, gathered; nothing of a listing that is hidden."""

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.core import pagecache
from marketplace.core.audit import CLOCKWORK
from providers.listings import services as listings
from providers.listings.states import HoldKind

pytestmark = pytest.mark.django_db
NEAR = "/search/map/?q=&postcode=TA1+1AA&within=30&zoom=14&box=50,-5,52,-2"


def marks(url: str = NEAR) -> list[dict]:
    response = Client().get(url)
    assert response.status_code == 200
    return response.json()["marks"]


def test_one_alone_says_its_name_and_leads_to_its_page(indexed):
    found = {mark["words"]: mark for mark in marks()}
    assert set(found) == {listing.page.title for listing in indexed}
    for listing in indexed:
        mark = found[listing.page.title]
        assert mark["url"] == listing.page.url
        assert Client().get(mark["url"]).status_code == 200


def test_from_far_away_they_are_a_number(indexed):
    (mark,) = marks(NEAR.replace("zoom=14", "zoom=6"))
    assert (mark["shown"], mark["url"]) == ("2", "")
    assert mark["words"] == "2 here. Zoom in to see them."


def test_it_keeps_to_the_question(indexed):
    assert [mark["words"] for mark in marks(NEAR.replace("q=", "q=lunch"))] == [indexed[1].page.title]
    assert marks(NEAR.replace("within=30", "within=30&day=sun")) == []
    assert marks(NEAR.replace("box=50,-5,52,-2", "box=55,1,56,2")) == []


def test_filters_typed_among_the_words_are_filters_on_the_map_too(indexed):
    """The list leaves out who does not work then; a map that was moved must not bring them back."""
    assert marks(NEAR.replace("q=", "q=lunch+on+Sundays")) == []
    assert marks(NEAR.replace("q=&postcode=TA1+1AA", "q=lunch+TA1+1AA")) == marks(NEAR.replace("q=", "q=lunch"))


def test_what_is_hidden_just_now_is_not_on_it_before_the_index_knows(indexed):
    listings.hold_place(provider=indexed[0].provider, kind=HoldKind.SUSPENDED, by=CLOCKWORK, now=timezone.now())
    pagecache.forget_all()
    assert [mark["words"] for mark in marks()] == [indexed[1].page.title]


@pytest.mark.parametrize("box", ["", "1,2", "nan,0,1,2", "52,-2,50,-5", "-99,0,99,1", "a,b,c,d", "1" * 500])
@pytest.mark.parametrize("zoom", ["", "-1", "99", "x"])
def test_a_piece_that_cannot_be_one_is_the_whole_country(box, zoom, indexed):
    total = sum(int(mark["shown"]) for mark in marks(f"/search/map/?postcode=TA1+1AA&within=30&zoom={zoom}&box={box}"))
    assert total == 2
