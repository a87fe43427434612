"""Two at a desk write down at once that money came back: on a real PostgreSQL, with twins that have no guard."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from payments.budgets import selectors, services
from payments.budgets.models import Budget, MoneyBack, Purchase
from payments.budgets.services import returning
from payments.budgets.states import Source
from payments.ledger import selectors as ledger
from tests.integration.budgets.test_money_to_come_back import called_off
from tests.integration.orders.conftest import by_self
from tests.integration.orders.test_races import all_at_once, slowed

__all__ = ["called_off"]
pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("only_on_postgresql"),
]
CLIENTS, ROUNDS = 8, 3
PURCHASES = f'FROM "{Purchase._meta.db_table}"'


@pytest.fixture
def managed(open_budget) -> Budget:
    return open_budget(Source.COUNCIL_MANAGED, 50_000, now=timezone.now() - timedelta(days=20))


def record(cast, bought: Purchase, pence: int) -> None:
    services.money_back_record(
        purchase=bought, pence=pence, came_on=timezone.localdate(), seen_pence=3600, by=by_self(cast.theo),
        now=timezone.now(),
    )  # fmt: skip


def pressed_at_once(cast, bought: Purchase) -> int:
    """Eight presses at two desks, some of a part and some of all of it; how many were kept."""
    return all_at_once(lambda number: record(cast, bought, 3600 if number % 2 else 1000), CLIENTS)


def test_of_all_who_press_at_once_one_is_kept(cast, managed, called_off, figures):
    for number in range(ROUNDS):
        bought = called_off(managed)
        left = figures(managed)[0]
        assert pressed_at_once(cast, bought) == 1
        row = MoneyBack.objects.get(purchase=bought)
        assert figures(managed)[0] == left + row.pence
        assert selectors.left_to_come_back(bought) == 3600 - row.pence
        undone = all_at_once(
            lambda _n, row=row: services.money_back_undo(row=row, by=by_self(cast.theo), now=timezone.now()), CLIENTS
        )
        assert undone == CLIENTS, "who undoes what is undone changes nothing"
        assert figures(managed)[0] == left, number
        assert MoneyBack.objects.filter(purchase=bought).count() == 2
    assert ledger.out_of_step() == []


def test_canary_without_the_lock_more_is_kept_or_somebody_sees_an_error(cast, managed, called_off, monkeypatch):
    """Then the books alone stand in the way: the unique key and the share that never gives more than it paid."""
    bought, troubles = called_off(managed), []
    monkeypatch.setattr(returning, "_locked", Purchase.objects.all)
    slowed(monkeypatch, returning.selectors, "left_to_come_back")

    def press(number: int) -> None:
        try:
            record(cast, bought, 1000)
        except Exception as error:
            if not isinstance(error, services.SeenOtherwise):
                troubles.append(error)
            raise services.SeenOtherwise(bought) from error

    kept = all_at_once(press, CLIENTS)
    assert kept > 1 or troubles


def test_what_an_order_is_paid_with_is_locked_as_it_is_found(cast, managed, called_off):
    """A second look after the first could lock what has become something else meanwhile."""
    bought = called_off(managed)
    with CaptureQueriesContext(connection) as said:
        services.money_back_say(order=bought.order, words="", by=by_self(cast.sam), now=timezone.now())
    with CaptureQueriesContext(connection) as again, transaction.atomic():
        returning.money_call_back(order=bought.order, now=timezone.now())
    for captured in (said, again):
        looked = [each["sql"] for each in captured if each["sql"].startswith("SELECT") and PURCHASES in each["sql"]]
        assert len(looked) == 1
        assert "FOR UPDATE" in looked[0]
