"""The site as its visitors meet it: gunicorn and its workers on the tests' own database. And a twin without guards."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

WORKERS = 8  # requests at the same moment: sync workers, as the site is served
HERE = "tests.integration.pools.live"
SLOW_LOOK = 3.0  # seconds between the naive look at the places and the step that it leads to


def guarded() -> Any:
    """The site itself, with every page of it loaded before the workers are forked: a worker that is still importing
    while another answers would take no part in any race."""
    from django.core.wsgi import get_wsgi_application

    site = get_wsgi_application()
    import_module(settings.ROOT_URLCONF)
    return site


def unguarded() -> Any:
    """As one would write it who had never seen two people press at once: no locks, and a look before a leap."""
    site = guarded()

    from django.db.models import QuerySet

    from payments.pools.models import Pool
    from payments.pools.services import locking, pledging

    def naive(pool: Pool) -> None:
        seen = Pool.objects.get(pk=pool.pk).taken
        if seen >= pool.most:
            raise locking.NoPlaceLeft(pool)
        time.sleep(SLOW_LOOK)
        Pool.objects.filter(pk=pool.pk).update(taken=seen + 1)

    pledging.place_take = naive
    QuerySet.select_for_update = lambda self, *args, **kwargs: self  # type: ignore[method-assign]
    return site


@contextmanager
def live_site(log: Path, application: str = "guarded") -> Iterator[int]:
    """A port of 127.0.0.1 on which the site answers; what its workers complain about goes to `log`."""
    where = connection.settings_dict
    server = f"{where['HOST']}:{where['PORT']}" if where["PORT"] else where["HOST"]
    address = f"postgres://{where['USER']}:{where['PASSWORD']}@{server}/{where['NAME']}"
    command = [sys.executable, "-m", "gunicorn", f"{HERE}:{application}()", "--preload", "--workers", str(WORKERS)]
    with log.open("wb") as complaints:
        process = subprocess.Popen(
            [*command, "--bind", "127.0.0.1:0", "--log-level", "info", "--graceful-timeout", "5"],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "marketplace.settings.test"},
            stderr=complaints,
        )
    try:
        yield _port(log)
    finally:
        process.terminate()
        process.wait(timeout=120)


def _port(log: Path) -> int:
    for _look in range(600):
        for line in log.read_text().splitlines():
            if "Listening at: http://127.0.0.1:" in line:
                port = int(line.split("http://127.0.0.1:")[1].split()[0])
                with ThreadPoolExecutor(WORKERS) as askers:  # so that every worker has answered something
                    list(askers.map(_answers, [port] * WORKERS * 3))
                return port
        time.sleep(0.1)
    raise RuntimeError(f"the site did not start: {log.read_text()[-2000:]}")


def _answers(port: int) -> None:
    asked = HTTPConnection("127.0.0.1", port, timeout=60)
    asked.request("GET", "/pools/near/")
    assert asked.getresponse().status == 200
    asked.close()
