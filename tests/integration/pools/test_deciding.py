"""What a group keeps and decides: opted-in saving, ranked votes, a brief that becomes a pool at the winner's price."""

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.pools import jobs, rules
from payments.pools.models import Ballot, Decision, Pledge, Reinvestment
from payments.pools.services import briefs, voting
from payments.pools.states import BriefState, DecisionState, PoolState
from tests.factories.pools import by_self, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(group):
    """Three who paid £33.33 or £33.34 each for what costs £40 alone."""
    pool = group.open(least=3, most=3)
    for person in group.people(3):
        group.join(pool, person)
    return group.step(pool)


def members(pool) -> list[Pledge]:
    return list(pool.pledges.select_related("person").order_by("pk"))


def test_reinvestment_only_from_opt_ins_decided_by_member_vote(group, paid, cast):
    first, second, third = members(paid)
    for pledge, pence in ((first, 600), (second, 667)):
        voting.reinvestment_set(pledge=pledge, pence=pence, by=by_self(pledge.person), now=group.at)
    decision = voting.decision_open(
        pool=paid,
        question="Where does our saving go?",
        closes_at=group.at + timedelta(days=3),
        by=by_self(cast.ken),
        now=group.at,
    )
    assert voting.voters_of(decision) == {first.person_id, second.person_id}
    facts = {"decision": decision, "now": group.at}
    bus = voting.option_propose(words="The bus for one", person=first.person, by=by_self(first.person), **facts)
    block = voting.option_propose(words="The next block", person=second.person, by=by_self(second.person), **facts)
    with pytest.raises(voting.NoVote):
        voting.option_propose(words="Cake", person=third.person, by=by_self(third.person), **facts)
    voting.ballot_cast(person=first.person, ranking=[bus], by=by_self(first.person), **facts)
    voting.ballot_cast(person=first.person, ranking=[block, bus], by=by_self(first.person), **facts)
    voting.ballot_cast(person=second.person, ranking=[block], by=by_self(second.person), **facts)
    with pytest.raises(voting.NoVote):
        voting.ballot_cast(person=third.person, ranking=[bus], by=by_self(third.person), **facts)
    before = group.taken(paid)
    group.later(days=3, minutes=1)
    jobs.look_round(group.at)
    decision.refresh_from_db()
    assert decision.state == DecisionState.CLOSED
    assert voting.winner_of(decision) == block
    assert (decision.result["voters"], decision.result["entitled"]) == (2, 2)
    assert group.taken(paid) == before, "a record of a decision: nothing is taken by it"


def test_two_presses_open_one_vote_and_the_next_one_waits_until_it_is_over(group, paid, cast):
    facts = {"pool": paid, "question": "Where does our saving go?", "by": by_self(cast.ken)}
    closes = group.at + timedelta(days=3)
    first = voting.decision_open(closes_at=closes, now=group.at, **facts)
    with pytest.raises(voting.NoVote):
        voting.decision_open(closes_at=closes, now=group.at, **facts)
    assert list(paid.decisions.all()) == [first]
    assert voting.decision_open(closes_at=closes + timedelta(days=7), now=closes, **facts) != first


def test_nobody_puts_more_to_the_vote_than_they_saved(group, paid):
    pledge = members(paid)[0]
    with pytest.raises(voting.NothingSaved) as refused:
        voting.reinvestment_set(pledge=pledge, pence=667, by=by_self(pledge.person), now=group.at)
    assert refused.value.left_pence == 666
    assert not Reinvestment.objects.exists()


def test_a_closed_vote_is_never_changed_and_can_be_counted_again_from_its_record(group, paid, cast):
    for pledge in members(paid):
        voting.reinvestment_set(pledge=pledge, pence=100, by=by_self(pledge.person), now=group.at)
    closes = group.at + timedelta(days=2)
    decision = voting.decision_open(pool=paid, question="Tea?", closes_at=closes, by=by_self(cast.ken), now=group.at)
    people = [pledge.person for pledge in members(paid)]
    facts = {"decision": decision, "now": group.at}
    options = [voting.option_propose(words=words, person=people[0], by=by_self(people[0]), **facts) for words in "ABC"]
    for at, person in enumerate(people):  # a circle: everything ties, and the draw decides
        voting.ballot_cast(person=person, ranking=options[at:] + options[:at], by=by_self(person), **facts)
    group.later(days=2, minutes=1)
    closed = voting.decision_close(decision=decision, now=group.at)
    kept, names = closed.result, {option.pk: option.public_id for option in options}
    assert voting.ranked({pk: names[pk] for pk in kept["options"]}, kept["ballots"], kept["seed"]) == kept["order"]
    assert not any(str(person.pk) in str(kept.get("people", "")) for person in people)
    with pytest.raises(voting.NoVote):
        voting.ballot_cast(decision=closed, person=people[0], ranking=options, by=by_self(people[0]), now=group.at)
    Ballot.objects.all().delete()
    assert voting.decision_close(decision=closed, now=group.at).result == kept


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9))
def test_who_beats_everybody_else_wins_whatever_the_order_of_ballots(seed):
    """Schulze picks the option that a majority prefers to each other one, wherever there is such a one."""
    chance = random.Random(seed)
    options = list(range(1, chance.randint(3, 6)))
    ballots = [chance.sample(options, k=chance.randint(1, len(options))) for _each in range(chance.randint(1, 9))]
    wins = rules.pairwise_wins(options, ballots)
    ranked = rules.schulze(options, ballots)
    assert sorted(option for tied in ranked for option in tied) == options
    for option in options:
        if all(wins[option, other] > wins[other, option] for other in options if other != option):
            assert ranked[0] == [option]
    shuffled = chance.sample(ballots, k=len(ballots))
    assert rules.schulze(options, shuffled) == ranked


@pytest.fixture
def brief(group, cast):
    """Ken and Joan want a walking group; offers within a week, the vote a week later."""
    made = briefs.brief_start(
        organiser=cast.ken,
        council=cast.council["quantock"],
        name="A walking group on Tuesdays",
        words="Three of us want to walk an hour, not too fast.",
        heads=3,
        offers_by=group.at + timedelta(days=7),
        vote_by=group.at + timedelta(days=14),
        token="brief",
        by=by_self(cast.ken),
        now=group.at,
    )
    briefs.brief_join(brief=made, person=cast.joan, by=by_self(cast.joan), now=group.at)
    return made


def tender(brief, offer, pence, user, now):
    return briefs.tender_make(
        brief=brief,
        provider=offer.listing.provider,
        offer=offer,
        total_pence=pence,
        words="With pleasure.",
        by=by_self(user),
        now=now,
    )


def test_a_brief_becomes_the_winners_pool_at_that_price_and_the_others_learn_why(group, brief, asha, cast):
    briefs.brief_ask(brief=brief, providers=[], by=by_self(cast.ken), now=group.at)
    dear = tender(brief, group.offer, 9000, cast.sam, group.at)
    tender(brief, asha, 7200, cast.asha, group.at)
    with pytest.raises(briefs.OfferedAlready):
        tender(brief, group.offer, 5000, cast.sam, group.at)
    with pytest.raises(briefs.NotAsked):
        briefs.brief_join(brief=brief, person=cast.sam, by=by_self(cast.sam), now=group.at)
    group.later(days=7, minutes=1)
    jobs.look_round(group.at)
    decision = Decision.objects.get(brief=brief)
    options = {option.tender.total_pence: option for option in decision.options.select_related("tender")}
    assert voting.voters_of(decision) == {cast.ken.pk, cast.joan.pk}
    with pytest.raises(voting.NoVote):
        voting.ballot_cast(
            decision=decision, person=cast.sam, ranking=[options[9000]], by=by_self(cast.sam), now=group.at
        )
    for person in (cast.ken, cast.joan):
        voting.ballot_cast(
            decision=decision,
            person=person,
            ranking=[options[7200], options[9000]],
            by=by_self(person),
            now=group.at,
        )
    group.later(days=7)
    jobs.look_round(group.at)
    brief.refresh_from_db()
    dear.refresh_from_db()
    assert brief.state == BriefState.DECIDED
    assert dear.reason == "2 of 2 members put another offer above yours."
    plan = make_plan(group.at, least=2, most=4)
    pool = briefs.brief_pool(brief=brief, plan=plan, by=by_self(cast.ken), now=group.at)
    again = briefs.brief_pool(brief=brief, plan=plan, by=by_self(cast.ken), now=group.at)
    assert (pool.state, pool.provider, again.pk) == (PoolState.DRAFT, asha.listing.provider, pool.pk)
    assert pool.current.price.total_pence == 7200
    assert pool.current.agreed_at is None, "the provider named the price; the dates are asked"
    assert list(pool.invitations.values_list("person__first_name", flat=True)) == ["Joan"]


def test_members_keep_their_vote_when_nobody_keeps_a_provider_who_offered(group, brief, asha, cast):
    """Whoever kept it may have left the site since; an empty row must not make everybody a keeper."""
    briefs.brief_ask(brief=brief, providers=[], by=by_self(cast.ken), now=group.at)
    tender(brief, group.offer, 9000, cast.sam, group.at)
    tender(brief, asha, 7200, cast.asha, group.at)
    asha.listing.provider.keepers.clear()
    group.later(days=7, minutes=1)
    jobs.look_round(group.at)
    decision = Decision.objects.get(brief=brief)
    assert voting.voters_of(decision) == {cast.ken.pk, cast.joan.pk}


def test_a_brief_that_nobody_answers_ends(group, brief, cast):
    briefs.brief_ask(brief=brief, providers=[], by=by_self(cast.ken), now=group.at)
    group.later(days=8)
    jobs.look_round(group.at)
    brief.refresh_from_db()
    assert brief.state == BriefState.EMPTY


def test_only_those_who_are_asked_offer(group, brief, asha, cast):
    briefs.brief_ask(brief=brief, providers=[asha.listing.provider], by=by_self(cast.ken), now=group.at)
    with pytest.raises(briefs.NotAsked):
        tender(brief, group.offer, 5000, cast.sam, group.at)
    assert tender(brief, asha, 5000, cast.asha, group.at).pk
