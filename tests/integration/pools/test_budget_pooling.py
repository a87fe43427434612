"""DOMAIN, "Budget pooling (Stamford Forum / Leeds)": each criterion under its own words."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import CLOCKWORK
from marketplace.core.models import AuditEntry
from payments.budgets import selectors as budgets
from payments.budgets import services as budget_services
from payments.budgets.models import Relation
from payments.budgets.rules import Share
from payments.budgets.states import Source
from payments.pools import jobs, selectors
from payments.pools.models import Pledge
from payments.pools.services.telling import LETTER
from payments.pools.states import PledgeState, PoolState
from payments.sandbox import cards

pytestmark = pytest.mark.django_db


def test_five_pledges_min_four_one_decline_unrepaired_after_96_hours(group):
    """Four captured at recalculated shares ≤ maxima; totals match to the penny."""
    pool = group.open(least=4, most=6)
    pledges = [group.join(pool, person) for person in group.people(4)]
    late = group.join(pool, group.people(1)[0], cards.DECLINED_LATER)
    pool = group.close(pool)
    assert pool.state == PoolState.AUTHORISING
    assert group.taken(pool) == {}
    group.later(hours=95)
    assert group.step(pool).state == PoolState.AUTHORISING
    group.later(hours=2)
    pool = group.step(pool)
    assert pool.state == PoolState.CONFIRMED
    assert pool.heads == 4
    assert group.taken(pool) == {pledge.public_id: 2500 for pledge in pledges}
    assert sum(group.taken(pool).values()) == 10000
    assert all(pence <= Pledge.objects.get(public_id=each).maximum_pence for each, pence in group.taken(pool).items())
    late.refresh_from_db()
    assert late.state == PledgeState.RELEASED
    assert group.held(pool) == 0
    assert group.troubles(pool) == []


def test_running_the_lock_job_or_replaying_a_webhook_twice_charges_nobody_twice(group, deliver, settings):
    pool = group.open(least=3, most=3)
    for person in group.people(3):
        group.join(pool, person)
    pool = group.close(pool)
    for _again in range(3):
        jobs.look_round(group.at)
    deliver()
    with group.store.open() as records:
        heard = records.page("event", None, limit=1000)[0]
        assert len(heard) > 10
        for event in heard:
            records.emit(event["type"], event["data"]["object"], account=event.get("account", ""))
    deliver()
    group.step(pool)
    assert sum(group.taken(pool).values()) == 10000
    assert sorted(group.taken(pool).values()) == [3333, 3333, 3334]
    assert {len(intents) for intents in group.intents(pool).values()} == {1}
    assert group.troubles(pool) == []


def test_three_authorised_all_cancelled_everyone_told_zero_charged(group):
    """Of at least four."""
    pool = group.open(least=4, most=6)
    pledges = [group.join(pool, person) for person in group.people(3)]
    pledges.append(group.join(pool, group.people(1)[0], cards.NO_FUNDS_LATER))
    pool = group.close(pool)
    assert group.held(pool) == 3 * 2500
    group.later(hours=97)
    pool = group.step(pool)
    assert pool.state == PoolState.FAILED
    assert group.taken(pool) == {}
    assert group.held(pool) == 0
    told = set(
        outbox.OutboxRow.objects.filter(topic=LETTER, payload__letter="failed").values_list(
            "payload__reader", flat=True
        )
    )
    assert told >= {pledge.person_id for pledge in pledges}
    assert {Pledge.objects.get(pk=each.pk).state for each in pledges} == {PledgeState.RELEASED}
    assert pool.taken == 0


@pytest.fixture
def direct_payment(cast, sam):
    """Joan's, £500, to get out and about; she and Sam are not related."""
    today = timezone.localdate()
    budget_services.declaration_make(
        person=cast.joan,
        provider=sam,
        said=budget_services.the_same_of_all(sam, budget_services.Related(Relation.NONE, shares_home=False)),
        by=CLOCKWORK,
        now=timezone.now(),
    )
    return budget_services.budget_open(
        person=cast.joan,
        source=Source.DIRECT_PAYMENT,
        council=cast.council["quantock"],
        starts_on=today - timedelta(days=10),
        ends_on=today + timedelta(days=300),
        allocated_pence=50000,
        outcomes=["Getting out and about"],
        by=CLOCKWORK,
        now=timezone.now(),
    )


def test_a_mixed_direct_payment_and_self_funder_pool_gives_each_their_own_receipt_and_audit_line(
    group, cast, direct_payment, mailoutbox
):
    pool = group.open(least=2, most=3)
    outcome = direct_payment.outcomes.get()
    joan = group.join(pool, cast.joan, shares=[Share(pool.worst_pence, direct_payment.pk, outcome.pk)])
    assert budgets.figures(direct_payment).committed == 5000
    ken = group.join(pool, cast.ken)
    third = group.join(pool, group.people(1)[0])
    pool = group.step(group.close(pool))
    figures = budgets.figures(direct_payment)
    assert (figures.committed, figures.spent) == (0, 3334)
    for pledge, share in ((joan, 3334), (ken, 3333), (third, 3333)):
        pledge.refresh_from_db()
        assert pledge.order.total_pence == share
        assert pledge.order.paid_at is not None
        receipts = [
            mail for mail in mailoutbox if mail.to == [pledge.person.email] and pledge.order.public_id in mail.body
        ]
        assert receipts, pledge
        lines = AuditEntry.objects.filter(subject_kind="pools.pledge", subject_id=str(pledge.pk))
        assert lines.filter(action="pools.share.take").count() == 1
    assert joan.purchase.order == joan.order.public_id
    assert ken.purchase is None
    assert not any(str(cast.joan.email) in mail.body for mail in mailoutbox if mail.to != [cast.joan.email])


def test_savings_page_shows_individual_pool_difference(group, client_of):
    pool = group.open(least=3, most=3)
    people = group.people(3)
    for person in people:
        group.join(pool, person)
    pool = group.close(pool)
    saving = selectors.saving_of(pool)
    assert (saving.alone_pence, saving.heads, saving.paid_pence, saving.saved_pence) == (4000, 3, 10000, 2000)
    page = client_of(people[0]).get(reverse("pools:saving", args=[pool.public_id])).content.decode()
    shown = re.findall(r"<tr[^>]*><th scope=.row.>(.*?)</th><td class=.n.>(.*?)</td></tr>", page)
    assert shown == [
        ("3 people alone, £40.00 each", "£120.00"),
        ("Together, as you paid", "£100.00"),
        ("Saved", "£20.00"),
    ]


def test_members_learn_a_first_name_and_nothing_of_money(group, cast, direct_payment):
    """Members know a first name, and ready or not ready; never where money comes from."""
    pool = group.open(least=2, most=4)
    outcome = direct_payment.outcomes.get()
    group.join(pool, cast.joan, shares=[Share(pool.worst_pence, direct_payment.pk, outcome.pk)])
    group.join(pool, cast.ken, card=None)
    shown = selectors.members_of(pool, cast.ken)
    assert [(each.first_name, each.ready, each.is_you) for each in shown] == [
        ("Joan", True, False),
        ("Ken", False, True),
    ]


def test_what_joan_wants_from_her_money_is_read_by_nobody_else_of_the_group(
    group, cast, client_of, client, direct_payment, mailoutbox
):
    """An outcome says how somebody is: not for the members, the provider, a calendar or a letter to anybody else."""
    pool = group.open(least=2, most=4)
    outcome = direct_payment.outcomes.get()
    group.join(pool, cast.joan, shares=[Share(pool.worst_pence, direct_payment.pk, outcome.pk)])
    group.join(pool, cast.ken)
    pool = group.step(group.close(pool))
    ken, sam = client_of(cast.ken), client_of(cast.sam)
    feeds = [ken.get(reverse("pools:calendar_page", args=[pool.public_id])).context["address"]]
    feeds.append(sam.get(reverse("provider_pools:calendar_page")).context["address"])
    group_pages = [f"pools:{page}" for page in ("pool", "saving", "vote")]
    read = {page: ken.get(reverse(page, args=[pool.public_id])) for page in group_pages}
    read |= {feed: client.get(feed) for feed in feeds}
    read["Sam"] = sam.get(reverse("provider_pools:pool", args=[pool.public_id]))
    assert {answer.status_code for answer in read.values()} == {200}
    assert any("BEGIN:VEVENT" in answer.content.decode() for answer in read.values())
    words = {name: answer.content.decode() for name, answer in read.items()}
    words |= {f"{mail.to} {n}": mail.body for n, mail in enumerate(mailoutbox) if mail.to != [cast.joan.email]}
    assert len(words) > len(read), "letters went to others too"
    for name, text in words.items():
        assert outcome.words not in text, name
