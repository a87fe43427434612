"""From the last day to everybody or nobody, and what follows: mended cards, late failures, stops, money back."""

from datetime import timedelta

import pytest

from marketplace.core import outbox
from marketplace.core.audit import CLOCKWORK
from payments.gateway.models import ConnectedAccount
from payments.orders import services as orders
from payments.orders.states import OrderState
from payments.pools import selectors, services, signals
from payments.pools.models import Pledge
from payments.pools.presentation.group import headline
from payments.pools.services.telling import LETTER
from payments.pools.states import AttemptState, PledgeState, PoolState
from payments.sandbox import cards
from payments.sandbox import services as sandbox
from providers.listings import services as listings
from providers.listings.states import HoldKind
from tests.factories.pools import by_self
from tests.integration.pools.group import letters

pytestmark = pytest.mark.django_db


def test_a_failing_member_repairs_the_card_on_the_banks_page(group):
    pool = group.open(least=3)
    for person in group.people(2):
        group.join(pool, person)
    late = group.join(pool, group.people(1)[0], cards.ASKS_EACH_TIME)
    pool = group.close(pool)
    late.refresh_from_db()
    assert (pool.state, late.state) == (PoolState.AUTHORISING, PledgeState.AUTH_FAILED)
    assert letters("card_failed") == {late.person_id}
    group.later(hours=20)
    late = group.repair(late, cards.ASKS)
    assert late.state == PledgeState.AUTHORISED
    pool = group.step(pool)
    assert pool.state == PoolState.CONFIRMED
    assert sum(group.taken(pool).values()) == 10000
    assert group.troubles(pool) == []


def test_a_failing_member_saves_another_card(group):
    pool = group.open(least=3)
    for person in group.people(2):
        group.join(pool, person)
    late = group.join(pool, group.people(1)[0], cards.DECLINED_LATER)
    pool = group.close(pool)
    late = group.save_card(Pledge.objects.get(pk=late.pk), cards.SUCCESS)
    pool = group.step(pool)
    assert pool.state == PoolState.CONFIRMED
    assert late.attempts.count() == 2
    assert group.troubles(pool) == []


def test_a_card_that_says_no_is_not_asked_again_and_again(group):
    pool = group.open(least=3)
    for person in group.people(2):
        group.join(pool, person)
    late = group.join(pool, group.people(1)[0], cards.NO_FUNDS_LATER)
    pool = group.close(pool)
    for _hour in range(5):
        group.later(hours=5)
        group.step(pool)
    assert late.attempts.count() == 1


def test_whoever_has_a_day_left_is_written_to_once_more(group):
    pool = group.open(least=3)
    for person in group.people(2):
        group.join(pool, person)
    late = group.join(pool, group.people(1)[0], cards.DECLINED_LATER)
    pool = group.close(pool)
    group.later(hours=70)
    group.step(pool)
    assert letters("card_reminder") == set()
    group.later(hours=3)
    group.step(pool)
    group.step(pool)
    rows = outbox.OutboxRow.objects.filter(topic=LETTER, payload__letter="card_reminder")
    assert [row.payload["reader"] for row in rows] == [late.person_id]


def test_the_card_is_saved_on_the_page_and_nobody_comes_back(group, cast):
    """The gateway's news is enough."""
    pool = group.open(least=2)
    pledge = group.join(pool, cast.joan, card=None)
    url = services.card_begin(
        pledge=pledge, consent="Yes.", saved_url="http://testserver/a/", back_url="http://testserver/b/", now=group.at
    )
    sandbox.session_pay(group.store, session_id=url.rstrip("/").rsplit("/", 1)[1], number=cards.SUCCESS.number)
    group.later(minutes=61)
    group.step(pool)
    pledge.refresh_from_db()
    assert pledge.state == PledgeState.PLEDGED


def hold_runs_out(group, pledge) -> None:
    """The bank lets go by itself before we have taken anything."""
    attempt = Pledge.objects.get(pk=pledge.pk).attempts.get()
    from payments.gateway import services as gateway

    gateway.charge_cancel(account=attempt.account.stripe_id, intent_id=attempt.payment_intent)


def late_failure(group, least: int, settings):
    """A pool of three that is confirmed, one of whose holds is gone when the share is to be taken."""
    pool = group.open(least=least, most=3)
    pledges = [group.join(pool, person) for person in group.people(3)]
    real = settings.SANDBOX_FAULT
    settings.SANDBOX_FAULT = lambda method, path: "500" if path.endswith("/capture") else ""
    pool = group.step(pool, times=1)
    assert pool.state == PoolState.CONFIRMED
    settings.SANDBOX_FAULT = real
    hold_runs_out(group, pledges[2])
    return group.step(pool), pledges


def test_a_late_failure_is_mended_by_its_member_for_the_very_share(group, settings):
    pool, pledges = late_failure(group, 3, settings)
    late = Pledge.objects.get(pk=pledges[2].pk)
    assert (pool.state, pool.settled_at, late.state) == (PoolState.CONFIRMED, None, PledgeState.AUTH_FAILED)
    assert letters("pay_late") == {late.person_id}
    group.repair(late)
    pool = group.step(pool)
    assert pool.settled_at is not None
    assert group.taken(pool)[late.public_id] == 3333
    assert sum(group.taken(pool).values()) == 10000
    assert group.troubles(pool) == []


def test_a_late_failure_that_leaves_too_few_gives_everything_back(group, settings):
    pool, pledges = late_failure(group, 3, settings)
    assert sum(group.taken(pool).values()) == 6667
    group.later(hours=97)
    pool = group.step(pool)
    assert (pool.state, pool.ended_because) == (PoolState.FAILED, "too_few_paid")
    assert pool.settled_at is not None
    back = sum(refund["amount"] for refund in group.record("refund"))
    assert back == 6667
    assert {Pledge.objects.get(pk=each.pk).state for each in pledges[:2]} == {PledgeState.REFUNDED}
    assert letters("failed") >= {each.person_id for each in pledges[:2]}


def test_whoever_had_paid_is_told_what_comes_back_and_nobody_else_is(group, settings, mailoutbox):
    """“Nothing was taken” is true in every letter but this one."""
    pool, pledges = late_failure(group, 3, settings)
    group.later(hours=97)
    mailoutbox.clear()
    pool = group.step(pool)
    said = {mail.to[0]: mail.body for mail in mailoutbox if "does not go ahead after all" in mail.subject}
    shares = dict(zip([each.person.email for each in pledges[:2]], ("£33.34", "£33.33"), strict=True))
    for email, share in shares.items():
        assert f"Your part, {share}, goes back" in said[email]
    assert not any("othing was taken" in body or "Nobody pays" in body for body in said.values())
    assert headline(pool, 0, 0) == "It does not go ahead. Whoever had paid has it all back."


@pytest.mark.parametrize("goes_on", [True, False])
def test_addresses_that_letters_went_to_are_forgotten_when_a_group_closes(group, goes_on):
    """Each letter promises it."""
    pool = group.open(least=3, most=5)
    services.invitations_send(
        pool=pool, people=[("Bill", "bill@example.org")], by=by_self(group.organiser), now=group.at
    )
    for person in group.people(3 if goes_on else 2):
        group.join(pool, person)
    pool = group.close(pool)
    assert pool.state == (PoolState.FAILED if not goes_on else pool.state)
    letter = pool.invitations.get(kind="email")
    assert (letter.email, letter.name, letter.forgotten_at is not None) == ("", "", True)
    assert "bill@example.org" not in str(list(outbox.OutboxRow.objects.values_list("payload", flat=True)))


def test_a_late_failure_with_enough_left_stands_and_nobodys_share_rises(group, settings):
    pool, pledges = late_failure(group, 2, settings)
    group.later(hours=97)
    pool = group.step(pool)
    assert pool.state == PoolState.CONFIRMED
    assert pool.settled_at is not None
    assert group.taken(pool) == {pledges[0].public_id: 3334, pledges[1].public_id: 3333}
    assert group.record("refund") == []


def test_the_organiser_calls_it_off_while_cards_are_asked(group):
    pool = group.open(least=2, most=4)
    pledges = [group.join(pool, person) for person in group.people(2)]
    pledges.append(group.join(pool, group.people(1)[0], cards.DECLINED_LATER))
    pool = group.close(pool)
    assert group.held(pool) == 10000
    services.pool_cancel(pool=pool, by=by_self(group.organiser), now=group.at, words="The hall is shut.")
    pool = group.step(pool)
    assert (pool.state, group.held(pool), group.taken(pool)) == (PoolState.CANCELLED, 0, {})
    assert letters("cancelled") >= {each.person_id for each in pledges}


def test_once_confirmed_only_the_provider_calls_it_off_and_all_goes_back(group, cast, three):
    pool, pledges = three
    pool = group.confirmed(pool)
    with pytest.raises(services.TooLateToCancel):
        services.pool_cancel(pool=pool, by=by_self(cast.ken), now=group.at)
    services.pool_call_off(pool=pool, by=by_self(cast.sam), now=group.at, words="I broke my leg.")
    pool = group.step(pool)
    assert pool.state == PoolState.CANCELLED
    assert sum(refund["amount"] for refund in group.record("refund")) == 10000
    assert {Pledge.objects.get(pk=each.pk).state for each in pledges} == {PledgeState.REFUNDED}


@pytest.mark.parametrize("stop", ["suspended", "offer", "account"])
def test_a_provider_stopped_before_the_decision_ends_it_and_nobody_pays(group, cast, three, stop):
    pool, _pledges = three
    if stop == "suspended":
        listings.hold_place(
            provider=pool.provider, kind=HoldKind.SUSPENDED, by=by_self(cast.moira), now=group.at, reason="A concern."
        )
    elif stop == "offer":
        listings.offer_withdraw(offer=pool.offer, by=by_self(cast.sam), now=group.at)
    else:
        from payments.gateway import services as gateway

        account = ConnectedAccount.objects.get()
        sandbox.account_restrict(group.store, account_id=account.stripe_id, due=["external_account"])
        gateway.account_refresh(account=account, now=group.at)
    group.step(pool)
    pool = group.close(pool)
    reason = "offer_withdrawn" if stop == "offer" else "provider_stopped"
    assert (pool.state, pool.ended_because) == (PoolState.FAILED, reason)
    assert group.taken(pool) == {}
    assert group.held(pool) == 0


def hidden(group, cast, pool, kind=HoldKind.SUSPENDED):
    return listings.hold_place(
        provider=pool.provider, kind=kind, by=by_self(cast.moira), now=group.at, reason="A concern."
    )


@pytest.mark.parametrize("kind", [HoldKind.SUSPENDED, HoldKind.PAUSED])
def test_a_provider_hidden_for_an_hour_keeps_the_open_groups(group, cast, three, kind):
    """Pressed by mistake: nobody joins meanwhile, nobody is told, and afterwards it goes on to its day."""
    pool, _pledges = three
    hold = hidden(group, cast, pool, kind)
    pool = group.step(pool)
    assert pool.state == PoolState.OPEN
    with pytest.raises((orders.Stopped, orders.NotOffered)):
        group.join(pool, cast.joan)
    group.later(hours=1)
    listings.hold_lift(hold=hold, by=by_self(cast.moira), now=group.at)
    assert group.step(pool).state == PoolState.OPEN
    assert letters("failed") == letters("cancelled") == set()
    group.join(pool, cast.joan)
    assert group.confirmed(pool).heads == 4


def test_a_provider_hidden_for_two_days_ends_the_open_groups(group, cast, three):
    pool, pledges = three
    hidden(group, cast, pool)
    group.later(hours=47)
    assert group.step(pool).state == PoolState.OPEN
    assert letters("failed") == set()
    group.later(hours=2)
    assert selectors.to_look_at(group.at).get() == pool
    pool = group.step(pool)
    assert (pool.state, pool.ended_because) == (PoolState.FAILED, "provider_stopped")
    assert letters("failed") >= {each.person_id for each in pledges}


def test_an_account_that_cannot_be_paid_for_two_days_ends_the_open_groups(group, three):
    from payments.gateway import services as gateway

    pool, _pledges = three
    account = ConnectedAccount.objects.get()
    sandbox.account_restrict(group.store, account_id=account.stripe_id, due=["external_account"])
    gateway.account_refresh(account=account, now=group.at)
    assert group.step(pool).state == PoolState.OPEN
    group.later(hours=49)
    assert group.step(pool).state == PoolState.FAILED


def test_a_full_group_is_not_closed_early_while_its_provider_is_hidden(group, cast):
    """It would end at once, days before its last day; shown again, it closes and goes ahead."""
    pool = group.open(least=2, most=2)
    first = group.join(pool, cast.joan, None)
    group.join(pool, cast.lee)
    hold = hidden(group, cast, pool)
    group.save_card(first)
    assert group.step(pool).state == PoolState.OPEN
    listings.hold_lift(hold=hold, by=by_self(cast.moira), now=group.at)
    assert group.step(pool).state == PoolState.CONFIRMED


def test_a_group_that_is_being_decided_ends_at_once(group, cast):
    pool = group.open(least=2, most=4)
    group.join(pool, cast.joan)
    group.join(pool, cast.lee, cards.DECLINED_LATER)
    pool = group.close(pool)
    assert pool.state == PoolState.AUTHORISING
    hidden(group, cast, pool)
    assert group.step(pool).state == PoolState.FAILED
    assert (group.held(pool), group.taken(pool)) == (0, {})


def test_a_price_that_changes_on_the_list_changes_nothing_that_was_agreed(group, cast, three):
    pool, _pledges = three
    listings.offer_change(offer=pool.offer, by=by_self(cast.sam), now=group.at, group_price_pence=20000)
    pool = group.confirmed(pool)
    assert sum(group.taken(pool).values()) == 10000


def test_a_member_dies_before_it_is_closed_and_after(group, cast, three):
    pool, pledges = three
    fourth = group.join(pool, cast.joan)
    services.person_leaves(person=cast.joan, by=CLOCKWORK, now=group.at)
    fourth.refresh_from_db()
    assert (fourth.state, group.fresh(pool).taken) == (PledgeState.WITHDRAWN, 3)
    pool = group.confirmed(pool)
    services.person_leaves(person=pledges[1].person, by=CLOCKWORK, now=group.at)
    assert group.step(pool).state == PoolState.CONFIRMED
    assert sum(group.taken(pool).values()) == 10000
    assert Pledge.objects.get(pk=pledges[1].pk).left_at is not None


def test_whoever_dies_waits_for_nothing_and_their_paid_place_is_offered(group, cast, three):
    pool, pledges = three
    pool = group.confirmed(pool)
    waits = {
        person: services.waiting_join(pool=pool, person=person, by=by_self(person), now=group.at)
        for person in (cast.joan, cast.lee)
    }
    services.person_leaves(person=cast.joan, by=CLOCKWORK, now=group.at)
    assert Pledge.objects.get(pk=waits[cast.joan].pk).state == PledgeState.WITHDRAWN
    services.person_leaves(person=pledges[0].person, by=CLOCKWORK, now=group.at)
    assert letters("wants_to_leave") == {cast.lee.pk}
    assert selectors.place_given_up(group.fresh(pool)) == pledges[0]
    services.person_leaves(person=pledges[0].person, by=CLOCKWORK, now=group.at)
    rows = outbox.OutboxRow.objects.filter(topic=LETTER, payload__letter="wants_to_leave")
    assert rows.count() == 1, "told once"


def test_one_account_that_changes_has_each_listing_looked_at_once(group):
    """However many groups there are of it."""
    group.open()
    group.open()
    before = outbox.pending("listings.changed").count()
    signals.provider_can_be_paid_or_not(ConnectedAccount, account=ConnectedAccount.objects.get())
    assert outbox.pending("listings.changed").count() == before + 1


def test_the_clock_passes_over_groups_that_only_wait_for_their_day(group, three):
    """Each that it looks at is locked in turn, every minute."""
    pool, _pledges = three
    group.step(pool)
    assert not selectors.to_look_at(group.at).exists(), "open, and its last day is to come"
    assert selectors.to_look_at(pool.pledge_by).get() == pool
    pool = group.confirmed(pool)
    assert not selectors.to_look_at(group.at).exists(), "settled, and its first date is to come"
    first, last = pool.current.starts[0], pool.current.starts[-1]
    assert selectors.to_look_at(first).get() == pool
    group.later(seconds=(first - group.at).total_seconds())
    assert group.step(pool).state == PoolState.DELIVERING
    assert not selectors.to_look_at(group.at).exists(), "between two dates"
    assert selectors.to_look_at(last + timedelta(days=1)).get() == pool


def test_an_organiser_who_is_erased_leaves_it_to_the_longest_standing_member(group, cast, three):
    pool, pledges = three
    services.person_leaves(person=cast.ken, by=CLOCKWORK, now=group.at)
    assert group.fresh(pool).organiser_id == pledges[0].person_id


def test_the_dates_go_by_and_it_is_finished(group, cast, three):
    pool, pledges = three
    pool = group.confirmed(pool)
    first = pool.current.sessions.first()
    with pytest.raises(services.NotThere):
        services.attendance_note(session=first, presence={pledges[0].pk: "came"}, by=by_self(cast.sam), now=group.at)
    group.later(seconds=(first.starts_at - group.at).total_seconds() + 60)
    pool = group.step(pool)
    assert pool.state == PoolState.DELIVERING
    services.attendance_note(session=first, presence={pledges[0].pk: "came"}, by=by_self(cast.sam), now=group.at)
    services.attendance_note(session=first, presence={pledges[0].pk: "missed"}, by=by_self(cast.sam), now=group.at)
    assert {row.presence for row in selectors.attendance_of(pool).values()} == {"missed"}
    group.later(days=7 * 6)
    pool = group.step(pool)
    assert pool.state == PoolState.COMPLETED
    assert {Pledge.objects.get(pk=each.pk).order.state for each in pledges} == {OrderState.DELIVERED}


def test_renewal_is_a_new_pool_that_nobody_is_in_until_they_press(group, cast, three, client_of, mailoutbox):
    from tests.factories.pools import make_plan

    pool, pledges = three
    pool = group.confirmed(pool)
    plan = make_plan(group.at)
    new = services.pool_renew(
        pool=pool, organiser=cast.ken, plan=plan, token="again", by=by_self(cast.ken), now=group.at
    )
    services.pool_open(pool=new, by=by_self(cast.ken), now=group.at)
    mailoutbox.clear()
    group.deliver(now=group.at)
    assert new.pledges.count() == 0
    assert set(new.invitations.filter(kind="member").values_list("person", flat=True)) == {
        each.person_id for each in pledges
    }
    invitation = new.invitations.get(person=pledges[0].person)
    letter = next(mail for mail in mailoutbox if mail.to == [pledges[0].person.email])
    assert f"/pools/come/{invitation.public_id}/" in letter.body
    listed = client_of(pledges[0].person).get("/pools/").content.decode()
    assert f'href="/pools/come/{invitation.public_id}/"' in listed
    assert "You are asked" in listed
    with pytest.raises(services.NotInvited):
        group.join(new, pledges[1].person, invitation=invitation)
    assert group.join(new, pledges[0].person, invitation=invitation).state == PledgeState.PLEDGED


def test_nothing_is_held_when_the_hold_came_after_the_decision(group, three):
    """Somebody mends a card at the very moment at which the pool is let go."""
    pool, _pledges = three
    late = group.join(pool, group.people(1)[0], cards.ASKS_EACH_TIME)
    pool = group.close(pool)
    url = services.repair_begin(
        pledge=Pledge.objects.get(pk=late.pk),
        back_url="http://testserver/b/",
        done_url="http://testserver/a/",
        now=group.at,
    )
    sandbox.session_pay(group.store, session_id=url.rstrip("/").rsplit("/", 1)[1], number=cards.SUCCESS.number)
    services.pool_cancel(pool=pool, by=by_self(group.organiser), now=group.at)
    pool = group.step(pool)
    assert group.held(pool) == 0
    assert group.taken(pool) == {}
    assert {each.state for pledge in pool.pledges.all() for each in pledge.attempts.all()} <= {
        AttemptState.RELEASED,
        AttemptState.FAILED,
    }


def test_what_a_provider_gives_back_at_the_gateway_is_noticed(group, three, deliver):
    """Without us: by the news alone the order is paid back, and the place is free."""
    from payments.gateway import services as gateway

    pool, pledges = three
    pool = group.confirmed(pool)
    attempt = Pledge.objects.get(pk=pledges[0].pk).attempts.get()
    gateway.refund_create(
        account=attempt.account.stripe_id,
        payment_intent=attempt.payment_intent,
        amount_pence=3334,
        reference="made-at-stripe",
        idempotency_key="made-at-stripe",
    )
    deliver()
    pledge = Pledge.objects.get(pk=pledges[0].pk)
    assert (pledge.order.state, pledge.state) == (OrderState.REFUNDED, PledgeState.REFUNDED)
    assert group.fresh(pool).taken == 2
    assert group.fresh(pool).state == PoolState.CONFIRMED
