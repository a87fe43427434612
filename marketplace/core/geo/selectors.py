"""Reads of the file of postcodes and places. It never changes under a running site; a rebuild replaces it whole."""

import os
import sqlite3
import threading
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from .names import norm
from .points import Point
from .postcodes import NO_POSITION, inward_number, inward_text


class GeoNotBuilt(RuntimeError):
    """There is no file of postcodes yet: run `manage.py geo_build`."""


@dataclass(frozen=True, slots=True)
class Half:
    """The first half of a postcode. `point` is the mean of its postcodes, None when it is not on the map."""

    outcode: str
    point: Point | None
    la_code: str | None


@dataclass(frozen=True, slots=True)
class Whole:
    """A postcode that exists or has existed. `point` is None when the source gives it no position."""

    point: Point | None
    la_code: str | None


@dataclass(frozen=True, slots=True)
class Town:
    """A town or village. `label` is a name no other place has; `words` what may follow its name, between bars."""

    name: str
    label: str
    point: Point
    country: str
    population: int
    la_code: str | None
    words: str


class _Open(threading.local):
    connection: sqlite3.Connection | None = None
    owner: tuple[str, int] | None = None


_open = _Open()


def connection() -> sqlite3.Connection:
    """This thread's own read-only connection. Raises GeoNotBuilt."""
    owner = (str(settings.GEO_DB), os.getpid())  # a forked worker opens its own
    if _open.connection is None or _open.owner != owner:
        if not Path(owner[0]).exists():
            raise GeoNotBuilt(f"{owner[0]} is missing: run manage.py geo_build")
        uri = f"{Path(owner[0]).absolute().as_uri()}?mode=ro&immutable=1"
        _open.connection, _open.owner = sqlite3.connect(uri, uri=True), owner
    return _open.connection


def data_version() -> str:
    """What the open file was built from."""
    return connection().execute("SELECT value FROM meta WHERE key = 'version'").fetchone()[0]


def half(outcode: str) -> Half | None:
    """The first half of a postcode, in capitals without a space; None when no postcode begins so."""
    row = (
        connection()
        .execute(
            "SELECT outcode, lat, lon, code FROM outcodes LEFT JOIN councils ON number = council WHERE outcode = ?",
            (outcode,),
        )
        .fetchone()
    )
    return Half(row[0], _point(row[1], row[2]), row[3]) if row else None


def whole(outcode: str, inward: str) -> Whole | None:
    """A postcode by its halves; None when there is none. About 0.05 ms."""
    units = _units(outcode)
    if units is None:
        return None
    inwards, lats, lons, councils = units
    wanted = inward_number(inward)
    at = bisect_left(inwards, wanted)
    if at == len(inwards) or inwards[at] != wanted:
        return None
    if lats[at] == NO_POSITION:
        return Whole(None, None)
    return Whole(Point(lats[at] / 100_000, lons[at] / 100_000), _codes().get(councils[at]))


def sector(outcode: str, digit: str) -> Point | None:
    """The middle of the postcodes that share a first half and the next figure; None when there are none."""
    units = _units(outcode)
    if units is None:
        return None
    inwards, lats, lons, _councils = units
    first, last = inward_number(f"{digit}AA"), inward_number(f"{digit}ZZ")
    placed = [at for at, inward in enumerate(inwards) if first <= inward <= last and lats[at] != NO_POSITION]
    if not placed:
        return None
    count = len(placed) * 100_000
    return Point(sum(lats[at] for at in placed) / count, sum(lons[at] for at in placed) / count)


def neighbours(outcode: str, inward: str, limit: int) -> list[str]:
    """Postcodes that exist and are nearest to this one as written: one letter off first, then next in order."""
    units = _units(outcode)
    if units is None:
        return []
    wanted = inward_number(inward)
    known = [inward_text(number) for number in units[0]]
    known.sort(
        key=lambda other: (
            sum(a != b for a, b in zip(other, inward, strict=True)),
            other[0] != inward[0],
            abs(inward_number(other) - wanted),
        )
    )
    return [f"{outcode} {other}" for other in known[:limit]]


def la_name(code: str) -> str | None:
    """The name of the council with this GSS code, or None: la_name("E06000066") is "Somerset"."""
    row = connection().execute("SELECT name FROM councils WHERE code = ?", (code,)).fetchone()
    return row[0] if row else None


def la_codes() -> dict[str, str]:
    """Names of all 361 councils by GSS code, in order of name."""
    return dict(connection().execute("SELECT code, name FROM councils ORDER BY name"))


def is_county(text: str) -> bool:
    """Whether these words name a county or council, such as Somerset."""
    wanted = norm(text)
    names = connection().execute("SELECT name FROM councils UNION SELECT county FROM councils WHERE county != ''")
    return any(norm(name) == wanted for (name,) in names)


def towns_labelled(text: str) -> list[Town]:
    """Places with exactly this label, such as "Newport, Isle of Wight"."""
    return _towns("label_norm = ? AND country = 'GB'", norm(text))


def towns_named(text: str) -> list[Town]:
    """Places in the United Kingdom with this name, or this other name (Caerdydd), largest first."""
    return _towns("norm = ? AND country = 'GB'", norm(text)) or _towns(
        "country = 'GB' AND id IN (SELECT place FROM aliases WHERE norm = ?)", norm(text)
    )


def towns_beginning(text: str, limit: int) -> list[Town]:
    """Places in the United Kingdom whose name begins so, largest first. At most `limit`; none for no letters."""
    start = norm(text)
    return (
        _towns("norm >= ? AND norm < ? AND country = 'GB'", start, start + "\U0010ffff", limit=limit) if start else []
    )


def towns_continuing(text: str, limit: int) -> list[Town]:
    """Places whose name is these words and more, such as Newcastle upon Tyne for Newcastle, largest first."""
    start = f"{norm(text)} "
    return _towns("norm > ? AND norm < ? AND country = 'GB'", start, start + "\U0010ffff", limit=limit)


def towns_with_word(text: str, limit: int) -> list[Town]:
    """Places with these words somewhere in their name, or in the name of their council or county, largest first."""
    return _towns(
        "country = 'GB' AND instr(' ' || norm || ' ' || replace(words, '|', ' '), ?)", f" {norm(text)} ", limit=limit
    )


def towns_abroad(text: str) -> list[Town]:
    """Places of this name in Ireland, Man, Jersey and Guernsey, largest first."""
    return _towns("norm = ? AND country != 'GB'", norm(text))


def towns_within(text: str, limit: int) -> list[Town]:
    """The largest places in a county, council or nation."""
    return _towns("country = 'GB' AND instr(words, ?) > 0", f"|{norm(text)}|", limit=limit)


@lru_cache(maxsize=1)
def town_names() -> tuple[str, ...]:
    """Every place name in the United Kingdom as compared, for guessing at misspellings."""
    return tuple(name for (name,) in connection().execute("SELECT DISTINCT norm FROM places WHERE country = 'GB'"))


def places_like(prefix: str, limit: int = 8) -> list[str]:
    """Labels to offer while somebody types a town or a first half: whole words understand() reads again. < 2 ms."""
    typed = "".join(prefix.upper().split())[:8]
    if typed and any(character.isdigit() for character in typed):
        rows = connection().execute(
            "SELECT outcode FROM outcodes WHERE outcode >= ? AND outcode < ? AND lat IS NOT NULL"
            " ORDER BY length(outcode), outcode LIMIT ?",
            (typed, typed + "\U0010ffff", limit),
        )
        return [outcode for (outcode,) in rows]
    return [town.label for town in towns_beginning(prefix[:60], limit)]


_TOWNS = (
    "SELECT p.name, label, lat, lon, country, population, code, words FROM places p"
    " LEFT JOIN councils ON number = council WHERE {where} ORDER BY population DESC, id LIMIT ?"
)


def _towns(where: str, *values: str, limit: int = 50) -> list[Town]:
    query = _TOWNS.replace("{where}", where)  # `where` is written above; what people typed goes in `values`
    rows = connection().execute(query, (*values, limit))
    return [Town(name, label, Point(lat, lon), *rest) for name, label, lat, lon, *rest in rows]


def _units(outcode: str) -> tuple[array, array, array, array] | None:
    row = connection().execute("SELECT count, units FROM outcodes WHERE outcode = ?", (outcode,)).fetchone()
    if row is None:
        return None
    count, blob = row
    columns = array("H"), array("i"), array("i"), array("H")
    start = 0
    for column in columns:
        end = start + count * column.itemsize
        column.frombytes(blob[start:end])
        start = end
    return columns


@lru_cache(maxsize=1)
def _codes() -> dict[int, str]:
    return dict(connection().execute("SELECT number, code FROM councils"))


def _point(lat: float | None, lon: float | None) -> Point | None:
    return None if lat is None or lon is None else Point(lat, lon)
