"""Keeping every index of this deployment equal to what strangers may see, whatever has happened to it."""

from collections.abc import Iterable
from contextlib import suppress

from marketplace.core import pagecache

from .. import backends, selectors
from ..backends import IndexMissing, IndexUnwell, SearchBackend
from ..backends.elasticsearch import indices
from ..backends.embedded import EmbeddedBackend
from ..words.published import synonym_lines
from .index import Audit, Progress, bring_up_to_date, index_audit
from .rebuild import RebuildRunning, index_rebuild


def listings_index(
    *, ids: Iterable[int], backend: SearchBackend | None = None, progress: Progress | None = None
) -> None:
    """Bring these listings to every index. Safe to repeat, in any order.

    An index that is missing is built. The file that stands by is written even when the server does not answer; then
    IndexUnwell is raised at the end, so that the outbox tries again. Pages kept for strangers are dropped, as their
    lists have changed.
    """
    wanted, trouble = list(dict.fromkeys(ids)), None
    kept = {"": backend} if backend is not None else backends.named()
    for name, each in reversed(kept.items()):
        try:
            bring_up_to_date(each, wanted, progress)
        except IndexUnwell as error:
            if backend is not None:
                raise
            if isinstance(error, IndexMissing) or name == "embedded":  # a broken file is as good as none
                index_rebuild(only=name)
            else:
                trouble = error
    pagecache.something_public_changed()
    if trouble is not None:
        raise trouble


def words_overwrite() -> bool:
    """Leave no byte of listings that were taken out in the file; whether there was anything. Safe to repeat.

    A file that cannot be read is built anew by others, and then holds nothing of them.
    """
    with suppress(IndexUnwell):
        return EmbeddedBackend().overwrite()
    return False


def indices_audit(
    *, hashes: bool = True, repair: bool = True, progress: Progress | None = None
) -> dict[str, Audit | IndexUnwell]:
    """Audit every index, by name; one that is missing or ahead of the database is built anew. Trouble is said."""
    found: dict[str, Audit | IndexUnwell] = {}
    for name, backend in backends.named().items():
        try:
            found[name] = _audited(name, backend, hashes, repair, progress)
        except IndexUnwell as error:
            found[name] = error
        except RebuildRunning:
            found[name] = IndexUnwell("it is being built by another process just now; look again when that is done")
    return found


def _audited(name: str, backend: SearchBackend, hashes: bool, repair: bool, progress: Progress | None) -> Audit:
    try:
        backend.look()
        audit = index_audit(backend=backend, hashes=hashes, repair=repair, progress=progress)
    except IndexMissing:
        if not repair:
            raise
        index_rebuild(only=name, progress=progress)
        return index_audit(backend=backend, hashes=False)
    if audit.ahead and repair:
        index_rebuild(only=name, progress=progress)
    return audit


def missing_build() -> list[str]:
    """Build every index that is missing or of an older form; returns their names. Nothing while another rebuild runs.

    So a machine that is new, or has lost its file, has one before the server is away.
    """
    built = []
    for name in selectors.missing_indices():
        with suppress(RebuildRunning):
            index_rebuild(only=name)
            built.append(name)
    return built


def words_push() -> int:
    """Bring the published rules to the server, live there within a second. Returns how many; 0 without a server."""
    pushed = indices.push_words(synonym_lines()) if "elasticsearch" in backends.named() else 0
    pagecache.something_public_changed()
    return pushed
