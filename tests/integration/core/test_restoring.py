"""A17: from a backup to a checked service by one command, on PostgreSQL, with the books, the papers and every index."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from payments.budgets import services as budgets
from payments.budgets.models import Evidence, Method, Relation
from payments.budgets.rules import Share
from payments.budgets.services import keeping
from payments.budgets.states import Source
from payments.ledger.models import Account
from tests.factories.listings import make_listing, make_provider
from tests.integration.orders.conftest import by_self

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.fault("A17"),
    pytest.mark.timeout(900),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("only_on_postgresql"),
]
RECEIPT = b"%PDF-1.7 a receipt"


@pytest.fixture
def lived(cast, settings, tmp_path) -> Path:
    """Joan has a budget, bought something from it and kept the receipt; Sam has a listing. A backup of all that."""
    settings.EVIDENCE_DIR, settings.MEDIA_ROOT = tmp_path / "evidence", tmp_path / "media"
    make_listing(make_provider(cast.council["quantock"], cast.sam))
    today, by = timezone.localdate(), by_self(cast.joan)
    budget = budgets.budget_open(
        person=cast.joan, source=Source.DIRECT_PAYMENT, council=cast.council["quantock"], allocated_pence=50_000,
        starts_on=today, ends_on=today, outcomes=["I get into my garden"], by=by, now=timezone.now(),
    )  # fmt: skip
    bought = budgets.purchase_record(
        person=cast.joan, title="Seeds", provider_name="Seeds and More", method=Method.CASH, bought_on=today,
        shares=[Share(1250, budget.pk, budget.outcomes.get().pk)], by=by, now=timezone.now(),
        related=budgets.Related(Relation.NONE, shares_home=False),
    )  # fmt: skip
    budgets.evidence_add(purchase=bought, name="receipt.pdf", content=RECEIPT, by=by, now=timezone.now())
    call_command("service_backup", str(tmp_path / "backup"), stdout=StringIO())
    return tmp_path / "backup"


@pytest.fixture
def elsewhere() -> Iterator[dict[str, str]]:
    """An empty database beside the test's, and what a process of its own is told to use it."""
    known = connection.settings_dict
    name = f"{known['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    at = f"postgres://{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}/{name}"
    worker = f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_restored"  # two of these tests may run side by side
    folder = Path(settings.TEST_DIR).with_name(worker)
    shutil.rmtree(folder, ignore_errors=True)
    yield os.environ | {"DATABASE_URL": at, "PYTEST_XDIST_WORKER": worker, "ELASTICSEARCH_URL": ""}
    shutil.rmtree(folder, ignore_errors=True)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}"')


def run(environment: dict[str, str], *command: str) -> tuple[int, str]:
    """One command in a process of its own: how it ended, and what it said."""
    asked = [sys.executable, "manage.py", *command]
    done = subprocess.run(asked, env=environment, capture_output=True, text=True, timeout=600)
    return done.returncode, done.stdout + done.stderr


def test_one_command_makes_a_checked_service_of_a_backup_and_writes_over_nothing(lived, elsewhere, fault_row):
    fault_row.count()
    ended, said = run(elsewhere, "service_restore", str(lived))
    assert ended == 0, said
    for words in (
        f"ledger: {Account.objects.count()} looked at, 0 wrong",
        "papers: 1 looked at, 0 wrong",
        "search: 1 looked at, 0 wrong",
        "evidence: 1 files",
        "Everything is whole.",
    ):
        assert words in said, said
    ended, said = run(elsewhere, "service_restore", str(lived))
    assert (ended, "This database is not empty" in said) == (1, True), said


@pytest.mark.fault("A17", canary=True)
def test_canary_a_backup_that_lost_its_papers_or_its_keys_is_not_called_whole(lived, elsewhere):
    """The one a council would find out about seven years later."""
    ended, said = run(elsewhere | {"EVIDENCE_KEYS": "b" * 43 + "="}, "service_restore", str(lived))
    assert ended == 1, said
    assert "papers: 1 looked at, 1 wrong" in said
    assert "Everything is whole." not in said


def test_what_is_wrong_with_the_service_that_runs_is_said_by_name(lived, capsys):
    call_command("service_check")
    assert "Everything is whole." in capsys.readouterr().out
    paper = Evidence.objects.get()
    keeping.place_of(paper.stored_as).write_bytes(b"scratched")
    Account.objects.filter(pk=Account.objects.earliest("pk").pk).update(balance_pence=1)
    with pytest.raises(CommandError) as refusal:
        call_command("service_check")
    assert f"papers: {paper.public_id} cannot be read" in str(refusal.value)
    assert "is out of step" in str(refusal.value)
