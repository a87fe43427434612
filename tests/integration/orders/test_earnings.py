"""A provider's year equals the ledger and the gateway's record to the penny; the operator's figures equal both."""

import io
from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from marketplace.core import outbox
from marketplace.core.models import AuditEntry
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount, Payout
from payments.ledger import selectors as ledger
from payments.orders import earnings
from payments.orders.models import Dispute, PaymentAttempt
from payments.orders.presentation import deadline_words
from payments.orders.states import DisputeState
from payments.sandbox import services as sandbox
from providers.listings.models import Provider
from tests.faults.plugin import share
from tests.integration.orders.shop import PRICE, open_shop

pytestmark = pytest.mark.django_db
FORMULA = '=HYPERLINK("http://evil.example","x")'


@pytest.fixture
def shop(store, offer, cast, account):
    return open_shop(store, offer, cast.ken, cast.sam)


@pytest.fixture
def traded(shop):
    """Three orders paid, one given back in part, one disputed, one payout."""
    orders = [shop.paid() for _each in range(3)]
    shop.give_back(orders[0], 600)
    outbox.deliver(now=timezone.now() + timedelta(minutes=1))
    account = ConnectedAccount.objects.get()
    shown = gateway.dispute_look_up(
        account=account.stripe_id,
        dispute_id=sandbox.dispute_open(shop.store, charge_id=orders[1].attempts.get().charge_id)["id"],
    )
    from payments.orders import services

    services.dispute_settle(account=account, shown=shown, now=shop.at)
    payout = sandbox.payout_make(shop.store, account_id=account.stripe_id)
    sandbox.payout_arrive(shop.store, payout_id=payout["id"])
    gateway.payout_refresh(account=account, payout_id=payout["id"], now=shop.at)
    return shop


def this_year(provider: Provider) -> earnings.Account:
    first, last = earnings.tax_year(earnings.years_of(provider, timezone.localdate())[0])
    return earnings.account_of(provider, first=first, last=last)


@pytest.mark.fault("M8")
def test_fees_and_parts_given_back_leave_exactly_what_the_gateway_holds(shop, sam, fault_row):
    """Stripe rounds its fee of each payment, and keeps it when part goes back: our sums are theirs to the penny."""
    chance, account = Random(20260303), ConnectedAccount.objects.get()
    for _payment in range(share(300)):
        order = shop.paid(quantity=chance.randint(1, 9))
        if chance.random() < 0.5:
            shop.give_back(order, chance.randint(1, order.total_pence))
        fault_row.count()
    outbox.deliver(now=timezone.now() + timedelta(minutes=1), limit=10_000)
    year = this_year(sam)
    there = [charge for charges in shop.charges().values() for charge in charges]
    fees = shop.fees()
    assert dict(PaymentAttempt.objects.values_list("charge_id", "fee_pence")) == fees, "payment by payment"
    assert year.fees == sum(fees.values())
    assert year.paid == sum(charge["amount"] for charge in there)
    assert year.back == sum(charge["amount_refunded"] for charge in there)
    assert year.earned - year.fees == gateway.balance_look_up(account=account.stripe_id)
    assert ledger.out_of_step() == []


def test_a_year_equals_the_ledger_and_the_gateway(traded, sam):
    account = this_year(sam)
    there = [charge for charges in traded.charges().values() for charge in charges]
    assert account.paid == 3 * PRICE == sum(charge["amount"] for charge in there)
    assert account.back == 600 + PRICE
    balance = ledger.sum_of([f"provider:{sam.pk}:earning"])
    assert account.earned - account.to_bank == balance == sum(line.pence for line in account.lines)
    assert account.fees > 0


@pytest.mark.fault("A10")
def test_the_page_and_both_files_say_the_same_and_taking_them_is_written_down(traded, sam, cast, client_of):
    Provider.objects.filter(pk=sam.pk).update(name=FORMULA)
    sams = client_of(cast.sam)
    page = sams.get(f"/provider/payments/{sam.public_id}/earnings/").content.decode()
    assert "£108.00" in page
    assert "Not registered for VAT" in page
    answer = sams.get(f"/provider/payments/{sam.public_id}/earnings.xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"], "no cell is a formula"
    assert FORMULA in [cell.value for cell in cells]
    assert 108 in [cell.value for cell in cells]
    assert sams.get(f"/provider/payments/{sam.public_id}/earnings.pdf").content.startswith(b"%PDF-")
    assert AuditEntry.objects.filter(action="orders.earnings.take").count() == 2


def test_a_year_with_nothing_in_it_says_so_and_one_that_cannot_be_is_not_there(sam, cast, client_of):
    sams = client_of(cast.sam)
    assert (
        "Nothing was paid in this year." in sams.get(f"/provider/payments/{sam.public_id}/earnings/").content.decode()
    )
    for year in ("1999", "٢٠٢٦", "-1", "99999999999999999999"):
        assert sams.get(f"/provider/payments/{sam.public_id}/earnings/?year={year}").status_code == 404


@pytest.mark.fault("A10")
def test_the_operator_reports_each_seller_by_quarter(traded, sam, cast, client_of):
    Provider.objects.filter(pk=sam.pk).update(contact_name=FORMULA)
    year = timezone.localdate().year
    seller = earnings.sellers_of(year)[0]
    assert sum(each.paid for each in seller.quarters) == 3 * PRICE
    assert sum(each.back for each in seller.quarters) == 600 + PRICE
    assert sum(each.count for each in seller.quarters) == 3
    assert sum(each.fees for each in seller.quarters) == this_year(sam).fees
    olwen = client_of(cast.olwen)
    assert "One seller was paid here" in olwen.get("/operator/money/sellers/").content.decode()
    book = load_workbook(io.BytesIO(olwen.get("/operator/money/sellers.xlsx").content))
    row = [cell.value for cell in list(book.active.iter_rows())[1]]
    assert row[:3] == [sam.public_id, sam.name, sam.get_legal_form_display()]
    assert row[4:7] == [seller.address or None, sam.email, seller.account]
    assert seller.account.startswith("acct_")
    assert (row[3], row[-4:]) == (FORMULA, [108, 42, seller.quarters and this_year(sam).fees / 100, 3])
    assert AuditEntry.objects.filter(action="orders.sellers.take").count() == 1
    assert earnings.sellers_of(year - 1) == []


def test_a_payout_is_in_the_bank_on_its_day_and_expected_before(cast, client_of, traded):
    """Stripe may call a payout paid days before the bank shows it: nobody is told to look for it too early."""
    today, url, sam = timezone.localdate(), "/provider/payments/", client_of(cast.sam)
    Payout.objects.update(arrives_on=today + timedelta(days=2))
    page = sam.get(url).content.decode()
    assert "Expected on " in page
    assert "on its way to the bank" in page
    assert "in the bank" not in page
    Payout.objects.update(arrives_on=today)
    page = sam.get(url).content.decode()
    assert "Expected on " not in page
    assert "in the bank" in page


def test_the_desk_speaks_of_a_dispute_and_until_when_it_waits(cast, client_of, traded):
    """A bank decides against whoever says nothing in time."""
    dispute, keeper = Dispute.objects.get(), client_of(cast.sam)
    page = keeper.get("/provider/").content.decode()
    assert "A bank asks you about the payment for" in page
    assert f"Answer by {deadline_words(dispute.due_by)}." in page
    assert f"/provider/orders/{dispute.attempt.order.public_id}/" in page
    assert "Nothing waits for your answer." not in page
    Dispute.objects.update(state=DisputeState.LOST)
    assert "A bank asks you about the payment for" not in keeper.get("/provider/").content.decode()
