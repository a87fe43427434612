"""A provider reads what they still owe whoever holds the money, until it has come back, and hears of it by letter."""

import pytest
from django.core import mail
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.look.words import uk_date
from payments.budgets import selectors
from payments.budgets.states import Source
from payments.orders import services as orders
from payments.orders.models import Order
from payments.orders.services.telling import ORDER_LETTER
from tests.factories.listings import make_provider
from tests.integration.budgets.test_money_to_come_back import DESK, called_off, fund, letters_to, managed, typed
from tests.integration.orders.conftest import by_self

__all__ = ["called_off", "fund", "managed", "typed"]
pytestmark = pytest.mark.django_db
INBOX, AT_HOME = "/provider/orders/", "/provider/"
OWED = "Money to give back"


@pytest.fixture
def shown(cast, client_of):
    """What Sam reads above his orders; his desk says the same of what is owed."""

    def read() -> str:
        inbox, desk = (client_of(cast.sam).get(path).content.decode() for path in (INBOX, AT_HOME))
        assert (OWED in inbox) == (OWED in desk)
        return inbox

    return read


@pytest.mark.parametrize(("which", "holder"), [("managed", "Quantock Council"), ("fund", "Asha’s Co-op")])
def test_what_is_owed_stands_above_the_orders_until_it_is_back(
    cast, client_of, request, which, holder, called_off, shown, typed
):
    budget = request.getfixturevalue(which)
    assert OWED not in shown()
    bought = called_off(budget)
    day, page = uk_date(timezone.localdate(), today=timezone.localdate()), f"/provider/orders/{bought.order}/"
    line = f"You still owe {holder} £36.00 for “{bought.title}”, called off on {day}."
    assert line in shown()
    assert f'<a href="{page}">See the order, or say that you gave it back' in shown()
    assert "I gave it back" in client_of(cast.sam).get(page).content.decode()
    who, url = (cast.theo, f"{DESK}back/{{}}/") if which == "managed" else (cast.asha, "/money/holding/{}/back/")
    holds, url = client_of(who), url.format(bought.public_id)
    holds.post(url, typed(bought, "12"))
    assert f"You still owe {holder} £24.00 for" in shown()
    client_of(cast.sam).post(f"{page}gave-back/", {"words": "By <b>bank</b>."})
    told = f"You told {holder} on {day} that you gave back £24.00 for “{bought.title}”."
    assert told in shown(), "it goes when they say so, not when he does"
    assert "You still owe" not in shown()
    holds.post(url, typed(bought, "24"))
    assert OWED not in shown()
    holds.post(f"{url}2/mistake/")
    assert f"You still owe {holder} £24.00 for" in shown()


def test_nobody_else_reads_it(cast, client_of, managed, called_off):
    called_off(managed)
    make_provider(cast.council["wharfe"], cast.asha, name="Asha’s Kitchen")
    for user in (cast.joan, cast.asha, cast.theo, cast.moira, cast.stranger):
        answer = client_of(user).get(INBOX)
        assert OWED not in answer.content.decode(), user


def test_what_a_person_paid_or_nobody_has_yet_is_not_in_it(cast, managed, called_off, shown):
    called_off(managed, cancelled=False)
    assert OWED not in shown()


def test_it_costs_two_queries_however_much_is_owed(cast, managed, called_off, django_assert_num_queries):
    called_off(managed)
    called_off(managed)
    provider = Order.objects.select_related("provider").first().provider
    with django_assert_num_queries(2):
        found = selectors.owed_by([provider])
    assert [each.left_pence for each in found] == [3600, 3600]


def test_the_letter_of_the_cancelling_says_it_once(cast, managed, called_off):
    """Joan called it off: Sam hears that she did, whom he owes and how much, in one letter."""
    mail.outbox.clear()
    called_off(managed)
    about = [subject for subject in letters_to(cast.sam) if "cancelled" in subject or "back" in subject]
    assert about == ["Joan cancelled"]
    (letter,) = [letter for letter in mail.outbox if letter.subject == "Joan cancelled"]
    assert "Quantock Council paid you £36: please give it back to them yourself." in letter.body
    assert "When you have, say so on the order’s page." in letter.body
    assert f"/provider/orders/{Order.objects.get().public_id}/" in letter.body


def test_who_calls_it_off_oneself_gets_a_letter_too(cast, managed, called_off, deliver):
    bought = called_off(managed, cancelled=False)
    mail.outbox.clear()
    orders.order_call_off(order=Order.objects.get(), by=by_self(cast.sam), now=timezone.now(), words="My hip hurts.")
    deliver()
    assert letters_to(cast.sam) == ["Please give £36.00 back to Quantock Council"]
    (letter,) = [letter for letter in mail.outbox if letter.to == [cast.sam.email]]
    assert "Please give it back to them yourself." in letter.body
    assert f"/provider/orders/{bought.order}/" in letter.body
    assert "hip" not in letter.body
    outbox.deliver()
    assert len(letters_to(cast.sam)) == 1


def test_what_nobody_has_paid_yet_is_called_off_without_it(cast, managed, buy, share, deliver, client_of):
    from payments.budgets import services

    asked = buy(share(managed, 3600))
    services.approval_give(approval=asked.approvals.get(), user=cast.theo, by=by_self(cast.theo), now=timezone.now())
    order = Order.objects.get()
    orders.order_accept(order=order, by=by_self(cast.sam), now=timezone.now())
    orders.order_call_off(order=order, by=by_self(cast.sam), now=timezone.now(), words="")
    deliver()
    assert not [subject for subject in letters_to(cast.sam) if "back" in subject]


def test_a_mistake_of_the_holder_is_told_because_it_is_owed_again(cast, client_of, managed, called_off, typed, deliver):
    bought, theo = called_off(managed), client_of(cast.theo)
    url = f"{DESK}back/{bought.public_id}/"
    theo.post(url, typed(bought, "30"))
    deliver()
    mail.outbox.clear()
    theo.post(f"{url}1/mistake/")
    theo.post(f"{url}1/mistake/")
    deliver()
    assert letters_to(cast.sam) == ["Quantock Council has not had money back from you after all"]
    (letter,) = [letter for letter in mail.outbox if letter.to == [cast.sam.email]]
    assert "£36.00 is still to come to them." in letter.body
    assert not outbox.pending(ORDER_LETTER)


def test_a_budget_of_ones_own_owes_no_holder(cast, open_budget, buy, share, pay, shown, unrelated):
    """What a card paid goes back by the bank, and nobody holds anything."""
    money = open_budget(Source.DIRECT_PAYMENT, 10_000)
    order = pay(buy(share(money, 3600)))
    orders.order_cancel(order=order, by=by_self(cast.joan), now=timezone.now())
    assert OWED not in shown()
