"""What lies near a point, and which postcodes a half postcode has."""

from collections.abc import Iterator
from functools import lru_cache
from math import cos, radians

from .points import Point
from .postcodes import NO_POSITION, compact, inward_text, spaced
from .selectors import _units, connection

FAR = 8.0  # miles: a town further away says nothing


@lru_cache(maxsize=4096)
def town_near(point: Point) -> str | None:
    """The name of the nearest town or village within eight miles, larger ones first among the near. < 3 ms."""
    high = FAR / 69.0
    wide = high / max(cos(radians(point.lat)), 0.1)
    rows = connection().execute(
        "SELECT name, lat, lon, population FROM places"
        " WHERE lat BETWEEN ? AND ? AND lon BETWEEN ? AND ? AND country = 'GB'",
        (point.lat - high, point.lat + high, point.lon - wide, point.lon + wide),
    )
    found = [
        (point.miles_to(Point(lat, lon)) - min(population, 60_000) / 30_000, name)
        for name, lat, lon, population in rows
    ]
    return min(found)[1] if found else None


def postcodes_in(outcode: str, la_code: str) -> Iterator[str]:
    """The whole postcodes of a half that lie in one local authority, in order: "TA1 1AA"."""
    units = _units(compact(outcode))
    if units is None:
        return
    row = connection().execute("SELECT number FROM councils WHERE code = ?", (la_code,)).fetchone()
    number = row[0] if row else -1
    for inward, _lat, _lon, council in zip(*units, strict=True):
        if council == number:
            yield spaced(compact(outcode) + inward_text(inward))


def outcodes() -> list[str]:
    """Every half postcode that is on the map, in order."""
    rows = connection().execute("SELECT outcode FROM outcodes WHERE lat IS NOT NULL ORDER BY outcode")
    return [outcode for (outcode,) in rows]


def points_in(outcode: str) -> list[Point]:
    """Where the whole postcodes of a half lie, one point each."""
    units = _units(compact(outcode))
    if units is None:
        return []
    _inward, lats, lons, _council = units
    return [Point(lat / 1e5, lon / 1e5) for lat, lon in zip(lats, lons, strict=True) if lat != NO_POSITION]
