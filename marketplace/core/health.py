"""Is everything there that a page needs, and is what is there whole? Each app adds its own part."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import DatabaseError, connection


@dataclass(frozen=True)
class Part:
    """One thing that may be well or unwell; `needed` when no page works without it."""

    name: str
    well: bool
    words: str
    needed: bool = True


_looks: list[Callable[[], Part]] = []


def look(function: Callable[[], Part]) -> Callable[[], Part]:
    """Register a look at one part. It must answer within a second and never raise."""
    _looks.append(function)
    return function


def parts() -> list[Part]:
    return [function() for function in _looks]


@look
def database() -> Part:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Part("database", False, type(error).__name__)
    return Part("database", True, "ok")


@dataclass(frozen=True)
class Audit:
    """What a thorough look found: how many things it looked at, and each that is wrong, in words."""

    name: str
    looked_at: int
    troubles: list[str] = field(default_factory=list)


_audits: list[Callable[[], Audit]] = []


def thorough(function: Callable[[], Audit]) -> Callable[[], Audit]:
    """Register a look that may take minutes: run after a restore, never for a page."""
    _audits.append(function)
    return function


def audits() -> list[Audit]:
    return [function() for function in _audits]
