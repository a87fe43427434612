"""Orders and budgets keep one account: promised, paid, released, given back, to the penny."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from payments.budgets import services
from payments.budgets.models import Purchase
from payments.budgets.rules import Share
from payments.budgets.states import PurchaseState, Source
from payments.ledger import selectors as ledger
from payments.ledger.models import Entry
from payments.orders import services as orders
from payments.orders.models import Order
from payments.orders.states import OrderState
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db


def test_an_order_without_any_budget_works_as_before(cast, buy, pay):
    """Most people have no budget; the books still show whose money it was."""
    order = pay(buy(person=cast.ken), cast.ken)
    assert order.state == OrderState.PAID
    assert not Purchase.objects.exists()
    own = f"person:{cast.ken.pk}:own"
    assert ledger.balances([own, f"provider:{order.provider_id}:earning"]) == {
        own: -3600,
        f"provider:{order.provider_id}:earning": 3600,
    }


def test_a_request_promises_a_yes_keeps_and_payment_spends(buy, pay, direct_payment, unrelated, share, figures):
    order = buy(share(direct_payment, 3600))
    assert figures(direct_payment) == (46_400, 3600, 0)
    order = pay(order)
    assert figures(direct_payment) == (46_400, 0, 3600)
    assert ledger.out_of_step() == []


@pytest.mark.parametrize("ending", ["declined", "cancelled", "expired"])
def test_an_order_that_comes_to_nothing_releases_its_money(
    cast, buy, direct_payment, unrelated, share, figures, ending
):
    order, now = buy(share(direct_payment, 3600)), timezone.now()
    match ending:
        case "declined":
            orders.order_decline(order=order, by=by_self(cast.sam), now=now, words="I am away.")
        case "cancelled":
            orders.order_cancel(order=order, by=by_self(cast.joan), now=now)
        case _:
            orders.order_expire(order=order, now=order.answer_by)
    assert figures(direct_payment) == (50_000, 0, 0)
    assert Purchase.objects.get().state == PurchaseState.RELEASED


def test_a_paid_order_that_is_cancelled_comes_home_when_the_money_does(
    cast, buy, pay, deliver, direct_payment, unrelated, share, figures
):
    order = pay(buy(share(direct_payment, 3600)))
    orders.order_cancel(order=order, by=by_self(cast.joan), now=timezone.now())
    assert figures(direct_payment) == (46_400, 0, 3600), "not before the gateway says so"
    deliver()
    assert figures(direct_payment) == (50_000, 0, 0)


def test_several_sources_split_one_order_exactly_and_a_refund_goes_back_to_each(
    cast, buy, pay, deliver, open_budget, direct_payment, unrelated, share, figures
):
    family = open_budget(Source.FAMILY, 1100, outcomes=[])
    order = pay(buy(share(direct_payment, 2001), share(family, 1100), Share(499)))
    assert figures(direct_payment) == (47_999, 0, 2001)
    assert figures(family) == (0, 0, 1100)
    own = f"person:{cast.joan.pk}:own"
    assert ledger.balances([own])[own] == -499
    orders.order_give_back(
        order=order, amount_pence=1000, words="I left early.", by=by_self(cast.sam), now=timezone.now()
    )
    deliver()
    backs = [line.back_pence for line in Purchase.objects.get().lines.all()]
    assert sum(backs) == 1000
    assert backs == [556, 305, 139]
    assert figures(direct_payment) == (47_999 + 556, 0, 2001 - 556)
    assert ledger.balances([own])[own] == -499 + 139
    assert ledger.out_of_step() == []


def test_more_than_is_left_is_refused_and_nothing_is_written(buy, open_budget, unrelated, share, figures):
    """A budget is a promise to the council: it never goes below nothing, whatever the page said."""
    small = open_budget(pence=3599)
    entries = Entry.objects.count()
    with pytest.raises(services.NotEnoughLeft):
        buy(share(small, 3600))
    assert figures(small) == (3599, 0, 0)
    assert (Order.objects.count(), Purchase.objects.count(), Entry.objects.count()) == (0, 0, entries)


def test_shares_that_do_not_add_up_are_refused(buy, direct_payment, unrelated, share, figures):
    for shares in ([share(direct_payment, 3599)], [share(direct_payment, 1800), share(direct_payment, 1800)]):
        with pytest.raises(services.SharesDoNotFit):
            buy(*shares)
    assert figures(direct_payment) == (50_000, 0, 0)


def test_somebody_elses_budget_pays_for_nobody(cast, buy, direct_payment, share, figures):
    with pytest.raises(services.NotOpen):
        buy(share(direct_payment, 3600), person=cast.ken)
    assert figures(direct_payment) == (50_000, 0, 0)


def test_a_budget_closed_mid_order_pays_what_it_promised(buy, pay, direct_payment, unrelated, share, figures):
    """Closing waits for what is promised, so that a yes from a provider is never left unpaid."""
    order = buy(share(direct_payment, 3600))
    with pytest.raises(services.StillPromised):
        services.budget_close(budget=direct_payment, by=CLOCKWORK, now=timezone.now())
    pay(order)
    services.budget_close(budget=direct_payment, by=CLOCKWORK, now=timezone.now())
    with pytest.raises(services.NotOpen):
        buy(share(direct_payment, 3600))


def test_the_question_which_money_pays_says_what_it_costs_and_no_page_asks_twice(
    cast, client_of, offer, direct_payment
):
    joan, url = client_of(cast.joan), f"/orders/new/{offer.public_id}"
    day = timezone.localdate() + timedelta(days=30)
    joan.post(f"{url}/when/", {"day_0": day.day, "day_1": day.month, "day_2": day.year, "words": ""})
    joan.post(f"{url}/quantity/", {"quantity": "2 "})
    joan.post(f"{url}/note/", {"note": ""})
    page = joan.get(f"{url}/money/").content.decode()
    assert f"{offer.title}: £{2 * offer.price_pence // 100}" in page
    joan.post(f"{url}/money/", {"budget": str(direct_payment.pk), "part": ""})
    asked = joan.get(f"{url}/outcome/").content.decode()
    main = asked[asked.index("<main") : asked.index("</main")]
    assert main.count("What is it for?") == 1
    assert main.count("<h1") == 1
