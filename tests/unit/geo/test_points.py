"""Distances must be right to the tenth of a mile people read, and a home must never be nearer than its cell."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from marketplace.core.geo import Point, cell

EARTH = Geod(ellps="WGS84")
METRES_A_MILE = 1609.344

british = st.builds(
    Point, st.floats(49.8, 60.9, allow_nan=False, allow_infinity=False), st.floats(-8.7, 1.9, allow_nan=False)
)


@given(british, british)
def test_miles_agree_with_the_shape_of_the_earth(one: Point, other: Point):
    """A sphere is not the Earth; people choose by these figures."""
    _, _, metres = EARTH.inv(one.lon, one.lat, other.lon, other.lat)
    assert one.miles_to(other) == pytest.approx(metres / METRES_A_MILE, rel=0.003, abs=1e-6)


@given(british)
def test_there_and_back_is_as_far(point: Point):
    taunton = Point(51.015, -3.103)
    assert point.miles_to(taunton) == pytest.approx(taunton.miles_to(point))
    assert point.miles_to(point) == 0


@given(british)
def test_a_cell_is_the_centre_of_itself(home: Point):
    """Snapping twice, as an index of an index would, must not move it."""
    assert cell(cell(home)) == cell(home)


@given(british)
def test_a_cell_is_at_least_a_kilometre_each_way(home: Point):
    """Walk from the centre 499 m in each of eight directions: it is still the same cell, from Scilly to Shetland."""
    centre = cell(home)
    for north, east in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)):
        lat = centre.lat + north * 499 / 111_200
        lon = centre.lon + east * 499 / (111_200 * math.cos(math.radians(centre.lat)))
        assert cell(Point(lat, lon)) == centre


@given(british)
def test_a_home_is_within_its_cell(home: Point):
    """Far enough to hide the door, near enough that distances are worth showing: half a diagonal, 0.5 miles."""
    assert home.miles_to(cell(home)) < 0.5


@given(british, st.integers(0, 2**32))
def test_many_homes_in_one_cell_have_one_public_place(home: Point, seed: int):
    """Nothing finer than the cell may be deduced: everyone inside gives the same answer."""
    centre = cell(home)
    north, east = (seed % 1000 - 500) / 1000, (seed // 1000 % 1000 - 500) / 1000
    neighbour = Point(
        centre.lat + north * 0.0089, centre.lon + east * 990 / (111_200 * math.cos(math.radians(centre.lat)))
    )
    assert cell(neighbour) == centre
