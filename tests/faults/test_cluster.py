"""Beyond one machine: three nodes under 20 searches a second, one killed with -9, then a rolling restart."""

import os
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import gettempdir

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from marketplace.core import geo
from search.backends import IndexUnwell
from search.backends.elasticsearch import ElasticsearchBackend, indices
from search.backends.elasticsearch.connecting import client
from search.backends.embedded import EmbeddedBackend, store
from search.query import SearchQuery
from tests.factories.documents import make_document, neighbourhood
from tests.faults.plugin import FULL

pytestmark = [
    pytest.mark.elasticsearch,
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("elasticsearch"),
    pytest.mark.skipif(not FULL, reason="three servers: FULL=1"),
]
SCRIPT = Path(__file__).parents[1] / "services" / "elasticsearch" / "elasticsearch"
PORT, NODES, A_SECOND = 9350, 3, 20
ASKING = 4  # who take turns, so that one who waits for a slow node holds nobody up
HERE = geo.Place(geo.Kind.POSTCODE, "TA1 1AA", geo.Point(51.02, -3.10), "E06000066", exact=True)


def cluster(*said: object) -> None:
    own = {"ES_PORT": str(PORT), "ES_RUN_DIR": f"{gettempdir()}/marketplace-cluster-{os.getpid()}", "ES_HEAP": "384m"}
    subprocess.run([str(SCRIPT), *map(str, said)], check=True, env={**os.environ, **own}, timeout=300)


@pytest.fixture
def three_nodes(settings, tmp_path) -> Iterator[str]:
    known = neighbourhood(2000, HERE.point, timezone.localdate())
    settings.SEARCH_DB = str(tmp_path / "search.sqlite3")
    standby = store.create()
    EmbeddedBackend(store.open_file(standby)).put(known)
    store.swap_in(standby)
    cluster("start", NODES)
    settings.ELASTICSEARCH_URL = ",".join(f"http://127.0.0.1:{PORT + node}" for node in range(NODES))
    settings.ELASTICSEARCH_INDEX, settings.ELASTICSEARCH_REPLICAS = "cluster", 1
    try:
        name = indices.create(timezone.now(), words=())
        ElasticsearchBackend(name).put(known)
        indices.finish(name)
        indices.swap_in(name)
        until_green()
        yield name
    finally:
        cluster("stop")
        shutil.rmtree(f"{gettempdir()}/marketplace-cluster-{os.getpid()}", ignore_errors=True)


def until_green() -> None:
    ends = time.monotonic() + 180
    while time.monotonic() < ends:
        try:
            with_all = client().cluster.health(index="cluster-*", wait_for_status="green", wait_for_nodes=f">={NODES}")
            if not with_all.body["timed_out"]:
                return
        except OSError:
            pass
        time.sleep(1)
    raise AssertionError("the cluster did not become green")


class Load:
    """Searches and updates until it is told to stop. An update is tried again, as the outbox does."""

    def __init__(self) -> None:
        self.searches, self.by_the_file, self.written = 0, 0, 0
        self.failed: list[str] = []
        self._began = time.monotonic()
        self._over = threading.Event()
        self._counting = threading.Lock()
        self._threads = [threading.Thread(target=self._search, args=(turn,)) for turn in range(ASKING)]
        self._threads.append(threading.Thread(target=self._write))
        for thread in self._threads:
            thread.start()

    def _search(self, turn: int) -> None:
        dice, today, due = random.Random(turn), timezone.localdate(), self._began + turn / A_SECOND
        while not self._over.wait(max(0.0, due - time.monotonic())):
            due += ASKING / A_SECOND
            query = SearchQuery(q=dice.choice(("gardening", "lunch", "")), at=HERE, within=30)
            started = time.monotonic()
            answered = self._answered_by(query, today)
            with self._counting:
                self.searches += 1
                self.by_the_file += answered == "embedded"
            if answered is None or time.monotonic() - started > 2:
                self.failed.append(f"answered by {answered} in {time.monotonic() - started:.1f} s")

    def _answered_by(self, query: SearchQuery, today: date) -> str | None:
        """As the site asks: the server, and the file where the server is too slow. Without the breaker's rest."""
        for name, index in (("elasticsearch", ElasticsearchBackend()), ("embedded", EmbeddedBackend())):
            try:
                return name if index.search(query, today=today).total else None
            except IndexUnwell:
                continue
        return None

    def _write(self) -> None:
        while not self._over.wait(0.1):
            try:
                ElasticsearchBackend().put([make_document(1_000_000 + self.written)])
            except IndexUnwell:
                continue
            self.written += 1

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        self.rate = self.searches / (time.monotonic() - self._began)


@pytest.mark.fault("S2")
def test_a_killed_node_and_a_rolling_restart_are_not_noticed(three_nodes, fault_row):
    assert django_settings.ELASTICSEARCH_INDEX == "cluster"
    load = Load()
    try:
        time.sleep(3)
        cluster("stop", 1)  # kill -9
        time.sleep(10)
        cluster("restart", 1, NODES)
        until_green()
        for node in range(NODES):
            cluster("restart", node, NODES)
            until_green()
    finally:
        load.stop()
    index = ElasticsearchBackend()
    index.settle()
    held = index.held()
    lost = [number for number in range(load.written) if 1_000_000 + number not in held]
    fault_row.count(load.searches)
    said = (
        f"{load.searches} searches, {load.by_the_file} by the file, {len(load.failed)} failed, {load.rate:.1f} a second"
    )
    print(f"{said}; {load.written} updates, {len(lost)} lost")
    for error in load.failed:
        fault_row.violation(error)
    for number in lost:
        fault_row.violation(f"update {number} was lost")
    assert load.searches > 200
    assert load.rate > A_SECOND * 0.95
    assert load.by_the_file < load.searches / 20
    assert load.written > 100
