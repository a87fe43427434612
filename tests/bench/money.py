"""What money costs: orders paid and messages taken a second, long statements, a comparison of very many payments.

Two processes on PostgreSQL, the gateway's twin in each of them. Adds its rows to var/bench.json, and ends
badly where one misses its goal.
"""

import json
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2
ORDERS = int(os.environ.get("BENCH_ORDERS", "100"))  # of each worker
MESSAGES = int(os.environ.get("BENCH_MESSAGES", "500"))  # to each worker
PAYMENTS = int(os.environ.get("BENCH_PAYMENTS", "100000"))
LINES = 5000


def main() -> None:
    django.setup()
    from django.conf import settings

    from tests.bench import money_data
    from tests.bench.goals import MONEY, end_badly_if_missed

    own = Path(settings.SANDBOX_DB).with_name("money.sqlite3")  # a gateway without a past, whose clock is right
    for old in own.parent.glob(f"{own.name}*"):
        old.unlink()
    settings.SANDBOX_DB = str(own)
    world = money_data.make(WORKERS)
    figures = {
        "money: orders paid a second, 2 workers": rate(paying, world.shops, ORDERS),
        "money: webhooks taken a second, 2 workers": rate(hearing, world.shops, MESSAGES),
        **statements(world),
        **comparing(world),
    }
    path = ROOT / "var" / "bench.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(known | figures, indent=2) + "\n")
    for name, value in figures.items():
        print(f"{name}: {value}")
    end_badly_if_missed(figures, MONEY)


def rate(work: Callable[[int, int, object], None], shops: list[int], count: int) -> float:
    """How many a second all workers together did, from the moment when all were ready."""
    from django.db import connections

    connections.close_all()
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(len(shops) + 1)
    workers = [context.Process(target=work, args=(shop, count, ready)) for shop in shops]
    for worker in workers:
        worker.start()
    ready.wait()
    began = time.perf_counter()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0, "a worker failed"
    return round(len(shops) * count / (time.perf_counter() - began), 1)


def paying(number: int, count: int, ready) -> None:
    """Asked, accepted, page opened, paid there, told by webhook, looked up, receipts written: the whole path."""
    from django.conf import settings

    from marketplace.core import outbox
    from payments.gateway.services import webhooks as inbox
    from payments.orders.states import TO_BE_DONE
    from payments.sandbox import webhooks
    from tests.bench import money_data

    shop = money_data.shop_of(number)

    def post(body: bytes, headers: dict[str, str]) -> int:
        inbox.webhook_receive(body=body, signature=headers["Stripe-Signature"], now=shop.at)
        return 200

    shop.pay(shop.begin(shop.accepted()))
    ready.wait()
    for _each in range(count):
        order = shop.accepted()
        shop.pay(shop.begin(order))
        webhooks.deliver(shop.store, post, settings.STRIPE_WEBHOOK_SECRET)
        outbox.deliver(limit=20)
    while webhooks.deliver(shop.store, post, settings.STRIPE_WEBHOOK_SECRET) or outbox.deliver(limit=200):
        pass
    order.refresh_from_db()
    assert order.state in TO_BE_DONE, order.state


def hearing(number: int, count: int, ready) -> None:
    """A signed message through the real address, checked and kept, each a new one."""
    from django.conf import settings
    from django.test import Client

    from payments.sandbox import webhooks
    from tests.bench import money_data

    shop, client, now = money_data.shop_of(number), Client(), int(time.time())
    event = json.loads(money_data.an_event(shop))
    bodies = [json.dumps(event | {"id": f"evt_bench_{number}_{now}_{n}"}).encode() for n in range(count)]
    signed = [(body, webhooks.signature(body, settings.STRIPE_WEBHOOK_SECRET, now)) for body in bodies]
    ready.wait()
    for body, signature in signed:
        answer = client.post(
            "/payments/webhooks/stripe/", body, content_type="application/json", headers={"Stripe-Signature": signature}
        )
        assert answer.status_code == 200


def statements(world) -> dict[str, float]:
    """Seconds from the ledger to the bytes, of a budget with 5,000 movements."""
    from django.utils import timezone

    from payments.budgets.statement import as_pdf, as_xlsx, statement_of
    from tests.bench import money_data

    budget = money_data.long_budget(world.person, LINES)
    days = {"first": budget.starts_on, "last": timezone.localdate()}
    found = {}
    for name, write in (("PDF", as_pdf), ("XLSX", as_xlsx)):
        began, worked = time.perf_counter(), time.process_time()
        statement = statement_of(budget, now=timezone.now(), **days)
        assert len(statement.lines) >= LINES
        assert len(write(statement)) > 50_000
        found[f"money: statement of 5,000 lines {name} s"] = round(time.perf_counter() - began, 2)
        found[f"money: statement of 5,000 lines {name} CPU s"] = round(time.process_time() - worked, 2)
    return found


def comparing(world) -> dict[str, float]:
    """Seconds to compare so many payments, and how much memory ten times as many take more."""
    from django.utils import timezone

    from payments.orders import services
    from tests.bench import money_data

    services.payments_reconcile(now=timezone.now() + timedelta(hours=1))  # what the other rows left under way
    grown = []
    for count in (PAYMENTS // 10, PAYMENTS):
        money_data.payments(world, count)
        before, began, worked = peak_mb(), time.perf_counter(), time.process_time()
        tally = services.payments_reconcile(now=timezone.now() + timedelta(hours=1))
        took, cpu = time.perf_counter() - began, time.process_time() - worked
        assert tally.payments >= count, tally
        assert tally.found == 0, tally
        grown.append(peak_mb() - before)
    return {
        f"money: reconciliation of {PAYMENTS:,} payments s": round(took, 1),
        f"money: reconciliation of {PAYMENTS:,} payments CPU s": round(cpu, 1),
        "money: reconciliation memory MB more for ten times as many": round(grown[1], 1),
    }


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from tests.bench.money import main as run

    run()
