"""Joining, saying yes again, leaving, inviting: who has a place, and what stays promised."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from marketplace.people.models import User
from payments.budgets import selectors as budgets
from payments.budgets import services as budget_services
from payments.budgets.models import Approval
from payments.budgets.rules import Share
from payments.gateway import services as gateway
from payments.gateway.services import GatewayRefused, GatewayUnknown
from payments.pools import services
from payments.pools.models import Invitation, InvitationKind, Pledge, PledgeAttempt, Pool
from payments.pools.rules import MOST_INVITATIONS_AN_HOUR, Price
from payments.pools.states import PledgeState, PoolState
from payments.sandbox import cards
from tests.factories.pools import by_self, make_plan, tuesdays
from tests.integration.pools.group import letters
from tests.integration.pools.test_budget_pooling import direct_payment

__all__ = ["direct_payment"]
pytestmark = pytest.mark.django_db


def from_budget(pool: Pool, budget) -> dict:
    return {"shares": [Share(pool.worst_pence, budget.pk, budget.outcomes.get().pk)]}


def change(group, pool: Pool, **facts) -> Pool:
    pool = group.fresh(pool)
    usual = {"least": pool.least, "most": pool.most, "starts": pool.current.starts, "visibility": pool.visibility}
    usual["pledge_by"] = pool.pledge_by
    plan = make_plan(group.at, **(usual | facts))
    return services.pool_change(pool=pool, plan=plan, by=by_self(group.organiser), now=group.at)


def test_the_same_form_makes_one_pool(group):
    pool = group.open()
    again = services.pool_start(
        offer=group.offer,
        organiser=group.organiser,
        plan=make_plan(group.at),
        token=pool.form_token,
        by=by_self(group.organiser),
        now=group.at,
    )
    assert again.pk == pool.pk


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"pledge_by": timedelta(hours=-1)}, "deadline_passed"),
        ({"least": 5, "most": 4}, "least_above_most"),
        ({"least": 1, "most": 4}, "one_member"),
        ({"starts": []}, "no_dates"),
        ({"pledge_by": timedelta(days=30)}, "deadline_too_late"),
        ({"most": 51}, "most_above_offer"),
    ],
)
def test_numbers_that_do_not_fit_make_no_pool(group, facts, fault):
    facts = {key: group.at + value if isinstance(value, timedelta) else value for key, value in facts.items()}
    with pytest.raises(services.WrongNumbers) as refused:
        group.open(**facts)
    assert fault in [each.value for each in refused.value.faults]
    assert not Pool.objects.exists()


def test_only_whoever_keeps_the_listing_names_a_price(group, cast):
    pool = group.open(price=Price(total_pence=100))
    assert pool.current.price == Price(total_pence=10000)


def test_a_maximum_below_the_worst_case_cannot_join(group, cast):
    pool = group.open(least=3)
    with pytest.raises(services.MaximumTooLow) as refused:
        group.join(pool, cast.joan, maximum_pence=3333)
    assert refused.value.worst_pence == 3334
    assert not Pledge.objects.exists()
    assert group.fresh(pool).taken == 0


def test_one_active_pledge_a_person_by_the_database(group, cast):
    """Also when two helpers of one person press at once."""
    pool = group.open()
    pledge = group.join(pool, cast.joan)
    with pytest.raises(services.AlreadyIn) as refused:
        group.join(pool, cast.joan)
    assert refused.value.pledge == pledge
    pledge.pk = pledge.public_id = None
    pledge.public_id = "other"
    with pytest.raises(IntegrityError), transaction.atomic():
        pledge.save(force_insert=True)
    assert group.fresh(pool).taken == 1


def test_who_keeps_the_listing_cannot_be_a_member(group, cast):
    with pytest.raises(services.OwnListing):
        group.join(group.open(), cast.sam)


def test_a_place_is_free_again_when_no_card_is_saved_in_an_hour(group, cast):
    pool = group.open(least=2, most=2)
    pledge = group.join(pool, cast.joan, card=None)
    group.join(pool, cast.ken)
    with pytest.raises(services.NoPlaceLeft):
        group.join(pool, cast.lee)
    waiting = services.waiting_join(pool=pool, person=cast.lee, by=by_self(cast.lee), now=group.at)
    group.later(minutes=61)
    pool = group.step(pool)
    pledge.refresh_from_db()
    assert (pledge.state, pool.taken) == (PledgeState.RELEASED, 1)
    assert letters("place_lost") == {cast.joan.pk}
    assert letters("place_free") == {cast.lee.pk}
    joined = group.join(pool, cast.lee)
    assert (joined.pk, joined.state) == (waiting.pk, PledgeState.PLEDGED)


def test_withdrawal_is_free_until_it_is_locked_and_the_promise_is_let_go(group, cast, direct_payment):
    pool = group.open(least=2)
    pledge = group.join(pool, cast.joan, **from_budget(pool, direct_payment))
    assert budgets.figures(direct_payment).committed == 5000
    services.pledge_withdraw(pledge=pledge, by=by_self(cast.joan), now=group.at)
    assert budgets.figures(direct_payment).committed == 0
    assert group.fresh(pool).taken == 0
    for person in group.people(2):
        pledge = group.join(pool, person)
    pool = group.close(pool)
    with pytest.raises((services.NotJoinable, services.IllegalMove)):
        services.pledge_withdraw(pledge=pledge, by=by_self(pledge.person), now=group.at)
    assert group.fresh(pool).taken == 2


@pytest.mark.parametrize(
    "facts",
    [{"least": 2}, {"house_rules": {"absence": "Half comes back."}}, {"later": 7}],
    ids=["price", "rules", "dates"],
)
def test_change_of_price_dates_or_rules_asks_everybody_again(group, cast, direct_payment, facts):
    pool = group.open(least=3, most=5)
    joan = group.join(pool, cast.joan, **from_budget(pool, direct_payment))
    others = [group.join(pool, person) for person in group.people(2)]
    if "later" in facts:
        facts = {"starts": tuesdays(group.at, after=24 + facts["later"])}
    pool = change(group, pool, **facts)
    joan.refresh_from_db()
    assert joan.state == PledgeState.ASKED_AGAIN
    assert budgets.figures(direct_payment).committed == 0
    assert letters("changed") == {cast.joan.pk, *(each.person_id for each in others)}
    pool = group.fresh(pool)
    services.pledge_consent(
        pledge=joan,
        terms=pool.current,
        maximum_pence=pool.worst_pence,
        by=by_self(cast.joan),
        now=group.at,
        **from_budget(pool, direct_payment),
    )
    joan.refresh_from_db()
    assert joan.state == PledgeState.PLEDGED
    assert budgets.figures(direct_payment).committed == pool.worst_pence
    keeper = cast.sam
    services.terms_agree(pool=pool, user=keeper, by=by_self(keeper), now=group.at)
    pool = group.close(pool)
    assert pool.state == PoolState.FAILED, "two never said yes to what changed, so they do not count"
    assert group.taken(pool) == {}


def test_another_price_of_the_providers_asks_everybody_again(group, cast, direct_payment):
    """Lower too: what was promised is let go until each has said yes to the price that stands."""
    plan = {"least": 2, "most": 4, "price": Price(total_pence=10000)}
    pool = group.open(organiser=cast.sam, **plan)
    joan = group.join(pool, cast.joan, **from_budget(pool, direct_payment))
    lee = group.join(pool, cast.lee)
    pool = group.fresh(pool)
    plan |= {"starts": pool.current.starts, "pledge_by": pool.pledge_by, "visibility": pool.visibility}
    services.pool_change(pool=pool, plan=make_plan(group.at, **plan), by=by_self(cast.sam), now=group.at)
    lee.refresh_from_db()
    assert (lee.state, group.fresh(pool).current.number) == (PledgeState.PLEDGED, 1), "the same price asks nobody"
    cheaper = make_plan(group.at, **(plan | {"price": Price(total_pence=9000)}))
    services.pool_change(pool=pool, plan=cheaper, by=by_self(cast.sam), now=group.at)
    pool = group.fresh(pool)
    assert (pool.current.number, pool.current.price.total_pence, pool.worst_pence) == (2, 9000, 4500)
    assert letters("changed") == {cast.joan.pk, cast.lee.pk}
    for pledge in (joan, lee):
        pledge.refresh_from_db()
        assert pledge.state == PledgeState.ASKED_AGAIN
    assert budgets.figures(direct_payment).committed == 0


def test_a_pledge_remembers_which_rules_were_agreed_to_and_when(group, cast):
    """Who disputes a payment is shown what they said yes to."""
    pool = group.open(least=3, most=5, starts=tuesdays(group.at, after=10))
    pledge = group.join(pool, cast.joan)
    joined = group.at
    assert (pledge.terms, pledge.terms.number) == (pool.current, 1)
    assert pledge.consented_at == pledge.express_request_at == joined
    group.later(hours=2)
    pool = group.fresh(change(group, pool, house_rules={"absence": "Half comes back."}))
    pledge.refresh_from_db()
    assert (pledge.terms.number, pledge.consented_at) == (1, joined), "asked again, and not answered yet"
    services.pledge_consent(
        pledge=pledge,
        terms=pool.current,
        maximum_pence=pool.worst_pence,
        by=by_self(cast.joan),
        now=group.at,
        express_request=True,
    )
    pledge.refresh_from_db()
    assert pledge.terms == pool.current
    assert (pledge.terms.number, pledge.terms.house_rules["absence"]) == (2, "Half comes back.")
    assert pledge.consented_at == pledge.express_request_at == group.at == joined + timedelta(hours=2)
    later = group.join(group.open(), cast.joan)
    assert later.express_request_at is None, "24 days to go, so nothing was asked"


def test_another_name_or_more_places_asks_nobody_again(group, cast):
    pool = group.open(least=3, most=4)
    pledge = group.join(pool, cast.joan)
    change(group, pool, name="🧘 Chair yoga", most=6)
    pledge.refresh_from_db()
    assert pledge.state == PledgeState.PLEDGED
    assert group.fresh(pool).places_left == 5


def test_what_was_read_is_what_is_agreed_to(group, cast):
    pool = group.open(least=3)
    read = group.fresh(pool).current
    change(group, pool, least=2)
    with pytest.raises(services.TermsChanged):
        group.join(pool, cast.joan, terms=read, maximum_pence=10000)


def ask_first(council_money, group, pool: Pool, person: User) -> Pledge:
    share = Share(pool.worst_pence, council_money.pk)
    return group.join(pool, person, card=None, shares=[share])


@pytest.fixture
def managed(cast, sam, direct_payment):
    """Joan's other money: the council looks after it, and pays."""
    return budget_services.budget_open(
        person=cast.joan,
        source="council_managed",
        council=cast.council["quantock"],
        starts_on=direct_payment.starts_on,
        ends_on=direct_payment.ends_on,
        allocated_pence=20000,
        outcomes=[],
        by=by_self(cast.theo),
        now=direct_payment.opened_at,
    )


def test_money_that_the_council_holds_counts_once_it_said_yes_and_is_paid_by_it(group, cast, managed):
    pool = group.open(least=3)
    joan = ask_first(managed, group, pool, cast.joan)
    assert joan.state == PledgeState.APPROVAL
    others = [group.join(pool, person) for person in group.people(2)]
    approval = Approval.objects.get()
    budget_services.approval_give(approval=approval, user=cast.theo, by=by_self(cast.theo), now=group.at)
    group.step(pool)
    joan.refresh_from_db()
    assert joan.state == PledgeState.PLEDGED
    pool = group.close(pool)
    joan.refresh_from_db()
    assert pool.state == PoolState.CONFIRMED
    assert group.taken(pool) == {others[0].public_id: 3333, others[1].public_id: 3333}
    assert (joan.share_pence, joan.order.total_pence, joan.order.paid_at) == (3334, 3334, None)
    assert budgets.figures(managed).committed == 3334
    budget_services.purchase_holder_paid(purchase=joan.purchase, by=by_self(cast.theo), now=group.at)
    group.step(pool)
    joan.order.refresh_from_db()
    assert joan.order.paid_at is not None
    assert budgets.figures(managed).spent == 3334


def test_the_council_refuses_at_the_last_minute(group, cast, managed):
    """An unapproved pledge does not count: not before the answer, and not after a no."""
    pool = group.open(least=3)
    joan = ask_first(managed, group, pool, cast.joan)
    for person in group.people(2):
        group.join(pool, person)
    group.later(seconds=(pool.pledge_by - group.at).total_seconds() - 30)
    approval = Approval.objects.get()
    budget_services.approval_refuse(
        approval=approval, user=cast.theo, by=by_self(cast.theo), now=group.at, words="Not in the plan."
    )
    group.later(minutes=1)
    pool = group.step(pool)
    joan.refresh_from_db()
    assert joan.state == PledgeState.DECLINED
    assert (pool.state, pool.ended_because) == (PoolState.FAILED, "too_few")
    assert group.intents(pool) == {}
    assert budgets.figures(managed).committed == 0


def test_a_pledge_that_nobody_approved_brings_no_group_to_its_number(group, cast, managed):
    pool = group.open(least=3)
    joan = ask_first(managed, group, pool, cast.joan)
    for person in group.people(2):
        group.join(pool, person)
    pool = group.close(pool)
    joan.refresh_from_db()
    assert (pool.state, pool.ended_because, joan.state) == (PoolState.FAILED, "too_few", PledgeState.RELEASED)
    assert group.intents(pool) == {}
    assert budgets.figures(managed).committed == 0


def test_nobody_answers_before_the_last_day(group, cast, managed):
    pool = group.open(least=2)
    joan = ask_first(managed, group, pool, cast.joan)
    for person in group.people(2):
        group.join(pool, person)
    pool = group.close(pool)
    joan.refresh_from_db()
    assert (pool.state, joan.state) == (PoolState.CONFIRMED, PledgeState.RELEASED)
    assert Approval.objects.get().state == "withdrawn"
    assert budgets.figures(managed).committed == 0
    assert letters("not_ready") == {cast.joan.pk}


def test_the_provider_never_said_yes(group):
    pool = group.open(least=2, agreed=False)
    for person in group.people(2):
        group.join(pool, person)
    pool = group.close(pool)
    assert (pool.state, pool.ended_because) == (PoolState.FAILED, "not_agreed")
    assert group.intents(pool) == {}


def test_a_full_pool_is_closed_at_once(group):
    pool = group.open(least=2, most=3)
    for person in group.people(3):
        group.join(pool, person)
    assert group.step(pool).state == PoolState.CONFIRMED
    assert sum(group.taken(pool).values()) == 10000


def test_a_letter_works_once_and_a_link_for_many(group, cast):
    pool = group.open(visibility="invite")
    (letter,) = services.invitations_send(
        pool=pool, people=[("Joan", "joan@example.org")], by=by_self(cast.ken), now=group.at
    )
    with pytest.raises(services.NotInvited):
        group.join(pool, cast.joan)
    group.join(pool, cast.joan, invitation=letter)
    with pytest.raises(services.NotInvited):
        group.join(pool, cast.stranger, invitation=letter)
    link = pool.invitations.get(kind=InvitationKind.LINK)
    group.join(pool, cast.lee, invitation=link)
    group.join(pool, cast.priya, invitation=link)
    other = services.invitation_link_renew(pool=pool, by=by_self(cast.ken), now=group.at)
    link.refresh_from_db()
    with pytest.raises(services.NotInvited):
        group.join(pool, cast.stranger, invitation=link)
    group.join(pool, cast.stranger, invitation=other)


def test_five_hundred_letters_at_once_are_refused_kindly(group, cast):
    pool = group.open()
    people = [(f"Friend {n}", f"friend{n}@example.org") for n in range(500)]
    with pytest.raises(services.TooManyInvitations) as refused:
        services.invitations_send(pool=pool, people=people, by=by_self(cast.ken), now=group.at)
    assert refused.value.left == MOST_INVITATIONS_AN_HOUR
    assert not Invitation.objects.filter(kind=InvitationKind.EMAIL).exists()
    sent = services.invitations_send(pool=pool, people=people[:30], by=by_self(cast.ken), now=group.at)
    again = services.invitations_send(pool=pool, people=people[:30], by=by_self(cast.ken), now=group.at)
    assert (len(sent), len(again)) == (30, 0)


def test_the_database_refuses_more_places_than_there_are_and_a_second_live_payment(group, cast):
    """Whatever a service forgets, also one that is written tomorrow."""
    pool = group.open(least=2, most=2)
    with pytest.raises(IntegrityError, match="pool_never_more_than_its_places"), transaction.atomic():
        Pool.objects.filter(pk=pool.pk).update(taken=pool.most + 1)
    group.join(pool, cast.joan)
    group.join(pool, cast.lee, cards.DECLINED_LATER)
    pool = group.close(pool)
    attempt = PledgeAttempt.objects.get(pledge__person=cast.joan)
    again = {"generation": 2, "reference": "another", "payment_intent": "pi_another", "pk": None, "id": None}
    facts = {field.attname: getattr(attempt, field.attname) for field in PledgeAttempt._meta.concrete_fields}
    with pytest.raises(IntegrityError), transaction.atomic():
        PledgeAttempt.objects.create(**(facts | again))
    late = PledgeAttempt.objects.get(pledge__person=cast.lee)
    assert PledgeAttempt.objects.create(**(facts | again | {"pledge_id": late.pledge_id})).generation == 2, (
        "after one that failed another may begin"
    )


def test_everybody_leaves(group):
    pool = group.open(least=2)
    for person in group.people(3):
        pledge = group.join(pool, person)
        services.pledge_withdraw(pledge=pledge, by=by_self(person), now=group.at)
    pool = group.close(pool)
    assert (pool.state, pool.ended_because, pool.taken) == (PoolState.FAILED, "everybody_left", 0)


def test_organising_is_handed_on_only_to_a_member_who_says_yes(group, cast):
    pool = group.open()
    lee = group.join(pool, cast.lee)
    services.pool_hand_over(pool=pool, to=lee, by=by_self(cast.ken), now=group.at)
    assert group.fresh(pool).organiser == cast.ken
    with pytest.raises(services.NotAMember):
        services.pool_take_on(pool=pool, person=cast.stranger, by=by_self(cast.stranger), now=group.at)
    services.pool_take_on(pool=pool, person=cast.lee, by=by_self(cast.lee), now=group.at)
    assert group.fresh(pool).organiser == cast.lee


@pytest.mark.parametrize(("name", "kind"), [("customer_open", "customer"), ("card_setup_open", "card")])
def test_what_was_refused_on_the_way_to_a_card_is_asked_for_under_another_key(group, cast, monkeypatch, name, kind):
    """The gateway keeps a refusal under its key for a day, and a lost answer is asked for again word for word."""
    pledge = group.join(group.open(least=2), cast.joan, card=None)
    keys, troubles, really = [], [GatewayUnknown("lost"), GatewayRefused("not now")], getattr(gateway, name)

    def answer(*given, **facts):
        keys.append(facts["idempotency_key"] if facts else given[0].idempotency_key)
        if troubles:
            raise troubles.pop(0)
        return really(*given, **facts)

    monkeypatch.setattr(gateway, name, answer)
    for trouble in (GatewayUnknown, GatewayRefused):
        with pytest.raises(trouble):
            group.save_card(Pledge.objects.get(pk=pledge.pk))
    assert group.save_card(Pledge.objects.get(pk=pledge.pk)).has_card
    key = f"pledge:{pledge.public_id}:{kind}:{{}}"
    assert keys == [key.format(0), key.format(0), key.format(1)]
