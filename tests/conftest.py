"""Fixtures shared by all: the cast and its councils, clients signed in as them, real servers or a plain skip."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.core.management import call_command
from django.core.management.color import no_style
from django.core.management.commands import flush as flushing
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from marketplace.cms import services as cms
from marketplace.core import pagecache
from marketplace.core.audit import CLOCKWORK
from marketplace.people.models import Council, CouncilRole, User
from search.words import selectors as word_rules
from tests.cast import CAST, COUNCILS
from tests.kept import WrittenAgain

pytest_plugins = ["pytester", "tests.browsing", "tests.faults.plugin"]
SERVERS = {
    "browser": "CHROMIUM_PATH",
    "postgresql": "DATABASE_URL",
    "elasticsearch": "ELASTICSEARCH_URL",
    "stripe_mock": "STRIPE_MOCK_URL",
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test of a real server is skipped where there is none, and fails where servers are required."""
    for marker, variable in SERVERS.items():
        if item.get_closest_marker(marker) and not os.environ.get(variable):
            if os.environ.get("REQUIRE_SERVICES") == "1":
                pytest.fail(f"{variable} is not set, and REQUIRE_SERVICES=1")
            pytest.skip(f"needs {variable}")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What drives a browser or the search server gets a second try, which the run reports as "rerun".

    A busy machine can make either late once; a fault in the site fails both times. A fault row is never tried twice.
    Its canary is: that a race without its guard goes wrong is a matter of chance, and once is enough to show it.
    """
    for item in items:
        if item.name.startswith("test_canary"):
            item.add_marker(pytest.mark.flaky(reruns=4))
            continue
        slow = any(item.get_closest_marker(name) for name in ("browser", "elasticsearch"))
        if slow and not item.get_closest_marker("fault"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(autouse=True)
def nothing_kept_between_tests():
    pagecache.forget_all()
    word_rules.forget()
    caches["renditions"].clear()  # the next test's pictures have the same numbers


def commits(item: pytest.Item) -> bool:
    """Whether a test leaves its rows behind instead of rolling them back."""
    marker = item.get_closest_marker("django_db")
    return "live_server" in getattr(item, "fixturenames", ()) or bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture(scope="session")
def migrated_rows(request, django_db_setup, django_db_blocker) -> Callable[[], None] | None:
    """Puts back what the migrations wrote, for tests that commit (on a live server, in races) empty every table."""
    if not any(commits(item) for item in request.session.items):
        return None
    with django_db_blocker.unblock():
        return _kept_on_postgresql() if connection.vendor == "postgresql" else _kept_on_sqlite()


def _kept_on_sqlite() -> Callable[[], None]:
    """Every table's rows as they lie there: no model is made of them, and the keys are looked at when all are back."""
    kept = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            rows = cursor.execute(f'SELECT * FROM "{table}"').fetchall()
            if rows:
                kept[f'INSERT INTO "{table}" VALUES ({", ".join(["%s"] * len(rows[0]))})'] = rows

    def put_back() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for insert, rows in kept.items():
                cursor.executemany(insert, rows)

    return put_back


def _kept_on_postgresql() -> Callable[[], None]:
    """Every table that has rows, copied to a schema of its own: a hundredth of a second, where text takes seconds."""
    back = ["SET session_replication_role = replica"]
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept")
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
            if cursor.fetchone()[0]:
                cursor.execute(f"CREATE TABLE kept.{table} AS TABLE {table}")
                back.append(f"INSERT INTO {table} SELECT * FROM kept.{table}")
        counters = connection.ops.sequence_reset_sql(no_style(), apps.get_models())
        back += ["SET session_replication_role = DEFAULT", *(each.rstrip(";") for each in counters)]

    def put_back() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(";\n".join(back))

    return put_back


@pytest.fixture(autouse=True)
def migrated_rows_are_there(request):
    """Django's own way (serialized_rollback) loses its copy while Playwright's loop is running."""
    put_back = request.getfixturevalue("migrated_rows") if commits(request.node) else None
    if put_back is not None:
        request.getfixturevalue("transactional_db")
        if not Page.objects.exists():
            call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
            ContentType.objects.clear_cache()
            put_back()


@pytest.fixture(scope="session", autouse=True)
def tests_empty_every_table_quickly():
    """A test that commits empties every table when it ends, the ledger too, which refuses deletions.

    Of the class, for Django makes another connection while Playwright's loop is running. On PostgreSQL rows are deleted
    where Django truncates: truncating 136 tables takes seconds, whatever is in them, and deleting a hundredth of one.
    What the migrations and their signal wrote is put back by `migrated_rows_are_there`, so nobody writes it here.
    """
    operations = type(connection.ops)
    if connection.vendor == "sqlite":
        _let_sqlite_empty_the_ledger(operations)
    else:
        operations.sql_flush = _deletions
    flushing.emit_post_migrate_signal = lambda *args, **kwargs: None


def _let_sqlite_empty_the_ledger(operations: type) -> None:
    flush = operations.execute_sql_flush
    guard = import_module("payments.ledger.migrations.0002_entries_are_never_changed").SQLITE[1]

    def flush_all(self: Any, statements: list[str]) -> None:
        emptied = any('"ledger_entry"' in statement for statement in statements)
        before, after = (["DROP TRIGGER IF EXISTS ledger_entry_no_delete;"], [f"{guard};"]) if emptied else ([], [])
        flush(self, [*before, *statements, *after])

    operations.execute_sql_flush = flush_all


def _deletions(self: Any, style: Any, tables: list[str], **how: bool) -> list[str]:
    """As a replica would apply them: no trigger and no foreign key looks. Whoever puts rows back sets the counters."""
    rows = [f"DELETE FROM {self.quote_name(table)}" for table in tables]
    return ["SET session_replication_role = replica", *rows, "SET session_replication_role = DEFAULT"] if rows else []


@dataclass(frozen=True)
class Cast:
    """The people and councils of tests/cast.py, as rows: `cast.joan`, `cast.council["quantock"]`."""

    people: dict[str, User]
    council: dict[str, Council]

    def __getattr__(self, key: str) -> User:
        try:
            return self.people[key]
        except KeyError:
            raise AttributeError(key) from None


def _write_cast() -> None:
    now = timezone.now()
    councils = {slug: cms.council_create(slug=slug, by=CLOCKWORK, now=now, **facts) for slug, facts in COUNCILS.items()}
    for part in CAST:
        user = User.objects.create_user(
            part.email, "a long enough word", first_name=part.first_name, last_name=part.last_name
        )
        user.emailaddress_set.create(email=part.email, verified=True, primary=True)
        if part.work == "national":
            user.is_national_operator = True
            user.save()
        elif part.work:
            cms.council_staff_add(
                council=councils[part.council], user=user, role=CouncilRole(part.work), by=CLOCKWORK, now=now
            )


write_cast = WrittenAgain(_write_cast)


def make_cast() -> Cast:
    """The whole cast in the database; staff have a second factor."""
    write_cast()
    people = {user.email: user for user in User.objects.filter(email__in=[part.email for part in CAST])}
    councils = {council.slug: council for council in Council.objects.filter(slug__in=COUNCILS)}
    return Cast({part.key: people[part.email] for part in CAST}, {slug: councils[slug] for slug in COUNCILS})


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def sign_in(user: User | None, *, second_factor: bool = True) -> Client:
    """A client signed in as somebody; council staff have passed their second factor unless told otherwise."""
    client = Client()
    if user is None:
        return client
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": timezone.now().timestamp(), "email": user.email},
        *([{"method": "mfa", "at": timezone.now().timestamp(), "type": "totp"}] if second_factor else []),
    ]
    session.save()
    return client


@pytest.fixture
def client_of():
    return sign_in
