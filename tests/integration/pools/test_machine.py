"""M7: pools lived through in any order, over the real services and the twin of Stripe.

People join with good and bad cards and with money of several kinds, leave, mend, save other cards; councils answer;
terms change, prices are shared or fall with each head; the provider's yes comes late, or they are hidden for a while;
answers of the gateway are lost; organisers go; paid places are given up and taken over; time passes. Whatever happened,
at the end the gateway's record equals ours, nobody was charged but by a pool that had enough cards, every budget holds
exactly what its share cost, and nothing is stuck. The canary is a pool that is judged by pledges.
"""

import gc
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from marketplace.core import clock
from marketplace.core.audit import CLOCKWORK
from marketplace.core.errors import DomainError
from marketplace.core.models import OutboxRow
from marketplace.people.models import Council
from payments.budgets import services as money
from payments.budgets.models import Approval
from payments.budgets.states import UNDECIDED
from payments.pools import selectors, services
from payments.pools.models import Pledge, PledgeAttempt, Pool
from payments.pools.rules import Price, Tier
from payments.pools.services import closing, promising
from payments.pools.states import ACTIVE, AUTHORISED, HAS_PLACE, ON_WAITING_LIST, OVER, PAID, UNDER_WAY, UNSETTLED
from payments.sandbox import cards
from payments.sandbox import services as sandbox
from providers.listings import services as listings
from providers.listings.states import HoldKind
from tests.factories.pools import by_self, make_plan
from tests.faults.plugin import FULL
from tests.integration.pools.group import Group
from tests.integration.pools.purses import Purse, money_troubles, purses, stray

pytestmark = pytest.mark.django_db
# A life takes a quarter of a second of a processor, nearly all of it in building queries. They are lived in parts,
# which workers share and each of which reports what it found: 10,000 with FULL=1, when each run tries others, so that
# runs add up; a tenth of that in the commit tier.
SEQUENCES, PARTS = (250, 40) if FULL else (100, 10)
LIVES_OF_ONE = 8  # opening: to open a group, fill it and close it takes as long as three lives do from there
UNTIL_FOUND = 400  # lives a canary has, and needs a tenth of
STEPS = 12
CARDS = (
    cards.SUCCESS,
    cards.SUCCESS,
    cards.SUCCESS,
    cards.DECLINED_LATER,
    cards.NO_FUNDS_LATER,
    cards.ASKS_EACH_TIME,
    cards.ASKS,
)
TIERS = Price(tiers=(Tier(2, 5000), Tier(4, 3000), Tier(5, 2500)))
MENDING = (cards.SUCCESS, cards.SUCCESS, cards.ASKS, cards.DECLINED)


class Moment:
    """Everything that the database and the gateway knew, to come back to any number of times."""

    TABLES = ("things", "keys", "deliveries", "clock", "switches")

    def __init__(self, group: Group) -> None:
        self.group, self.at, self.savepoint = group, group.at, transaction.savepoint()
        with group.store.open() as records:
            self.rows = {
                each: [tuple(row) for row in records.db.execute(f"SELECT * FROM {each}")] for each in self.TABLES
            }

    def come_back(self) -> None:
        transaction.savepoint_rollback(self.savepoint)
        with self.group.store.open() as records:
            for table, rows in self.rows.items():
                records.db.execute(f"DELETE FROM {table}")
                if rows:
                    marks = ", ".join("?" * len(rows[0]))
                    records.db.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        self.group.at = self.at


@dataclass
class Opening:
    """How a group comes to where its lives begin. In every other one some card may say no, so that often fewer than
    are needed can pay."""

    least: int
    more: int
    agreed: bool
    came_to: str
    tiers: Price | None
    order: list[int]
    cards: list[cards.Card]

    @classmethod
    def any(cls, chance: Random) -> "Opening":
        return cls(
            least=chance.randint(2, 4),
            more=chance.randint(0, 2),
            agreed=chance.choice([True, True, False]),
            came_to=chance.choice(["open", "open", "closed", "paid", "given_up"]),
            tiers=chance.choice([None, None, TIERS]),
            order=chance.sample(range(7), 7),
            cards=chance.choices(CARDS, k=7) if chance.random() < 0.5 else [cards.SUCCESS] * 7,
        )


class PoolMachine(RuleBasedStateMachine):
    """`world` is put here by the test."""

    world: "World"

    @initialize()
    def begin(self) -> None:
        """Where the life before began, or with another opening after LIVES_OF_ONE: coming there is most of the work."""
        self.group, self.purses, self.django = self.world.group, self.world.purses, self.world.django
        self.lived = self.world.lived
        self.keeper = self.group.offer.listing.provider.keepers.get()
        if self.world.lives_left:
            self.pool, self.crowd = self.group.fresh(self.world.pool), self.world.crowd
            return
        self.world.untouched.come_back()
        self.open(self.world.opening)
        self.world.pool, self.world.crowd = self.pool, self.crowd
        self.world.opened, self.world.lives_left = Moment(self.group), LIVES_OF_ONE

    def open(self, how: Opening) -> None:
        who = {"organiser": self.keeper, "price": how.tiers} if how.tiers else {}
        self.pool = self.group.open(least=how.least, most=how.least + how.more, agreed=how.agreed, **who)
        self.crowd = [self.purses[number] for number in how.order]
        for number in range(how.least + how.more // 2):
            self.join(number, how.cards[number])
        if how.came_to != "open":
            self.council_answers(True)
            self.the_last_day_passes()
        if how.came_to in ("paid", "given_up"):
            self.heard()
            self.group.look(self.pool)
        if how.came_to == "given_up":
            self.wait_for_a_place(0)
            self.give_a_paid_place_up(0)

    def heard(self) -> None:
        """What was written down to follow happens, with its letters in one life of ten."""
        self.group.deliver(now=self.group.at, words=len(self.lived) % 10 == 0)

    def attempt(self, act, *args, **kwargs) -> None:
        """What the rules refuse is refused; whatever else goes wrong is a fault."""
        with suppress(DomainError, sandbox.CardRefused, sandbox.NotOpen):
            act(*args, **kwargs)

    def some(self, number: int) -> Pledge | None:
        pledges = list(Pledge.objects.filter(pool=self.pool, state__in=ACTIVE).order_by("pk"))
        return pledges[number % len(pledges)] if pledges else None

    def one(self, number: int, states: frozenset[str]) -> Pledge | None:
        pledges = list(Pledge.objects.filter(pool=self.pool, state__in=states).order_by("pk"))
        return pledges[number % len(pledges)] if pledges else None

    def purse_of(self, pledge: Pledge) -> Purse:
        return next(each for each in self.purses if each.person.pk == pledge.person_id)

    @rule(number=st.integers(0, 9), card=st.sampled_from(CARDS))
    def join(self, number: int, card: cards.Card) -> None:
        pool, purse = self.group.fresh(self.pool), self.crowd[number % len(self.crowd)]
        shares = purse.shares(pool.worst_pence)
        if purse.budget is not None and purse.budget.asks_first:
            self.attempt(self.group.join, pool, purse.person, None, shares=shares)
        else:
            self.attempt(self.group.join, pool, purse.person, card, shares=shares)

    @rule(yes=st.sampled_from([True, True, True, False]))
    def council_answers(self, yes: bool) -> None:
        asked = Approval.objects.filter(state__in=UNDECIDED).first()
        answer = money.approval_give if yes else partial(money.approval_refuse, words="Not in the plan.")
        if asked is not None:
            self.attempt(answer, approval=asked, user=self.keeper, by=CLOCKWORK, now=self.group.at)
            self.heard()

    @rule(number=st.integers(0, 9))
    def wait_for_a_place(self, number: int) -> None:
        person = self.crowd[-1 - number % 3].person
        self.attempt(services.waiting_join, pool=self.pool, person=person, by=by_self(person), now=self.group.at)

    @rule(number=st.integers(0, 9))
    def give_a_paid_place_up(self, number: int) -> None:
        pledge = self.one(number, PAID)
        if pledge is not None:
            self.attempt(services.pledge_leave, pledge=pledge, by=by_self(pledge.person), now=self.group.at)

    @rule(number=st.integers(0, 9), card=st.sampled_from(CARDS))
    def take_a_place_over(self, number: int, card: cards.Card) -> None:
        pool, waiting = self.group.fresh(self.pool), self.one(number, ON_WAITING_LIST)
        pence = selectors.take_over_pence(pool, self.group.at)
        if waiting is None or not pence:
            return
        facts = {"maximum_pence": pence, "shares": self.purse_of(waiting).shares(pence), "express_request": True}
        by = by_self(waiting.person)
        self.attempt(services.place_take_over, pledge=waiting, by=by, now=self.group.at, **facts)
        waiting.refresh_from_db()
        if waiting.replaces_id is not None:
            self.attempt(self.group.save_card, waiting, card)

    @rule(number=st.integers(0, 9))
    def somebody_dies(self, number: int) -> None:
        """Or is erased: whoever organised is followed by a member."""
        if number < 2:
            pool = self.group.fresh(self.pool)
            pledge = self.some(number)
            gone = pool.organiser if number or pledge is None else pledge.person
            self.attempt(services.person_leaves, person=gone, by=CLOCKWORK, now=self.group.at)

    @rule(number=st.integers(0, 9), yes=st.booleans())
    def organiser_hands_over(self, number: int, yes: bool) -> None:
        pledge, by = self.some(number), by_self(self.group.organiser)
        if pledge is not None:
            self.attempt(services.pool_hand_over, pool=self.pool, to=pledge, by=by, now=self.group.at)
            if yes:
                facts = {"person": pledge.person, "by": by_self(pledge.person), "now": self.group.at}
                self.attempt(services.pool_take_on, pool=self.pool, **facts)

    @rule(number=st.integers(0, 9))
    def leave(self, number: int) -> None:
        pledge = self.some(number)
        if pledge is not None:
            self.attempt(services.pledge_withdraw, pledge=pledge, by=by_self(pledge.person), now=self.group.at)

    @rule(number=st.integers(0, 9), card=st.sampled_from(CARDS))
    def save_another_card(self, number: int, card: cards.Card) -> None:
        pledge = self.some(number)
        if pledge is not None:
            self.attempt(self.group.save_card, pledge, card)

    @rule(number=st.integers(0, 9), card=st.sampled_from(MENDING))
    def mend(self, number: int, card: cards.Card) -> None:
        pledge = self.some(number)
        if pledge is not None:
            self.attempt(self.group.repair, pledge, card)

    @rule()
    def provider_agrees(self) -> None:
        facts = {"user": self.keeper, "by": by_self(self.keeper), "now": self.group.at}
        self.attempt(services.terms_agree, pool=self.pool, **facts)

    @rule(least=st.integers(2, 3))
    def ask_everybody_again(self, least: int) -> None:
        pool = self.group.fresh(self.pool)
        plan = make_plan(
            self.group.at,
            least=least,
            most=pool.most,
            starts=pool.current.starts,
            pledge_by=pool.pledge_by,
            visibility=pool.visibility,
        )
        self.attempt(services.pool_change, pool=pool, plan=plan, by=by_self(self.group.organiser), now=self.group.at)

    @rule(number=st.integers(0, 9))
    def say_yes_again(self, number: int) -> None:
        pledge, pool = self.some(number), self.group.fresh(self.pool)
        if pledge is not None:
            self.attempt(
                services.pledge_consent,
                pledge=pledge,
                shares=self.purse_of(pledge).shares(pool.worst_pence),
                terms=pool.current,
                maximum_pence=pool.worst_pence,
                express_request=services.begins_early(pool),
                by=by_self(pledge.person),
                now=self.group.at,
            )

    @rule(hours=st.sampled_from([1, 20, 50, 97, 115]))
    def time_passes(self, hours: int) -> None:
        self.group.later(hours=hours)

    @rule()
    def the_last_day_passes(self) -> None:
        left = (self.group.fresh(self.pool).pledge_by - self.group.at).total_seconds()
        self.group.later(seconds=max(0, left) + 1)
        self.group.look(self.pool)

    @rule(bad=st.sampled_from(["", "", "unheard", "500", "429"]), every=st.integers(2, 4))
    def clock_looks(self, bad: str, every: int) -> None:
        """A worker looks while one in a few answers of the gateway is lost."""
        calls = [0]

        def fault(method: str, path: str) -> str:
            calls[0] += 1
            return bad if calls[0] % every == 0 else ""

        self.django.SANDBOX_FAULT = fault if bad else None
        try:
            self.group.look(self.pool)
        finally:
            self.django.SANDBOX_FAULT = None
        self.group.later(minutes=2)

    @rule(hours=st.sampled_from([0, 0, 1, 20, 49]))
    def council_hides_the_provider_and_shows_them_again(self, hours: int) -> None:
        provider = self.group.offer.listing.provider
        hold = listings.hold_place(
            provider=provider, kind=HoldKind.SUSPENDED, by=CLOCKWORK, now=self.group.at, reason="A concern."
        )
        self.heard()
        self.group.look(self.pool)
        self.heard()
        self.group.later(hours=hours)
        self.group.look(self.pool)
        listings.hold_lift(hold=hold, by=CLOCKWORK, now=self.group.at)

    @rule(number=st.integers(0, 6))
    def organiser_calls_it_off_sometimes(self, number: int) -> None:
        if number == 0:
            self.attempt(services.pool_cancel, pool=self.pool, by=by_self(self.group.organiser), now=self.group.at)

    def teardown(self) -> None:
        """What is not forgotten would be read again by every later life. One that went wrong is lived once more by
        Hypothesis, from the same opening."""
        if not self.world.lives_left:
            return
        try:
            self.ends_well()
            if sys.exception() is None:
                self.world.is_over()
        finally:
            self.world.opened.come_back()

    def ends_well(self) -> None:
        group = self.group
        self.heard()
        group.later(days=4)
        for _round in range(5):
            for _look in range(3):
                if not group.look(self.pool):
                    break
                self.heard()
            else:
                group.later(hours=49)
                continue
            break
        pool = group.fresh(self.pool)
        wrong = group.troubles(pool)
        if pool.state not in OVER | UNDER_WAY or pool.settled_at is None:
            wrong.append(f"stuck: {pool.state}, settled {pool.settled_at}")
        stuck = PledgeAttempt.objects.filter(pledge__pool=pool, state__in=UNSETTLED)
        wrong += [f"stuck: {attempt} {attempt.state}" for attempt in stuck]
        if group.held(pool):
            wrong.append(f"{group.held(pool)}p is still held")
        unfinished = Pledge.objects.filter(pool=pool, state__in=HAS_PLACE - PAID)
        if pool.state in UNDER_WAY:
            unfinished = unfinished.exclude(by_funder=True, state__in=AUTHORISED)
        wrong += [f"{pledge} is still {pledge.state}" for pledge in unfinished]
        wrong += money_troubles(group, pool, self.purses) + stray(self.purses)
        wrong += OutboxRow.objects.exclude(last_error="").values_list("last_error", flat=True)
        self.lived.append(pool.state)
        assert not wrong, (self.world.opening, wrong)


@dataclass
class World:
    """What all lives share, and where the next of them begin. `lived` says how they ended."""

    group: Group
    django: object
    purses: list[Purse]
    chance: Random
    untouched: Moment
    opening: Opening
    lived: list[str] = field(default_factory=list)
    lives_left: int = 0
    opened: Moment = field(init=False)
    pool: Pool = field(init=False)
    crowd: list[Purse] = field(init=False)

    def is_over(self) -> None:
        """A life went well, so that the next may have another opening."""
        self.lives_left -= 1
        if not self.lives_left:
            self.opening = Opening.any(self.chance)


def live(group: Group, django, council: Council, sequences: int, part: int = 0) -> list[str]:
    """Live so many lives. Returns how they ended; the first that ends badly is raised."""
    crowd = purses(group, council)
    chance = Random() if FULL else Random(part)
    PoolMachine.world = World(group, django, crowd, chance, Moment(group), Opening.any(chance))
    if not FULL:
        seed(part)(PoolMachine)  # or every part would take the same steps
    gc.freeze()  # the site itself is not garbage, and need not be looked through in every life
    run_state_machine_as_test(
        PoolMachine,
        settings=settings(
            max_examples=sequences,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    return PoolMachine.world.lived


@pytest.fixture(autouse=True)
def one_clock(group, monkeypatch):
    """Workers that follow up a change read the same clock as the group."""
    monkeypatch.setattr(clock, "now", lambda: group.at)


@pytest.mark.fault("M7")
@pytest.mark.timeout(20_000 if FULL else 1200)
@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_everybody_pays_or_nobody_and_nothing_is_stuck(group, settings, cast, fault_row, part):
    try:
        live(group, settings, cast.council["quantock"], SEQUENCES, part)
    finally:
        fault_row.count(len(PoolMachine.world.lived))
    ended = PoolMachine.world.lived
    assert ended.count("failed") > len(ended) // 20
    assert sum(state in UNDER_WAY | {"completed"} for state in ended) > len(ended) // 20


@pytest.mark.fault("M7", canary=True)
def test_canary_a_pool_that_is_judged_by_pledges_is_found_out(group, settings, cast, monkeypatch):
    """Even then it is the database that refuses it."""
    monkeypatch.setattr(closing, "enough", lambda pool, held: bool(held))
    with pytest.raises(IntegrityError, match="pool_confirmed_with_enough"), transaction.atomic():
        live(group, settings, cast.council["quantock"], UNTIL_FOUND)


@pytest.mark.fault("M7", canary=True)
def test_canary_a_promise_that_is_never_let_go_is_found_out(group, settings, cast, monkeypatch):
    """The money that a budget set aside for a group that did not come about."""
    monkeypatch.setattr(promising, "promise_release", lambda *args, **kwargs: None)
    found = "of a budget|holder’s money|for nothing|waits for an answer"
    with pytest.raises(AssertionError, match=found), transaction.atomic():
        live(group, settings, cast.council["quantock"], UNTIL_FOUND)
