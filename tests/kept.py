"""What most tests begin with, made by the site's own services once in a process and only written again after that."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import Site

from marketplace.core import pagecache

WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
KEPT = timedelta(minutes=20)  # then it is made anew: what a test finds is never older, nor from a day the test moved to

Numbers = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Written:
    """The statements that wrote it, in their order, and when."""

    at: datetime
    statements: list[tuple[str, Any]]


class WrittenAgain:
    """`make` writes only rows of the database. A tenth of the time it takes, for no form, signal or template is asked.

    Only on SQLite, whose counters of numbers go back when a test is undone: where they stand as they stood, every row
    gets the number it had. PostgreSQL's go on, and there it is made each time.
    """

    def __init__(self, make: Callable[[], None]) -> None:
        self.make = make
        self.written: dict[Numbers, Written] = {}

    def __call__(self) -> None:
        if connection.vendor != "sqlite":
            self.make()
            return
        now, numbers = timezone.now(), _numbers()
        there = self.written.get(numbers)
        if there and abs(now - there.at) < KEPT:
            with transaction.atomic(), connection.cursor() as cursor:
                for sql, values in there.statements:
                    cursor.execute(sql, values)
                pagecache.something_public_changed()
            Site.clear_site_root_paths_cache()
        else:
            self.written[numbers] = Written(now, self._made())

    def _made(self) -> list[tuple[str, Any]]:
        statements: list[tuple[str, Any]] = []

        def note(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
            if WRITES.match(sql):
                statements.extend((sql, each) for each in (list(values) if many else [values]))
            return execute(sql, values, many, context)

        with connection.execute_wrapper(note):
            self.make()
        return statements


def _numbers() -> Numbers:
    """The last number given out in each table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name")
        return tuple(cursor.fetchall())
