"""The site as its visitors meet it: gunicorn and its workers on the tests' own database, which is PostgreSQL."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

WORKERS = 8  # requests at the same moment: sync workers, as the site is served
GIVEN = "GIVEN_SETTINGS"


def site() -> Any:
    """The site itself, loaded before the workers part: one still importing would take no part in any race."""
    for name, value in json.loads(os.environ.get(GIVEN, "{}")).items():
        setattr(settings, name, value)
    from marketplace.wsgi import application

    return application


@contextmanager
def live_site(log: Path, application: str = "tests.live:site", workers: int = WORKERS, **given: Any) -> Iterator[int]:
    """A port of 127.0.0.1 on which the site answers; what its workers complain about goes to `log`.

    `given`: settings that the test has changed for itself, which the site is to have as well.
    """
    where = connection.settings_dict
    server = f"{where['HOST']}:{where['PORT']}" if where["PORT"] else where["HOST"]
    address = f"postgres://{where['USER']}:{where['PASSWORD']}@{server}/{where['NAME']}"
    command = [sys.executable, "-m", "gunicorn", f"{application}()", "--preload", "--workers", str(workers)]
    with log.open("wb") as complaints:
        process = subprocess.Popen(
            [*command, "--bind", "127.0.0.1:0", "--log-level", "info", "--graceful-timeout", "5"],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DATABASE_URL": address,
                "DJANGO_SETTINGS_MODULE": "marketplace.settings.test",
                GIVEN: json.dumps(given),
            },
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
