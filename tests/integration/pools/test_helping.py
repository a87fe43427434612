"""Somebody who helps a person spends no more than that person allows, by whichever door they come to a place."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import DELEGATE, Actor
from marketplace.people.models import Delegation
from payments.budgets import services as budgets
from payments.budgets.models import Approval, AskedOf, Purchase
from payments.budgets.rules import Share
from payments.budgets.selectors import spent_by_delegate
from payments.pools import services
from payments.pools.models import Pledge
from payments.pools.services import telling
from payments.pools.states import PledgeState
from tests.factories.pools import by_self

pytestmark = pytest.mark.django_db


@pytest.fixture
def priya(cast, helping, group):
    """Her browser, in which she acts for Joan; her limit, which `allow` sets in pence an order."""
    client, held = helping(cast.priya, cast.joan)

    def allow(pence: int) -> None:
        budgets.limit_set(
            delegation=held, per_order_pence=pence, per_month_pence=None, by=by_self(cast.joan), now=group.at
        )

    client.allow, client.held, client.actor = allow, held, Actor(cast.priya.pk, cast.joan.pk, DELEGATE)
    return client


def press(client, pool, **steps: dict[str, str]):
    """From the house rules to the button."""
    client.post(reverse("pools:join", args=[pool.public_id]), {"agree": "on"})
    for step, typed in steps.items():
        client.post(reverse("pools:join_step", args=[pool.public_id, step]), typed)
    facts = {"terms": "1", "begin_early": "on"}
    return client.post(reverse("pools:join_check", args=[pool.public_id]), facts, follow=True)


def test_a_helper_above_the_limit_joins_only_once_the_person_says_yes(cast, group, priya):
    pool = group.open(least=3, most=3)
    priya.allow(3333)
    press(priya, pool, most={"most": "40"})
    pledge = Pledge.objects.get()
    assert (pledge.person, pledge.placed_by, pledge.state) == (cast.joan, cast.priya, PledgeState.APPROVAL)
    asked = Approval.objects.get()
    assert asked.asked_of == AskedOf.PERSON
    budgets.approval_give(approval=asked, user=cast.joan, by=by_self(cast.joan), now=group.at)
    group.step(pool)
    pledge.refresh_from_db()
    assert pledge.state == PledgeState.JOINING, "a card is asked for now, and not before"


def test_two_helpers_of_one_person_take_one_place_and_the_second_is_led_to_it(cast, group, priya, helping):
    """Priya and Lee both act for Joan, each in a browser of their own, and neither knows of the other."""
    pool = group.open(least=3, most=3)
    lee, _held = helping(cast.lee, cast.joan)
    lee.post(reverse("pools:join", args=[pool.public_id]), {"agree": "on"})
    lee.post(reverse("pools:join_step", args=[pool.public_id, "most"]), {"most": "35"})
    press(priya, pool, most={"most": "40"})
    mine = Pledge.objects.get()
    led = lee.post(reverse("pools:join_check", args=[pool.public_id]), {"terms": "1"})
    assert led.url == reverse("pools:card", args=[pool.public_id])
    facts = {"terms": pool.current, "maximum_pence": 3500, "now": group.at}
    with pytest.raises(services.AlreadyIn) as refused:
        services.pledge_make(pool=pool, person=cast.joan, by=Actor(cast.lee.pk, cast.joan.pk, DELEGATE), **facts)
    assert refused.value.pledge == mine
    assert (Pledge.objects.get().placed_by, mine.maximum_pence, group.fresh(pool).taken) == (cast.priya, 4000, 1)
    group.save_card(mine)
    shown = lee.get(reverse("pools:join", args=[pool.public_id]), follow=True)
    assert "You have a place already." in shown.content.decode()


@pytest.fixture
def free(cast, group, priya):
    """A place of £33.34 that its owner gave up; Joan is the next on the list, put there by Priya."""
    pool = group.open(least=3, most=3)
    pledges = [group.join(pool, person) for person in group.people(3)]
    pool = group.step(group.close(pool))
    services.waiting_join(pool=pool, person=cast.joan, by=priya.actor, now=group.at)
    first = Pledge.objects.get(pk=pledges[0].pk)
    services.pledge_leave(pledge=first, by=by_self(first.person), now=group.at)
    return group.fresh(pool)


def test_a_helper_above_the_limit_takes_no_place_over_and_reads_why(cast, free, priya):
    priya.allow(3333)
    answer = press(priya, free)
    assert "This is more than you may spend for Joan." in answer.content.decode()
    mine = Pledge.objects.get(person=cast.joan)
    assert (mine.state, mine.replaces) == (PledgeState.WAITING, None)
    assert not Approval.objects.exists()
    assert not Purchase.objects.exists()


def test_a_helper_within_the_limit_takes_it_over_and_it_counts_in_the_month(cast, group, free, priya):
    priya.allow(3334)
    press(priya, free)
    mine = Pledge.objects.get(person=cast.joan)
    assert mine.replaces is not None
    group.save_card(mine)
    group.step(free)
    mine.refresh_from_db()
    assert (mine.state, mine.order.total_pence, mine.order.placed_by) == (PledgeState.CAPTURED, 3334, cast.priya)
    assert spent_by_delegate(priya.held, timezone.localdate()) == 3334, "the month she pressed in, whatever the group's"
    assert not group.troubles(free)


def test_the_service_asks_the_limit_too(cast, group, free, priya):
    priya.allow(1)
    facts = {"maximum_pence": 5000, "by": priya.actor, "now": group.at, "express_request": True}
    with pytest.raises(services.YesNeeded) as refused:
        services.place_take_over(
            pledge=Pledge.objects.get(person=cast.joan), shares=[Share(3334)], delegation=priya.held, **facts
        )
    assert refused.value.asked_of == [AskedOf.PERSON]


@pytest.mark.fault("A3")
def test_a_helper_who_was_removed_reads_no_more_letters_about_the_place(cast, group, priya, mailoutbox):
    """Also when the letter waited while Joan took her right back."""
    pool = group.open(least=3, most=3)
    priya.allow(5000)
    press(priya, pool, most={"most": "40"})
    pledge = Pledge.objects.get()

    outbox.deliver(limit=100)

    def told() -> list[str]:
        mailoutbox.clear()
        outbox.deliver(limit=100)
        return sorted(letter.to[0] for letter in mailoutbox)

    telling.tell_member(pledge, telling.Letter.CANCELLED)
    assert told() == [cast.joan.email, cast.priya.email]
    telling.tell_member(pledge, telling.Letter.CANCELLED)
    Delegation.objects.filter(pk=priya.held.pk).update(ended_at=timezone.now())
    assert told() == [cast.joan.email], "the letter was waiting"
    telling.tell_member(pledge, telling.Letter.CANCELLED)
    assert told() == [cast.joan.email]
