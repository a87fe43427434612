"""What people write when asked where, against every postcode and town there is. Needs `manage.py geo_build`."""

import csv
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core import geo
from marketplace.core.geo import selectors
from marketplace.core.geo.places import LONGEST

CENTROIDS = Path(__file__).parents[4] / "shared/data/uk-geography/outcode_centroids_onspd_nov2025.csv"


def place(text: str) -> geo.Place:
    found = geo.understand(text)
    assert isinstance(found, geo.Place), found
    return found


def trouble(text: str) -> geo.Trouble:
    found = geo.understand(text)
    assert isinstance(found, geo.Trouble), found
    return found


@pytest.mark.parametrize(
    ("postcode", "lat", "lon", "council"),
    [
        ("TA1 1AA", 51.02, -3.11, "Somerset"),
        ("BT1 1AA", 54.60, -5.92, "Belfast"),  # read on the British grid it lands in the Irish Sea
        ("BT74 7HW", 54.34, -7.63, "Fermanagh and Omagh"),
        ("EH1 1YZ", 55.95, -3.19, "City of Edinburgh"),
        ("HX1 1AA", 53.72, -1.86, "Calderdale"),
        ("TR21 0LW", 49.91, -6.32, "Isles of Scilly"),
        ("ZE1 0AA", 60.15, -1.14, "Shetland Islands"),
        ("SW1A 0AA", 51.50, -0.12, "Westminster"),
    ],
)
def test_a_postcode_is_where_it_is(postcode, lat, lon, council):
    found = place(postcode)
    assert found.point.miles_to(geo.Point(lat, lon)) < 1.5
    assert (found.kind, found.exact, found.note, found.label) == (geo.Kind.POSTCODE, True, "", postcode)
    assert geo.la_name(found.la_code) == council


@pytest.mark.parametrize(
    "typed", ["ta11aa", "TA1 1AA", "Ta1  1aa", "T A 1 1 A A", "TAI IAA", "ta1-1aa.", "\tTA1 1AA\n"]
)
def test_spacing_capitals_and_slips_do_not_matter(typed):
    assert place(typed) == place("TA1 1AA")


def test_a_postcode_is_found_in_a_pasted_address():
    assert place("12 High Street, Taunton TA1 1AA") == place("TA1 1AA")


@pytest.mark.parametrize(
    ("typed", "label"), [("TA1", "TA1"), ("ta 1", "TA1"), ("Taunton TA1", "TA1"), ("TA1 1", "TA1 1")]
)
def test_part_of_a_postcode_is_its_middle_and_says_so(typed, label):
    found = place(typed)
    assert (found.kind, found.label, found.exact) == (geo.Kind.HALF, label, False)
    assert label in found.note
    assert found.point.miles_to(place("TA1 1AA").point) < 2


def test_a_postcode_without_a_position_is_near_its_half_and_says_so():
    """The source has thousands such; a person who lives at one must not be turned away."""
    units = selectors._units("BT1")
    unplaced = next(number for number, lat in zip(units[0], units[1], strict=True) if lat < -(10**8))
    found = place(f"BT1 {selectors.inward_text(unplaced)}")
    assert not found.exact
    assert "BT1" in found.note


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "EMPTY"),
        ("   ", "EMPTY"),
        ("x" * (LONGEST + 1), "TOO_LONG"),
        ("TA1 1CC", "UNKNOWN_POSTCODE"),
        ("TA99 1AA", "UNKNOWN_POSTCODE"),
        ("TA99", "UNKNOWN_HALF"),
        ("TA1 1A", "CUT_SHORT"),
        ("TA", "AREA_ONLY"),
        ("GIR 0AA", "NOT_ON_MAP"),
        ("D02 X285", "IRELAND"),
        ("d02x285", "IRELAND"),
        ("D6W XY00", "IRELAND"),
        ("Dublin", "IRELAND"),
        ("IM1 1AA", "ISLANDS"),
        ("JE2 3AB", "ISLANDS"),
        ("GY1 1AA", "ISLANDS"),
        ("Douglas, Isle of Man", "ISLANDS"),
        ("BFPO 57", "FORCES"),
        ("BF1 2AX", "FORCES"),
        ("90210", "FOREIGN"),
        ("12345-6789", "FOREIGN"),
        ("F-75001", "FOREIGN"),
        ("1012 AB", "FOREIGN"),
        ("K1A 0B1", "FOREIGN"),
        ("Newport", "SEVERAL"),
        ("Somerset", "TOO_WIDE"),
        ("Wales", "TOO_WIDE"),
        ("Ambridge", "UNKNOWN_TOWN"),
        ("<script>alert(1)</script>", "UNREADABLE"),
        ("'; DROP TABLE places; --", "UNKNOWN_TOWN"),
        ("🏠", "UNREADABLE"),
        ("٣٤٥", "UNREADABLE"),
    ],
)
def test_each_failure_has_its_own_words(typed, problem):
    found = trouble(typed)
    assert found.problem.name == problem
    assert 20 < len(found.sentence) < 200
    assert found.sentence.endswith(".")


def test_an_unknown_postcode_offers_those_beside_it():
    found = trouble("TA1 1CC")
    assert "TA1 1CC" in found.sentence
    assert found.suggestions[-1] == "TA1"
    assert all(suggestion.startswith("TA1") for suggestion in found.suggestions)


def test_towns_of_one_name_are_told_apart():
    assert {"Newport, Isle of Wight", "Newport, Wales"} <= set(trouble("Newport").suggestions)
    assert geo.la_name(place("newport isle of wight").la_code) == "Isle of Wight"


def test_a_much_larger_town_is_meant():
    """Somebody who writes Preston means the city, not the three villages; the label says which was taken."""
    assert place("Preston").label == "Preston, Lancashire"


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("Taunton", "Taunton, Somerset"),
        ("TAUNTON, somerset", "Taunton, Somerset"),
        ("taunton somerset", "Taunton, Somerset"),
        ("kings lynn", "King's Lynn, Norfolk"),
        ("Stoke on Trent", "Stoke-on-Trent, Staffordshire"),
        ("Saint Albans", "St Albans, Hertfordshire"),
        ("Caerdydd", "Cardiff"),
    ],
)
def test_a_town_is_known_by_the_names_people_use(typed, label):
    found = place(typed)
    assert (found.kind, found.label, found.exact) == (geo.Kind.TOWN, label, False)


def test_a_misspelt_town_is_offered_spelt_right():
    assert "Taunton, Somerset" in trouble("Tauntn").suggestions


def test_a_town_and_its_postcodes_agree():
    assert place("Taunton").point.miles_to(place("TA1 1AA").point) < 2
    assert place("Belfast").point.miles_to(place("BT1 1AA").point) < 2


def test_every_suggestion_is_itself_understood():
    """A link that leads to another refusal is a dead end. All 5,900 labels, most of the doubtful ones first."""
    names = selectors.connection().execute("SELECT label FROM places WHERE country = 'GB' ORDER BY population DESC")
    refused = [label for (label,) in names if not isinstance(geo.understand(label), geo.Place)]
    assert refused == []


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=LONGEST + 5))
def test_no_text_at_all_is_an_error(text):
    found = geo.understand(text)
    assert isinstance(found, geo.Place | geo.Trouble)


def test_every_council_has_its_name():
    codes = {code for (code,) in selectors.connection().execute("SELECT code FROM councils")}
    assert len(codes) == 361
    assert geo.la_name("E06000066") == "Somerset"
    assert geo.la_name("X") is None
    assert set(geo.la_codes()) == codes


def test_suggestions_while_typing():
    assert geo.places_like("taun")[0] == "Taunton, Somerset"
    assert geo.places_like("ta1")[:2] == ["TA1", "TA10"]
    assert geo.places_like("") == []
    assert len(geo.places_like("s", limit=3)) == 3


def test_a_postcode_is_looked_up_in_under_a_millisecond():
    """It happens on every search."""
    geo.understand("TA1 1AA")
    began = time.process_time()
    for _ in range(200):
        geo.understand("TA1 1AA")
    assert (time.process_time() - began) / 200 < 0.001


@pytest.mark.skipif(not CENTROIDS.exists(), reason="the list to compare with is not here")
def test_middles_of_halves_agree_with_another_reckoning():
    """Ours are made from the same source by other code: a swapped grid or axis would show at once."""
    far = []
    compared = 0
    for row in csv.DictReader(CENTROIDS.open()):
        ours = selectors.half(row["outcode"])
        if row["lat"] and ours and ours.point:
            compared += 1
            miles = ours.point.miles_to(geo.Point(float(row["lat"]), float(row["lng"])))
            if miles > 2 / 1.609:
                far.append((row["outcode"], round(miles, 1)))
    assert compared > 2_900
    assert len(far) < compared * 0.02, far


def test_no_sentence_uses_our_own_jargon():
    """The words are for a person of 84 in a hurry."""
    jargon = re.compile(r"outcode|invalid|geocod|district|submit|input", re.IGNORECASE)
    for typed in ("", "TA1 1CC", "TA1 1A", "D02 X285", "IM1 1AA", "GIR 0AA", "Newport", "Somerset", "Ambridge", "🏠"):
        assert not jargon.search(trouble(typed).sentence)
