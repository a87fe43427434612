"""Distance without trigonometry: points on a unit sphere, compared by the square of the chord between them."""

import math

from marketplace.core import geo

EARTH_MILES = geo.Point(0, 0).miles_to(geo.Point(0, 180)) / math.pi  # the radius that every distance here uses
ANYWHERE = 5.0  # more than the square of any chord


def on_the_sphere(point: geo.Point) -> tuple[float, float, float]:
    lat, lon = math.radians(point.lat), math.radians(point.lon)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def chord_squared(miles: float) -> float:
    """The square of the chord of a distance along the ground."""
    return (2 * math.sin(miles / (2 * EARTH_MILES))) ** 2


def miles(chord_squared: float) -> float:
    """The distance along the ground.

    >>> round(miles(chord_squared(4.2)), 6)
    4.2
    """
    return 2 * EARTH_MILES * math.asin(min(1.0, math.sqrt(chord_squared) / 2))


def box(point: geo.Point, radius_miles: float) -> tuple[float, float, float, float]:
    """South, north, west and east of a circle, in degrees, a little too wide rather than too narrow."""
    height = math.degrees(radius_miles / EARTH_MILES) * 1.01
    width = height / max(0.01, math.cos(math.radians(min(89.0, abs(point.lat) + height))))
    return point.lat - height, point.lat + height, point.lon - width, point.lon + width
