"""The embedded engine by itself: its share of a search page, and how it grows from 10,000 to 100,000 listings."""

import time
from datetime import date
from math import log
from pathlib import Path
from statistics import quantiles

from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from marketplace.core import geo
from search import backends
from search.backends.embedded import EmbeddedBackend, store
from search.query import SearchQuery
from tests.factories.documents import neighbourhood

SIZES = (10_000, 100_000)
QUESTIONS = (
    "q=gardening&postcode=TA1+1AA&within=5",
    "q=lunch+and+company&postcode=TA1+1AA&within=10",
    "q=wash+dress&postcode=TA1+1AA&within=15&day=tue&pay=dp",
    "postcode=TA1+1AA&within=5&sort=nearest",
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
    """p50 and p95 in ms at both sizes, and the exponent with which p50 grows."""
    taunton = geo.understand("TA1 1AA")
    assert isinstance(taunton, geo.Place)
    assert taunton.point is not None
    figures: dict[str, float] = {}
    for size in SIZES:
        path = Path(settings.BENCH_DIR) / f"embedded-{size}.sqlite3"
        today = date(2026, 3, 3)
        path.unlink(missing_ok=True)
        backend = EmbeddedBackend(store.lay_out(str(path)))
        backend.put(neighbourhood(size, taunton.point, today))
        took = []
        for _ in range(40):
            for question in QUESTIONS:
                query = SearchQuery.from_url(QueryDict(question))
                started = time.perf_counter()
                backend.search(query, today=today)
                took.append((time.perf_counter() - started) * 1000)
        cuts = quantiles(took, n=20)
        figures[f"embedded {size} p50 ms"], figures[f"embedded {size} p95 ms"] = cuts[9], cuts[18]
    small, large = (figures[f"embedded {size} p50 ms"] for size in SIZES)
    figures["embedded growth exponent of p50"] = log(large / small) / log(SIZES[1] / SIZES[0])
    return {name: round(value, 3) for name, value in figures.items()}
