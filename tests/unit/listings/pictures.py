"""Pictures to send: honest ones, and ones made to do harm."""

import io
import struct
import zlib

import piexif
import pillow_heif
from PIL import Image, PngImagePlugin

pillow_heif.register_heif_opener()
HOME = b"51.0409 -3.2215 Rose Cottage"  # what no stored byte may say
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description exif:GPSLatitude="51,2.4N" note="'
    + HOME
    + b'"/></x:xmpmeta>'
)


def picture(width: int = 800, height: int = 600) -> Image.Image:
    """Red above, blue below, so that a test can tell which way up it is."""
    image = Image.new("RGB", (width, height), "#c02020")
    image.paste("#2020c0", (0, height // 2, width, height))
    return image


def told_where(orientation: int = 1) -> bytes:
    """EXIF with a place, a comment and an orientation."""
    return piexif.dump(
        {
            "0th": {piexif.ImageIFD.Orientation: orientation, piexif.ImageIFD.ImageDescription: HOME},
            "GPS": {
                piexif.GPSIFD.GPSLatitudeRef: b"N",
                piexif.GPSIFD.GPSLatitude: ((51, 1), (2, 1), (27, 1)),
                piexif.GPSIFD.GPSLongitudeRef: b"W",
                piexif.GPSIFD.GPSLongitude: ((3, 1), (13, 1), (17, 1)),
            },
            "Exif": {piexif.ExifIFD.UserComment: b"ASCII\0\0\0" + HOME},
        }
    )


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def from_phone(kind: str, orientation: int = 1) -> bytes:
    """A photograph as a phone writes it, with the place in every pocket that the format has."""
    exif = told_where(orientation)
    if kind == "JPEG":
        return encoded(picture(), kind, exif=exif, xmp=XMP, comment=HOME)
    if kind == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_text("Location", HOME.decode())
        words.add_itxt("XML:com.adobe.xmp", XMP.decode())
        return encoded(picture(), kind, exif=exif, pnginfo=words)
    if kind == "GIF":
        return encoded(picture(), kind, comment=HOME)
    return encoded(picture(), kind, exif=exif, xmp=XMP)


def png_header(width: int, height: int, colour: int = 6) -> bytes:
    """The first chunks of a PNG that claims to be so large; its few real bytes are a run of noughts."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    body = zlib.compress(b"\0" * 4_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def gif_header(width: int, height: int) -> bytes:
    return (
        b"GIF89a"
        + struct.pack("<HH", width, height)
        + b"\x80\0\0\0\0\0\xff\xff\xff,"
        + struct.pack("<HHHHB", 0, 0, width, height, 0)
        + b"\x02\x02D\x01\0;"
    )


def jpeg_claiming(width: int, height: int) -> bytes:
    """A small JPEG whose header says that it is enormous."""
    data = bytearray(encoded(picture(), "JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


HOSTILE: dict[str, bytes] = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "pdf with a script": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF",
    "zip": b"PK\x03\x04\x14\0\0\0\x08\0" + b"\0" * 400,
    "php": b"<?php system($_GET['c']); ?>",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run",
    "tiff": encoded(picture(), "TIFF"),
    "nothing": b"",
    "noughts": b"\0" * 5000,
    "half a jpeg": encoded(picture(), "JPEG")[:2000],
    "half a png": encoded(picture(), "PNG")[:700],
    "half a webp": encoded(picture(), "WEBP")[:200],
    "half a heic": encoded(picture(), "HEIF")[:400],
    "half an avif": encoded(picture(), "AVIF")[:300],
    "png bomb": png_header(30_000, 30_000),
    "thin png bomb": png_header(900_000, 300),
    "palette bomb": png_header(60_000, 60_000, 3),
    "gif bomb": gif_header(65_000, 65_000),
    "jpeg bomb": jpeg_claiming(65_000, 65_000),
    "one pixel": encoded(picture(1, 1), "PNG"),
}
POLYGLOTS: dict[str, bytes] = {
    "jpeg and page": encoded(picture(), "JPEG", comment=b"<script>alert(1)</script>")
    + b"<html><script>alert(1)</script>",
    "gif and script": encoded(picture(), "GIF", comment=b"=1;alert(1);//"),
    "jpeg and zip": encoded(picture(), "JPEG") + HOSTILE["zip"],
    "png and php": encoded(picture(), "PNG") + HOSTILE["php"],
    "script in exif": encoded(
        picture(), "JPEG", exif=piexif.dump({"0th": {piexif.ImageIFD.Artist: b"<script>alert(1)</script>"}})
    ),
}
