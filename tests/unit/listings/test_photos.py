"""Whatever is sent as a photograph, a clean picture or a plain refusal comes out. QUALITY A7, A8."""

import io
import random
import resource
import subprocess
import sys
from os import environ

import pytest
from PIL import Image

from providers.listings import photos
from tests.unit.listings import pictures

pytestmark = pytest.mark.fault("A7")
KINDS = ["JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF"]
SMUGGLED = [b"Exif\0", b"ns.adobe.com", b"ICC_PROFILE", b"<script", b"PK\x03\x04", b"<?php", b"alert(", pictures.HOME]
PLAIN = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
FULL = environ.get("FULL") == "1"


def cleaned(data: bytes) -> bytes:
    return photos.clean_photo(io.BytesIO(data))


def nothing_but_a_picture(data: bytes) -> bool:
    image = Image.open(io.BytesIO(data))
    image.load()
    carries = set(image.info) - PLAIN
    return image.format == "JPEG" and not carries and not any(words in data for words in SMUGGLED)


@pytest.mark.parametrize("kind", KINDS)
def test_a_photograph_taken_at_home_says_nothing_of_where_that_is(kind):
    sent = pictures.from_phone(kind)
    assert pictures.HOME in sent, "the picture must carry the place, or this test shows nothing"
    assert nothing_but_a_picture(cleaned(sent))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_phone_held_sideways_still_gives_a_picture_the_right_way_up(orientation):
    """The red half is at the top of the stored pixels; the orientation says where that belongs."""
    image = Image.open(io.BytesIO(cleaned(pictures.from_phone("JPEG", orientation))))
    wide = orientation < 5
    assert (image.width > image.height) == wide
    red_at = {1: "top", 2: "top", 3: "bottom", 4: "bottom", 5: "left", 6: "right", 7: "right", 8: "left"}[orientation]
    spot = {"top": (0.5, 0.1), "bottom": (0.5, 0.9), "left": (0.1, 0.5), "right": (0.9, 0.5)}[red_at]
    red, _green, blue = image.getpixel((int(image.width * spot[0]), int(image.height * spot[1])))
    assert red > 120 > blue


@pytest.mark.parametrize("name", pictures.HOSTILE)
def test_what_is_no_photograph_is_refused_in_a_plain_sentence(name):
    with pytest.raises(photos.Unfit) as refusal:
        cleaned(pictures.HOSTILE[name])
    assert str(refusal.value.sentence).endswith(".")
    assert not {"invalid", "error", "Exception"} & set(str(refusal.value.sentence).split())


@pytest.mark.parametrize("name", pictures.POLYGLOTS)
def test_what_is_two_things_at_once_comes_out_as_a_picture_only(name):
    assert nothing_but_a_picture(cleaned(pictures.POLYGLOTS[name]))


def test_too_many_bytes_are_refused_before_anything_is_opened():
    with pytest.raises(photos.Unfit) as refusal:
        cleaned(b"\xff\xd8" + b"\0" * photos.MOST_BYTES)
    assert refusal.value.fault == photos.Fault.TOO_BIG


@pytest.mark.parametrize("kind", ["JPEG", "HEIF", "PNG"])
def test_a_40_megapixel_photograph_becomes_one_of_1600(kind):
    big = pictures.encoded(pictures.picture(7304, 5478), kind)
    image = Image.open(io.BytesIO(cleaned(big)))
    assert max(image.size) == 1600


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "I;16", "CMYK"])
def test_every_way_of_keeping_colour_is_understood(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    image = pictures.picture().convert("L").convert(mode) if mode == "I;16" else pictures.picture().convert(mode)
    assert Image.open(io.BytesIO(cleaned(pictures.encoded(image, kind)))).mode == "RGB"


def test_see_through_becomes_white():
    image = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    assert Image.open(io.BytesIO(cleaned(pictures.encoded(image, "PNG")))).getpixel((150, 150)) == (255, 255, 255)


def test_a_bomb_ends_the_child_at_512_mb_and_nothing_else():
    """The same command as the site runs, under the same limit set from outside."""

    def at_most_512_mb() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))

    for name in ("png bomb", "palette bomb", "gif bomb", "jpeg bomb"):
        child = subprocess.run(
            [sys.executable, "-m", "providers.listings.photos.decode"],
            input=pictures.HOSTILE[name],
            capture_output=True,
            cwd=photos.ROOT,
            preexec_fn=at_most_512_mb,
            timeout=60,
            check=False,
        )
        assert (child.returncode, child.stdout) == (1, b""), name
        assert child.stderr.decode().strip() in {"too-many-pixels", "broken"}, name


def test_this_process_does_not_grow_with_the_picture():
    """Decoding happens elsewhere: the worker keeps only the bytes that came in and went out."""
    big = pictures.encoded(pictures.picture(7304, 5478), "PNG")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cleaned(big)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000  # kB


def test_damaged_pictures_are_cleaned_or_refused_and_never_anything_else():
    chance = random.Random(8)
    for number in range(120 if FULL else 12):
        data = bytearray(pictures.from_phone(KINDS[number % len(KINDS)]))
        for _hit in range(chance.randint(1, 40)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            out = cleaned(bytes(data))
        except photos.Unfit:
            continue
        assert nothing_but_a_picture(out)
