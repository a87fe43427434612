"""The Elasticsearch backend: reads and writes of the index behind our alias, or of one named index."""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import blake2s
from itertools import islice
from typing import Any, TypeVar

from django.conf import settings
from django.utils import timezone

from ... import rules
from ...documents import Document
from ...query import SearchQuery
from ..base import (
    PAGE_SIZE,
    Box,
    Cluster,
    Hit,
    IndexMissing,
    IndexUnwell,
    Known,
    QuestionRefused,
    SearchResults,
    Suggestion,
)
from ..patience import Patience, TooSlow, patience
from . import indices
from .asking import words_clause
from .connecting import FIRST_NODE_SECONDS, WRITE_SECONDS, asking, several_nodes
from .counting import facets_of
from .mapping import line, source_of
from .marking import marked
from .ordering import WINDOW, cursor_after
from .question import AT_MOST, Question

BULK = 500  # documents in one request
KNOWN_SECONDS = 5.0  # so long a filter that nobody had before may be passed over
MOST_HOPS = 20
LOOK_SECONDS = 0.8
AT_ONCE_SECONDS = 5.0  # for a few changes, while other work waits behind them
Answer = dict[str, Any]
T = TypeVar("T")


_kept: dict[tuple[str, str], tuple[Known, float]] = {}  # what each index knows, and until when that will do


class ElasticsearchBackend:
    """Answers from the index in use, or from the index `name` (a rebuild's, or a scratch one)."""

    def __init__(self, name: str | None = None) -> None:
        self._name = name

    @classmethod
    @contextmanager
    def scratch(cls, documents: Iterable[Document]) -> Iterator["ElasticsearchBackend"]:
        """An index of these documents that nobody else sees; gone afterwards."""
        with indices.scratch(timezone.now()) as name:
            made = cls(name)
            made.put(documents)
            made.settle()
            yield made

    @property
    def name(self) -> str:
        return self._name or indices.alias()

    @property
    def _place(self) -> tuple[str, str]:
        return settings.ELASTICSEARCH_URL, self.name

    # reading

    def search(self, query: SearchQuery, *, today: date, size: int = PAGE_SIZE) -> SearchResults:
        clock, wording = patience(), query.asked()
        asked = Question(query, wording, today, size)
        answer = self._first(asked.body(), clock)
        total = whole = _total(answer)
        if whole < rules.ENOUGH and wording.fewer():
            asked.whole = whole
            answers = self._all([asked.body(minimum) for minimum in wording.fewer()], clock)
            at = rules.first_enough([_total(each) for each in answers])
            answer, asked.minimum = answers[at], wording.fewer()[at]
            total = _total(answer)
        page = min(query.page, max(1, math.ceil(total / size)))
        hits = answer["hits"]["hits"]
        if page * size > WINDOW and not asked.goes_on:
            hits, page = self._far(asked, page, total, clock)
        elif page != query.page:
            hits = self._first(asked.body(page=page), clock)["hits"]["hits"]
        more = page * size < total and bool(hits)
        return SearchResults(
            hits=tuple(_hit(found, query) for found in hits),
            facets=facets_of(answer["aggregations"], query),
            total=total,
            page=page,
            cursor=_cursor(page + 1, hits, asked) if more else "",
            whole=whole,
        )

    def _far(self, asked: Question, page: int, total: int, clock: Patience) -> tuple[list[Answer], int]:
        """A page beyond the server's window that was asked for by its number: from the end when that is nearer.

        From hit to hit, as far as the time and a few steps allow; the page that was reached is said.
        """
        first, size = (page - 1) * asked.size, asked.size
        last = min(first + size, total)
        if total - first <= WINDOW:
            body = asked.body(page=1, backwards=True) | {"from": total - last, "size": last - first}
            return self._first(body, clock)["hits"]["hits"][::-1], page
        at, after = 0, None
        for _hop in range(MOST_HOPS):
            step = min(WINDOW, first - at)
            if not step:
                break
            body = asked.body(page=1) | {"size": step, "_source": False, "aggs": {}}
            found = self._first(body | ({"search_after": after} if after else {}), clock)["hits"]["hits"]
            at, after = at + len(found), found[-1]["sort"]
        reached = at // size + 1
        return self._first(asked.body(page=1) | {"search_after": after}, clock)["hits"]["hits"], reached

    def clusters(self, query: SearchQuery, *, box: Box, zoom: int, today: date) -> list[Cluster]:
        wording = query.asked()
        asked = Question(query, wording, today, 0)
        corners = {
            "top_left": {"lat": box.north, "lon": box.west},
            "bottom_right": {"lat": box.south, "lon": box.east},
        }
        grid = {
            "geotile_grid": {"field": "place", "precision": rules.tile_zoom(zoom), "size": 2000},
            "aggs": {"middle": {"geo_centroid": {"field": "place"}}, "one": {"min": {"field": "id"}}},
        }
        bodies = [
            {
                "size": 0,
                "query": {
                    "bool": {
                        "must": [words_clause(wording, minimum)],
                        "filter": [*asked.filters.values(), *asked.fixed],
                    }
                },
                "aggs": {"here": {"filter": {"geo_bounding_box": {"place": corners}}, "aggs": {"grid": grid}}},
                "track_total_hits": rules.ENOUGH,
                "timeout": AT_MOST,
            }
            for minimum in (wording.minimum, *wording.fewer())
        ]
        answers = self._all(bodies, patience())
        answer = answers[rules.first_enough([_total(each) for each in answers])]
        return [_cluster(bucket) for bucket in answer["aggregations"]["here"]["grid"]["buckets"]]

    def known(self) -> Known:
        kept = self.known_lately()
        return self._learn() if kept is None else kept

    def known_lately(self) -> Known | None:
        """What this process has learnt in the last few seconds, so that a question is one call."""
        kept = _kept.get(self._place)
        return kept[0] if kept and kept[1] > time.monotonic() else None

    def _learn(self) -> Known:
        every = {"kind_names": 500, "languages": 300, "checks": 100}
        body = {"size": 0, "aggs": {name: {"terms": {"field": name, "size": size}} for name, size in every.items()}}
        found = self._first(body, patience())["aggregations"]
        used = {name: sorted(bucket["key"] for bucket in found[name]["buckets"]) for name in every}
        kinds = sorted((each.partition(" ")[::2] for each in used["kind_names"]), key=lambda pair: pair[1])
        known = Known(dict(kinds), tuple(used["languages"]), tuple(used["checks"]))
        _kept[self._place] = known, time.monotonic() + KNOWN_SECONDS
        return known

    def suggest(self, text: str, limit: int = 8) -> list[Suggestion]:
        typed = rules.terms(text) or rules.every_term(text)
        if not typed:
            return []
        kinds = [
            Suggestion(name)
            for name in self.known().kinds.values()
            if any(word.startswith(typed[-1]) for word in rules.every_term(name))
        ]
        body = {
            "size": limit,
            "query": {
                "multi_match": {
                    "query": " ".join(word[:15] for word in typed),
                    "fields": ["title.typed", "provider.typed"],
                    "type": "cross_fields",
                    "operator": "and",
                }
            },
            "_source": ["card.name"],
            "track_total_hits": False,
            "timeout": AT_MOST,
        }
        found = self._first(body, patience())["hits"]["hits"]
        named = [Suggestion(hit["_source"]["card"]["name"], int(hit["_id"])) for hit in found]
        return (kinds + named)[:limit]

    def _first(self, body: Answer, clock: Patience) -> Answer:
        copy = _preference(body)

        def ask(again: str, seconds: float) -> Answer:
            with asking(seconds) as server:
                return _whole(server.search(index=self.name, preference=f"{copy}{again}", body=body).body)

        return _of_a_node(ask, clock)

    def _all(self, bodies: list[Answer], clock: Patience) -> list[Answer]:
        """Several questions in one call."""
        if len(bodies) == 1:
            return [self._first(bodies[0], clock)]

        def ask(again: str, seconds: float) -> list[Answer]:
            head = {"index": self.name, "preference": f"{_preference(bodies[0])}{again}"}
            with asking(seconds) as server:
                found = server.msearch(searches=[part for body in bodies for part in (head, body)])
            return [_whole(each) for each in found.body["responses"]]

        return _of_a_node(ask, clock)

    def held(self) -> dict[int, tuple[int, str]]:
        held: dict[int, tuple[int, str]] = {}
        after: list[int] | None = None
        with asking() as server:
            server.indices.refresh(index=self.name)
            while True:
                found = server.search(
                    index=self.name,
                    size=WINDOW,
                    source=False,
                    stored_fields="_none_",  # the id is what they are sorted by
                    docvalue_fields=[{"field": "version"}, {"field": "hash"}],
                    sort=[{"id": {"order": "asc"}}],
                    track_total_hits=False,
                    allow_partial_search_results=False,
                    search_after=after,
                ).body["hits"]["hits"]
                held |= {hit["sort"][0]: (hit["fields"]["version"][0], hit["fields"]["hash"][0]) for hit in found}
                if len(found) < WINDOW:
                    return held
                after = found[-1]["sort"]

    # writing

    def put(self, documents: Iterable[Document]) -> int:
        written, left = 0, iter(documents)
        while batch := list(islice(left, BULK)):
            written += self._bulk(
                [
                    part
                    for document in batch
                    for part in (_head("index", document.id, document.version), line(source_of(document)))
                ],
                "index",
            )
        return written

    def remove(self, versions: dict[int, int]) -> int:
        removed, left = 0, iter(versions.items())
        while batch := list(islice(left, BULK)):
            removed += self._bulk([_head("delete", listing_id, version) for listing_id, version in batch], "delete")
        return removed

    def look(self) -> None:
        self._first({"size": 0, "track_total_hits": False}, Patience(LOOK_SECONDS))
        if self._name is None:
            indices.check_form()

    def settle(self) -> None:
        with asking() as server:
            server.indices.refresh(index=self.name)
        _kept.pop(self._place, None)

    def _bulk(self, operations: list[Any], verb: str) -> int:
        """How many took effect. One that is older than what the index has heard of is left out, and that is right."""
        with asking() as server:
            alias = self._name is None  # where the alias is missing, nothing may make an index by that name
            patient = server.options(request_timeout=AT_ONCE_SECONDS if alias else WRITE_SECONDS)
            said = ["items.*.status", "items.*.error.type"]
            answer = patient.bulk(index=self.name, operations=operations, require_alias=alias, filter_path=said).body
        if not isinstance(answer, dict) or "items" not in answer:
            raise IndexUnwell("what answered is no search server")
        done = 0
        for item in answer["items"]:
            found = item[verb]
            if found["status"] in (200, 201):
                done += 1
            elif found["status"] == 404 and "error" in found:
                raise IndexMissing("the server has no search index, run manage.py search_rebuild")
            elif found["status"] not in (404, 409):
                raise IndexUnwell(f"the server did not take a document: {found['error'].get('type', '')}")
        return done


def _of_a_node(ask: Callable[[str, float], T], clock: Patience) -> T:
    """What a node answers; in a cluster what another one does when the first is too slow or knows only a part.

    A node that was too slow is passed over for a while. `ask` is given what to add to the name of a copy, to be given
    another copy, and how many seconds it may take.
    """
    if several_nodes():
        try:
            with clock.waiting(FIRST_NODE_SECONDS) as seconds:
                return ask("", seconds)
        except (IndexMissing, QuestionRefused):
            raise
        except IndexUnwell:
            with clock.waiting() as seconds:
                return ask("-again", seconds)
    with clock.waiting() as seconds:
        return ask("", seconds)


def _preference(body: Answer) -> str:
    """The same copy for the same question, so that its pages fit together while copies differ a little."""
    return blake2s(repr(body["query"]).encode() if "query" in body else b"", digest_size=8).hexdigest()


def _whole(answer: Any) -> Answer:
    """An answer from all of the index. Half an answer is none."""
    if not isinstance(answer, dict) or "error" in answer:
        raise IndexUnwell("the server could not answer one of the questions")
    if answer.get("timed_out"):
        raise TooSlow("the server searched only a part of the index in time")
    if answer.get("_shards", {}).get("failed"):
        raise IndexUnwell("the server could search only a part of the index")
    return answer


def _head(verb: str, listing_id: int, version: int) -> bytes:
    kept = '"version_type":"external_gte"'
    return f'{{"{verb}":{{"_id":"{listing_id}","version":{version},{kept}}}}}'.encode()


def _cursor(page: int, hits: list[Answer], asked: Question) -> str:
    """The next page's number; beyond the server's window with the place to go on from."""
    far = page * asked.size > WINDOW
    return f"{page}~{cursor_after(hits[-1]['sort'], asked.query)}" if far else str(page)


def _total(answer: Answer) -> int:
    return int(answer["hits"]["total"]["value"])


def _cluster(bucket: Answer) -> Cluster:
    middle = bucket["middle"]["location"]
    one = int(bucket["one"]["value"]) if bucket["doc_count"] == 1 else None
    return Cluster(middle["lat"], middle["lon"], bucket["doc_count"], one)


def _hit(found: Answer, query: SearchQuery) -> Hit:
    source = found["_source"]
    place = source.get("place") or {}
    lat, lon = place.get("lat"), place.get("lon")
    return Hit(
        id=int(found["_id"]),
        version=source["version"],
        distance_miles=_miles(query, lat, lon),
        lat=lat,
        lon=lon,
        flags=frozenset(source.get("flags", ())),
        card=source["card"],
        score=found.get("_score") or 0.0,
        said=marked(found.get("highlight", {})),
    )


def _miles(query: SearchQuery, lat: float | None, lon: float | None) -> float | None:
    if query.at is None or lat is None or lon is None:
        return None
    return query.at.point.miles_to(type(query.at.point)(lat, lon))
