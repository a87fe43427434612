"""Where does this provider live? QUALITY A9: by list, order, reach and counts, no better than the kilometre cell.

The site may tell the cell; it must tell nothing finer, however often it is asked.
"""

import os
import random
from datetime import date

import pytest

from marketplace.core import geo
from search import documents, services
from search.backends import current
from search.query import DISTANCES, SearchQuery
from tests.factories.listings import make_listing, make_offer, make_provider

pytestmark = [pytest.mark.django_db, pytest.mark.fault]
QUESTIONS = 1000 if os.environ.get("FULL") == "1" else 100
TODAY = date(2026, 11, 22)
HOME = "TA1 3PF"


def home_of(postcode: str) -> geo.Point:
    place = geo.understand(postcode)
    assert isinstance(place, geo.Place)
    return place.point


def ask_from(point: geo.Point, within: int) -> tuple:
    """All that an answer says of where things are: who, in what order, how far, how many within each distance."""
    place = geo.Place(geo.Kind.POSTCODE, "", point, "E06000066", exact=True)
    found = current().search(SearchQuery(at=place, within=within, sort="nearest"), today=TODAY)
    return tuple((hit.id, hit.distance_miles) for hit in found.hits), tuple(found.facets["within"].items())


def best_guess(answers: list[tuple[geo.Point, float]]) -> geo.Point:
    """The point that fits the distances best: least squares by ever smaller steps."""
    guess = answers[0][0]
    step = 0.2
    while step > 1e-6:
        around = [
            geo.Point(guess.lat + up * step, guess.lon + along * step) for up in (-1, 0, 1) for along in (-1, 0, 1)
        ]
        best = min(around, key=lambda at: sum((at.miles_to(point) - miles) ** 2 for point, miles in answers))
        if best == guess:
            step /= 2
        guess = best
    return guess


@pytest.fixture
def at_home(cast):
    listing = make_listing(
        make_provider(cast.council["quantock"], cast.sam), base_postcode=HOME, base_is_home=True, reach_miles=10
    )
    make_offer(listing)
    services.index_rebuild()
    return listing


@pytest.mark.fault("A9")
def test_trilateration_finds_the_middle_of_the_cell_and_not_the_home(at_home):
    dice = random.Random(1)
    home = home_of(HOME)
    answers = []
    for _question in range(QUESTIONS):
        asker = geo.Point(home.lat + dice.uniform(-0.12, 0.12), home.lon + dice.uniform(-0.18, 0.18))
        hits, _counts = ask_from(asker, dice.choice(DISTANCES))
        answers += [(asker, miles) for _id, miles in hits]
    assert len(answers) > QUESTIONS / 3
    found = best_guess(answers)
    cell = geo.cell(home)
    assert found.miles_to(cell) * 1609.344 < 20
    assert found.miles_to(home) == pytest.approx(cell.miles_to(home), abs=0.02)
    assert cell.miles_to(home) * 1609.344 > 100, "choose a home away from the middle of its cell"


@pytest.mark.fault("A9")
def test_two_homes_in_one_cell_give_the_same_answers_to_every_question(at_home):
    """Reach and counts are steps that an asker can walk along, so they too must be measured from the cell."""
    home = home_of(HOME)
    dice = random.Random(2)
    askers = [
        (geo.Point(home.lat + dice.uniform(-0.16, 0.16), home.lon + dice.uniform(-0.24, 0.24)), dice.choice(DISTANCES))
        for _question in range(QUESTIONS)
    ]
    said = {}
    for postcode in (HOME, another_home_in_the_cell(home)):
        type(at_home.page).objects.filter(pk=at_home.page_id).update(base_postcode=postcode)
        current().put(documents.of_ids([at_home.pk]))
        said[postcode] = [ask_from(point, within) for point, within in askers]
    one, other = said.values()
    assert one == other
    assert any(not hits for hits, _counts in one), "some askers should stand outside the reach"


def another_home_in_the_cell(home: geo.Point) -> str:
    """A postcode that is another point of the same cell."""
    for unit in ("AA", "AB", "AD", "AE", "BA", "BB", "BD", "DA", "DB", "DD", "DN", "EA", "EB", "EF", "HA", "HB", "PA"):
        for digit in "123456789":
            place = geo.understand(f"TA1 {digit}{unit}")
            elsewhere = isinstance(place, geo.Place) and place.exact and place.point != home
            if elsewhere and geo.cell(place.point) == geo.cell(home):
                return place.label
    raise AssertionError("no other postcode in this cell")


@pytest.mark.fault("A9")
def test_the_page_the_map_and_the_documents_say_the_same_point(client, at_home):
    (found,) = documents.of_ids([at_home.pk])
    cell = geo.cell(home_of(HOME))
    assert found.point == cell
    page = client.get("/search/", {"postcode": "TA1 1AA"}).content.decode()
    home = home_of(HOME)
    assert f"{cell.lat:.3f}"[:6] in page
    assert f"{home.lat:.5f}" not in page
    assert HOME not in page


@pytest.mark.fault("A9", canary=True)
def test_a_place_that_is_no_home_is_shown_where_it_is(cast, index):
    """The canary: without the cell the same script finds the place, so the script is able to."""
    listing = make_listing(make_provider(cast.council["quantock"]), base_postcode=HOME, base_is_home=False)
    current().put(documents.of_ids([listing.pk]))
    home = home_of(HOME)
    dice = random.Random(3)
    answers = []
    for _question in range(60):
        asker = geo.Point(home.lat + dice.uniform(-0.1, 0.1), home.lon + dice.uniform(-0.1, 0.1))
        answers += [(asker, miles) for _id, miles in ask_from(asker, 30)[0]]
    assert best_guess(answers).miles_to(home) * 1609.344 < 20
