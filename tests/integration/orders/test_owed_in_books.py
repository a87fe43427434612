"""What a provider has to make good stands in the ledger as it stands in our rows, and the night notices when not."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from payments.ledger import selectors as ledger
from payments.ledger import services as book
from payments.ledger.models import Account, AccountKind, Entry
from payments.ledger.services import Posting, Ref
from payments.orders import services
from payments.orders.models import Receivable
from payments.orders.services.owing import owed_out_of_step, receivable_book
from payments.sandbox import services as sandbox
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db


@pytest.fixture
def owing(cast, client_of, paid, payer, deliver, account, store):
    """£36 paid and paid out, of which £10 went back to Ken."""
    type(paid).objects.update(wanted_on=timezone.localdate())
    paid.refresh_from_db()
    services.order_deliver(order=paid, by=by_self(cast.sam), now=timezone.now())
    payout = sandbox.payout_make(store, account_id=account.stripe_id)
    sandbox.payout_arrive(store, payout_id=payout["id"])
    deliver()
    client_of(cast.sam).post(f"/provider/orders/{paid.public_id}/give-back/", {"amount": "10", "words": "Sorry."})
    deliver()
    return Receivable.objects.get()


def booked(order) -> list[tuple[str, int]]:
    keys = [f"order:{order.public_id}:owed"]
    return [(entry.why, entry.amount_pence) for entry in ledger.entries_of(keys)]


def test_what_is_owed_and_what_is_made_good_are_rows_of_the_ledger(owing, paid, account, store):
    assert booked(paid) == [("owed", 1000)]
    sandbox.debt_collect(store, account_id=account.stripe_id)
    services.receivables_check(account=account, now=timezone.now())
    assert booked(paid) == [("owed", 1000), ("made_good", 1000)]
    assert ledger.balances([f"order:{paid.public_id}:owed"]) == {f"order:{paid.public_id}:owed": 0}
    assert (owed_out_of_step(), ledger.out_of_step()) == ([], [])


def test_the_next_payout_makes_it_good_and_telling_it_again_writes_nothing(owing, paid, account, store, deliver):
    sandbox.payment_elsewhere(store, account_id=account.stripe_id, pence=5000)
    sandbox.payout_make(store, account_id=account.stripe_id)
    deliver()
    entries = Entry.objects.count()
    receivable_book(Receivable.objects.get(), timezone.now())
    assert booked(paid) == [("owed", 1000), ("made_good", 1000)]
    assert Entry.objects.count() == entries


def test_a_dispute_that_is_won_after_all_takes_it_back_in_a_row_of_its_own(paid, payer, deliver, account, store):
    payout = sandbox.payout_make(store, account_id=account.stripe_id)
    sandbox.payout_arrive(store, payout_id=payout["id"])
    deliver()
    opened = sandbox.dispute_open(store, charge_id=paid.attempts.get().charge_id)
    deliver()
    assert booked(paid)[0] == ("owed", Receivable.objects.get().amount_pence)
    sandbox.dispute_close(store, dispute_id=opened["id"], won=True)
    deliver()
    assert [why for why, _pence in booked(paid)] == ["owed", "owed_less"]
    assert (owed_out_of_step(), ledger.out_of_step()) == ([], [])


def test_the_night_notices_books_that_say_another_sum_than_the_row(owing, paid, caplog):
    assert services.payments_reconcile(now=timezone.now()).out_of_step == 0
    owed = Ref(f"order:{paid.public_id}:owed", AccountKind.RECEIVABLE)
    bank = Ref(f"provider:{paid.provider_id}:bank", AccountKind.PAID_OUT)
    posting = Posting("by-hand", owed, bank, 100, "made_good", paid.public_id)
    book.post(postings=[posting], by=CLOCKWORK, now=timezone.now())
    assert services.payments_reconcile(now=timezone.now()).out_of_step == 1
    assert paid.public_id in caplog.text


def test_what_was_owed_before_the_books_kept_it_is_written_down_once(owing, paid):
    """The migration meets rows of which the ledger has never heard."""
    Receivable.objects.update(key="order:before:0", settled_pence=400)
    migration = import_module("payments.orders.migrations.0006_book_what_is_owed")
    for _twice in range(2):
        migration.book(apps, None)
    assert booked(paid) == [("owed", 1000), ("owed", 1000), ("made_good", 400)]
    assert ledger.out_of_step() == []
    assert Account.objects.get(key=f"order:{paid.public_id}:owed").balance_pence == -1600
