"""Beyond one machine: a site on three search servers, 20 pages a second, one server killed with -9, then all restarted.

Asked as visitors ask, through gunicorn, while listings change and the worker brings each change to the servers.
"""

import os
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from tempfile import gettempdir

import pytest
from django.db import connection

from marketplace.core import outbox
from providers.listings import services as listings
from providers.listings.models import Listing
from search import selectors, services
from search.backends import IndexUnwell
from search.backends.elasticsearch.connecting import client
from search.backends.guarded import breaker_of
from tests.factories.listings import make_category, make_listing, make_offer, make_provider
from tests.faults.plugin import FULL
from tests.live import live_site

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.elasticsearch,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("elasticsearch"),
    pytest.mark.skipif(not FULL, reason="three servers: FULL=1"),
]
SCRIPT = Path(__file__).parents[2] / "services" / "elasticsearch" / "elasticsearch"
PORT, NODES, A_SECOND, LISTINGS = 9350, 3, 20, 60
ASKING = 4  # who take turns, so that one who waits for a slow server holds nobody up
PATIENCE = 2.0  # seconds that a person waits at most
OUTAGE = "Some results may be missing"
KEPT_IN = Path(gettempdir()) / f"marketplace-cluster-{os.getpid()}"


def cluster(*said: object) -> None:
    own = {"ES_PORT": str(PORT), "ES_RUN_DIR": str(KEPT_IN), "ES_HEAP": "384m"}
    subprocess.run([str(SCRIPT), *map(str, said)], check=True, env={**os.environ, **own}, timeout=300)


@pytest.fixture
def three_nodes(settings) -> Iterator[None]:
    cluster("start", NODES)
    settings.ELASTICSEARCH_URL = ",".join(f"http://127.0.0.1:{PORT + node}" for node in range(NODES))
    settings.ELASTICSEARCH_INDEX, settings.ELASTICSEARCH_REPLICAS = "cluster", 1
    breaker_of.cache_clear()
    try:
        yield
    finally:
        cluster("stop")
        shutil.rmtree(KEPT_IN, ignore_errors=True)
        breaker_of.cache_clear()


@pytest.fixture
def gardeners(only_on_postgresql, three_nodes, cast) -> list[Listing]:
    """Live and in every index."""
    made = []
    for number in range(LISTINGS):
        provider = make_provider(cast.council["quantock"], name=f"Gardener {number}")
        made.append(make_listing(provider, title=f"Gardener {number}", categories=(make_category(),)))
        make_offer(made[-1])
    services.index_rebuild()
    until_green()
    return made


@pytest.fixture
def port(gardeners, settings, tmp_path) -> Iterator[int]:
    """Of a site on the three servers."""
    shared = ("ELASTICSEARCH_URL", "ELASTICSEARCH_INDEX", "ELASTICSEARCH_REPLICAS", "SEARCH_DB", "PUBLIC_STAMP")
    with live_site(
        tmp_path / "site.log", workers=ASKING, **{name: getattr(settings, name) for name in shared}
    ) as found:
        yield found


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
    """Pages asked, listings changed and changes brought to the index, until it is told to stop."""

    def __init__(self, port: int, changing: list[Listing]) -> None:
        self.port, self.changing = port, changing
        self.pages, self.by_the_file, self.changes = 0, 0, 0
        self.failed: list[str] = []
        self._began = time.monotonic()
        self._over = threading.Event()
        self._counting = threading.Lock()
        self._threads = [threading.Thread(target=self._search, args=(turn,)) for turn in range(ASKING)]
        self._threads += [threading.Thread(target=self._change), threading.Thread(target=self._deliver)]
        for thread in self._threads:
            thread.start()

    def _search(self, turn: int) -> None:
        dice, due = random.Random(turn), self._began + turn / A_SECOND
        while not self._over.wait(max(0.0, due - time.monotonic())):
            due += ASKING / A_SECOND
            path = f"/search/?q={dice.choice(('gardening', 'gardener', ''))}&postcode=TA1+1AA&n={turn}-{self.pages}"
            started = time.monotonic()
            wrong, page = self._asked(path)
            seconds = time.monotonic() - started
            with self._counting:
                self.pages += 1
                self.by_the_file += OUTAGE in page
                if wrong or seconds > PATIENCE:
                    self.failed.append(f"{path}: {wrong or 'late'} after {seconds:.1f} s")

    def _asked(self, path: str) -> tuple[str, str]:
        """What is wrong with the page, and the page."""
        asked = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            asked.request("GET", path)
            answer = asked.getresponse()
            page = answer.read().decode()
        except OSError as error:
            return repr(error), ""
        finally:
            asked.close()
        if answer.status != 200:
            return f"status {answer.status}", page
        return "" if ">Gardener" in page else "nobody found", page

    def _change(self) -> None:
        """Ten a second, each listing in its turn."""
        while not self._over.wait(0.1):
            listing = self.changing[self.changes % len(self.changing)]
            self.changes += 1
            type(listing.page).objects.filter(pk=listing.page_id).update(title=f"Gardener, change {self.changes}")
            listings.public_change(listing)
        connection.close()

    def _deliver(self) -> None:
        """What the worker does, which hurries what waited once the servers answer."""
        while not self._over.wait(0.2):
            outbox.deliver()
            if not selectors.trouble_with_index():
                outbox.hurry(selectors.CHANGED)
        connection.close()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        self.rate = self.pages / (time.monotonic() - self._began)


@pytest.mark.fault("S2")
def test_a_killed_node_and_a_rolling_restart_are_not_noticed(port, gardeners, fault_row):
    load = Load(port, gardeners)
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
    outbox.hurry(selectors.CHANGED)
    outbox.deliver()
    lost = services.indices_audit(repair=False)["elasticsearch"]
    assert not isinstance(lost, IndexUnwell)
    fault_row.count(load.pages)
    print(
        f"{load.pages} pages, {load.rate:.1f} a second, {len(load.failed)} failed, {load.by_the_file} by the file; "
        f"{load.changes} changes to {lost.checked} listings, {lost.drifted} lost"
    )
    for wrong in load.failed:
        fault_row.violation(wrong)
    if lost.drifted:
        fault_row.violation(f"lost: {lost}")
    assert not outbox.pending(selectors.CHANGED).exists()
    assert lost.checked == LISTINGS
    assert load.pages > 200
    assert load.rate > A_SECOND * 0.95
    assert load.by_the_file < load.pages / 20
    assert load.changes > 100
