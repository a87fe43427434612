"""The embedded engine by itself: its share of a search page, and how it grows from 10,000 to 100,000 listings."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from math import log
from pathlib import Path
from random import Random
from statistics import quantiles

from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from marketplace.core import geo
from search import backends
from search.backends.embedded import EmbeddedBackend, store
from search.documents import Document
from search.query import SearchQuery
from tests.factories.documents import neighbourhood

SIZES = (10_000, 100_000)
MADE, STEP = 100_000, 7919
TODAY = date(2026, 3, 3)
TOWNS = ("TA1 1AA", "LS1 4AP", "BT1 5GS", "EH1 1YZ", "CF10 1EP", "NR1 3JU", "EX1 1JJ", "M1 1AE", "SE1 7EH", "HR4 9AR")
QUESTIONS = (
    "q=gardening&within=5",
    "q=lunch+and+company&within=10",
    "q=cleaning&within=15&day=tue&pay=dp",
    "within=5&sort=nearest",
)


def cpu_ms(url: str, rounds: int = 60) -> float:
    """Milliseconds of CPU for this question in the site's own index, the counts included."""
    query = SearchQuery.from_url(QueryDict(url.split("?", 1)[1]))
    backend, today = backends.current(), timezone.localdate()
    backend.search(query, today=today)
    started = time.process_time()
    for _ in range(rounds):
        backend.known()
        backend.search(query, today=today)
    return (time.process_time() - started) * 1000 / rounds


def embedded() -> dict[str, float]:
    """p50 and p95 in ms at both sizes, listings spread as people live, and the exponent with which p50 grows."""
    figures: dict[str, float] = {}
    for size in SIZES:
        path = Path(settings.BENCH_DIR) / f"embedded-{size}.sqlite3"
        path.unlink(missing_ok=True)
        backend = EmbeddedBackend(store.lay_out(str(path)))
        backend.put(spread(size))
        took = []
        for round_ in range(6):
            for town in TOWNS:
                for question in QUESTIONS:
                    query = SearchQuery.from_url(QueryDict(f"{question}&postcode={town.replace(' ', '+')}"))
                    started = time.perf_counter()
                    backend.search(query, today=TODAY)
                    if round_:
                        took.append((time.perf_counter() - started) * 1000)
        cuts = quantiles(took, n=20)
        figures[f"embedded {size} p50 ms"], figures[f"embedded {size} p95 ms"] = cuts[9], cuts[18]
        backend.close()
    small, large = (figures[f"embedded {size} p50 ms"] for size in SIZES)
    figures["embedded growth exponent of p50"] = log(large / small) / log(SIZES[1] / SIZES[0])
    return {name: round(value, 3) for name, value in figures.items()}


def spread(size: int) -> Iterator[Document]:
    """Invented listings at real postcodes of the whole country, as many in a town as it has postcodes.

    Beyond MADE of them each is one of the first with the point of another, as `postgres.fill` has it too.
    """
    lot = Random(1912)
    points = [point for outcode in geo.outcodes() for point in geo.points_in(outcode)[::17]]
    made = []
    for document in neighbourhood(min(size, MADE), geo.Point(51.0, -3.1), TODAY):
        point = lot.choice(points)
        made.append(replace(document, lat=round(point.lat, 6), lon=round(point.lon, 6)))
    yield from made
    for copy in range(1, size // MADE):
        for at, document in enumerate(made):
            other = made[(at + copy * STEP) % MADE]
            yield replace(document, id=document.id + copy * MADE, lat=other.lat, lon=other.lon)
