"""An order that whoever holds the money has paid is called off: nobody is told of a card that never paid."""

import pytest
from django.core import mail
from django.utils import timezone

from payments.budgets import services
from payments.budgets.states import Source
from payments.orders import services as orders
from payments.orders.models import Order
from payments.orders.states import OrderState
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db
COMES_BACK = "Quantock Council paid £36.00. Sam gives it back to them, not to you."
GIVE_BACK = "Quantock Council paid you £36: please give it back to them yourself."


@pytest.fixture
def held_and_paid(cast, buy, open_budget, share, deliver) -> Order:
    """The council said yes, Sam said yes, and the council says that it has paid."""
    asked = buy(share(open_budget(Source.COUNCIL_MANAGED, 10_000), 3600))
    theo, now = cast.theo, timezone.now()
    services.approval_give(approval=asked.approvals.get(), user=theo, by=by_self(theo), now=now)
    order = orders.order_accept(order=Order.objects.get(), by=by_self(cast.sam), now=now)
    asked.refresh_from_db()
    services.purchase_holder_paid(purchase=asked, by=by_self(theo), now=now)
    deliver()
    mail.outbox.clear()
    return order


def said_to(address: str) -> str:
    return " ".join(" ".join(letter.body.split()) for letter in mail.outbox if letter.to == [address])


def test_the_person_calls_it_off_and_reads_who_gets_the_money(cast, held_and_paid, client_of, deliver):
    joan, url = client_of(cast.joan), f"/orders/{held_and_paid.public_id}/"
    asked = joan.get(f"{url}cancel/").content.decode()
    assert COMES_BACK in asked
    assert "card" not in asked[asked.index("<main") : asked.index("</main")].lower()
    joan.post(f"{url}cancel/")
    deliver()
    held_and_paid.refresh_from_db()
    assert held_and_paid.state == OrderState.CANCELLED
    page = joan.get(url).content.decode()
    assert f"Cancelled. {COMES_BACK}" in page
    assert "Quantock Council paid</" in page, "and not that she did"
    assert "on its way back" not in page
    assert COMES_BACK in said_to(cast.joan.email)
    assert GIVE_BACK in said_to("sam@example.org")
    assert "same card" not in said_to(cast.joan.email)


def test_the_provider_calls_it_off_and_reads_to_whom_the_money_goes(cast, held_and_paid, client_of, deliver):
    sam, url = client_of(cast.sam), f"/provider/orders/{held_and_paid.public_id}/"
    assert GIVE_BACK in sam.get(f"{url}cancel/").content.decode()
    page = sam.post(f"{url}cancel/", {"words": "I am ill."}, follow=True).content.decode()
    assert "Now give the money back to Quantock Council." in page
    deliver()
    assert COMES_BACK in said_to(cast.joan.email)
