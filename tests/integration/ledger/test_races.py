"""Many at once on a real PostgreSQL: opposite movements never deadlock, and a budget is never overspent.

Each race has a twin without its guard, which must fail: so the race is known to bite.
"""

import threading
from collections.abc import Sequence
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from django.db.models import F
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from marketplace.core.errors import DomainError
from payments.ledger import selectors, services
from payments.ledger.models import Account, AccountKind
from payments.ledger.services import Posting, Ref
from tests.faults.plugin import share

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("only_on_postgresql"),
]
CLIENTS = 12
ROUNDS = share(40)
LEFT, RIGHT = (Ref(f"race:{name}", AccountKind.AVAILABLE, 0) for name in ("left", "right"))
SOURCE = Ref("race:source", AccountKind.SOURCE)


def move(key: str, debit: Ref, credit: Ref, pence: int) -> None:
    services.post(postings=[Posting(key, debit, credit, pence, "race")], by=CLOCKWORK, now=timezone.now())


def all_at_once(act) -> tuple[int, int]:
    """Run `act(n)` in CLIENTS threads: how many were done, and how many the database threw out."""
    ready, done, thrown = threading.Barrier(CLIENTS), [], []

    def run(number: int) -> None:
        ready.wait()
        try:
            act(number)
            done.append(number)
        except DomainError:
            pass
        except OperationalError:
            thrown.append(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done), len(thrown)


def opposite_race(name: str) -> int:
    """How many of many opposite movements between two accounts deadlocked."""
    thrown = 0
    for number in range(ROUNDS):
        move(f"{name}:{number}:fill-left", LEFT, SOURCE, 100_000)
        move(f"{name}:{number}:fill-right", RIGHT, SOURCE, 100_000)

        def act(client: int, number: int = number) -> None:
            debit, credit = (LEFT, RIGHT) if client % 2 else (RIGHT, LEFT)
            for turn in range(5):
                move(f"{name}:{number}:{client}:{turn}", debit, credit, 7)

        thrown += all_at_once(act)[1]
    return thrown


def overspend_race(name: str) -> int:
    """How far below zero a budget of £10 fell, or could have, when twelve people spent £6 of it at once."""
    worst = 0
    for number in range(ROUNDS):
        line = Ref(f"race:{name}:{number}", AccountKind.AVAILABLE, 0)
        move(f"{name}:{number}:fill", line, SOURCE, 1000)

        def spend(client: int, number: int = number, line: Ref = line) -> None:
            move(f"{name}:{number}:{client}", RIGHT, line, 600)

        done, _thrown = all_at_once(spend)
        worst = max(worst, 600 * done - 1000)
        assert selectors.balances([line.key])[line.key] == 1000 - 600 * done
    return worst


@contextmanager
def locked_as_they_come(monkeypatch):
    """Accounts are locked in the order in which a movement names them."""

    def held(refs):
        for ref in refs.values():
            Account.objects.get_or_create(key=ref.key, defaults={"kind": ref.kind, "floor_pence": ref.floor_pence})
        return {key: Account.objects.select_for_update().get(key=key) for key in refs}

    with monkeypatch.context() as patch:
        patch.setattr(services, "_locked", held)
        yield


def naive_post(*, postings: Sequence[Posting], by, now) -> None:
    """`post` as one would write it who reads the balance first and trusts it afterwards; no constraint behind it."""
    for posting in postings:
        Account.objects.get_or_create(key=posting.debit.key, defaults={"kind": posting.debit.kind})
        credit, _new = Account.objects.get_or_create(key=posting.credit.key, defaults={"kind": posting.credit.kind})
        if posting.credit.floor_pence is not None and credit.balance_pence < posting.pence:
            raise services.NotEnough(credit.key)
        threading.Event().wait(0.02)
        Account.objects.filter(key=posting.debit.key).update(balance_pence=F("balance_pence") + posting.pence)
        Account.objects.filter(key=posting.credit.key).update(balance_pence=F("balance_pence") - posting.pence)


def test_opposite_movements_wait_for_each_other_and_never_for_ever():
    assert opposite_race("ordered") == 0
    assert selectors.out_of_step() == []


def test_canary_locked_in_any_order_they_deadlock(monkeypatch):
    with locked_as_they_come(monkeypatch):
        assert opposite_race("unordered") > 0


def test_a_budget_is_never_overspent():
    assert overspend_race("guarded") <= 0
    assert selectors.out_of_step() == []


def test_canary_without_the_guard_a_budget_is_overspent(monkeypatch):
    monkeypatch.setattr(services, "post", naive_post)
    assert overspend_race("naive") > 0
