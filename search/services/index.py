"""Making one index equal to what strangers may see."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from providers.listings import selectors as listings
from providers.listings.models import Listing

from .. import backends, documents
from ..backends import SearchBackend

BATCH = 200
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found and put right: `missing` from the index, `extra` in it, `old` words in it. `checked` in all.

    `ahead`: newer in the index than in the database, which was put back to an earlier day. Only a rebuild helps.
    """

    checked: int
    missing: tuple[int, ...] = ()
    extra: tuple[int, ...] = ()
    old: tuple[int, ...] = ()
    ahead: tuple[int, ...] = ()

    @property
    def drifted(self) -> int:
        return len(self.missing) + len(self.extra) + len(self.old) + len(self.ahead)


def bring_up_to_date(backend: SearchBackend, ids: list[int], progress: Progress | None = None) -> None:
    """Make this index say of these listings what the database says now. Safe to repeat, in any order."""
    done = 0
    for batch in batches(ids):
        versions = dict(Listing.objects.filter(pk__in=batch).values_list("pk", "version"))
        found = documents.of_ids(batch)
        if found:
            backend.put(found)
        seen = {document.id for document in found}
        gone = {pk: versions.get(pk, _FOREVER) for pk in batch if pk not in seen}
        if gone:
            backend.remove(gone)
        done += len(batch)
        if progress:
            progress(done, len(ids))
    if ids:
        backend.settle()


_FOREVER = 2**31  # the version of a listing that has been deleted: later than any


def batches(ids: Sequence[int], size: int = BATCH) -> Iterator[list[int]]:
    return (list(ids[start : start + size]) for start in range(0, len(ids), size))


def index_audit(
    *,
    backend: SearchBackend | None = None,
    hashes: bool = True,
    repair: bool = True,
    progress: Progress | None = None,
) -> Audit:
    """Compare an index (the one in use) with the database by id and version, and by fingerprint unless told not to.

    What differs is put right. Without `hashes` it takes two queries, and misses words that changed behind the
    version's back (a renamed kind of help, a moved page).
    """
    backend = backend or backends.current()
    held = backend.held()
    shown = dict(listings.visible_to().values_list("pk", "version"))
    missing = [pk for pk in shown if pk not in held]
    extra = [pk for pk in held if pk not in shown]
    old = {pk for pk, version in shown.items() if pk in held and held[pk][0] < version}
    ahead = [pk for pk, version in shown.items() if pk in held and held[pk][0] > version]
    if hashes:
        done, compared = 0, [pk for pk in shown if pk in held and held[pk][0] == shown[pk]]
        for batch in batches(compared):
            old |= {found.id for found in documents.of_ids(batch) if held[found.id][1] != found.hash}
            done += len(batch)
            if progress:
                progress(done, len(compared))
    if repair:
        bring_up_to_date(backend, [*missing, *extra, *sorted(old)])
    return Audit(len(shown), tuple(missing), tuple(extra), tuple(sorted(old)), tuple(ahead))
