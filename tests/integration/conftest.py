"""What only some databases can show, and a gateway that outlives the process that asks it."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.db import connection

from payments.gateway import client
from payments.sandbox.store import Store


@pytest.fixture
def only_on_postgresql(db) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs a PostgreSQL server")


@pytest.fixture
def gateway_apart(only_on_postgresql, settings, tmp_path) -> Iterator[Store]:
    """The twin as a process of its own, asked over a socket as Stripe is. Its record."""
    path = tmp_path / "twin.sqlite3"
    running = subprocess.Popen(
        [sys.executable, "-m", "payments.sandbox.server", str(path), "0"], stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    settings.PAYMENTS_SANDBOX, settings.STRIPE_SECRET_KEY = False, "sk_test_kills"
    settings.STRIPE_API_BASE = running.stdout.readline().strip()
    client._network.cache_clear()
    yield Store(path)
    client._network.cache_clear()
    running.kill()
    running.wait()
