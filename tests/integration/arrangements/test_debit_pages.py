"""What Joan and Sam read of a Direct Debit: where it is offered, the guarantee, the day, and no way to pay twice."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.core import clock
from marketplace.core.look.words import uk_date
from payments.arrangements.models import SavedCard
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount
from payments.sandbox import banks
from payments.sandbox import services as sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(client_of, garden, monkeypatch):
    """A page as somebody reads it, at the moment that the garden's clock shows."""

    def read(user, name: str, public_id: str) -> str:
        monkeypatch.setattr(clock, "now", lambda: garden.at)
        return client_of(user).get(reverse(name, args=[public_id]), follow=True).content.decode()

    return read


def switched_on(garden) -> None:
    collects = ConnectedAccount.objects.get()
    sandbox.account_debits(garden.store, account_id=collects.stripe_id)
    gateway.account_refresh(account=collects, now=garden.at)


def test_it_is_offered_only_where_the_provider_collects_them(garden, cast, seen):
    arrangement = garden.agreed()
    for name in ("arrangements:arrangement", "arrangements:card", "arrangements:debit"):
        assert "Direct Debit" not in seen(cast.joan, name, arrangement.public_id)
    switched_on(garden)
    for name in ("arrangements:arrangement", "arrangements:card"):
        assert reverse("arrangements:debit", args=[arrangement.public_id]) in seen(
            cast.joan, name, arrangement.public_id
        )
    page = seen(cast.joan, "arrangements:debit", arrangement.public_id)
    assert "The Direct Debit Guarantee" in page
    assert "full and immediate refund" in page


def test_nobody_reaches_the_banks_page_where_it_is_not_offered(garden, cast, client_of):
    """The address can be typed."""
    arrangement = garden.agreed()
    here = reverse("arrangements:debit", args=[arrangement.public_id])
    assert client_of(cast.joan).post(here).url == reverse("arrangements:arrangement", args=[arrangement.public_id])
    assert not SavedCard.objects.exists()


def test_joan_sets_it_up_through_the_pages_and_goes_back_to_a_card(garden, cast, client_of, seen, store):
    arrangement = garden.agreed()
    switched_on(garden)
    joan, here = client_of(cast.joan), reverse("arrangements:debit", args=[arrangement.public_id])
    page = joan.post(here).url
    typed = {"name": "Joan Westcott", "sort_code": "10-88-00", "number": "0004 4444"}
    wrong = joan.post(page, typed).content.decode()
    assert "There is no such bank account" in wrong
    assert "Joan Westcott" in wrong, "what was typed is kept"
    back = joan.post(page, typed | {"number": banks.PAYS.number}).url
    assert "Your Direct Debit is set up. Nothing was taken." in joan.get(back, follow=True).content.decode()
    shown = seen(cast.joan, "arrangements:arrangement", arrangement.public_id)
    assert "Direct Debit from the account that ends in 2345" in shown
    assert "Pay by card instead" in shown
    garden.save_card(arrangement)
    shown = seen(cast.joan, "arrangements:arrangement", arrangement.public_id)
    assert "Visa card that ends in 4242" in shown
    assert "Pay by Direct Debit instead" in shown


def test_both_sides_read_the_day_and_nobody_can_pay_twice(garden, cast, seen):
    arrangement = garden.debited()
    bill = garden.told(arrangement)
    day = uk_date(bill.order.debit_on, today=timezone.localdate())
    mine = seen(cast.joan, "arrangements:arrangement", arrangement.public_id)
    assert f"£36.00 leaves your bank account by Direct Debit on {day}" in mine
    theirs = seen(cast.sam, "provider_arrangements:arrangement", arrangement.public_id)
    assert f"£36.00 is collected by Direct Debit, expected {day}" in theirs
    assert "2345" not in theirs
    pay = f'action="{reverse("orders:pay", args=[bill.order.public_id])}"'
    assert pay in seen(cast.joan, "orders:order", bill.order.public_id)
    garden.asked(arrangement)
    assert pay not in seen(cast.joan, "orders:order", bill.order.public_id)
    theirs = seen(cast.sam, "provider_arrangements:arrangement", arrangement.public_id)
    assert f"£36.00 is on its way by Direct Debit, expected {day}" in theirs


def test_it_waits_for_nobody_in_the_lists(garden, cast, client_of, seen):
    """Joan has nothing to do about what is collected by itself."""
    bill = garden.told(garden.debited())
    mine = client_of(cast.joan).get(reverse("orders:mine")).content.decode()
    assert "Waiting for you" not in mine
    assert f"By Direct Debit on {uk_date(bill.order.debit_on, today=timezone.localdate())}" in mine
    assert "By Direct Debit, expected" in client_of(cast.sam).get(reverse("provider_orders:inbox")).content.decode()
