"""Whoever holds the money chooses the last day of their yes, takes it back, and hears of bills that wait for them."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from marketplace.core import outbox
from payments.arrangements import rules, selectors, services
from payments.arrangements.models import Arrangement, Bill, StandingYes
from payments.arrangements.services import PaidFrom
from payments.arrangements.states import ArrangementState, BillState
from payments.budgets import selectors as budget_reading
from payments.budgets import services as budgets
from payments.budgets.models import Approval
from payments.budgets.states import Source
from payments.ledger import selectors as ledger
from tests.factories.listings import make_provider
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db
WHY = "Her care plan is written anew."


def money(budget) -> PaidFrom:
    return PaidFrom(budget, budget.outcomes.first(), begin_early=True)


def fresh(arrangement) -> Arrangement:
    return selectors.whole().get(pk=arrangement.pk)


def letters(about: str) -> dict[str, str]:
    """The letters whose subject says so: the words of each, by its reader."""
    return {letter.to[0]: " ".join(letter.body.split()) for letter in mail.outbox if about in letter.subject}


@pytest.fixture
def asked(garden, held) -> Approval:
    """The council is asked for the garden every Tuesday."""
    garden.agreed(paid_from=money(held()))
    return Approval.objects.get()


@pytest.fixture
def begun(cast, garden, asked) -> Arrangement:
    budgets.approval_give(approval=asked, user=cast.theo, by=by_self(cast.theo), now=garden.at)
    outbox.deliver()
    return fresh(StandingYes.objects.get().arrangement)


def take_back(garden, user, until) -> None:
    facts = {"user": user, "by": by_self(user), "now": garden.at, "words": WHY}
    budgets.approval_shorten(approval=Approval.objects.earliest("pk"), until=until, **facts)
    outbox.deliver()


def test_an_earlier_last_day_is_chosen_with_the_yes_and_no_visit_is_planned_after_it(cast, garden, asked, client_of):
    theo, url = client_of(cast.theo), f"/staff/money/requests/{asked.public_id}/"
    assert "At the latest" in theo.get(url).content.decode()
    day = timezone.localdate() + timedelta(days=20)
    boxes = {"until_0": day.day, "until_1": day.month, "until_2": day.year}
    late = theo.post(url, {"action": "yes", "words": "", **boxes, "until_2": day.year + 5}).content.decode()
    assert "The latest day is" in late
    assert Approval.objects.get().state == "waiting"
    theo.post(url, {"action": "yes", "words": "", **boxes})
    outbox.deliver()
    yes = StandingYes.objects.get()
    assert (yes.given, yes.until) == (True, day)
    assert yes.arrangement.visits.order_by("day").last().day <= day
    assert yes.arrangement.visits.exists()


@pytest.mark.parametrize("days", [-1, 1])
def test_a_last_day_behind_us_or_later_than_there_is_changes_nothing(cast, garden, begun, days):
    until = StandingYes.objects.get().until
    wrong = timezone.localdate() - timedelta(days=1) if days < 0 else until + timedelta(days=1)
    with pytest.raises(budgets.NotThatDay):
        take_back(garden, cast.theo, wrong)
    assert StandingYes.objects.get().until == Approval.objects.get().until == until


def test_a_yes_taken_back_still_pays_what_happened_and_lets_go_of_the_rest(cast, garden, begun, client_of):
    """The visit was made in good faith: nobody is asked about it again."""
    garden.done(begun)
    take_back(garden, cast.theo, timezone.localdate(garden.at))
    assert begun.visits.filter(state="planned", starts_at__gt=garden.at).count() == 0
    assert budget_reading.figures(begun.budget).committed <= 3600
    told = letters("This money pays until")
    assert set(told) == {cast.joan.email, cast.sam.email}
    assert all(
        "1 visit that happened, £36.00, is not billed yet. This money still pays it." in it for it in told.values()
    )
    assert not any(WHY in words for words in told.values()), "a reason never travels by mail"
    for user, space in ((cast.joan, "arrangements"), (cast.sam, "provider_arrangements")):
        page = client_of(user).get(reverse(f"{space}:arrangement", args=[begun.public_id])).content.decode()
        assert WHY in page, space
    garden.later(days=8)
    bill = Bill.objects.get()
    purchase = budgets.of_order(bill.order.public_id)
    assert (bill.state, purchase.approvals.count()) == (BillState.HELD, 0)
    assert fresh(begun).state == ArrangementState.RUNNING
    assert ledger.out_of_step() == []


def test_a_bill_that_was_made_stays_and_both_hear_once_of_each_day(cast, garden, begun):
    garden.done(begun)
    garden.later(days=8)
    bill = Bill.objects.get()
    take_back(garden, cast.theo, timezone.localdate(garden.at))
    services.yes_cut(purchase=Approval.objects.earliest("pk").purchase, now=garden.at)
    outbox.deliver()
    bill.refresh_from_db()
    assert bill.state == BillState.HELD
    heard = [letter for letter in mail.outbox if "This money pays until" in letter.subject]
    assert sorted(letter.to[0] for letter in heard) == sorted([cast.joan.email, cast.sam.email])
    assert all("Everything that has happened is billed." in " ".join(letter.body.split()) for letter in heard)


def test_what_was_taken_back_is_not_asked_for_by_itself_and_can_be_asked_for_anew(cast, garden, begun):
    take_back(garden, cast.theo, timezone.localdate(garden.at))
    garden.later(days=2)
    assert Approval.objects.count() == 1
    services.money_choose(arrangement=begun, paid_from=money(begun.budget), by=garden.joan, now=garden.at)
    again = Approval.objects.latest("pk")
    assert again.state == "waiting"
    budgets.approval_give(approval=again, user=cast.theo, by=by_self(cast.theo), now=garden.at)
    outbox.deliver()
    assert begun.visits.filter(state="planned", starts_at__gt=garden.at).exists()


@pytest.mark.parametrize("days", [0, 20])
def test_a_yes_to_help_that_has_ended_leaves_the_desk_and_still_pays_what_happened(
    cast, garden, begun, client_of, days
):
    """At once within the 14 days, with the last day after notice: then nothing is left to take back."""
    theo, approval = client_of(cast.theo), Approval.objects.get()
    garden.done(begun)
    if days:
        garden.later(days=days)
    services.arrangement_end(arrangement=fresh(begun), side="person", by=garden.joan, now=garden.at)
    if days:
        assert approval in budget_reading.standing_yeses(timezone.localdate(), council=cast.council["quantock"])
        garden.later(days=16)
    assert fresh(begun).is_over
    desk = theo.get("/staff/money/").content.decode()
    assert f"/staff/money/requests/{approval.public_id}/" not in desk
    assert not budget_reading.standing_yeses(timezone.localdate(), council=cast.council["quantock"])
    page = theo.get(f"/staff/money/requests/{approval.public_id}/").content.decode()
    assert "until_0" not in page, "there is no day to bring forward any more"
    with pytest.raises(budgets.IllegalMove):
        take_back(garden, cast.theo, timezone.localdate())
    garden.later(days=8)
    waiting = budget_reading.to_be_paid_by(council=cast.council["quantock"])
    assert sum(purchase.total_pence for purchase in waiting) >= 3600, "the visit was made in good faith"


def test_the_council_takes_its_yes_back_on_its_page_with_a_reason(cast, garden, begun, client_of):
    theo, approval = client_of(cast.theo), Approval.objects.get()
    url = f"/staff/money/requests/{approval.public_id}/"
    assert "Help you said yes to" in theo.get(f"/staff/money/{cast.council['quantock'].slug}/").content.decode()
    assert "Write why. One sentence will do." in theo.post(url, {"action": "now", "words": ""}).content.decode()
    assert "Type the last day." in theo.post(url, {"action": "until", "words": WHY}).content.decode()
    approval.refresh_from_db()
    assert approval.shortened_at is None
    theo.post(url, {"action": "now", "words": WHY})
    approval.refresh_from_db()
    assert (approval.until, approval.words) == (timezone.localdate(), WHY)
    assert client_of(cast.bea).post(url, {"action": "now", "words": WHY}).status_code == 404


def test_whoever_keeps_a_fund_hears_of_a_bill_once_and_once_more_until_it_is_paid(cast, garden, held):
    holder = make_provider(cast.council["quantock"], name="Holding Hands")
    holder.keepers.add(cast.asha)
    made = garden.agreed(paid_from=money(held(Source.ISF, holder=holder)))
    budgets.approval_give(approval=Approval.objects.get(), user=cast.asha, by=by_self(cast.asha), now=garden.at)
    outbox.deliver()
    garden.done(fresh(made))
    garden.later(days=8)
    told = letters("A bill for you to pay")
    assert set(told) == {cast.asha.email}
    assert "£36.00. It is within what you said yes to." in told[cast.asha.email]
    assert "/money/holding/" in told[cast.asha.email]
    garden.later(days=6)
    assert not letters("A bill still waits for you")
    garden.later(days=1)
    garden.later(days=30)
    assert [letter.subject for letter in mail.outbox].count("A bill still waits for you") == 1
    assert [letter.subject for letter in mail.outbox].count("A bill for you to pay") == 1


def test_nobody_is_reminded_of_a_bill_that_is_paid_or_still_waits_for_a_yes(cast, garden, begun):
    garden.done(begun, minutes=12 * 60)
    garden.later(days=8)
    assert not letters("A bill for you to pay"), "they are asked for a yes first"
    approval = Approval.objects.latest("pk")
    budgets.approval_give(approval=approval, user=cast.theo, by=by_self(cast.theo), now=garden.at)
    garden.tick()
    assert set(letters("A bill for you to pay")) == {cast.theo.email}
    purchase = budgets.of_order(Bill.objects.get().order.public_id)
    budgets.purchase_holder_paid(purchase=purchase, by=by_self(cast.theo), now=garden.at)
    garden.later(days=8)
    assert not letters("A bill still waits for you")


def test_the_days_of_letters_to_a_holder_are_counted_from_the_first():
    first = timezone.now()
    week = rules.REMIND_HOLDER_AFTER
    assert [rules.holder_letters_due(first, 1, first + later) for later in (timedelta(), week)] == [False, True]
