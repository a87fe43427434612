"""M13: the database is stopped at once (pg_ctl -m immediate) and started again: what was acknowledged is kept.

On a PostgreSQL cluster of our own, filled with a copy of the test's database, because nobody else's may be stopped.
"""

import os
import random
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import DatabaseError, InterfaceError, connection

from marketplace.core import clock, outbox
from marketplace.core.errors import DomainError
from payments.ledger import selectors as ledger
from payments.orders import jobs, services
from payments.orders.models import Order
from payments.sandbox import cards
from payments.sandbox import services as sandbox
from tests.factories.listings import make_listing, make_offer
from tests.faults.plugin import share
from tests.integration.orders.shop import Shop, open_shop

pytestmark = [pytest.mark.postgresql, pytest.mark.timeout(900), pytest.mark.django_db(transaction=True)]
CRASHES = share(100)
CAREFUL, CARELESS = "on", "off"  # synchronous_commit
GONE = (DatabaseError, InterfaceError)


def as_postgres(*command: str) -> list[str]:
    """PostgreSQL refuses to run as root."""
    drop = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
    return [*drop, *command]


@dataclass
class Cluster:
    """A PostgreSQL server of our own, with the programs of the one that is installed."""

    data: Path
    port: int
    programs: Path = field(default_factory=lambda: sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1])

    def make(self, commits: str) -> None:
        self.data.mkdir(parents=True)
        if os.getuid() == 0:
            shutil.chown(self.data, "postgres", "postgres")
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "--locale=C.UTF-8", "--no-sync")
        with (self.data / "postgresql.conf").open("a") as settings:
            settings.write(
                f"listen_addresses = '127.0.0.1'\nport = {self.port}\nunix_socket_directories = ''\n"
                f"synchronous_commit = {commits}\nwal_writer_delay = 10s\nshared_buffers = 32MB\n"
                "fsync = off\n"  # the server stops, not the machine: what it has written is there
            )
        self.start()

    def _run(self, program: str, *more: str) -> None:
        asked = as_postgres(str(self.programs / program), *more)
        subprocess.run(asked, check=True, cwd=self.data.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-l", str(self.data / "log"), "-w", "start")

    def crash(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")

    def copy_from(self, known: dict) -> None:
        """The test's own database, tables and rows, in a few seconds."""
        there = f"postgres://{known['USER']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"
        here = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        dump = subprocess.Popen([self.programs / "pg_dump", "--no-owner", there], stdout=subprocess.PIPE)
        load = [self.programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", here]
        subprocess.run(load, stdin=dump.stdout, check=True, stdout=subprocess.DEVNULL)
        assert dump.wait() == 0


@pytest.fixture
def shop(only_on_postgresql, store, sam, cast) -> Shop:
    return open_shop(store, make_offer(make_listing(sam)), cast.ken, cast.sam)


@pytest.fixture
def cluster(shop, tmp_path_factory) -> Iterator[Cluster]:
    """Django speaks to it from here on; `make` has to be called first."""
    base = Path("/tmp") / f"crash-{os.getpid()}-{random.randrange(10**6)}"  # noqa: S108  (postgres must reach it)
    base.mkdir(mode=0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    if os.getuid() == 0:
        shutil.chown(base, "postgres", "postgres")
    made, known = Cluster(base / "data", port), dict(connection.settings_dict)
    yield made
    connection.close()
    connection.settings_dict.update(known)
    with suppress(subprocess.CalledProcessError):
        made.crash()
    shutil.rmtree(base, ignore_errors=True)


def move_in(cluster: Cluster, commits: str) -> None:
    known = dict(connection.settings_dict)
    cluster.make(commits)
    cluster.copy_from(known)
    connection.close()
    here = {"HOST": "127.0.0.1", "PORT": cluster.port, "NAME": "postgres", "USER": "postgres"}
    connection.settings_dict.update(here)


def trade(shop: Shop, acknowledged: dict[str, str]) -> None:
    """Ask, accept, pay, look, deliver letters; note each thing once the answer has been given."""
    order = shop.accepted()
    acknowledged[order.public_id] = "accepted"
    attempt = shop.begin(order)
    acknowledged[order.public_id] = "page"
    sandbox.session_pay(shop.store, session_id=attempt.session_id, number=cards.SUCCESS.number)
    services.order_look_up(order=order, now=shop.at)
    acknowledged[order.public_id] = "paid"
    outbox.deliver(now=shop.at, limit=5)


def pace(shop: Shop, acknowledged: dict[str, str]) -> float:
    """Seconds that one order takes from asked to paid, on this machine just now."""
    began = time.monotonic()
    trade(shop, acknowledged)
    return time.monotonic() - began


def crash_at_random(shop: Shop, cluster: Cluster, acknowledged: dict[str, str], most: float) -> None:
    """Trade until the server is gone, wherever in a transaction that is, after at most so many seconds."""
    stopping = threading.Thread(target=lambda: (time.sleep(random.uniform(most / 8, most)), cluster.crash()))
    stopping.start()
    try:
        while stopping.is_alive():
            trade(shop, acknowledged)
    except GONE:
        pass
    except DomainError:
        pass
    stopping.join()
    connection.close()
    cluster.start()
    clock.forget()


def lost(acknowledged: dict[str, str]) -> list[str]:
    """What somebody was told and the database does not know."""
    there = {order.public_id: order for order in Order.objects.prefetch_related("attempts")}
    missing = []
    for number, told in acknowledged.items():
        order = there.get(number)
        if order is None or (told != "accepted" and not order.attempts.all()) or (told == "paid" and not order.paid_at):
            missing.append(f"{number}: somebody was told “{told}”")
    return missing


@pytest.mark.fault("M13")
def test_what_was_acknowledged_is_kept_however_often_the_database_is_stopped(shop, cluster, fault_row):
    move_in(cluster, CAREFUL)
    acknowledged: dict[str, str] = {}
    one = pace(shop, acknowledged)
    for _crash in range(CRASHES):
        crash_at_random(shop, cluster, acknowledged, 3 * one)
        fault_row.count()
        for wrong in lost(acknowledged):
            fault_row.violation(wrong)
    for _round in range(4):
        shop.later(minutes=90)
        jobs.look_round(shop.at)
        outbox.deliver(now=shop.at, limit=10_000)
    for trouble in shop.troubles():
        fault_row.violation(trouble)
    for account in ledger.out_of_step():
        fault_row.violation(f"{account} is not what its entries say")
    assert list(acknowledged.values()).count("paid") >= CRASHES // 2, "hardly anything was paid, so nothing was shown"


@pytest.mark.fault("M13", canary=True)
def test_canary_a_database_that_answers_before_it_has_written_loses_what_it_promised(shop, cluster):
    move_in(cluster, CARELESS)
    acknowledged: dict[str, str] = {}
    one = pace(shop, acknowledged)
    for _crash in range(10):
        crash_at_random(shop, cluster, acknowledged, 6 * one)
        if lost(acknowledged):
            return
    pytest.fail("nothing was lost")
