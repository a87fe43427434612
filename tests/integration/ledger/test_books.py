"""The books themselves: append-only, balanced, never below a floor, and safe to repeat."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from payments.ledger import selectors
from payments.ledger.models import Account, AccountKind, Entry
from payments.ledger.services import KeyReused, NotEnough, Posting, Ref, post

pytestmark = pytest.mark.django_db
SOURCE = Ref("t:source", AccountKind.SOURCE)
CHANGES = ["UPDATE ledger_entry SET amount_pence = 1", "DELETE FROM ledger_entry"]
LEFT = Ref("t:left", AccountKind.AVAILABLE, 0)
PROMISED = Ref("t:promised", AccountKind.COMMITTED, 0)


def move(key: str, debit: Ref, credit: Ref, pence: int) -> None:
    post(postings=[Posting(key, debit, credit, pence, "test")], by=CLOCKWORK, now=timezone.now())


def balance(ref: Ref) -> int:
    return selectors.balances([ref.key])[ref.key]


def test_a_movement_has_two_sides_and_the_balances_follow():
    move("1", LEFT, SOURCE, 1000)
    move("2", PROMISED, LEFT, 400)
    assert (balance(SOURCE), balance(LEFT), balance(PROMISED)) == (-1000, 600, 400)
    assert selectors.sum_of([LEFT.key, PROMISED.key]) == 1000
    assert selectors.out_of_step() == []


def test_the_same_key_moves_money_once():
    """Webhooks come twice, and people press twice."""
    move("1", LEFT, SOURCE, 1000)
    move("1", LEFT, SOURCE, 1000)
    assert balance(LEFT) == 1000
    assert Entry.objects.count() == 1


def test_the_same_key_for_another_sum_is_refused():
    move("1", LEFT, SOURCE, 1000)
    with pytest.raises(KeyReused):
        move("1", LEFT, SOURCE, 999)
    assert balance(LEFT) == 1000


def test_below_the_floor_nothing_at_all_is_written():
    move("1", LEFT, SOURCE, 1000)
    now = timezone.now()
    both = [Posting("2", LEFT, SOURCE, 50, "test"), Posting("3", PROMISED, LEFT, 1051, "test")]
    with pytest.raises(NotEnough):
        post(postings=both, by=CLOCKWORK, now=now)
    assert balance(LEFT) == 1000
    assert Entry.objects.count() == 1


def test_the_database_holds_the_floor_without_us():
    move("1", LEFT, SOURCE, 1000)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(key=LEFT.key).update(balance_pence=-1)
    assert balance(LEFT) == 1000


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_refuses_to_change_an_entry(statement):
    """Whoever has the database's password still cannot rewrite the books by accident."""
    move("1", LEFT, SOURCE, 1000)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.get().amount_pence == 1000


@pytest.mark.postgresql
@pytest.mark.usefixtures("only_on_postgresql")
@pytest.mark.parametrize("statement", CHANGES)
def test_postgresql_refuses_it_by_a_trigger_of_its_own(statement):
    """The live database has another trigger than the embedded one."""
    test_the_database_refuses_to_change_an_entry(statement)


def test_an_entry_has_a_positive_sum_and_two_different_sides():
    with pytest.raises(ValueError, match="positive"):
        move("1", LEFT, SOURCE, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        move("2", LEFT, LEFT, 5)
    assert not Entry.objects.exists()
