"""Dated indices behind one alias: which answers, which is being made, which can be gone back to."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings

from ..base import IndexMissing, IndexUnwell
from .connecting import asking
from .mapping import FORM, body, meta

BUILDING, BUILT = "building", "built"
NO_RULE = {"id": "none", "synonyms": "nonesuch => nonesuch"}  # a set may not be empty
READY_SECONDS = 60  # a busy server takes its time to start the first shard of an index
MOST_RULES = 10_000  # of one set, the server's own limit


def alias() -> str:
    return f"{settings.ELASTICSEARCH_INDEX}-listings"


def synonyms_set() -> str:
    return f"{settings.ELASTICSEARCH_INDEX}-words"


def in_use() -> str | None:
    """The index that answers; None when there is none yet."""
    with asking() as server:
        if not server.indices.exists_alias(name=alias()):
            return None
        return min(server.indices.get_alias(name=alias()).body)


def every_one() -> dict[str, dict[str, str]]:
    """All indices of ours by name, oldest first, with what their `_meta` says."""
    with asking() as server:
        found = server.indices.get_mapping(index=f"{alias()}-*", allow_no_indices=True).body
    return {name: found[name]["mappings"].get("_meta", {}) for name in sorted(found)}


def create(now: datetime, *, words: Iterable[str]) -> str:
    """A new, empty index beside the one in use; returns its name. `words`: see `push_words`."""
    push_words(words)
    return _make(f"{alias()}-{now:%Y%m%d-%H%M%S-%f}", synonyms_set(), BUILDING)


def _make(name: str, words: str, state: str) -> str:
    shards, replicas = settings.ELASTICSEARCH_SHARDS, settings.ELASTICSEARCH_REPLICAS
    with asking() as server:
        patient = server.options(request_timeout=READY_SECONDS + 5)
        made = patient.indices.create(
            index=name,
            timeout=f"{READY_SECONDS}s",
            **body(synonyms_set=words, state=state, shards=shards, replicas=replicas),
        )
    if not made["shards_acknowledged"]:  # it would be asked at once, and answer 503
        raise IndexUnwell(f"the new index {name} was not ready within {READY_SECONDS} seconds")
    return name


@contextmanager
def scratch(now: datetime) -> Iterator[str]:
    """An index that nobody else sees, with no rules of its own; gone afterwards."""
    name = f"{settings.ELASTICSEARCH_INDEX}-scratch-{now:%Y%m%d-%H%M%S-%f}"
    with asking() as server:
        server.synonyms.put_synonym(id=name, synonyms_set=[NO_RULE])
    try:
        yield _make(name, name, BUILT)
    finally:
        with asking() as server:
            server.indices.delete(index=name, ignore_unavailable=True)
            server.synonyms.delete_synonym(id=name)


def unfinished() -> str | None:
    """What a rebuild that was killed left, if it is of today's form: it can be gone on with."""
    left = [name for name, said in every_one().items() if said == meta(BUILDING)]
    return left[-1] if left else None


def quicken(name: str) -> None:
    """Settings for filling an index that nobody searches yet."""
    _set(name, {"refresh_interval": "-1", "number_of_replicas": 0, "translog.durability": "async"})


def finish(name: str) -> None:
    """Settings for answering, and the word that this index is whole."""
    replicas = settings.ELASTICSEARCH_REPLICAS
    _set(name, {"refresh_interval": "1s", "number_of_replicas": replicas, "translog.durability": "request"})
    with asking() as server:
        server.indices.put_mapping(index=name, meta=meta(BUILT))
        server.indices.refresh(index=name)
        server.indices.forcemerge(index=name, max_num_segments=1, wait_for_completion=False)  # each part costs anew


def _set(name: str, values: dict[str, Any]) -> None:
    with asking() as server:
        server.indices.put_settings(index=name, settings={"index": values})


def swap_in(name: str) -> str | None:
    """Put an index in use in one step; returns the one that was, which goes on answering until then."""
    before = in_use()
    actions: list[dict[str, Any]] = [{"add": {"index": name, "alias": alias(), "is_write_index": True}}]
    if before is not None and before != name:
        actions.insert(0, {"remove": {"index": before, "alias": alias()}})
    with asking() as server:
        server.indices.update_aliases(actions=actions)
    return before


def earlier() -> str | None:
    """The index that answered before this one, if it is whole and of today's form."""
    current = in_use()
    whole = [name for name, said in every_one().items() if name != current and said == meta(BUILT)]
    return whole[-1] if whole else None


def clear_away(*keep: str | None) -> None:
    """Delete our indices but the one in use and these."""
    kept = {in_use(), *keep}
    with asking() as server:
        for name in every_one():
            if name not in kept:
                server.indices.delete(index=name, ignore_unavailable=True)


def check_form() -> None:
    """Raises IndexMissing when the index in use has an older mapping than this code writes to."""
    with asking() as server:
        found = server.options(request_timeout=1.0).indices.get_mapping(index=alias()).body
    if any(each["mappings"].get("_meta", {}).get("form") != FORM for each in found.values()):
        raise IndexMissing("the search index has an older form, run manage.py search_rebuild")


def push_words(lines: Iterable[str]) -> int:
    """The curators' rules, in Solr's format, as the server's synonyms set, which every index of ours reads.

    Live on the server within a second, without indexing anything again. Returns how many rules it has.
    """
    rules = [{"id": f"r{number}", "synonyms": line} for number, line in enumerate(islice(lines, MOST_RULES))]
    with asking() as server:
        server.synonyms.put_synonym(
            id=synonyms_set(), synonyms_set=rules or [{"id": "none", "synonyms": "zzzz => zzzz"}]
        )
    return len(rules)
