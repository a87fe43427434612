"""`make bench`, the rows of the search server: P3, P6, P7, P8 and P12. Adds to var/bench.json.

P6: a whole search request beside the raw question by plain HTTP. P7 and P8: words, filters and counts at 100,000 and
1,000,000 listings (FULL=1) beside PostgreSQL's full text. P3: what a search page costs the web server. P12: rebuilding
from the database while people search, and suggestions at 100,000. Each ratio is measured in one run; both sides take
turns. `best` is the mean over all questions of each one's quickest answer: what is left when other work on the machine
is taken away.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from math import log
from multiprocessing import get_context
from pathlib import Path
from statistics import mean, median, quantiles
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlsplit

import django

if TYPE_CHECKING:
    from search.backends.elasticsearch import ElasticsearchBackend

ROOT = Path(__file__).resolve().parents[2]
FULL = os.environ.get("FULL") == "1"
SIZES = [int(each) for each in os.environ.get("BENCH_SIZES", "10000 100000" + " 1000000" * FULL).split()]
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
INDEX = os.environ.get("BENCH_INDEX", "bench")
LISTINGS = int(os.environ.get("BENCH_LISTINGS", "10000"))
SITE, PLAIN = 8763, 8764
TYPED = ("gard", "or", "lunch", "winslade cl", "meals and")
PAGE = "/search/?q=gardening&postcode=TA1+1AA&within=10"
QUESTIONS = (
    "q=gardening&within=5&day=tue&pay=dp",
    "q=hot+lunch&within=10&day=sat",
    "q=cleaning&within=15&day=tue&pay=dp",
)


def main() -> None:
    """All rows, or those named on the command line. Raises SystemExit(1) when one is not as promised."""
    django.setup()
    from django.core.management import call_command

    from tests.bench import data
    from tests.bench.goals import end_badly_if_missed, of_search

    call_command("migrate", verbosity=0)
    data.fill(LISTINGS)
    path = ROOT / "var" / "bench.json"
    figures = json.loads(path.read_text()) if path.exists() else {}
    wanted, measured = [each for each in ROWS if each.__name__ in (sys.argv[1:] or [each.__name__])], {}
    for rows in wanted:
        found = {name: round(value, 3) for name, value in rows().items()}
        measured |= found
        path.write_text(json.dumps(figures | measured, indent=2) + "\n")
        for name, value in found.items():
            print(f"{name}: {value:.3f}", flush=True)
    end_badly_if_missed(measured, of_search([rows.__name__ for rows in wanted], sizes=SIZES))


def rebuilding() -> dict[str, float]:
    """P12: listings a second from the database to a whole new index, with both cores; and the size of the index."""
    from django.db import connection

    from search import services
    from search.backends.elasticsearch import indices
    from search.backends.elasticsearch.connecting import client

    services.index_rebuild(only="embedded")
    services.index_rebuild(only="elasticsearch", processes=2)
    with asking_meanwhile() as waited:
        started, used = time.perf_counter(), os.times()
        held = services.index_rebuild(only="elasticsearch", processes=2)
        seconds, ended = time.perf_counter() - started, os.times()
    spent = sum(getattr(ended, part) - getattr(used, part) for part in _OWN_CPU)
    connection.close()
    client().indices.forcemerge(index=indices.alias(), max_num_segments=1)
    size = client().indices.stats(index=indices.alias()).body["_all"]["primaries"]["store"]["size_in_bytes"]
    found = client().search(index=indices.alias(), size=1000).body["hits"]["hits"]
    source = sum(len(json.dumps(hit["_source"], ensure_ascii=False).encode()) for hit in found) / len(found) * held
    return {
        "P12 rebuild listings a second": held / seconds,
        "P12 rebuild CPU ms a listing, of the site": spent * 1000 / held,
        "P12 searches meanwhile": len(waited),
        "P12 searches meanwhile p95 ms": p95(waited),
        "P12 index beside source text": size / source,
    }


_OWN_CPU = ("user", "system", "children_user", "children_system")


@contextmanager
def asking_meanwhile() -> Iterator[list[float]]:
    """Five searches a second of the index that a rebuild is about to replace; milliseconds of each."""
    from django.http import QueryDict
    from django.utils import timezone

    from search.backends.elasticsearch import ElasticsearchBackend
    from search.query import SearchQuery

    query, today = SearchQuery.from_url(QueryDict(PAGE.split("?", 1)[1])), timezone.localdate()
    context = get_context("fork")  # before the rebuild forks: a thread would be copied half way through a question
    over, answers = context.Event(), context.SimpleQueue()

    def ask() -> None:
        took = []
        while not over.wait(0.2):
            started = time.perf_counter()
            assert ElasticsearchBackend().search(query, today=today).total
            took.append((time.perf_counter() - started) * 1000)
        answers.put(took)

    asking, waited = context.Process(target=ask), list[float]()
    asking.start()
    try:
        yield waited
    finally:
        over.set()
        waited += answers.get()
        asking.join()


def suggesting() -> dict[str, float]:
    """P12: whole requests for suggestions, from an index of 100,000."""
    from tests.bench.serve import gunicorn

    with index_of(100_000), gunicorn("tests.bench.server_settings", SITE):
        get, numbers = getting(SITE), iter(range(10**9))
        asks = {typed: partial(_suggest, get, typed, numbers) for typed in TYPED}
        took = in_turn(asks, rounds=ROUNDS * 20)
    return {
        "P12 suggestions at 100000 p95 ms": p95([each for times in took.values() for each in times]),
        "P12 suggestions at 100000 best ms": best(took.values()),
    }


@contextmanager
def index_of(size: int) -> Iterator["ElasticsearchBackend"]:
    """An index of so many invented listings, filled, merged and put in use as a rebuild does; gone afterwards."""
    from django.test.utils import override_settings
    from django.utils import timezone

    from search.backends.elasticsearch import ElasticsearchBackend, indices
    from search.backends.elasticsearch.connecting import client
    from tests.bench.engine import spread

    os.environ["BENCH_INDEX"] = f"{INDEX}-many"
    with override_settings(ELASTICSEARCH_INDEX=f"{INDEX}-many"):
        name = indices.create(timezone.now(), words=())
        try:
            indices.quicken(name)
            ElasticsearchBackend(name).put(spread(size))
            indices.finish(name)
            client().options(request_timeout=600).indices.forcemerge(index=name, max_num_segments=1)
            indices.swap_in(name)
            yield ElasticsearchBackend(name)
        finally:
            os.environ["BENCH_INDEX"] = INDEX
            client().indices.delete(index=name)


def _suggest(get: Callable[[str], bytes], typed: str, numbers: Iterator[int]) -> None:
    """The database hides names of listings that it does not have, so there may be nothing left to offer."""
    get(f"/search/suggest/?q={quote_plus(typed)}&n={next(numbers)}")


def pages() -> dict[str, float]:
    """P6, P3 and the suggestions of P12, through the web server."""
    from django.http import QueryDict
    from django.utils import timezone

    from search.backends.elasticsearch.question import question_for
    from search.query import SearchQuery
    from search.words.selectors import understood
    from tests.bench.serve import Probe, costs, gunicorn

    query = understood(SearchQuery.from_url(QueryDict(PAGE.split("?", 1)[1])))
    ask_raw = raw(f"{INDEX}-listings", question_for(query, timezone.localdate()))
    with gunicorn("tests.bench.server_settings", SITE) as site, gunicorn("tests.bench.plain_settings", PLAIN) as plain:
        whole = getting(SITE)
        numbers = iter(range(10**9))
        took = in_turn(
            {
                "raw": ask_raw,
                "whole": lambda: whole(f"{PAGE}&n={next(numbers)}"),
            },
            rounds=ROUNDS * 60,
        )
        cost = costs({"search": Probe(site, PAGE), "plain home": Probe(plain, "/plain/home/")}, requests=300)
    raw_ms, whole_ms = median(took["raw"]), median(took["whole"])
    raw_best, whole_best = min(took["raw"]), min(took["whole"])
    return {
        "P6 raw question best ms": raw_best,
        "P6 whole search request best ms": whole_best,
        "P6 best whole request less 1.5 x raw ms": whole_best - 1.5 * raw_best,
        "P6 raw question p50 ms": raw_ms,
        "P6 whole search request p50 ms": whole_ms,
        "P6 whole request less 1.5 x raw ms": whole_ms - 1.5 * raw_ms,
        "P3 search page CPU beside plain home, on the server": cost["search"].cpu_ms / cost["plain home"].cpu_ms,
    }


def engines() -> dict[str, float]:
    """P7 and P8: the same questions to the backend and to PostgreSQL, at each size."""
    from django.http import QueryDict
    from django.utils import timezone

    from search.query import SearchQuery
    from tests.bench import postgres
    from tests.bench.engine import TOWNS

    figures: dict[str, float] = {}
    today = timezone.localdate()
    queries = [
        SearchQuery.from_url(QueryDict(f"{asked}&postcode={town.replace(' ', '+')}"))
        for town in TOWNS
        for asked in QUESTIONS
    ]
    for size in SIZES:
        postgres.fill(size)
        with index_of(size) as index:
            for query in queries:
                assert index.search(query, today=today).total >= 0
            took: dict[str, dict[int, list[float]]] = {"server": {}, "postgres": {}}
            for number, query in enumerate(queries):
                sides = {"server": partial(index.search, query, today=today), "postgres": partial(postgres.ask, query)}
                for name, times in in_turn(sides, rounds=ROUNDS * 3, warm=2).items():
                    took[name][number] = times
        for name, found in took.items():
            every = [each for times in found.values() for each in times]
            figures[f"{name} {size} p50 ms"], figures[f"{name} {size} p95 ms"] = median(every), p95(every)
            figures[f"{name} {size} best ms"] = best(found.values())
            figures[f"{name} {size} best p95 ms"] = p95([min(times) for times in found.values()])
    for row, size in (("P7", 100_000), ("P8", 1_000_000)):
        if size in SIZES:
            beside = figures[f"server {size} p95 ms"] / figures[f"postgres {size} p95 ms"]
            figures[f"{row} p95 beside PostgreSQL at {size}"] = beside
    first, last = SIZES[0], SIZES[-1]
    if last > first:
        grown = figures[f"server {last} p50 ms"] / figures[f"server {first} p50 ms"]
        figures["P8 growth exponent of p50"] = log(grown) / log(last / first)
    return figures


def raw(index: str, body: dict[str, Any]) -> Callable[[], object]:
    """The same question by plain HTTP, on one open connection."""
    from django.conf import settings

    at, sent = urlsplit(settings.ELASTICSEARCH_URL), json.dumps(body).encode()
    connection = HTTPConnection(at.hostname or "", at.port, timeout=30)

    def ask() -> object:
        connection.request("POST", f"/{index}/_search", sent, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        assert answer.status == 200
        return json.loads(answer.read())

    return ask


def getting(port: int) -> Callable[[str], bytes]:
    def get(path: str) -> bytes:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        assert answer.status == 200
        return body

    return get


def in_turn(asks: dict[str, Callable[[], object]], *, rounds: int, warm: int = 20) -> dict[str, list[float]]:
    """Milliseconds of each, taking turns, so that other work on the machine weighs on all alike."""
    took: dict[str, list[float]] = {name: [] for name in asks}
    for turn in range(rounds + warm):
        for name, ask in asks.items():
            started = time.perf_counter()
            ask()
            if turn >= warm:
                took[name].append((time.perf_counter() - started) * 1000)
    return took


def best(found: Iterable[list[float]]) -> float:
    """The mean of each question's quickest answer, in ms."""
    return mean(min(times) for times in found)


def p95(times: list[float]) -> float:
    return quantiles(times, n=20)[18]


ROWS = (rebuilding, pages, suggesting, engines)

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
