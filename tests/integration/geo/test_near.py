"""Cards name the nearest town, and the demonstration is laid out on real postcodes; both must be of the right place."""

from marketplace.core import geo


def test_the_nearest_town_is_named():
    taunton = geo.understand("TA1 1AA")
    assert isinstance(taunton, geo.Place)
    assert geo.town_near(taunton.point) == "Taunton"


def test_far_from_any_town_no_name_is_made_up():
    """Rockall has no town, and a wrong one would mislead."""
    assert geo.town_near(geo.Point(57.6, -13.7)) is None


def test_postcodes_of_a_half_lie_in_the_council_asked_for():
    found = list(geo.postcodes_in("TA1", "E06000066"))
    assert len(found) > 500
    assert found == sorted(found)
    for postcode in found[:50]:
        place = geo.understand(postcode)
        assert isinstance(place, geo.Place)
        assert place.la_code == "E06000066"


def test_no_postcodes_where_there_are_none():
    assert list(geo.postcodes_in("TA99", "E06000066")) == []
    assert list(geo.postcodes_in("TA1", "W06000015")) == []
    assert list(geo.postcodes_in("TA1", "no such council")) == []
