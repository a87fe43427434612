"""Keeping the index equal to what strangers may see."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from marketplace.core import pagecache
from marketplace.core.errors import DomainError
from providers.listings import selectors as listings
from providers.listings.models import Listing

from .. import backends, documents
from ..backends.embedded import EmbeddedBackend, store

BATCH = 200
MOST_CATCHING_UP = 5
Progress = Callable[[int, int], None]


class RebuildRunning(DomainError):
    """Somebody else is rebuilding the index just now."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found and put right: `missing` from the index, `extra` in it, `old` words in it. `checked` in all."""

    checked: int
    missing: tuple[int, ...] = ()
    extra: tuple[int, ...] = ()
    old: tuple[int, ...] = ()

    @property
    def drifted(self) -> int:
        return len(self.missing) + len(self.extra) + len(self.old)


def listings_index(*, ids: Iterable[int], backend: backends.SearchBackend | None = None) -> None:
    """Make the index say of these listings what the database says now. Safe to repeat, in any order.

    Without a usable index all of it is built. Pages kept for strangers are dropped, as their lists have changed.
    """
    try:
        _bring_up_to_date(backend or backends.current(), list(ids))
    except backends.IndexUnwell:
        if backend is not None:
            raise
        index_rebuild()
    pagecache.something_public_changed()


def _bring_up_to_date(backend: backends.SearchBackend, ids: list[int]) -> None:
    versions = dict(Listing.objects.filter(pk__in=ids).values_list("pk", "version"))
    found = documents.of_ids(ids)
    backend.put(found)
    seen = {document.id for document in found}
    backend.remove({pk: versions.get(pk, _FOREVER) for pk in ids if pk not in seen})


_FOREVER = 2**31  # the version of a listing that has been deleted: later than any


def _batches(ids: Sequence[int]) -> Iterator[list[int]]:
    return (list(ids[start : start + BATCH]) for start in range(0, len(ids), BATCH))


def index_rebuild(*, progress: Progress | None = None) -> int:
    """A new index from the database, while the old one answers; then swap them. Returns how many listings it holds.

    What changes meanwhile is caught up with before the swap, and again after it. Killed half way, it leaves the old
    index in use. Raises RebuildRunning.
    """
    try:
        with store.rebuilding_alone():
            store.clear_away()
            path = store.create()
            fresh = EmbeddedBackend(store.open_file(path))
            ids = list(listings.visible_to().order_by("pk").values_list("pk", flat=True))
            done = 0
            for batch in _batches(ids):
                fresh.put(documents.of_ids(batch))
                done += len(batch)
                if progress:
                    progress(done, len(ids))
            for _again in range(MOST_CATCHING_UP):
                if not index_audit(backend=fresh, hashes=False).drifted:
                    break
            fresh.close()
            store.swap_in(path)
            store.clear_away()
    except BlockingIOError as error:
        raise RebuildRunning from error
    index_audit(hashes=False)  # changes that were written to the old index after the last look
    pagecache.something_public_changed()
    return len(ids)


def index_audit(
    *,
    backend: backends.SearchBackend | None = None,
    hashes: bool = True,
    repair: bool = True,
    progress: Progress | None = None,
) -> Audit:
    """Compare the index with the database by id and version, and by fingerprint unless told not to; put it right.

    Without `hashes` it takes two queries, and misses words that changed behind the version's back (a renamed kind of
    help, a moved page).
    """
    backend = backend or backends.current()
    held = backend.held()
    shown = dict(listings.visible_to().values_list("pk", "version"))
    missing = [pk for pk in shown if pk not in held]
    extra = [pk for pk in held if pk not in shown]
    old = {pk for pk, version in shown.items() if pk in held and held[pk][0] < version}
    if hashes:
        done, compared = 0, [pk for pk in shown if pk in held and pk not in old]
        for batch in _batches(compared):
            old |= {found.id for found in documents.of_ids(batch) if held[found.id][1] != found.hash}
            done += len(batch)
            if progress:
                progress(done, len(compared))
    if repair:
        for batch in _batches([*missing, *extra, *sorted(old)]):
            _bring_up_to_date(backend, batch)
    return Audit(len(shown), tuple(missing), tuple(extra), tuple(sorted(old)))
