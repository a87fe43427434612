"""Orders and budgets keep one account: promised, paid, released, given back, to the penny."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from payments.budgets import services
from payments.budgets.models import Method, Purchase, Relation
from payments.budgets.rules import Share
from payments.budgets.states import PurchaseState, Source
from payments.ledger import selectors as ledger
from payments.ledger.models import Entry
from payments.orders import presentation
from payments.orders import services as orders
from payments.orders.models import Order, Receivable, ReceivableKind, Refund
from payments.orders.states import OrderState, ReceivableState
from payments.sandbox import services as sandbox
from providers.listings.models import VatStatus
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db


def give_back(cast, order: Order) -> None:
    facts = {"amount_pence": 3600, "words": "Sorry.", "by": by_self(cast.sam), "now": timezone.now()}
    orders.order_give_back(order=order, **facts)


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
    assert backs == [556, 306, 138]
    assert figures(direct_payment) == (47_999 + 556, 0, 2001 - 556)
    assert ledger.balances([own])[own] == -499 + 138
    assert ledger.out_of_step() == []


@pytest.mark.parametrize("won", [True, False])
def test_a_lost_dispute_brings_each_share_home_and_a_won_one_moves_nothing(
    cast, buy, pay, deliver, payer, store, direct_payment, unrelated, share, figures, won
):
    """Nobody asks a budget before a bank takes money: what the bank gave the person goes where it came from."""
    order = pay(buy(share(direct_payment, 2600), Share(1000)))
    own, held = f"person:{cast.joan.pk}:own", f"order:{order.public_id}:dispute"
    dispute = sandbox.dispute_open(store, charge_id=payer.charges()[-1]["id"])
    deliver()
    assert figures(direct_payment) == (47_400, 0, 2600), "the bank has not decided"
    assert ledger.balances([own, held]) == {own: -1000, held: 3600}
    sandbox.dispute_close(store, dispute_id=dispute["id"], won=won)
    deliver()
    assert figures(direct_payment) == ((47_400, 0, 2600) if won else (50_000, 0, 0))
    assert ledger.balances([own, held]) == {own: -1000 if won else 0, held: 0}
    assert ledger.out_of_step() == []
    backs = [line.back_pence for line in Purchase.objects.get().lines.all()]
    assert backs == ([0, 0] if won else [2600, 1000])


def test_a_refund_that_a_bank_sent_back_is_spent_again_until_it_is_given_again(
    cast, buy, pay, deliver, store, direct_payment, unrelated, share, figures
):
    order = pay(buy(share(direct_payment, 2600), Share(1000)))
    give_back(cast, order)
    deliver()
    accounts = [f"person:{cast.joan.pk}:own", f"order:{order.public_id}:refund", f"order:{order.public_id}:receivable"]
    assert figures(direct_payment) == (50_000, 0, 0)
    sandbox.refund_fail(store, refund_id=Refund.objects.get().refund_id)
    deliver()
    assert figures(direct_payment) == (47_400, 0, 2600)
    assert list(ledger.balances(accounts).values()) == [-1000, 0, 0]
    assert Receivable.objects.get().kind == ReceivableKind.FAILED_REFUND
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED, "not paid back any more, and never done"
    assert "The bank could not put your money back" in presentation.headline(order)
    give_back(cast, order)
    deliver()
    order.refresh_from_db()
    assert (order.state, Receivable.objects.get().state) == (OrderState.REFUNDED, ReceivableState.SETTLED)
    assert figures(direct_payment) == (50_000, 0, 0)
    assert list(ledger.balances(accounts).values()) == [0, 0, 0]
    assert ledger.out_of_step() == []


def test_money_that_was_sent_back_after_it_was_spent_is_owed_and_never_somebodys_gain(
    cast, buy, pay, deliver, store, open_budget, unrelated, share, figures
):
    """A budget never goes below nothing: what is missing stands with the order, and the next refund fills it."""
    small = open_budget(pence=3600)
    order = pay(buy(share(small, 3600)))
    give_back(cast, order)
    deliver()
    services.purchase_record(
        person=cast.joan,
        title="Taxi",
        provider_name="Levels Taxis",
        shares=[share(small, 2600)],
        method=Method.CASH,
        bought_on=timezone.localdate(),
        by=by_self(cast.joan),
        now=timezone.now(),
        related=services.Related(Relation.NONE, shares_home=False),
    )
    own, owed = f"person:{cast.joan.pk}:own", f"order:{order.public_id}:receivable"
    sandbox.refund_fail(store, refund_id=Refund.objects.get().refund_id)
    deliver()
    assert (figures(small)[0], ledger.balances([own, owed])) == (0, {own: 0, owed: -2600})
    give_back(cast, order)
    deliver()
    assert (figures(small), ledger.balances([own, owed])) == ((1000, 0, 2600), {own: 0, owed: 0})
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


@pytest.mark.parametrize(
    ("vat", "words"),
    [
        (VatStatus.NOT_REGISTERED, "Not registered for VAT: no VAT is charged."),
        (VatStatus.STANDARD, "Prices include VAT."),
        (VatStatus.EXEMPT_WELFARE, "Exempt: welfare services by a regulated provider."),
    ],
)
def test_a_receipt_names_each_money_and_the_vat_on_the_page_and_in_the_letter(
    cast, client_of, buy, pay, direct_payment, unrelated, share, sam, vat, words
):
    """The council asks for the part that its money paid; the person keeps one paper for both."""
    sam.vat = vat
    sam.save()
    order = pay(buy(share(direct_payment, 2600), Share(1000)))
    page = client_of(cast.joan).get(f"/orders/{order.public_id}/receipt/").content.decode()
    letter = next(each for each in mail.outbox if each.to == [cast.joan.email] and "Receipt" in each.body)
    written = [letter.body, *(str(content) for content, kind in letter.alternatives if kind == "text/html")]
    bought = f"{order.title}, 2 hours at £18.00"
    for text in (page, *written):
        for line in (
            f"{bought}: from Direct payment",
            f"{bought}: from own money",
            "£26.00",
            "£10.00",
            "£36.00",
            words,
        ):
            assert line in text
        assert sum(str(each.label) in text for each in VatStatus) == 1


def test_nobody_but_the_buyer_reads_which_money_it_was(cast, client_of, buy, pay, direct_payment, unrelated, share):
    """Where somebody's money comes from is between them and their council."""
    order = pay(buy(share(direct_payment, 2600), Share(1000)))
    page = client_of(cast.sam).get(f"/provider/orders/{order.public_id}/").content.decode()
    sams = [each.body for each in mail.outbox if each.to == [cast.sam.email]]
    assert sams
    for text in (page, *sams):
        assert "Direct payment" not in text
        assert "own money" not in text
