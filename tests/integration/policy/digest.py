"""A fingerprint of all that a request may have changed: every row we or Wagtail keep, and the payment store's."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection

from payments.sandbox import place

# A refusal may be written down, and a session may remember what somebody typed before they sign in.
# What nobody found is counted.
MAY_CHANGE = frozenset(
    [
        "auth_permission",
        "core_auditentry",
        "django_content_type",
        "django_session",
        "search_missedwords",
        "search_searchtally",
    ]
)
WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)


def fingerprint() -> dict[str, str]:
    """Table by table: a hash of every row in our database."""
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)} - MAY_CHANGE)
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            found[table] = _hash(cursor)
    return found


def _hash(rows) -> str:
    digest = hashlib.blake2b(digest_size=12)
    for each in rows:
        digest.update(repr(each).encode())
    return digest.hexdigest()


def changes(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables in which something is different."""
    return sorted(table for table in before if before[table] != after.get(table))


@contextmanager
def watching() -> Iterator[set[str]]:
    """The tables that were written to inside, for a fingerprint is dear and most requests write nothing."""
    written: set[str] = set()

    def watch(execute, sql, params, many, context):
        match = WRITES.match(sql)
        if match and match.group(1) not in MAY_CHANGE:
            written.add(match.group(1))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield written


class PaymentStore:
    """The practice payment store as it was, to compare with and to go back to: it lies outside our transactions."""

    def __init__(self) -> None:
        self.rows = self._read()
        self.mark = self._changes_made()

    def _read(self) -> dict[str, list[tuple]]:
        with place.store().open() as records:
            tables = [name for (name,) in records.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: [tuple(each) for each in records.db.execute(f"SELECT * FROM {name}")] for name in tables}

    @staticmethod
    def _changes_made() -> int:
        with place.store().open() as records:
            return records.db.total_changes

    def changed(self) -> list[str]:
        """The tables that are different; [] costs next to nothing."""
        if self._changes_made() == self.mark:
            return []
        now = self._read()
        return sorted(f"sandbox {name}" for name, rows in now.items() if rows != self.rows[name])

    def put_back(self) -> None:
        with place.store().open() as records:
            for name, rows in self.rows.items():
                records.db.execute(f"DELETE FROM {name}")
                if rows:
                    marks = ", ".join("?" * len(rows[0]))
                    records.db.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        self.mark = self._changes_made()
