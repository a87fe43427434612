"""Which names the map shows at which zoom, so that none overlaps another and tiles agree along their edges."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from PIL import ImageFont

from . import mercator
from .names import Town

_LEAST_PEOPLE = {6: 150_000, 7: 80_000, 8: 35_000, 9: 12_000, 10: 4_000, 11: 1_000}  # by zoom; all from 12 on
_SIZES = ((500_000, 21), (75_000, 19), (0, 17))  # pixels; nothing under 17, as everywhere on the site
_GAP = 6  # pixels of clear ground round a name
_BUCKET = 256


@lru_cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The face of the map's words, at a size in pixels."""
    return ImageFont.load_default(size)


def laid_out(towns: Iterable[Town]) -> Iterator[tuple[int, int, int, int, int, str]]:
    """(zoom, x, y, half its width, size, name) of each name that finds room; larger places choose first."""
    ordered = sorted(towns, key=lambda town: -town.population)
    for zoom in range(mercator.FIRST_ZOOM, mercator.LAST_ZOOM + 1):
        taken: dict[tuple[int, int], list[tuple[int, int, int, int]]] = defaultdict(list)
        for town in ordered:
            if town.population < _LEAST_PEOPLE.get(zoom, 0):
                continue
            size = next(size for least, size in _SIZES if town.population >= least)
            half = round(font(size).getlength(town.name) / 2) + 1
            x, y = (round(number) for number in mercator.pixels(town.lat, town.lon, zoom + 8))
            box = (x - half - _GAP, y - size // 2 - _GAP, x + half + _GAP, y + size // 2 + _GAP)
            spots = [
                (column, row)
                for column in range(box[0] // _BUCKET, box[2] // _BUCKET + 1)
                for row in range(box[1] // _BUCKET, box[3] // _BUCKET + 1)
            ]
            if any(_overlap(box, other) for spot in spots for other in taken[spot]):
                continue
            for spot in spots:
                taken[spot].append(box)
            yield zoom, x, y, half, size, town.name


def _overlap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
