"""Funds that a provider holds: its yes and its word that it has paid, on pages; and the days there are to answer."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from marketplace.core.models import AuditEntry
from payments.budgets import jobs
from payments.budgets.models import Purchase
from payments.budgets.states import PurchaseState, Source
from payments.ledger import selectors as ledger
from payments.orders import services as orders
from payments.orders.models import Order
from payments.orders.states import OrderState
from tests.factories.listings import make_category, make_provider
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db
HOLDING = "/money/holding/"


@pytest.fixture
def fund(cast, open_budget):
    """£100 for Joan, that Asha's co-operative holds."""
    return open_budget(Source.ISF, 10_000, holder=make_provider(cast.council["quantock"], cast.asha, "Asha’s Co-op"))


def test_a_holder_says_yes_and_that_it_has_paid_on_its_own_pages(cast, client_of, buy, fund, share, figures, deliver):
    asked, asha, joan = buy(share(fund, 3600)), client_of(cast.asha), client_of(cast.joan)
    approval = asked.approvals.get()
    assert asked.title in asha.get(HOLDING).content.decode()
    page = asha.get(f"{HOLDING}{approval.public_id}/").content.decode()
    assert f"Then you pay {asked.provider_name}, and say here that you have. After it £64.00 is left" in page
    said = asha.post(f"{HOLDING}{approval.public_id}/", {"action": "yes", "words": "Enjoy it."}, follow=True)
    assert "You said yes. We have told them." in said.content.decode()
    read = joan.get(f"/money/requests/{approval.public_id}/").content.decode()
    assert "They said yes." in read
    assert "Enjoy it." in read
    asked.refresh_from_db()
    order, paid = Order.objects.get(), f"{HOLDING}{asked.public_id}/paid/"
    early = asha.post(paid, follow=True).content.decode()
    assert "The provider has not said yes to it, or it was paid already." in early
    coming = joan.get(f"/orders/{order.public_id}/").content.decode()
    assert ("Asha’s Co-op pays £36" in coming, "You pay £36" in coming) == (True, False)
    waits = f"Pay when {asked.provider_name} has said yes. We write to you."
    desk = asha.get(HOLDING).content.decode()
    assert (waits in desk, paid in desk) == (True, False)
    orders.order_accept(order=order, by=by_self(cast.sam), now=timezone.now())
    deliver()
    [due] = [letter for letter in mail.outbox if letter.to == [cast.asha.email] and "please pay" in letter.subject]
    assert HOLDING in due.body
    assert "Joan" not in due.subject + due.body, "whom it is for stands on the page behind the sign-in"
    assert waits not in asha.get(HOLDING).content.decode()
    assert paid in asha.get(HOLDING).content.decode()
    assert client_of(cast.sam).post(paid).status_code == 404, "only who holds the money says that it was paid"
    assert figures(fund) == (6400, 3600, 0)
    done = asha.post(paid, follow=True).content.decode()
    assert "Kept: paid. Both sides have been told." in done
    assert paid not in done
    order.refresh_from_db()
    assert (order.state, figures(fund)) == (OrderState.PAID, (6400, 0, 3600))
    assert asha.post(paid).status_code == 404, "once"
    deliver()
    assert {cast.joan.email, cast.sam.email} <= {letter.to[0] for letter in mail.outbox}
    receipt = joan.get(f"/orders/{order.public_id}/receipt/").content.decode()
    assert "Paid by Asha’s Co-op" in receipt
    assert ledger.out_of_step() == []


def test_somebody_else_cannot_say_yes_to_a_fund(cast, client_of, buy, fund, share):
    approval = buy(share(fund, 3600)).approvals.get()
    for other in (cast.sam, cast.theo, cast.joan):
        assert client_of(other).post(f"{HOLDING}{approval.public_id}/", {"action": "yes"}).status_code == 404
    assert not Order.objects.exists()


@pytest.mark.parametrize("source", [Source.ISF, Source.COUNCIL_MANAGED])
def test_a_request_waits_as_many_days_as_the_council_says(
    cast, client_of, buy, fund, open_budget, share, figures, source
):
    settings = {"surplus_weeks": "8", "answer_days": "2", "retention_years": "7", "own_services": ""}
    client_of(cast.theo).post("/staff/money/quantock/settings/", settings)
    money = fund if source == Source.ISF else open_budget(source, 10_000)
    approval = buy(share(money, 3600)).approvals.get()
    assert approval.answer_by - approval.asked_at == timedelta(days=2)
    assert jobs.lapse_all(approval.asked_at + timedelta(days=1, hours=23)) == 0
    assert jobs.lapse_all(approval.asked_at + timedelta(days=2, seconds=1)) == 1
    assert figures(money) == (10_000, 0, 0)
    assert Purchase.objects.get().state == PurchaseState.RELEASED


def test_the_council_reads_what_a_yes_costs_it_and_each_look_is_kept(
    cast, client_of, buy, open_budget, direct_payment, unrelated, share, listing
):
    """Of what a direct payment pays, the person's own card is asked: then nothing is said of the council's paying."""
    theo, desk = client_of(cast.theo), "/staff/money/requests"
    held = buy(share(open_budget(Source.COUNCIL_MANAGED, 10_000), 3600)).approvals.get()
    page = theo.get(f"{desk}/{held.public_id}/").content.decode()
    assert "After it £64.00 is left in this budget." in page
    listing.page.categories.set([make_category("chiropody", "Foot care", direct_payment="ask")])
    listing.page.save()
    asked = buy(share(direct_payment, 3600)).approvals.get()
    page = theo.get(f"{desk}/{asked.public_id}/").content.decode()
    assert "Nothing is ordered until you say yes." in page
    assert "Then you pay" not in page
    looks = AuditEntry.objects.filter(action="budgets.approval.look").order_by("pk")
    assert [(look.by_id, look.subject_id) for look in looks] == [
        (cast.theo.pk, str(held.pk)),
        (cast.theo.pk, str(asked.pk)),
    ]
    for other in (cast.moira, cast.bea, cast.asha):
        assert client_of(other).get(f"{desk}/{held.public_id}/").status_code == 404
    assert looks.count() == 2
