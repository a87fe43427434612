"""Changing a group that people can still join: its own price stands, and who was asked has the new last day too."""

from datetime import timedelta

import pytest
from django.urls import reverse

from payments.pools import services
from payments.pools.models import Pool
from payments.pools.rules import Price
from payments.pools.services.starting import pool_begin
from providers.listings.models import Offer
from tests.factories.pools import by_self, make_plan, tuesdays
from tests.integration.pools.group import Group

pytestmark = pytest.mark.django_db


def chosen(group: Group, offer: Offer) -> Pool:
    """Ken's group at a price that its members chose in a vote, open to join."""
    plan = make_plan(group.at, minutes=offer.minutes or 60)
    pool = pool_begin(
        offer=offer,
        organiser=group.organiser,
        plan=plan,
        token="chosen",
        agreed_price=Price(total_pence=7200),
        by=by_self(group.organiser),
        now=group.at,
    )
    return group.fresh(services.pool_open(pool=pool, by=by_self(group.organiser), now=group.at))


def test_a_group_whose_offer_has_no_price_for_groups_is_changed_at_its_own(client_of, cast, group, asha):
    pool, ken = chosen(group, asha), client_of(cast.ken)
    url = reverse("pools:change", args=[pool.public_id])
    ken.post(reverse("pools:change_step", args=[pool.public_id, "name"]), {"name": "Wednesday walk"})
    shown = ken.get(url)
    assert shown.status_code == 200
    assert (shown.context["worst"], "£24" in shown.content.decode()) == (2400, True)
    ken.post(url, {"token": shown.context["form"].initial["token"]})
    pool = group.fresh(pool)
    assert (pool.name, pool.current.number, pool.current.price.total_pence) == ("Wednesday walk", 1, 7200)


def test_the_price_before_the_button_is_the_price_after_it(client_of, cast, group):
    """What was agreed stays agreed, whatever the offer costs by now."""
    pool, ken = group.open(least=2, minutes=group.offer.minutes or 60), client_of(cast.ken)
    Offer.objects.filter(pk=group.offer.pk).update(group_price_pence=30000)
    ken.post(reverse("pools:change_step", args=[pool.public_id, "name"]), {"name": "Wednesday yoga"})
    shown = ken.get(reverse("pools:change", args=[pool.public_id]))
    assert shown.context["worst"] == 5000
    ken.post(reverse("pools:change", args=[pool.public_id]), {"token": shown.context["form"].initial["token"]})
    assert group.fresh(pool).current.price.total_pence == 10000


def test_more_dates_than_have_a_price_change_nothing_and_leave_a_way_on(client_of, cast, group, asha):
    pool, ken = chosen(group, asha), client_of(cast.ken)
    first = tuesdays(group.at)[0]
    dates = {"day_0": first.day, "day_1": first.month, "day_2": first.year, "at": "2.30pm", "every": "7", "times": "9"}
    ken.post(reverse("pools:change_step", args=[pool.public_id, "dates"]), dates)
    told = ken.get(reverse("pools:change", args=[pool.public_id]), follow=True)
    assert "There is no price for groups any more. Nothing has been changed." in told.content.decode()
    assert len(group.fresh(pool).current.starts) == 6
    assert ken.get(reverse("pools:change", args=[pool.public_id])).status_code == 200, "the nine dates are forgotten"


def test_such_a_group_begins_again_only_where_there_is_a_price(client_of, cast, group, asha):
    pool, ken = chosen(group, asha), client_of(cast.ken)
    first = tuesdays(group.at)[0]
    typed = {"day_0": first.day, "day_1": first.month, "day_2": first.year, "at": "2.30pm", "every": "7", "times": "6"}
    closes = group.at + timedelta(days=3)
    last = {"day_0": closes.day, "day_1": closes.month, "day_2": closes.year, "at": "6pm"}
    ken.post(reverse("pools:again_step", args=[pool.public_id, "dates"]), typed)
    ken.post(reverse("pools:again_step", args=[pool.public_id, "deadline"]), last)
    told = ken.get(reverse("pools:again", args=[pool.public_id]), follow=True)
    assert told.redirect_chain[-1][0] == reverse("pools:pool", args=[pool.public_id])
    assert "There is no price for groups any more." in told.content.decode()
    assert Pool.objects.count() == 1


def test_who_was_asked_by_letter_or_card_may_join_until_the_new_last_day(cast, group):
    pool = group.open(least=2, visibility="invite")
    by, facts = by_self(cast.ken), {"pool": pool, "now": group.at}
    [letter] = services.invitations_send(people=[("Joan", "joan@example.org")], by=by, **facts)
    card = services.invitation_card(by=by, **facts)
    [back] = services.invitations_send(people=[("Lee", "lee@example.org")], by=by, **facts)
    services.invitation_withdraw(invitation=back, by=by, now=group.at)
    before, later = pool.pledge_by, pool.pledge_by + timedelta(days=4)
    plan = make_plan(group.at, least=2, visibility="invite", starts=pool.current.starts, pledge_by=later)
    services.pool_change(plan=plan, by=by, **facts)
    group.later(days=5)
    for invitation in (letter, card):
        invitation.refresh_from_db()
        assert services.may_enter(group.fresh(pool), cast.joan, invitation, group.at)
    back.refresh_from_db()
    assert (back.open_until, pool.invitations.exclude(pk=back.pk).values_list("open_until").distinct().count()) == (
        before,
        1,
    )
