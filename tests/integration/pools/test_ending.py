"""How a group ends for each of its people: by a no, by a hold that ran out, by erasure; and where letters lead."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse

from marketplace.core.audit import CLOCKWORK
from marketplace.people.erasure import services as erasure
from payments.pools import services
from payments.pools.models import Brief, Invitation, Pledge
from payments.pools.services import briefs
from payments.pools.states import PledgeState, PoolState
from payments.sandbox import cards
from payments.sandbox import services as sandbox
from tests.factories.pools import by_self
from tests.integration.pools.group import CONSENT, letters
from tests.integration.pools.test_closing import late_failure

pytestmark = pytest.mark.django_db


def links_to(mailoutbox, address: str) -> list[str]:
    """The paths into groups that were mailed to somebody, the first mail first."""
    return [found for mail in mailoutbox if mail.to == [address] for found in re.findall(r"/pools/\S+", mail.body)]


def test_who_has_to_mend_a_card_is_led_to_the_page_by_each_letter(group, mailoutbox):
    pool = group.open(least=3)
    for person in group.people(2):
        group.join(pool, person)
    late = group.join(pool, group.people(1)[0], cards.DECLINED_LATER)
    group.step(pool)
    mailoutbox.clear()
    pool, repair = group.close(pool), reverse("pools:repair", args=[pool.public_id])
    assert links_to(mailoutbox, late.person.email) == [repair]
    mailoutbox.clear()
    group.later(hours=73)
    group.step(pool)
    assert letters("card_reminder") == {late.person_id}
    assert links_to(mailoutbox, late.person.email) == [repair]


def test_who_has_to_pay_late_is_led_to_the_page_too(group, settings, mailoutbox):
    pool, pledges = late_failure(group, 3, settings)
    late = pledges[2].person.email
    mine = [mail for mail in mailoutbox if mail.to == [late] and "could not be taken" in mail.subject]
    assert len(mine) == 1
    assert links_to(mine, late) == [reverse("pools:repair", args=[pool.public_id])]
    assert "£33.33" in mine[0].body


def test_the_news_of_a_saved_card_makes_a_place_ready_without_a_look_of_the_clock(group, cast, deliver):
    pool = group.open(least=2)
    pledge = group.join(pool, cast.joan, card=None)
    url = services.card_begin(
        pledge=pledge, consent=CONSENT, saved_url="http://testserver/a/", back_url="http://testserver/b/", now=group.at
    )
    sandbox.session_pay(group.store, session_id=url.rstrip("/").rsplit("/", 1)[1], number=cards.SUCCESS.number)
    pledge.refresh_from_db()
    assert (pledge.state, pledge.has_card) == (PledgeState.JOINING, False)
    deliver()
    pledge.refresh_from_db()
    assert (pledge.state, pledge.has_card) == (PledgeState.PLEDGED, True)


def test_a_hold_that_ran_out_before_the_decision_is_not_counted(group):
    """Two cards said yes on the last day; the clock stood still until their holds were over."""
    pool = group.open(least=2, most=4)
    for person in group.people(2):
        group.join(pool, person)
    group.join(pool, group.people(1)[0], cards.DECLINED_LATER)
    pool = group.close(pool)
    assert (pool.state, group.held(pool)) == (PoolState.AUTHORISING, 10000)
    group.later(hours=115)
    pool = group.step(pool)
    assert (pool.state, pool.ended_because, pool.heads) == (PoolState.FAILED, "too_few_paid", None)
    assert (group.taken(pool), group.held(pool)) == ({}, 0)
    assert group.troubles(pool) == []


def test_a_provider_says_no_and_everybody_is_told_why_and_nobody_pays(group, cast, client_of, mailoutbox):
    pool = group.open(least=2, most=4, agreed=False)
    pledges = [group.join(pool, person) for person in (cast.joan, cast.lee)]
    url = reverse("provider_pools:decline", args=[pool.public_id])
    said = client_of(cast.sam).post(url, {"words": "I am away in May."}, follow=True)
    assert "You said no. We have told the group." in said.content.decode()
    pool = group.step(pool)
    assert (pool.state, pool.ended_because) == (PoolState.CANCELLED, "provider_declined")
    assert letters("cancelled") >= {cast.joan.pk, cast.lee.pk, cast.ken.pk}
    assert {Pledge.objects.get(pk=each.pk).state for each in pledges} == {PledgeState.RELEASED}
    assert (pool.taken, group.held(pool), group.intents(pool)) == (0, 0, {})
    told = [mail for mail in mailoutbox if mail.to == [cast.joan.email] and "called off" in mail.subject]
    assert "“I am away in May.”" in told[-1].body
    with pytest.raises(services.NotJoinable):
        group.join(pool, cast.priya)


def test_a_provider_says_no_while_cards_are_asked_and_what_is_held_is_let_go(group, cast):
    pool = group.open(least=2, most=4)
    for person in group.people(2):
        group.join(pool, person)
    group.join(pool, group.people(1)[0], cards.DECLINED_LATER)
    pool = group.close(pool)
    assert group.held(pool) == 10000
    services.pool_decline(pool=pool, by=by_self(cast.sam), now=group.at, words="No.")
    pool = group.step(pool)
    assert (pool.state, group.held(pool), group.taken(pool)) == (PoolState.CANCELLED, 0, {})
    with pytest.raises(services.IllegalMove):
        services.pool_decline(pool=pool, by=by_self(cast.sam), now=group.at, words="No again.")


def test_an_organiser_who_is_erased_is_in_no_group_any_more(group, cast):
    """By the one door of erasure: groups, wishes and places hear of it, and no name or address is left."""
    pool = group.open(least=3, most=5)
    kens = group.join(pool, cast.ken)
    lee = group.join(pool, cast.lee)
    wish = briefs.brief_start(
        organiser=cast.ken, council=cast.council["quantock"], name="Walks", words="Ken likes hills.", heads=3,
        offers_by=group.at + timedelta(days=7), vote_by=group.at + timedelta(days=14), token="w",
        by=by_self(cast.ken), now=group.at,
    )  # fmt: skip
    other = group.open(organiser=cast.lee, visibility="invite")
    services.invitations_send(pool=other, people=[("Ken Hobbs", cast.ken.email)], by=by_self(cast.lee), now=group.at)
    address = cast.ken.email
    erasure.person_erase(person=cast.ken, by=CLOCKWORK, now=group.at)
    kens.refresh_from_db()
    assert (group.fresh(pool).organiser, kens.state, group.fresh(pool).taken) == (lee.person, PledgeState.WITHDRAWN, 1)
    wish = Brief.objects.get(pk=wish.pk)
    assert (wish.words, wish.members.count()) == ("", 0)
    assert not Invitation.objects.filter(email__iexact=address).exists()
    assert not Invitation.objects.filter(name__icontains="Hobbs").exists()


def test_an_organiser_who_gives_up_the_own_place_goes_on_organising(group, cast):
    """Before it is closed nothing is paid; afterwards the share stays paid, as for anybody."""
    pool = group.open(least=2, most=5)
    kens = group.join(pool, cast.ken)
    services.pledge_withdraw(pledge=kens, by=by_self(cast.ken), now=group.at)
    pool = group.fresh(pool)
    assert (pool.organiser, pool.taken, pool.state) == (cast.ken, 0, PoolState.OPEN)
    kens = group.join(pool, cast.ken)
    group.join(pool, cast.lee)
    pool = group.step(group.close(pool))
    assert pool.state == PoolState.CONFIRMED
    before = group.taken(pool)
    services.pledge_leave(pledge=Pledge.objects.get(pk=kens.pk), by=by_self(cast.ken), now=group.at)
    pool = group.step(pool)
    assert (pool.organiser, pool.state, group.taken(pool)) == (cast.ken, PoolState.CONFIRMED, before)
    assert group.record("refund") == []


def test_the_calendar_says_what_goes_ahead_and_strikes_out_what_was_called_off(group, cast, client_of, client):
    """Whoever organises keeps the dates that were called off, struck out; from a member's calendar they are gone."""
    paid, off = group.open(least=2, most=2), group.open(least=2, most=2)
    for pool in (paid, off):
        group.join(pool, cast.joan)
    address = {
        reader: client_of(reader).get(reverse("pools:calendar_page", args=[paid.public_id])).context["address"]
        for reader in (cast.joan, cast.ken)
    }
    group.join(paid, cast.lee)
    group.step(paid)
    services.pool_cancel(pool=off, by=by_self(cast.ken), now=group.at)
    dates = paid.current.sessions.count()
    shown = {
        reader: Counter(re.findall(r"STATUS:(\w+)", client.get(where).content.decode()))
        for reader, where in address.items()
    }
    assert shown[cast.joan] == {"CONFIRMED": dates}
    assert shown[cast.ken] == {"CONFIRMED": dates, "CANCELLED": dates}
