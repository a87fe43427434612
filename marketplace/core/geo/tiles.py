"""The base map: quiet tiles of land, sea, where people live, and names. No roads: our data has none."""

import json
import os
import zlib
from array import array
from functools import lru_cache
from hashlib import blake2s
from io import BytesIO
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFilter

from . import mercator, selectors
from .labels import font

COAST_FILE = Path(__file__).parent / "data" / "coast.json"

_GROUND, _SEA, _BUILT, _DENSE, _INK = (243, 245, 239), (214, 228, 231), (223, 229, 216), (205, 214, 196), (28, 39, 35)
_DRAWING = "2"  # raised when the drawing changes, so that kept tiles are drawn again
_SMOOTH = 3  # cells drawn beyond the edge of a tile, so that smoothing agrees with the next tile
_COAST_SCALE = 2  # the coast is drawn this much larger, then shrunk
_BUILT_UP, _TOWN_CENTRE = 1.2, 7.0  # postcodes in a finest cell (0.036 km2) that make it built up, or dense

# One shore: its box (west, north, east, south), then x and y in turn, all as shares of the world's side.
Shore = tuple[tuple[float, float, float, float], array]


def tile(zoom: int, x: int, y: int) -> bytes:
    """A PNG of 256 x 256 pixels, from disk when it was drawn before. Raises GeoNotBuilt.

    The caller has asked `mercator.drawn` whether we have this tile.
    """
    kept = Path(settings.TILE_DIR) / _edition() / str(zoom) / str(x) / f"{y}.png"
    if kept.exists():
        return kept.read_bytes()
    png, is_plain = draw(zoom, x, y)
    if not is_plain:  # open sea and empty moor are quick to draw and would fill the disk
        kept.parent.mkdir(parents=True, exist_ok=True)
        unfinished = kept.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(png)
        unfinished.replace(kept)
    return png


def draw(zoom: int, x: int, y: int) -> tuple[bytes, bool]:
    """A tile as PNG, and whether it is all of one colour."""
    image = _land(zoom, x, y)
    for colour, least in ((_BUILT, _BUILT_UP), (_DENSE, _TOWN_CENTRE)):
        image.paste(colour, mask=_lived_in(zoom, x, y, least))
    _names(image, zoom, x, y)
    exact = image.quantize(palette=_palette(), dither=Image.Dither.NONE)
    png = BytesIO()
    exact.save(png, "PNG", optimize=True)
    return png.getvalue(), len(exact.getcolors() or ()) == 1


def _edition() -> str:
    """A name for everything that decides how tiles look."""
    return blake2s(f"{_DRAWING} {selectors.data_version()}".encode(), digest_size=6).hexdigest()


def _land(zoom: int, x: int, y: int) -> Image.Image:
    side = mercator.TILE * _COAST_SCALE
    tiles = 1 << zoom
    west, north = x / tiles, y / tiles
    scale = tiles * side
    image = Image.new("L", (side, side), 0)
    drawing = ImageDraw.Draw(image)
    for (left, top, right, bottom), shore in _coast():
        if left > west + 1 / tiles or right < west or top > north + 1 / tiles or bottom < north:
            continue
        xs, ys = shore[0::2], shore[1::2]
        drawing.polygon([((a - west) * scale, (b - north) * scale) for a, b in zip(xs, ys, strict=True)], fill=255)
    land = image.resize((mercator.TILE, mercator.TILE), Image.Resampling.BOX)
    return Image.composite(Image.new("RGB", land.size, _GROUND), Image.new("RGB", land.size, _SEA), land)


@lru_cache(maxsize=1)
def _coast() -> list[Shore]:
    """Every shore. Natural Earth 1:10m, public domain; `manage.py geo_coast` made the file."""
    shores = []
    for ring in json.loads(COAST_FILE.read_text()):
        lons, lats = ring[0::2], ring[1::2]
        points = [mercator.pixels(lat / 10_000, lon / 10_000, 0) for lon, lat in zip(lons, lats, strict=True)]
        xs, ys = zip(*points, strict=True)
        box = min(xs), min(ys), max(xs), max(ys)
        shores.append((box, array("d", (number for point in points for number in point))))
    return shores


def _lived_in(zoom: int, x: int, y: int, least: float) -> Image.Image:
    """How strongly to colour each pixel: 255 where at least so many postcodes stand in a finest cell's ground."""
    level = min(mercator.CELL_LEVEL, zoom + 8)
    across = mercator.TILE >> (zoom + 8 - level)
    left, top = x * across - _SMOOTH, y * across - _SMOOTH
    counts = _cells(level, left, top, across + 2 * _SMOOTH)
    enough = least * 4 ** (mercator.CELL_LEVEL - level)
    counts = counts.point([min(255, round(count * 128 / enough)) for count in range(256)])
    counts = counts.filter(ImageFilter.GaussianBlur(0.8))
    box = (_SMOOTH, _SMOOTH, _SMOOTH + across, _SMOOTH + across)
    smooth = counts.resize((mercator.TILE, mercator.TILE), Image.Resampling.BICUBIC, box=box)
    soft = max(1, 48 >> (zoom + 8 - level))  # the wider a cell on the page, the sharper its edge has to be
    return smooth.point([max(0, min(255, (value - 64) * 255 // soft + 128)) for value in range(256)])


def _cells(level: int, left: int, top: int, across: int) -> Image.Image:
    """Postcodes in each cell of a square of cells, as grey values."""
    joined = Image.new("L", (across, across))
    rows = selectors.connection().execute(
        "SELECT x, y, counts FROM cells WHERE level = ? AND x BETWEEN ? AND ? AND y BETWEEN ? AND ?",
        (level, left >> 8, (left + across) >> 8, top >> 8, (top + across) >> 8),
    )
    for column, row, counts in rows:
        square = Image.frombytes("L", (256, 256), zlib.decompress(counts))
        joined.paste(square, (column * 256 - left, row * 256 - top))
    return joined


def _names(image: Image.Image, zoom: int, x: int, y: int) -> None:
    left, top = x * mercator.TILE, y * mercator.TILE
    rows = selectors.connection().execute(
        "SELECT x, y, size, name FROM labels WHERE zoom = ? AND y BETWEEN ? AND ?"
        " AND x + half_width + 4 >= ? AND x - half_width - 4 <= ?",
        (zoom, top - 20, top + mercator.TILE + 20, left, left + mercator.TILE),
    )
    drawing = ImageDraw.Draw(image)
    for at_x, at_y, size, name in rows:
        drawing.text(
            (at_x - left, at_y - top), name, _INK, font(size), anchor="mm", stroke_width=2, stroke_fill=_GROUND
        )


@lru_cache(maxsize=1)
def _palette() -> Image.Image:
    """The colours of every tile, the same for all, so that no edge shows between neighbours.

    Few, because Pillow looks colours up in steps of eight: closer ones would be taken for each other.
    """
    colours: list[tuple[int, ...]] = [_INK]
    for one, other, steps in (
        (_SEA, _GROUND, 2),
        (_GROUND, _BUILT, 2),
        (_SEA, _BUILT, 2),
        (_BUILT, _DENSE, 2),
        (_GROUND, _INK, 7),
    ):
        for step in range(steps + 1):
            mixed = tuple(a + (b - a) * step // steps for a, b in zip(one, other, strict=True))
            if mixed not in colours:
                colours.append(mixed)
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in colours for part in colour])
    return palette
