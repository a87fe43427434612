"""The world, built once a module inside a transaction that is never committed."""

import logging

import pytest
from django.db import transaction
from django.test import override_settings

from tests.conftest import sign_in

from .asking import Asker
from .world import make_world


@pytest.fixture(scope="module")
def asker(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("policy")
    with (
        django_db_blocker.unblock(),
        override_settings(SANDBOX_DB=str(folder / "sandbox.sqlite3")),
        transaction.atomic(),
    ):
        logging.disable(logging.ERROR)  # thousands of refusals, each with a line
        yield Asker(make_world(sign_in))
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)
