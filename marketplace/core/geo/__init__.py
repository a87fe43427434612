"""Where things are: postcodes, towns, distances, councils and the base map. Everything is on disk; no network.

>>> from marketplace.core import geo
>>> geo.understand("ta11aa")  # doctest: +SKIP
Place(kind=<Kind.POSTCODE: 'postcode'>, label='TA1 1AA', point=Point(lat=51.02..., lon=-3.11...), ...)
"""

from .near import outcodes, points_in, postcodes_in, town_near
from .places import Kind, Place, Problem, Trouble, understand
from .points import Point, cell
from .selectors import GeoNotBuilt, la_codes, la_name, places_like

__all__ = [
    "GeoNotBuilt",
    "Kind",
    "Place",
    "Point",
    "Problem",
    "Trouble",
    "cell",
    "la_codes",
    "la_name",
    "outcodes",
    "places_like",
    "points_in",
    "postcodes_in",
    "town_near",
    "understand",
]
