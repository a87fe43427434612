"""A circuit breaker: after a failure nobody else waits for the server until it has had time, and then only one asks."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .base import IndexMissing, IndexUnwell, QuestionRefused

FIRST_WAIT, LONGEST_WAIT = 2.0, 30.0  # seconds; the waits double while it goes on failing
FAILURES = 2  # in a row, so that one dropped socket does not count; a time-out counts as both


class Breaker:
    """One for each server in each process. Safe for threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._wait = FIRST_WAIT
        self._open_until: float | None = None
        self.trouble = ""

    @property
    def is_open(self) -> bool:
        return self._open_until is not None

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Around one call. Raises IndexUnwell at once while the server is being left alone."""
        self._ask_leave()
        try:
            yield
        except (IndexMissing, QuestionRefused):
            self.succeeded()  # it answered
            raise
        except IndexUnwell as error:
            self.failed(error)
            raise
        else:
            self.succeeded()

    def _ask_leave(self) -> None:
        with self._lock:
            if self._open_until is None:
                return
            if self._clock() < self._open_until:
                raise IndexUnwell(f"{self.trouble} (left alone for a moment)")
            self._open_until = self._clock() + self._wait  # this call tries; the others go on leaving it alone

    def succeeded(self) -> None:
        with self._lock:
            self._failures, self._wait, self._open_until, self.trouble = 0, FIRST_WAIT, None, ""

    def failed(self, error: IndexUnwell) -> None:
        with self._lock:
            self._failures += FAILURES if error.was_slow else 1
            self.trouble = str(error)
            if self._failures >= FAILURES or self._open_until is not None:
                if self._open_until is not None:
                    self._wait = min(self._wait * 2, LONGEST_WAIT)
                self._open_until = self._clock() + self._wait
