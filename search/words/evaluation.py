"""How well searches find what people meant, on a collection that somebody has labelled. Tags are never indexed."""

import csv
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from statistics import fmean
from typing import Any

from rapidfuzz.distance import OSA

from marketplace.core.errors import DomainError

from .. import backends
from ..backends.base import IndexUnwell, SearchBackend, SearchResults
from ..backends.embedded import EmbeddedBackend
from ..documents import LONG_AGO, Document
from ..query import SearchQuery
from .matching import Rulebook
from .spelling import Lexicon
from .understanding import understand

FIRST, DEEP, TRIES = 10, 50, 3
LEAD = 30  # words: a text says first what it is about, so these stand where a listing has its summary
MISSPELT, SAME_QUERY = "misspelt", 0.6  # from so alike on, one query is taken for a slip of another
NO_PLACE = {"lat": None, "lon": None, "reach_miles": None, "areas": ()}
NO_FACTS: dict[str, Any] = {
    **dict.fromkeys(("kinds", "days", "languages", "checks"), ()),
    **dict.fromkeys(("kinds_words", "offers", "provider", "legal_form", "council"), ""),
    **dict.fromkeys(("comes", "there", "free", "dp", "shared", "step_free", "men", "women"), False),
    **NO_PLACE,
}


class BadColumns(DomainError):
    """A file lacks a column; the message names the file and the columns it needs."""


class UnknownBackend(DomainError):
    """There is no backend of that name here."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text and what somebody said it is about."""

    id: str
    title: str
    text: str
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """One query: it is answered by every text that has any of these tags. `group`: professional, lay or misspelt."""

    query: str
    group: str
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Score:
    """`ndcg` over the first ten and `recall` over the first fifty, each from 0 to 1; `found` of `right` in fifty."""

    query: str
    group: str
    ndcg: float
    recall: float
    zero: bool
    found: int
    right: int
    understood: str
    tags: tuple[str, ...] = ()


def read_documents(path: str) -> list[Labelled]:
    """Columns id, title, text, tags; tags with ; between. Raises BadColumns, OSError."""
    rows = _rows(path, ("id", "title", "text", "tags"))
    return [Labelled(row["id"], row["title"], row["text"], _tags(row["tags"])) for row in rows]


def read_queries(path: str) -> list[Asked]:
    """Columns query, group, tags. Raises BadColumns, OSError."""
    rows = _rows(path, ("query", "group", "tags"))
    return [Asked(row["query"], row["group"].strip().lower(), _tags(row["tags"])) for row in rows]


def _rows(path: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    csv.field_size_limit(10_000_000)
    with open(path, newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        if not set(columns) <= set(reader.fieldnames or ()):
            raise BadColumns(f"{path} must have the columns {', '.join(columns)}")
        return [{name: row[name] or "" for name in columns} for row in reader]


def _tags(text: str) -> frozenset[str]:
    return frozenset(tag.strip() for tag in text.split(";") if tag.strip())


def evaluate(
    found: list[Labelled], asked: Iterable[Asked], *, backend: str, book: Rulebook, today: date
) -> list[Score]:
    """Index these texts in a scratch index, ask every query as the site would, and score the answers."""
    texts, names = (f"{each.title} {each.text}" for each in found), (each.title for each in found)
    lexicon = Lexicon(texts, book, names)
    documents = [_document(number, each, today) for number, each in enumerate(found, 1)]
    with _scratch(backend)(documents) as index:
        return [_score(index, each, found, book, lexicon, today) for each in asked]


def _document(number: int, found: Labelled, today: date) -> Document:
    return Document(
        id=number,
        version=1,
        public_id=str(number),
        title=found.title,
        summary=" ".join(found.text.split()[:LEAD]),
        about=found.text,
        price_pence=None,
        assured=today.toordinal(),
        published=LONG_AGO,
        card={"name": found.title},
        **NO_FACTS,
    )


Scratch = Callable[[list[Document]], AbstractContextManager[SearchBackend]]


def _scratch(name: str) -> Scratch:
    ways: dict[str, Scratch] = {"embedded": _embedded, **getattr(backends, "SCRATCH", {})}
    if name not in ways:
        raise UnknownBackend(f"{name}: choose from {', '.join(sorted(ways))}")
    return ways[name]


@contextmanager
def _embedded(documents: list[Document]) -> Iterator[SearchBackend]:
    index = EmbeddedBackend.in_memory(documents)
    try:
        yield index
    finally:
        index.close()


def _score(
    index: SearchBackend, asked: Asked, found: list[Labelled], book: Rulebook, lexicon: Lexicon, today: date
) -> Score:
    wording = understand(asked.query, book, lexicon)
    hits = _patiently(lambda: index.search(SearchQuery(q=asked.query, wording=wording), today=today, size=DEEP)).hits
    right = sum(bool(each.tags & asked.tags) for each in found)
    gains = [bool(found[hit.id - 1].tags & asked.tags) for hit in hits]
    return Score(
        query=asked.query,
        group=asked.group,
        ndcg=ndcg(gains[:FIRST], right),
        recall=sum(gains) / right if right else 0.0,
        zero=not hits,
        found=sum(gains),
        right=right,
        understood=" + ".join(
            ("~" if group.optional else "") + "|".join(text for text, _weight in group.alternatives[:4])
            for group in wording.groups
        ),
        tags=tuple(sorted(asked.tags)),
    )


def _patiently(ask: Callable[[], SearchResults]) -> SearchResults:
    """Asked again when the server was too slow, for here nobody waits for a page."""
    for _again in range(TRIES - 1):
        try:
            return ask()
        except IndexUnwell as error:
            if not error.was_slow:
                raise
    return ask()


def ndcg(gains: list[bool], right: int) -> float:
    """Discounted gain of an order over that of the best one; 0 when there is nothing to find.

    >>> ndcg([True, True], 2), round(ndcg([False, True], 1), 2), ndcg([], 3)
    (1.0, 0.63, 0.0)
    """
    best = sum(1 / math.log2(place + 2) for place in range(min(right, FIRST)))
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains)) / best if best else 0.0


def by_group(scores: list[Score]) -> dict[str, dict[str, float]]:
    """Means of each group, and of "all"."""
    groups = {group: [each for each in scores if each.group == group] for group in sorted({s.group for s in scores})}
    return {
        name: {
            "queries": len(some),
            "ndcg@10": round(fmean(each.ndcg for each in some), 4),
            "recall@50": round(fmean(each.recall for each in some), 4),
            "zero_results": round(fmean(each.zero for each in some), 4),
        }
        for name, some in (groups | {"all": scores}).items()
        if some
    }


def misspelt_beside_right(scores: list[Score]) -> float | None:
    """Mean nDCG of misspelt queries over that of the same queries spelt right; None when no query is there both ways.

    The right spelling of a query is the one nearest to it that has the same tags.
    """
    right = [each for each in scores if each.group != MISSPELT]
    pairs = []
    for slip in (each for each in scores if each.group == MISSPELT):
        same = [each for each in right if each.tags == slip.tags and _alike(each.query, slip.query) >= SAME_QUERY]
        if same:
            pairs.append((slip, max(same, key=lambda each: _alike(each.query, slip.query))))
    meant = sum(twin.ndcg for _slip, twin in pairs)
    return round(sum(slip.ndcg for slip, _twin in pairs) / meant, 4) if meant else None


def _alike(one: str, other: str) -> float:
    return float(OSA.normalized_similarity(one.lower(), other.lower()))


def as_run(scores: list[Score], backend: str) -> dict[str, Any]:
    """A run as JSON, for keeping and comparing."""
    return {
        "backend": backend,
        "groups": by_group(scores),
        "misspelt_beside_right": misspelt_beside_right(scores),
        "queries": [asdict(each) for each in scores],
    }
