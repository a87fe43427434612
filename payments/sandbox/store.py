"""The twin's memory: one SQLite file of its own, never our database, shared by any number of processes."""

import json
import os
import secrets
import sqlite3
import string
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import ApiError, no_such

Thing = dict[str, Any]
API_VERSION = "2026-10-28.endive"
FORGET_KEYS_AFTER = 24 * 60 * 60  # seconds; https://docs.stripe.com/api/idempotent_requests

SCHEMA = """
CREATE TABLE IF NOT EXISTS things (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, account TEXT NOT NULL, parent TEXT NOT NULL,
    created INTEGER NOT NULL, ends_at INTEGER, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS things_of ON things (account, kind, seq);
CREATE INDEX IF NOT EXISTS things_parent ON things (parent, kind) WHERE parent != '';
CREATE INDEX IF NOT EXISTS things_ending ON things (ends_at) WHERE ends_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS keys (
    account TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL,
    status INTEGER NOT NULL, body TEXT NOT NULL, created INTEGER NOT NULL, PRIMARY KEY (account, key));
CREATE INDEX IF NOT EXISTS keys_age ON keys (created);
CREATE TABLE IF NOT EXISTS deliveries (
    event TEXT PRIMARY KEY, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    delivered_at INTEGER, answer TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due_at) WHERE delivered_at IS NULL;
CREATE TABLE IF NOT EXISTS clock (only INTEGER PRIMARY KEY CHECK (only = 1), ahead INTEGER NOT NULL);
INSERT OR IGNORE INTO clock VALUES (1, 0);
CREATE TABLE IF NOT EXISTS switches (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""


class Store:
    """Opens the file at `path` (made when missing). One connection per thread and process."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        # Opened again when the process forked or a test threw the file away.
        if getattr(self._local, "owner", None) != (os.getpid(), self._inode()):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, timeout=20, isolation_level=None)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.executescript(SCHEMA)
            self._local.connection, self._local.owner = connection, (os.getpid(), self._inode())
        return self._local.connection

    def _inode(self) -> int | None:
        try:
            return self.path.stat().st_ino
        except FileNotFoundError:
            return None

    @contextmanager
    def open(self) -> Iterator["Records"]:
        """One all-or-nothing piece of work; pieces of work stand in one queue, across processes."""
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield Records(connection)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def clock_move(self, seconds: int) -> None:
        """Put the twin's clock forward (or back) by so many seconds."""
        with self.open() as records:
            records.db.execute("UPDATE clock SET ahead = ahead + ?", (seconds,))

    def clear(self) -> None:
        """Forget everything, the clock's setting included."""
        with self.open() as records:
            records.db.execute("DELETE FROM things")
            records.db.execute("DELETE FROM keys")
            records.db.execute("DELETE FROM deliveries")
            records.db.execute("UPDATE clock SET ahead = 0")
            records.db.execute("DELETE FROM switches")

    def switch(self, name: str, value: int) -> None:
        """Misbehave until told otherwise, in every process: "outage" (1 answers 503), "webhook_delay" (seconds)."""
        with self.open() as records:
            records.db.execute("INSERT OR REPLACE INTO switches VALUES (?, ?)", (name, value))

    def keys_forget(self) -> None:
        """Forget every idempotency key, as Stripe may after 24 hours."""
        with self.open() as records:
            records.db.execute("DELETE FROM keys")


class Records:
    """What can be read and written inside one piece of work. Times are whole seconds since 1970."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self._now: int | None = None

    def now(self) -> int:
        if self._now is None:
            self._now = int(time.time()) + self.db.execute("SELECT ahead FROM clock").fetchone()[0]
        return self._now

    def switch(self, name: str) -> int:
        row = self.db.execute("SELECT value FROM switches WHERE name = ?", (name,)).fetchone()
        return row["value"] if row else 0

    @contextmanager
    def undone_on(self, error: type[ApiError]) -> Iterator[None]:
        """What is written inside is taken back when `error` is raised, which goes on its way."""
        self.db.execute("SAVEPOINT inner_work")
        try:
            yield
        except error as raised:
            if not raised.happened:
                self.db.execute("ROLLBACK TO inner_work")
            raise
        finally:
            self.db.execute("RELEASE inner_work")

    @staticmethod
    def new_id(prefix: str) -> str:
        return f"{prefix}_" + "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(24))

    def add(self, thing: Thing, *, account: str, parent: str = "", ends_at: int | None = None) -> Thing:
        """Keep a new thing. `parent` is the id it hangs on, `ends_at` when the clock has work with it."""
        created = thing.get("created", self.now())  # Stripe shows none of a mandate
        self.db.execute(
            "INSERT INTO things (id, kind, account, parent, created, ends_at, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (thing["id"], thing["object"], account, parent, created, ends_at, json.dumps(thing)),
        )
        return thing

    def end_at(self, thing: Thing, when: int) -> None:
        """Let the clock have work with a thing that is there already."""
        self.db.execute("UPDATE things SET ends_at = ? WHERE id = ?", (when, thing["id"]))

    def save(self, thing: Thing, *, ended: bool = False, parent: str | None = None) -> None:
        self.db.execute("UPDATE things SET body = ? WHERE id = ?", (json.dumps(thing), thing["id"]))
        if ended:
            self.db.execute("UPDATE things SET ends_at = NULL WHERE id = ?", (thing["id"],))
        if parent is not None:
            self.db.execute("UPDATE things SET parent = ? WHERE id = ?", (parent, thing["id"]))

    def get(self, kind: str, id: str, account: str, param: str = "id") -> Thing:
        """Raises ApiError (404) when there is none of this kind on this account."""
        row = self.db.execute(
            "SELECT body FROM things WHERE id = ? AND kind = ? AND account = ?", (id, kind, account)
        ).fetchone()
        if row is None:
            raise no_such(kind, id, param)
        return json.loads(row["body"])

    def look_up(self, id: str, account: str) -> Thing | None:
        row = self.db.execute("SELECT body FROM things WHERE id = ? AND account = ?", (id, account)).fetchone()
        return json.loads(row["body"]) if row else None

    def owner(self, id: str) -> str | None:
        """The account that a thing lives on ("" is the platform), or None when there is no such thing."""
        row = self.db.execute("SELECT account FROM things WHERE id = ?", (id,)).fetchone()
        return row["account"] if row else None

    def children(self, kind: str, parent: str) -> list[Thing]:
        rows = self.db.execute("SELECT body FROM things WHERE parent = ? AND kind = ? ORDER BY seq", (parent, kind))
        return [json.loads(row["body"]) for row in rows]

    def every(self, kind: str, account: str) -> list[Thing]:
        """All of a kind on one account, oldest first."""
        rows = self.db.execute("SELECT body FROM things WHERE kind = ? AND account = ? ORDER BY seq", (kind, account))
        return [json.loads(row["body"]) for row in rows]

    def page(
        self, kind: str, account: str | None, *, limit: int, after: str = "", parent: str = "", since: int = 0
    ) -> tuple[list[Thing], bool]:
        """Newest first, and whether there are more. `account` None looks at every account."""
        where, values = "kind = ? AND created >= ?", [kind, since]
        if account is not None:
            where, values = where + " AND account = ?", [*values, account]
        if parent:
            where, values = where + " AND parent = ?", [*values, parent]
        if after:
            where, values = where + " AND seq < (SELECT seq FROM things WHERE id = ?)", [*values, after]  # noqa: S608
        query = f"SELECT body FROM things WHERE {where} ORDER BY seq DESC LIMIT ?"  # noqa: S608  constant pieces
        found = [json.loads(row["body"]) for row in self.db.execute(query, [*values, limit + 1])]
        return found[:limit], len(found) > limit

    def ended(self) -> list[tuple[str, Thing]]:
        """Things whose time is up, each with its account."""
        rows = self.db.execute("SELECT account, body FROM things WHERE ends_at <= ? ORDER BY ends_at", (self.now(),))
        return [(row["account"], json.loads(row["body"])) for row in rows.fetchall()]

    def emit(self, type: str, thing: Thing, *, account: str, previous: Thing | None = None) -> Thing:
        """Record an event about a thing as it is now, and queue its webhook."""
        data: Thing = {"object": shown(thing)}
        if previous is not None:
            data["previous_attributes"] = previous
        event = {
            "id": self.new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": type,
        }
        if account:
            event["account"] = account
        self.add(event, account=account, parent=thing["id"])
        due = self.now() + self.switch("webhook_delay")
        self.db.execute("INSERT INTO deliveries (event, due_at) VALUES (?, ?)", (event["id"], due))
        return event

    def key_get(self, account: str, key: str) -> sqlite3.Row | None:
        self.db.execute("DELETE FROM keys WHERE created < ?", (self.now() - FORGET_KEYS_AFTER,))
        return self.db.execute("SELECT * FROM keys WHERE account = ? AND key = ?", (account, key)).fetchone()

    def key_keep(self, account: str, key: str, request: str, status: int, body: str) -> None:
        self.db.execute(
            "INSERT INTO keys (account, key, request, status, body, created) VALUES (?, ?, ?, ?, ?, ?)",
            (account, key, request, status, body, self.now()),
        )


def shown(thing: Thing) -> Thing:
    """Without the twin's private notes (names that begin with an underscore)."""
    return {name: value for name, value in thing.items() if not name.startswith("_")}
