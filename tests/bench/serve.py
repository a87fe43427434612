"""Gunicorn with two sync workers, and what it costs: CPU of the workers for each request, requests a second, memory."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
ROUNDS = 10


@dataclass(frozen=True)
class Cost:
    """What `requests` requests took: milliseconds of worker CPU for each, and how many were answered a second."""

    cpu_ms: float
    per_second: float


@dataclass
class Server:
    port: int
    process: subprocess.Popen

    def workers(self) -> list[int]:
        """Master and workers, by process id."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def cpu_seconds(self) -> float:
        total = 0
        for pid in self.workers():
            parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(parts[11]) + int(parts[12])
        return total / TICKS

    def memory_mb(self) -> float:
        """Proportional set size of master and workers: shared pages counted once."""
        kilobytes = 0
        for pid in self.workers():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    kilobytes += int(line.split()[1])
        return kilobytes / 1024


@dataclass(frozen=True)
class Probe:
    """A page to ask a server for; `unique` adds a number so that no page cache answers; `times` as often as others."""

    server: Server
    path: str
    unique: bool = True
    headers: dict[str, str] | None = None
    times: int = 1

    def ask(self, n: object) -> None:
        _ask(self.server.port, _numbered(self.path, n, self.unique), self.headers)


def costs(probes: dict[str, Probe], *, requests: int) -> dict[str, Cost]:
    """What each page costs, asked `requests` times by two clients.

    In rounds, a part of every page's requests in each, so that whatever else the machine does weighs on all alike.
    """
    spent = {name: [0.0, 0.0, 0] for name in probes}
    for probe in probes.values():
        for n in range(20):
            probe.ask(f"w{n}")
    for turn in range(ROUNDS):
        for name, probe in probes.items():
            count = max(1, requests * probe.times // ROUNDS)
            before, started = probe.server.cpu_seconds(), time.perf_counter()
            with ThreadPoolExecutor(2) as clients:
                list(clients.map(probe.ask, range(turn * count, (turn + 1) * count)))
            spent[name][1] += time.perf_counter() - started
            spent[name][0] += probe.server.cpu_seconds() - before
            spent[name][2] += count
    return {name: Cost(cpu * 1000 / count, count / seconds) for name, (cpu, seconds, count) in spent.items()}


def _numbered(path: str, n: object, unique: bool) -> str:
    return f"{path}{'&' if '?' in path else '?'}n={n}" if unique else path


def _ask(port: int, path: str, headers: dict[str, str] | None) -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers or {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return body


@contextmanager
def gunicorn(settings: str, port: int) -> Iterator[Server]:
    command = [sys.executable, "-m", "gunicorn", "marketplace.wsgi", "--workers", "2", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [*command, "--preload", "--log-level", "error"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": settings},
    )
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=2).read()
                break
            except OSError:
                time.sleep(0.2)
        else:
            raise RuntimeError("the server did not start")
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait(timeout=20)
