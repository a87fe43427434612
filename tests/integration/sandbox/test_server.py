"""The twin outlives the site: it runs as its own process and keeps what it did."""

import subprocess
import sys

import pytest
import stripe

from payments.sandbox.store import Store
from tests.integration.sandbox.conftest import CONTROLLER


@pytest.fixture
def process(tmp_path):
    running = subprocess.Popen(
        [sys.executable, "-m", "payments.sandbox.server", str(tmp_path / "twin.sqlite3"), "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    yield running, Store(tmp_path / "twin.sqlite3")
    running.kill()
    running.wait()


def test_the_sdk_reaches_it_and_a_killed_server_has_lost_nothing(process):
    running, store = process
    address = running.stdout.readline().strip()
    client = stripe.StripeClient("sk_test_x", base_addresses={"api": address}, max_network_retries=0)
    made = client.v1.accounts.create({"country": "GB", "controller": CONTROLLER}, {"idempotency_key": "k"})
    again = client.v1.accounts.create({"country": "GB", "controller": CONTROLLER}, {"idempotency_key": "k"})
    assert again.id == made.id
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.accounts.retrieve("acct_none")
    running.kill()
    running.wait()
    with store.open() as records:
        assert records.get("account", made.id, "")["id"] == made.id
