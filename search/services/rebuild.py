"""Making an index anew while the old one answers, and going back to the one before."""

import gc
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context

from django.db import connections
from django.utils import timezone

from marketplace.core import pagecache
from marketplace.core.errors import DomainError
from providers.listings import selectors as listings

from .. import backends, documents
from ..backends import SearchBackend
from ..backends.elasticsearch import ElasticsearchBackend, indices
from ..backends.embedded import EmbeddedBackend, store
from ..words.published import synonym_lines
from .index import Progress, batches, index_audit

MOST_CATCHING_UP = 5
MANY_BATCHES, BATCH = 6, 500  # with fewer batches another process is not worth starting


class RebuildRunning(DomainError):
    """Somebody else is rebuilding the index just now."""


class NothingToGoBackTo(DomainError):
    """No earlier index is left."""


def index_rebuild(*, only: str = "", progress: Progress | None = None, processes: int = 1) -> int:
    """New indices from the database, while the old ones answer; then swap them. Returns how many listings they hold.

    `only` names one of `backends.named()`. What changes meanwhile is caught up with before the swap, and again after
    it. Killed half way, the old index stays in use, and the next rebuild on the server goes on where it was. So many
    `processes` read for the server. Raises RebuildRunning, IndexUnwell.
    """
    wanted = [name for name in backends.named() if name == (only or name)]
    held = 0
    try:
        with store.rebuilding_alone():
            if "embedded" in wanted:
                held = _embedded_rebuild(progress)
            if "elasticsearch" in wanted:
                held = _server_rebuild(timezone.now(), progress, processes)
    except BlockingIOError as error:
        raise RebuildRunning from error
    for name in wanted:  # changes that were written to the old index after the last look
        index_audit(backend=backends.named()[name], hashes=False)
    pagecache.something_public_changed()
    return held


def _embedded_rebuild(progress: Progress | None) -> int:
    store.clear_away()
    path = store.create()
    fresh = EmbeddedBackend(store.open_file(path))
    held = _fill(fresh, (), progress)
    _catch_up(fresh)
    fresh.close()
    store.swap_in(path)
    store.clear_away()
    return held


def _server_rebuild(now: datetime, progress: Progress | None, processes: int) -> int:
    name = indices.unfinished() or indices.create(now, words=synonym_lines())
    indices.quicken(name)
    fresh = ElasticsearchBackend(name)
    held = _fill(fresh, fresh.held(), progress, processes)
    indices.finish(name)
    _catch_up(fresh)
    before = indices.swap_in(name)
    indices.clear_away(before)
    return held


def _fill(fresh: SearchBackend, already: Iterable[int], progress: Progress | None, processes: int = 1) -> int:
    shown = list(listings.visible_to().order_by("pk").values_list("pk", flat=True))
    kept = set(already)
    left = [pk for pk in shown if pk not in kept]
    done = len(shown) - len(left)
    for many in _written(fresh, list(batches(left, BATCH)), processes):
        done += many
        if progress:
            progress(done, len(shown))
    return len(shown)


def _written(fresh: SearchBackend, left: list[list[int]], processes: int) -> Iterator[int]:
    """The size of each batch once it is in the new index."""
    if processes < 2 or len(left) < MANY_BATCHES or not isinstance(fresh, ElasticsearchBackend):
        for batch in left:
            fresh.put(documents.of_ids(batch))
            yield len(batch)
        return
    connections.close_all()  # a child must not use its parent's
    with ProcessPoolExecutor(processes, get_context("fork"), initializer=gc.disable) as readers:
        yield from readers.map(_write, [fresh.name] * len(left), left)


def _write(name: str, batch: list[int]) -> int:
    """In a process of its own: reading rows costs as much as the server's part, looking for garbage a tenth more."""
    ElasticsearchBackend(name).put(documents.of_ids(batch))
    return len(batch)


def _catch_up(fresh: SearchBackend) -> None:
    for _again in range(MOST_CATCHING_UP):
        if not index_audit(backend=fresh, hashes=False).drifted:
            break


def index_roll_back() -> str:
    """Put the server's earlier index in use again, brought up to date first. Returns its name.

    Raises NothingToGoBackTo, RebuildRunning, IndexUnwell.
    """
    try:
        with store.rebuilding_alone():
            name = indices.earlier()
            if name is None:
                raise NothingToGoBackTo
            index_audit(backend=ElasticsearchBackend(name))
            indices.swap_in(name)
    except BlockingIOError as error:
        raise RebuildRunning from error
    index_audit(hashes=False)
    pagecache.something_public_changed()
    return name
