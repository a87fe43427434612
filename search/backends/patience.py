"""How long a page waits for the search server: for all that it asks together, and only for the server."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from .base import IndexUnwell

READ_SECONDS = 1.2  # so that the other path can answer within two
TOO_LITTLE = 0.02  # seconds in which nothing can be asked any more


class TooSlow(IndexUnwell):
    """The time that a page may wait was over."""

    was_slow = True


@dataclass
class Patience:
    """Seconds that may still be spent waiting. What the site itself takes in between does not count."""

    left: float = READ_SECONDS

    @contextmanager
    def waiting(self, at_most: float = READ_SECONDS) -> Iterator[float]:
        """Around one call: how many seconds it may take. Raises TooSlow when there are none."""
        if self.left <= TOO_LITTLE:
            raise TooSlow("the server is too slow")
        started = time.monotonic()
        try:
            yield min(self.left, at_most)
        finally:
            self.left -= time.monotonic() - started


_of_page: ContextVar[Patience | None] = ContextVar("search_patience", default=None)


@contextmanager
def one_patience() -> Iterator[None]:
    """Around a page, or as the decorator of its view: every question in it draws on the same seconds."""
    kept = _of_page.set(Patience())
    try:
        yield
    finally:
        _of_page.reset(kept)


def patience() -> Patience:
    """This page's; outside of one, a new one for each question."""
    return _of_page.get() or Patience()
