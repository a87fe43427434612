"""The file: its tables, this thread's connection to it, and swapping in a new one.

SEARCH_DB is a link to the file in use, so that a rebuilt one takes its place in one step while every process goes on
reading the old one until its next question. Write-ahead logging lets many processes read while one writes.
"""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings

from ..base import IndexMissing, IndexUnwell
from .counting import Sets

T = TypeVar("T")
FORM = "5"  # raised when the tables change: an older file is then as good as missing
WAIT_SECONDS = 5.0
MERGED_PAGES = 500  # of the word index at a time, some tens of milliseconds
OVERWRITES = "PRAGMA secure_delete=ON"  # what is deleted is nothing but zeros at once, not when its page is used again
TAKEN_OUT = "taken_out"  # the key in `meta` that says that words left which older parts of the file still hold
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE sets (id INTEGER PRIMARY KEY, members TEXT NOT NULL UNIQUE);
CREATE TABLE kinds (slug TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE gone (id INTEGER PRIMARY KEY, version INTEGER NOT NULL);
CREATE TABLE cards (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, hash TEXT NOT NULL, card TEXT NOT NULL);
CREATE TABLE listing (
    id INTEGER PRIMARY KEY, lat REAL, lon REAL, x REAL, y REAL, z REAL,
    reach REAL NOT NULL, areas INTEGER NOT NULL,
    kinds INTEGER NOT NULL, days INTEGER NOT NULL, languages INTEGER NOT NULL, checks INTEGER NOT NULL,
    flags INTEGER NOT NULL, price INTEGER, assured INTEGER NOT NULL, published INTEGER NOT NULL
);
CREATE INDEX near ON listing (
    lat, lon, x, y, z, reach, areas, kinds, days, languages, checks, flags, price, assured, published
);
CREATE VIRTUAL TABLE words USING fts5(
    title, kinds, offers, summary, about, provider, slugs,
    tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3 4'
);
"""


class Index(sqlite3.Connection):
    """A connection that remembers what it has read until somebody writes."""

    _sets: Sets | None = None
    _kept: dict[str, tuple[tuple[int, int], Any]] | None = None

    def sets(self) -> Sets:
        if self._sets is None:
            self._sets = Sets(self)
        return self._sets.refresh()

    def remembered(self, name: str, read: Callable[[], T]) -> T:
        """What `read` gave since the last change to the file by anybody."""
        state = (self.execute("PRAGMA data_version").fetchone()[0], self.total_changes)
        self._kept = self._kept or {}
        if name not in self._kept or self._kept[name][0] != state:
            self._kept[name] = (state, read())
        return self._kept[name][1]

    def forget_sets(self) -> None:
        """After a rollback, when numbers that were given may not stand."""
        self._sets = None


class _Open(threading.local):
    connection: Index | None = None
    owner: tuple[str, int, int] | None = None


_open = _Open()


def connection() -> Index:
    """This thread's connection to the file in use. Raises IndexUnwell when there is none or it cannot be read."""
    for last_try in (False, True):
        path = os.path.realpath(settings.SEARCH_DB)
        try:
            owner = (path, os.stat(path).st_ino, os.getpid())  # a forked worker and a new file need new connections
            if _open.connection is None or _open.owner != owner:
                _open.connection, _open.owner = open_file(path), owner
        except (FileNotFoundError, IndexUnwell) as error:
            if last_try:  # the first time, a rebuild may have swapped files between our two looks
                raise IndexMissing(f"no search index can be read, run manage.py search_rebuild: {error}") from error
        else:
            return _open.connection
    raise AssertionError("unreachable")


def let_go() -> None:
    """Close this thread's connection. The next question opens another."""
    if _open.connection is not None:
        _open.connection.close()
    _open.connection = _open.owner = None


def open_file(path: str) -> Index:
    """Open an index that exists. Raises IndexUnwell when it is none of ours."""
    uri = f"{Path(path).absolute().as_uri()}?mode=rw"
    try:
        found = sqlite3.connect(
            uri, uri=True, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False, factory=Index
        )
        found.execute("PRAGMA synchronous=NORMAL")
        found.execute(OVERWRITES)
        found.execute("PRAGMA cache_size=-16000")
        found.execute("PRAGMA mmap_size=268435456")
        form = found.execute("SELECT value FROM meta WHERE key = 'form'").fetchone()
    except sqlite3.DatabaseError as error:
        raise IndexUnwell(str(error)) from error
    if form != (FORM,):
        found.close()
        raise IndexUnwell("it has an older form")
    return found


def create() -> str:
    """A new, empty index beside the one in use; returns its path."""
    link = Path(settings.SEARCH_DB)
    link.parent.mkdir(parents=True, exist_ok=True)
    path = str(link.with_name(f"{link.name}.{os.urandom(4).hex()}"))
    made = lay_out(path)
    made.close()
    return path


def lay_out(path: str) -> Index:
    """An empty index in a new file, or in memory (":memory:") for one thread."""
    made = sqlite3.connect(path, isolation_level=None, check_same_thread=False, factory=Index)
    made.execute("PRAGMA journal_mode=WAL")
    made.execute(OVERWRITES)
    made.executescript(SCHEMA)
    made.execute("INSERT INTO meta VALUES ('form', ?)", (FORM,))
    return made


def words_left(index: Index) -> None:
    """Remember that words were taken out. Inside the transaction that does it."""
    index.execute("INSERT OR REPLACE INTO meta VALUES (?, '1')", (TAKEN_OUT,))


def overwrite(index: Index) -> bool:
    """Leave no byte of words that were taken out: whether there were any.

    FTS5 keeps them in older parts of its index until the parts are merged (its own `secure-delete` needs SQLite 3.42),
    and the log keeps the pages from before until it is emptied. While somebody reads those, the next call tries again.
    """
    if index.execute("SELECT 1 FROM meta WHERE key = ?", (TAKEN_OUT,)).fetchone() is None:
        return False
    _merge(index, -MERGED_PAGES)
    while _merge(index, MERGED_PAGES):
        pass
    busy, *_pages = index.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if not busy:
        index.execute("DELETE FROM meta WHERE key = ?", (TAKEN_OUT,))
    return True


def _merge(index: Index, pages: int) -> bool:
    """Merge so many pages of the parts of the word index, from the beginning where it is negative; whether there was
    anything to merge (https://sqlite.org/fts5.html#the_merge_command). Others can write between two calls."""
    before = index.total_changes
    index.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (pages,))
    return index.total_changes - before > 1


def swap_in(path: str) -> None:
    """Put this file in use, in one step. Those who still read the one before it finish undisturbed."""
    link = Path(settings.SEARCH_DB)
    waiting = link.with_name(f"{link.name}.link")
    waiting.unlink(missing_ok=True)
    waiting.symlink_to(Path(path).name)
    os.replace(waiting, link)


def clear_away() -> None:
    """Delete index files that are not in use: older ones, and what a killed rebuild left behind."""
    link = Path(settings.SEARCH_DB)
    kept = os.path.basename(os.path.realpath(link))
    for found in link.parent.glob(f"{link.name}.*"):
        stem = found.name.removesuffix("-wal").removesuffix("-shm")
        if stem != kept and not stem.endswith((".lock", ".link")):
            found.unlink(missing_ok=True)


@contextmanager
def rebuilding_alone() -> Iterator[None]:
    """Only one rebuild at a time, among all processes. Raises BlockingIOError when another runs."""
    link = Path(settings.SEARCH_DB)
    link.parent.mkdir(parents=True, exist_ok=True)
    with open(link.with_name(f"{link.name}.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
