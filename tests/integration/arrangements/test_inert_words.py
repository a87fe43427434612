"""A10: whatever people type stays text in letters about help every week, a yes to money, payouts and disputes."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail

from marketplace.core import outbox
from marketplace.people.models import User
from payments.arrangements import services
from payments.arrangements.models.arrangement import Side
from payments.budgets import services as budgets
from payments.budgets.models import Approval
from payments.budgets.rules import Share
from payments.gateway.models import ConnectedAccount
from payments.orders.rules import Wish
from payments.orders.services import funding
from payments.sandbox import cards
from payments.sandbox import services as sandbox
from providers.listings.models import Offer, Provider
from tests.integration.arrangements.conftest import Garden, by_self
from tests.integration.orders.test_inert_words import WICKED, nothing_came_alive

pytestmark = [pytest.mark.django_db, pytest.mark.fault("A10")]
WORST = ("a heading of one's own", "a script", "a place in a sentence")


def every_week(garden: Garden, held: Callable, deliver: Callable, words: str) -> set[str]:
    """Proposed, agreed, changed, missed, done, asked for, ended."""
    made = garden.proposed(words=words)
    services.arrangement_agree(arrangement=made, side=Side.PROVIDER, by=garden.sam, now=garden.at)
    garden.save_card(made, cards.DECLINED_LATER)
    visit = garden.visit(made)
    garden.to(visit.starts_at + timedelta(hours=1))
    services.visit_missed(visit=visit, side=Side.PROVIDER, words=words[:200], by=garden.sam, now=garden.at)
    queried = garden.done(made, 1)
    services.visit_query(visit=queried, by=garden.joan, now=garden.at, words=words[:200])
    garden.done(made, 2)
    garden.later(days=8)
    services.arrangement_end(arrangement=made, side=Side.PROVIDER, by=garden.sam, now=garden.at, words=words[:200])
    outbox.deliver()
    return {garden.cast.joan.email, garden.cast.sam.email}


def for_a_yes(garden: Garden, held: Callable, deliver: Callable, words: str) -> set[str]:
    """Asked of the council, and refused with a reason."""
    budget, offer = held(), Offer.objects.get(pk=garden.offer.pk)
    funding.order_buy(
        person=garden.cast.joan,
        offer=offer,
        wish=Wish(wanted_words=words[:100], note=words, begin_early=True),
        expected_total_pence=1800,
        token="wicked",
        by=garden.joan,
        now=garden.at,
        shares=[Share(1800, budget.pk, budget.outcomes.get().pk)],
    )
    theo = garden.cast.theo
    budgets.approval_refuse(approval=Approval.objects.get(), user=theo, by=by_self(theo), now=garden.at, words=words)
    outbox.deliver()
    return {theo.email, garden.cast.joan.email}


def of_the_money(garden: Garden, held: Callable, deliver: Callable, words: str) -> set[str]:
    """Paid, taken back by a bank, and a payout that came back: the provider, the person and the council hear."""
    made = garden.running()
    garden.done(made)
    garden.later(days=7)
    account = ConnectedAccount.objects.get()
    payout = sandbox.payout_make(garden.store, account_id=account.stripe_id)
    sandbox.payout_arrive(garden.store, payout_id=payout["id"])
    with garden.store.open() as records:
        charge = records.page("charge", None, limit=1)[0][0]
    sandbox.dispute_open(garden.store, charge_id=charge["id"])
    deliver()
    sandbox.payout_fail(garden.store, payout_id=payout["id"])
    deliver()
    return {garden.cast.sam.email, garden.cast.joan.email, garden.cast.moira.email}


@pytest.mark.parametrize("flow", [every_week, for_a_yes, of_the_money])
@pytest.mark.parametrize("how", WORST)
def test_what_people_typed_is_text_in_every_other_letter(garden, held, deliver, caplog, flow, how):
    words = WICKED[how]
    Provider.objects.update(name=words[:200], contact_name=words[:100])
    Offer.objects.update(title=words[:120])
    User.objects.filter(pk__in=[garden.cast.joan.pk, garden.cast.theo.pk]).update(first_name=words[:100])
    for person in (garden.cast.joan, garden.cast.theo):
        person.refresh_from_db()
    garden.offer = Offer.objects.select_related("listing__provider").get(pk=garden.offer.pk)
    with caplog.at_level(logging.INFO):
        readers = flow(garden, held, deliver, words)
    told = {address for letter in mail.outbox for address in letter.to}
    assert told >= readers, "each of them was written to"
    assert not outbox.pending().filter(attempts__gt=0).exists(), "and no letter broke on the words"
    nothing_came_alive(caplog.text)
