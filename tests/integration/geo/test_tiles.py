"""The base map is ours, so that no third party learns where somebody lives; and it must be light."""

from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image, ImageChops

from marketplace.core.geo import mercator, tiles

TAUNTON = (51.015, -3.103)
GROUND, SEA = (243, 245, 239), (214, 228, 231)


def at(lat: float, lon: float, zoom: int) -> tuple[int, int, int]:
    x, y = mercator.pixels(lat, lon, zoom)
    return zoom, int(x), int(y)


def address(zoom: int, x: int, y: int) -> str:
    return reverse("map_tile", args=(zoom, x, y))


def picture(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGB")


@pytest.fixture(autouse=True)
def tile_dir(settings, tmp_path):
    settings.TILE_DIR = tmp_path / "tiles"
    return settings.TILE_DIR


@pytest.mark.parametrize("zoom", range(6, 15))
def test_a_tile_is_small_and_kept_for_ever_by_everybody(client, zoom):
    response = client.get(address(*at(*TAUNTON, zoom)))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies
    assert picture(response.content).size == (256, 256)
    assert len(response.content) < 10_000


def test_a_tile_is_drawn_once(client, tile_dir, monkeypatch):
    first = client.get(address(*at(*TAUNTON, 12))).content
    assert len(list(tile_dir.rglob("*.png"))) == 1
    monkeypatch.setattr(tiles, "draw", None)  # drawing again would now fail
    assert client.get(address(*at(*TAUNTON, 12))).content == first


def test_open_sea_is_blue_and_does_not_fill_the_disk(client, tile_dir):
    response = client.get(address(*at(50.0, -8.0, 12)))
    assert picture(response.content).getcolors() == [(65_536, SEA)]
    assert not list(tile_dir.rglob("*.png"))


def test_a_town_is_drawn_and_named(client):
    seen = picture(client.get(address(*at(*TAUNTON, 12))).content).getcolors()
    colours = {colour: count for count, colour in seen}
    assert colours[(28, 39, 35)] > 50  # ink: its name
    assert colours[GROUND] > 5_000
    assert SEA not in colours


def test_neighbouring_tiles_agree_along_their_edge():
    """Built-up ground is smoothed; a seam would show as a grid over every town."""
    zoom, x, y = at(51.45, -2.59, 11)  # Bristol, all streets
    left, right = (picture(tiles.draw(zoom, x + step, y)[0]) for step in (0, 1))
    edges = left.crop((255, 0, 256, 256)), right.crop((0, 0, 1, 256))
    differing = sum(1 for pixel in ImageChops.difference(*edges).convert("L").tobytes() if pixel > 12)
    assert differing < 40


@pytest.mark.django_db  # the page that says "not found" wears the council's frame
@pytest.mark.parametrize(
    ("zoom", "x", "y"),
    [(5, 15, 10), (15, 16_000, 10_900), (6, 0, 0), (12, 4_095, 4_095), (6, 99_999_999_999, 1), (10, 518, 352)],
)
def test_elsewhere_there_is_no_map(client, zoom, x, y, tile_dir):
    assert client.get(address(zoom, x, y)).status_code == 404
    assert not tile_dir.exists()


def test_only_reading_is_possible(client):
    assert client.post(address(*at(*TAUNTON, 12))).status_code in (403, 405)
