"""What goes wrong with nobody's fault: a card that ends too soon, a provider stopped when all have paid, odd names."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from marketplace.core import outbox
from payments.budgets.models import Approval
from payments.budgets.rules import Share
from payments.budgets.services import approval_give
from payments.budgets.states import Source
from payments.orders.models import Order
from payments.pools import services
from payments.pools.handlers import (
    brief_letters,
    letters,
    vote_letters,
    write_about_brief,
    write_about_pool,
    write_about_vote,
    write_invitation,
)
from payments.pools.models import Pledge
from payments.pools.services import briefs, voting
from payments.pools.services.telling import LETTER, Letter
from payments.pools.states import PledgeState, PoolState
from payments.sandbox import cards
from payments.sandbox import services as sandbox
from providers.listings import services as listings
from providers.listings.states import HoldKind
from tests.factories.pools import by_self, make_plan
from tests.integration.budgets.conftest import open_budget

from .group import CONSENT, offers_are_over, vote_is_over

__all__ = ["open_budget"]
pytestmark = pytest.mark.django_db
NAME = "🧘🏽‍♀️ Chair & yoga <b>👵🏽</b>"


def save_ending_card(group, pledge: Pledge, year: int, month: int) -> Pledge:
    url = services.card_begin(
        pledge=pledge, consent=CONSENT, saved_url="http://testserver/a/", back_url="http://testserver/b/", now=group.at
    )
    session = url.rstrip("/").rsplit("/", 1)[1]
    sandbox.session_pay(group.store, session_id=session, number=cards.SUCCESS.number, expiry=(year, month))
    return services.card_look_up(pledge=Pledge.objects.get(pk=pledge.pk), now=group.at)


def box(client, pool) -> str:
    return client.get(reverse("pools:pool", args=[pool.public_id])).content.decode()


def test_a_card_that_ends_before_it_is_asked_is_named_in_time_and_costs_nobody_a_place(group, cast, client_of):
    """Saved today and good until the end of the month; cards are asked in forty days."""
    today = timezone.localdate()
    closes = group.at + timedelta(days=40)
    pool = group.open(least=3, most=4, pledge_by=closes, starts=[closes + timedelta(days=7 * n) for n in (2, 3, 4)])
    for person in (cast.ken, cast.lee):
        group.join(pool, person)
    joan = save_ending_card(group, group.join(pool, cast.joan, card=None), today.year, today.month)
    assert joan.state == PledgeState.PLEDGED
    told = outbox.OutboxRow.objects.filter(topic=LETTER, payload__letter=Letter.CARD_ENDS)
    assert list(told.values_list("payload__reader", flat=True)) == [cast.joan.pk], "whoever never looks has a letter"
    shown = box(client_of(cast.joan), pool)
    assert "Your card ends too soon" in shown
    assert reverse("pools:card", args=[pool.public_id]) in shown
    assert "Your card ends too soon" not in box(client_of(cast.ken), pool)
    pool = group.close(pool)
    joan.refresh_from_db()
    assert (pool.state, joan.state) == (PoolState.AUTHORISING, PledgeState.AUTH_FAILED)
    assert group.taken(pool) == {}
    group.repair(joan)
    pool = group.step(pool)
    assert pool.state == PoolState.CONFIRMED
    assert sum(group.taken(pool).values()) == 10_000
    assert group.troubles(pool) == []


def test_a_group_that_closes_later_than_was_said_tells_those_whose_card_has_run_out_by_then(group, cast):
    soon = timezone.localdate() + timedelta(days=40)
    closes = group.at + timedelta(days=20)
    pool = group.open(least=2, most=4, pledge_by=closes, starts=[closes + timedelta(days=90)])
    save_ending_card(group, group.join(pool, cast.joan, card=None), soon.year, soon.month)
    group.join(pool, cast.lee)
    told = outbox.OutboxRow.objects.filter(topic=LETTER, payload__letter=Letter.CARD_ENDS)
    assert not told.exists()
    pool = group.fresh(pool)
    later = make_plan(group.at, least=2, most=4, starts=pool.current.starts, pledge_by=closes + timedelta(days=60))
    services.pool_change(pool=pool, plan=later, by=by_self(cast.ken), now=group.at)
    assert list(told.values_list("payload__reader", flat=True)) == [cast.joan.pk]


def test_another_card_saved_in_time_ends_the_warning(group, cast, client_of):
    today, closes = timezone.localdate(), group.at + timedelta(days=40)
    pool = group.open(least=2, most=4, pledge_by=closes, starts=[closes + timedelta(days=14)])
    joan = save_ending_card(group, group.join(pool, cast.joan, card=None), today.year, today.month)
    save_ending_card(group, joan, today.year + 3, 1)
    shown = box(client_of(cast.joan), pool)
    assert "Your card ends too soon" not in shown
    assert "You are in, and ready" in shown


def test_a_provider_suspended_when_all_have_paid_takes_no_more_and_everybody_is_told(group, cast, mailoutbox):
    """What was paid stays until the council has looked: nobody's share rises, nothing more is taken or given back."""
    pool = group.open(least=2, most=3)
    pledges = [group.join(pool, person) for person in (cast.joan, cast.ken, cast.lee)]
    pool = group.step(group.close(pool))
    before = group.taken(pool)
    listings.hold_place(
        provider=pool.provider, kind=HoldKind.SUSPENDED, by=by_self(cast.moira), now=group.at, reason="A concern."
    )
    pool = group.step(pool)
    assert pool.state == PoolState.CONFIRMED
    assert group.taken(pool) == before
    assert not group.record("refund")
    told = {address for letter in mailoutbox if "stopped" in letter.body for address in letter.to}
    assert told >= {cast.joan.email, cast.ken.email, cast.lee.email}
    with pytest.raises(services.Stopped):
        group.open(least=2, most=3)
    waits = services.waiting_join(pool=pool, person=cast.priya, by=by_self(cast.priya), now=group.at)
    first = Pledge.objects.get(pk=pledges[0].pk)
    services.pledge_leave(pledge=first, by=by_self(cast.joan), now=group.at)
    with pytest.raises(services.Stopped):
        services.place_take_over(
            pledge=waits, maximum_pence=5000, by=by_self(cast.priya), now=group.at, express_request=True
        )
    assert Order.objects.filter(person=cast.priya).count() == 0


def sent(subject_has: str) -> list[str]:
    """Subjects of what was sent since; every letter must stand as a real message."""
    found = []
    for letter in mail.outbox:
        assert letter.message().as_bytes()
        assert "\n" not in letter.subject
        found.append(letter.subject)
    mail.outbox.clear()
    assert all(subject_has in subject for subject in found), [each for each in found if subject_has not in each]
    return found


def test_every_letter_of_a_group_is_sent_with_its_odd_name(group, cast):
    pool = group.open(least=2, most=3, name=NAME)
    joan = group.join(pool, cast.joan)
    group.join(pool, cast.lee)
    pool = group.step(group.close(pool))
    mail.outbox.clear()
    for turn in letters.TO_PEOPLE:
        write_about_pool(pool=pool.pk, letter=turn, reader=cast.joan.pk, pledge=joan.pk)
    for turn in letters.TO_PROVIDER:
        write_about_pool(pool=pool.pk, letter=turn, reader=cast.sam.pk, pledge=None)
    for invitation in (
        *services.invitations_send(
            pool=group.open(name=NAME), people=[("🌻", "sun@example.org")], by=by_self(cast.ken), now=group.at
        ),
    ):
        write_invitation(invitation=invitation.pk)
    assert len(sent(NAME)) == len(letters.TO_PEOPLE) + len(letters.TO_PROVIDER) + 1


def test_every_letter_about_money_and_the_vote_is_sent_with_its_odd_name(group, cast, open_budget):
    """The receipt, what comes back, what a council is asked, and the letters of the vote about the saving."""
    pool = group.open(least=2, most=3, name=NAME)
    for person in (cast.ken, cast.lee):
        group.join(pool, person)
    council = open_budget(Source.COUNCIL_MANAGED, person=cast.joan)
    mail.outbox.clear()
    share = Share(pool.worst_pence, council.pk, council.outcomes.first().pk)
    group.join(pool, cast.joan, card=None, shares=[share])
    group.step(pool)
    asked = [each for each in mail.outbox if cast.theo.email in each.to]
    assert asked
    assert all(NAME in f"{each.subject} {each.body}" for each in asked)
    approval = Approval.objects.get()
    approval_give(approval=approval, user=cast.theo, by=by_self(cast.theo), now=group.at)
    pool = group.step(group.close(group.step(pool)))
    assert pool.heads == 3
    ken = pool.pledges.select_related("order").get(person=cast.ken)
    receipts = [each for each in mail.outbox if each.to == [cast.ken.email] and ken.order.public_id in each.body]
    assert [each for each in receipts if NAME in f"{each.subject} {each.body}"]
    voting.reinvestment_set(pledge=ken, pence=100, by=by_self(cast.ken), now=group.at)
    facts = {"question": "🌈 Where does it go?", "closes_at": group.at + timedelta(days=7), "now": group.at}
    decision = voting.decision_open(pool=pool, by=by_self(cast.ken), **facts)
    mail.outbox.clear()
    for turn in vote_letters.WRITERS:
        write_about_vote(decision=decision.pk, letter=turn, reader=cast.ken.pk, pledge=ken.pk)
    assert len(sent(NAME)) == len(vote_letters.WRITERS)
    services.pool_call_off(pool=pool, by=by_self(cast.sam), now=group.at, words="🤕")
    group.step(pool)
    back = [each for each in mail.outbox if each.to == [cast.ken.email]]
    assert len(back) >= 2, "it is called off, and the money goes back"
    assert all(NAME in f"{each.subject} {each.body}" for each in back)
    for each in (*asked, *receipts, *back):
        assert each.message().as_bytes()


def test_every_letter_of_a_wish_is_sent_with_its_odd_name(group, cast, asha):
    wish = briefs.brief_start(
        organiser=cast.ken, council=cast.council["quantock"], name=NAME, words="🌧️ or shine", heads=3,
        offers_by=group.at + timedelta(days=7), vote_by=group.at + timedelta(days=14), token="w",
        by=by_self(cast.ken), now=group.at,
    )  # fmt: skip
    briefs.brief_join(brief=wish, person=cast.joan, by=by_self(cast.joan), now=group.at)
    briefs.brief_ask(brief=wish, providers=[], by=by_self(cast.ken), now=group.at)
    tender = briefs.tender_make(
        brief=wish, provider=asha.listing.provider, offer=asha, total_pence=7200, words="🥾", by=by_self(cast.asha),
        now=group.at,
    )  # fmt: skip
    offers_are_over(wish)
    vote_is_over(wish)
    outbox.deliver(now=group.at + timedelta(days=400), limit=10_000)
    mail.outbox.clear()
    for turn in brief_letters.WRITERS:
        write_about_brief(brief=wish.pk, letter=turn, reader=cast.joan.pk, tender=tender.pk)
    assert len(sent(NAME)) == len(brief_letters.WRITERS)
