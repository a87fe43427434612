"""The child process of `clean_photo`: a file on standard input, a clean JPEG or the name of a fault out.

Nothing of Django is loaded here: it starts in a fifth of a second and has its memory to itself.
"""

import io
import resource
import struct
import sys
import warnings

import pillow_heif
from PIL import Image, ImageCms, UnidentifiedImageError

MEMORY = 512 * 1024 * 1024  # bytes of address space
SECONDS = 20  # of processor time
LONGEST_SIDE = 1600  # pixels kept: a listing shows 900
SHORTEST_SIDE = 200
# The most pixels that fit in MEMORY, by format: only JPEG can be opened at a fraction of its size.
MOST_PIXELS = {
    "JPEG": 60_000_000,
    "MPO": 60_000_000,
    "PNG": 50_000_000,
    "GIF": 40_000_000,
    "HEIF": 41_000_000,
    "AVIF": 41_000_000,
    "WEBP": 28_000_000,
}
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "HEIF")  # told by their first bytes, never by the file's name
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ORIENTATION = 0x0112  # EXIF tag


class Refused(Exception):
    """The name of a fault in the parent's list."""


def clean(data: bytes) -> bytes:
    """A new JPEG of the picture in `data`. Raises Refused."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        _check_size(image)
        turn = TURNS.get(image.getexif().get(ORIENTATION, 1))
        small = _small(image)
        flat = _flat(small)
    except UnidentifiedImageError as error:
        raise Refused("not-a-photo") from error
    except (Image.DecompressionBombError, MemoryError) as error:
        raise Refused("too-many-pixels") from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error, TypeError, KeyError) as error:
        raise Refused("broken") from error
    if turn is not None:
        flat = flat.transpose(turn)
    flat.info.clear()
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=84, optimize=True, progressive=True)
    return out.getvalue()


def _check_size(image: Image.Image) -> None:
    """Only the header has been read so far."""
    width, height = image.size
    if width * height > MOST_PIXELS[image.format or ""]:
        raise Refused("too-many-pixels")
    if min(width, height) < SHORTEST_SIDE:
        raise Refused("too-small")


def _small(image: Image.Image) -> Image.Image:
    """Decoded at the least cost: whole-number steps first, which need no second full-size copy."""
    if image.format in {"JPEG", "MPO"}:
        image.draft("RGB" if image.mode != "CMYK" else "CMYK", (LONGEST_SIDE, LONGEST_SIDE))
    image.load()
    step = max(image.size) // LONGEST_SIDE
    if image.mode in {"P", "1", "PA"}:
        image = image.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
    elif image.mode in {"I", "F"} or image.mode.startswith("I;"):
        image = image.point(lambda value: value / 256).convert("L")
    if step > 1:
        profile = image.info.get("icc_profile")
        image = image.reduce(step)
        image.info["icc_profile"] = profile
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return image


def _flat(image: Image.Image) -> Image.Image:
    """In sRGB, with white behind what was see-through."""
    profile = image.info.get("icc_profile")
    if image.mode in {"RGBA", "LA"}:
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image.convert("RGB"), mask=image.getchannel("A"))
        image = ground
    if profile and image.mode in {"RGB", "CMYK", "L"}:
        try:
            known = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            changed = ImageCms.profileToProfile(image, known, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if changed is not None:
                return changed
        except (ImageCms.PyCMSError, OSError):
            pass  # a wrong profile costs some colour, not the picture
    return image.convert("RGB")


def register_formats() -> None:
    """Teach Pillow the formats of FORMATS."""
    Image.init()
    pillow_heif.register_heif_opener()


def main() -> int:
    warnings.simplefilter("ignore")
    register_formats()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        sys.stdout.buffer.write(clean(sys.stdin.buffer.read()))
    except Refused as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    except MemoryError:
        sys.stderr.write("too-many-pixels\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
