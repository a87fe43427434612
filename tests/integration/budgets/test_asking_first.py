"""Money that somebody else holds, and helpers with a limit: a request, a yes that orders, a no that releases."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from marketplace.core.audit import DELEGATE, Actor
from marketplace.people.models import Delegation, Scope
from payments.budgets import jobs, services
from payments.budgets.models import Approval, AskedOf, Purchase
from payments.budgets.rules import Share
from payments.budgets.states import ApprovalState, PurchaseState, Source
from payments.ledger import selectors as ledger
from payments.orders import services as orders
from payments.orders.models import Order
from payments.orders.rules import Wish
from payments.orders.services import funding
from payments.orders.states import OrderState
from tests.factories.listings import make_provider
from tests.factories.people import make_delegation
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db


@pytest.fixture
def managed(open_budget):
    return open_budget(Source.COUNCIL_MANAGED, 10_000)


def give(approval: Approval, user) -> None:
    services.approval_give(approval=approval, user=user, by=by_self(user), now=timezone.now())


def test_a_managed_budget_asks_the_council_and_keeps_the_money_aside(buy, managed, share, figures, deliver):
    asked = buy(share(managed, 3600))
    assert isinstance(asked, Purchase)
    approval = asked.approvals.get()
    assert (approval.asked_of, approval.state) == (AskedOf.COUNCIL, ApprovalState.WAITING)
    assert figures(managed) == (6400, 3600, 0)
    assert not Order.objects.exists()
    deliver()
    assert [letter.subject for letter in mail.outbox if letter.to == ["theo@example.org"]] == [
        "Somebody waits for your yes"
    ]


def test_a_yes_orders_and_the_council_pays_without_any_card(cast, buy, managed, share, figures, client_of):
    asked = buy(share(managed, 3600))
    give(asked.approvals.get(), cast.theo)
    order = Order.objects.get()
    asked.refresh_from_db()
    assert (asked.order, order.state, order.person) == (order.public_id, OrderState.REQUESTED, cast.joan)
    orders.order_accept(order=order, by=by_self(cast.sam), now=timezone.now())
    order.refresh_from_db()
    assert order.pay_by is None, "the council pays in its own time"
    waits, sams = f"Waiting for {cast.council['quantock'].name} to pay", client_of(cast.sam)
    assert waits in sams.get("/provider/orders/").content.decode()
    assert waits in sams.get(f"/provider/orders/{order.public_id}/").content.decode()
    with pytest.raises(orders.NothingToPay):
        orders.payment_begin(order=order, by=by_self(cast.joan), now=timezone.now(), paid_url="x", back_url="x")
    services.purchase_holder_paid(purchase=asked, by=by_self(cast.theo), now=timezone.now())
    order.refresh_from_db()
    assert order.state == OrderState.PAID
    assert figures(managed) == (6400, 0, 3600)
    assert ledger.out_of_step() == []
    with pytest.raises(services.NotPaidByHolder):
        services.purchase_holder_paid(purchase=asked, by=by_self(cast.theo), now=timezone.now())


def test_a_no_says_why_and_releases_the_money(cast, buy, managed, share, figures):
    approval = buy(share(managed, 3600)).approvals.get()
    services.approval_refuse(
        approval=approval, user=cast.theo, by=by_self(cast.theo), now=timezone.now(), words="Ask again in May."
    )
    approval.refresh_from_db()
    assert (approval.state, approval.words) == (ApprovalState.REFUSED, "Ask again in May.")
    assert figures(managed) == (10_000, 0, 0)
    assert not Order.objects.exists()
    with pytest.raises(services.IllegalMove):
        give(approval, cast.theo)


def test_nobody_answering_in_time_releases_the_money(cast, buy, managed, share, figures):
    approval = buy(share(managed, 3600)).approvals.get()
    late = approval.answer_by + timedelta(seconds=1)
    with pytest.raises(services.TooLate):
        services.approval_give(approval=approval, user=cast.theo, by=by_self(cast.theo), now=late)
    assert jobs.lapse_all(late) == 1
    assert jobs.lapse_all(late) == 0
    assert figures(managed) == (10_000, 0, 0)
    assert Purchase.objects.get().state == PurchaseState.RELEASED


def test_what_cannot_be_ordered_any_more_refuses_the_yes(cast, buy, managed, share, figures, offer):
    """The price rose while the council thought about it: nothing may be ordered at a price nobody agreed to."""
    approval = buy(share(managed, 3600)).approvals.get()
    offer.price_pence = 2000
    offer.save()
    with pytest.raises(orders.PriceChanged):
        give(approval, cast.theo)
    approval.refresh_from_db()
    assert approval.state == ApprovalState.WAITING
    assert figures(managed) == (6400, 3600, 0)
    assert not Order.objects.exists()


def test_a_fund_asks_the_provider_that_holds_it(cast, buy, open_budget, share):
    holder = make_provider(cast.council["quantock"], cast.asha, "Asha’s Co-operative")
    fund = open_budget(Source.ISF, 10_000, holder=holder)
    approval = buy(share(fund, 3600)).approvals.get()
    assert (approval.asked_of, approval.holder) == (AskedOf.HOLDER, holder)
    give(approval, cast.asha)
    assert Order.objects.get().total_pence == 3600


@pytest.fixture
def priya(cast):
    """Priya may buy for Joan: £40 for one order, £60 in a month."""
    now = timezone.now()
    held = make_delegation(cast.joan, cast.priya, now=now)
    services.limit_set(delegation=held, per_order_pence=4000, per_month_pence=6000, by=by_self(cast.joan), now=now)
    return held


def test_a_helper_buys_within_the_limit_and_asks_beyond_it(cast, buy, direct_payment, unrelated, share, priya, figures):
    by = Actor(cast.priya.pk, cast.joan.pk, DELEGATE)
    first = buy(share(direct_payment, 3600), by=by, delegation=priya)
    assert isinstance(first, Order)
    second = buy(share(direct_payment, 3600), by=by, delegation=priya)
    assert isinstance(second, Purchase), "£72 in one month is above £60"
    approval = second.approvals.get()
    assert approval.asked_of == AskedOf.PERSON
    give(approval, cast.joan)
    order = Order.objects.latest("pk")
    assert (order.placed_by, order.person, order.channel) == (cast.priya, cast.joan, DELEGATE)
    assert figures(direct_payment) == (50_000 - 7200, 7200, 0)


def test_a_limit_counts_own_money_too(cast, buy, priya, offer):
    by = Actor(cast.priya.pk, cast.joan.pk, DELEGATE)
    asked = buy(Share(5400), by=by, delegation=priya, quantity=3)
    assert isinstance(asked, Purchase)
    assert asked.approvals.get().asked_of == AskedOf.PERSON


def test_beyond_the_limit_and_from_managed_money_both_are_asked_in_turn(cast, buy, managed, share, priya):
    by = Actor(cast.priya.pk, cast.joan.pk, DELEGATE)
    asked = buy(share(managed, 5400), by=by, delegation=priya, quantity=3)
    give(asked.approvals.get(), cast.joan)
    assert not Order.objects.exists()
    second = asked.approvals.get(asked_of=AskedOf.COUNCIL)
    give(second, cast.theo)
    assert Order.objects.get().total_pence == 5400


def test_the_same_form_sent_twice_asks_once(cast, managed, share, figures, offer):
    """People press twice; the second press must not promise the money again."""
    wish = Wish(quantity=2, wanted_on=timezone.localdate() + timedelta(days=5), begin_early=True)
    asked = {
        funding.order_buy(
            person=cast.joan,
            offer=offer,
            wish=wish,
            expected_total_pence=3600,
            token="one form",
            by=by_self(cast.joan),
            now=timezone.now(),
            shares=[share(managed, 3600)],
        ).pk
        for _press in range(2)
    }
    assert len(asked) == 1
    assert figures(managed) == (6400, 3600, 0)


@pytest.fixture
def lee_proposes(cast) -> Delegation:
    """Lee keeps Joan's shortlist, and may not buy."""
    now = timezone.now()
    return make_delegation(cast.joan, cast.lee, Scope.SHORTLIST, now=now)


def proposed(browser, offer):
    """Lee answers every question; where that leads."""
    first = timezone.localdate() + timedelta(days=20)
    new = f"/orders/new/{offer.public_id}/"
    browser.post(f"{new}when/", {"day_0": first.day, "day_1": first.month, "day_2": first.year, "words": ""})
    browser.post(f"{new}quantity/", {"quantity": "2"})
    browser.post(f"{new}note/", {"note": ""})
    if browser.get(f"{new}money/").status_code == 200:
        browser.post(f"{new}money/", {"budget": "own", "part": ""})
    page = browser.get(f"{new}check/")
    assert page.status_code == 200, page
    form = page.context["form"]
    typed = {"token": form.initial["token"], "total": form.initial["total"], "begin_early": "on"}
    return page.content.decode(), browser.post(f"{new}check/", typed)


@pytest.mark.parametrize("has_money", [False, True])
def test_a_supporter_proposes_and_only_the_persons_yes_orders(
    cast, client_of, account, offer, lee_proposes, open_budget, has_money
):
    if has_money:
        open_budget()
    lee = client_of(cast.lee)
    lee.post(f"/accounts/acting/start/{lee_proposes.pk}/")
    page, answer = proposed(lee, offer)
    assert "Ask Joan" in page
    assert "They say yes or no first." in page
    assert not Order.objects.exists(), "Lee may propose, no more"
    asked = Approval.objects.get()
    assert (asked.asked_of, asked.purchase.made_by) == (AskedOf.PERSON, cast.lee.pk)
    assert answer.status_code == 302
    assert lee.get(f"/money/requests/{asked.public_id}/").status_code == 200
    assert lee.post(f"/money/requests/{asked.public_id}/", {"action": "yes", "words": ""}).status_code == 404
    assert not Order.objects.exists()
    client_of(cast.joan).post(f"/money/requests/{asked.public_id}/", {"action": "yes", "words": ""})
    order = Order.objects.get()
    assert (order.person, order.placed_by, order.total_pence) == (cast.joan, cast.lee, 3600)


@pytest.mark.fault("A3")
@pytest.mark.parametrize("removed", [False, True])
def test_the_answer_to_what_a_supporter_proposed_reaches_them_only_while_they_help(
    cast, client_of, account, offer, lee_proposes, deliver, removed
):
    lee = client_of(cast.lee)
    lee.post(f"/accounts/acting/start/{lee_proposes.pk}/")
    proposed(lee, offer)
    deliver()
    mail.outbox.clear()
    asked = Approval.objects.get()
    services.approval_refuse(approval=asked, user=cast.joan, by=by_self(cast.joan), words="", now=timezone.now())
    if removed:
        Delegation.objects.filter(pk=lee_proposes.pk).update(ended_at=timezone.now())
    deliver()
    told = {letter.to[0] for letter in mail.outbox if letter.subject == "They said no"}
    assert told == {cast.joan.email} | (set() if removed else {cast.lee.email})


def test_a_supporter_chooses_no_money_that_asks_who_is_related(
    cast, client_of, account, offer, lee_proposes, direct_payment
):
    """Only the person, or whoever buys for them, says how people belong together."""
    lee = client_of(cast.lee)
    lee.post(f"/accounts/acting/start/{lee_proposes.pk}/")
    assert lee.get(f"/orders/new/{offer.public_id}/money/").status_code == 302


def test_whoever_may_only_see_proposes_nothing(cast, client_of, account, offer, lee_proposes):
    Delegation.objects.filter(pk=lee_proposes.pk).update(scope=Scope.SEE)
    lee = client_of(cast.lee)
    lee.post(f"/accounts/acting/start/{lee_proposes.pk}/")
    assert lee.get(f"/orders/new/{offer.public_id}/").status_code == 404
    assert lee.get(f"/orders/new/{offer.public_id}/check/").status_code == 404


def test_a_request_says_how_many_and_whose_yes_it_was(cast, client_of, buy, direct_payment, unrelated, share, priya):
    """A yes to four hours is not a yes to one; and whoever said it reads "you"."""
    by = Actor(cast.priya.pk, cast.joan.pk, DELEGATE)
    asked = buy(share(direct_payment, 7200), by=by, delegation=priya, quantity=4)
    page = f"/money/requests/{asked.approvals.get().public_id}/"
    joan = client_of(cast.joan)
    assert asked.title == f"{asked.provider.listings.get().offers.get().title}, 4 hours"
    assert asked.title in joan.get(page).content.decode()
    assert asked.title in joan.get(f"/money/{direct_payment.public_id}/").content.decode()
    joan.post(page, {"action": "yes", "words": "A good idea"})
    said = joan.get(page).content.decode()
    assert "You said yes." in said
    assert "What you wrote" in said
    assert "They said yes" not in said
    helper = client_of(cast.priya)
    helper.post(f"/accounts/acting/start/{priya.pk}/")
    assert "They said yes." in helper.get(page).content.decode()


def test_one_hour_is_not_counted(buy, direct_payment, unrelated, share, offer):
    buy(share(direct_payment, 1800), quantity=1)
    assert Purchase.objects.get().title == offer.title


def test_a_class_counts_places(cast, direct_payment, offer):
    assert funding.goods_of(offer, 2, has_date=True).title == f"{offer.title}, 2 places"


def test_the_button_asks_whoever_is_really_asked_first(cast, client_of, account, offer, priya):
    """Above her limit Priya asks Joan, within it Sam."""
    helper = client_of(cast.priya)
    helper.post(f"/accounts/acting/start/{priya.pk}/")
    services.limit_set(
        delegation=priya, per_order_pence=3599, per_month_pence=None, by=by_self(cast.joan), now=timezone.now()
    )
    page, _answer = proposed(helper, offer)
    assert "Ask Joan" in page
    assert "Ask Sam" not in page
    assert "They say yes or no first. Then it is ordered, and they pay." in page
    assert Approval.objects.get().asked_of == AskedOf.PERSON
    services.limit_set(
        delegation=priya, per_order_pence=3600, per_month_pence=None, by=by_self(cast.joan), now=timezone.now()
    )
    page, _answer = proposed(helper, offer)
    assert "Ask Sam" in page
    assert "Ask Joan" not in page
    assert Order.objects.get().person == cast.joan


def test_pages_for_somebody_else_name_them(cast, client_of, buy, direct_payment, unrelated, share, priya, sam):
    by = Actor(cast.priya.pk, cast.joan.pk, DELEGATE)
    buy(share(direct_payment, 5400), by=by, delegation=priya, quantity=3)
    helper = client_of(cast.priya)
    helper.post(f"/accounts/acting/start/{priya.pk}/")
    money = helper.get("/money/").content.decode()
    assert "Joan has to say yes." in money
    for url in ("/money/", "/money/related/", f"/money/related/{sam.public_id}/"):
        page = helper.get(url).content.decode()
        assert "Who Joan is related to" in page
        assert "Who you are related to" not in page
    assert "Is Joan related to Sam?" in page
    assert "Are you related" not in page
    own = client_of(cast.joan).get("/money/related/").content.decode()
    assert "Who you are related to" in own
