"""Web Mercator, the projection of map tiles (EPSG:3857), with the world as a square of 2 ** level pixels."""

import math

TILE = 256  # pixels along the side of a tile
FIRST_ZOOM, LAST_ZOOM = 6, 14
CELL_LEVEL = 17  # finest map cell: about 190 m in the middle of England
COARSEST_CELL_LEVEL = FIRST_ZOOM + 8
WEST, SOUTH, EAST, NORTH = -10.8, 49.0, 2.4, 61.2  # degrees: where we draw tiles


def pixels(lat: float, lon: float, level: int) -> tuple[float, float]:
    """Pixels from the north-west corner of the world, right and down.

    >>> pixels(0.0, 0.0, 8)
    (128.0, 128.0)
    """
    side = 1 << level
    latitude = math.radians(lat)
    return (lon + 180) / 360 * side, (1 - math.asinh(math.tan(latitude)) / math.pi) / 2 * side


def drawn(zoom: int, x: int, y: int) -> bool:
    """Whether we draw this tile: the zooms above, in the British Isles."""
    if not FIRST_ZOOM <= zoom <= LAST_ZOOM:
        return False
    left, top = pixels(NORTH, WEST, zoom)
    right, bottom = pixels(SOUTH, EAST, zoom)
    return int(left) <= x <= int(right) and int(top) <= y <= int(bottom)
