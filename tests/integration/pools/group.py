"""A pool and its people, quickly: joined, carded, stepped through the clock, with the gateway's record beside."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import CLOCKWORK
from marketplace.people.models import User
from payments.budgets.services import asking
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount
from payments.orders.models import Order
from payments.orders.services import telling as about_orders
from payments.pools import jobs, selectors, services
from payments.pools.models import Brief, Decision, Pledge, PledgeAttempt, Pool
from payments.pools.services import telling
from payments.pools.states import PoolState
from payments.sandbox import cards
from payments.sandbox import services as sandbox
from payments.sandbox.store import Store, Thing
from providers.listings.models import Offer
from search.selectors import CHANGED
from tests.factories.pools import by_self, make_plan

WORDS_ONLY = (
    telling.LETTER,
    about_orders.ORDER_LETTER,
    about_orders.COUNCIL_LETTER,
    about_orders.KEEPER_LETTER,
    asking.LETTER,
    CHANGED,
)
CONSENT = "Sam may take your share once, when the group goes ahead, and never more than the most you agreed to."


@dataclass
class Group:
    """People who buy from one offer together. `at` is what every clock shows; move them with `later`."""

    store: Store
    offer: Offer
    organiser: User
    at: datetime = field(default_factory=timezone.now)
    made: int = 0

    def later(self, **more: float) -> None:
        self.at += timedelta(**more)
        self.store.clock_move(int(timedelta(**more).total_seconds()))

    def people(self, many: int) -> list[User]:
        self.made += many
        return [
            User.objects.create_user(f"member{self.made - n}@example.org", first_name=f"Member {n}")
            for n in range(many)
        ]

    def open(self, *, agreed: bool = True, organiser: User | None = None, **plan: Any) -> Pool:
        self.made += 1
        organiser = organiser or self.organiser
        pool = services.pool_start(
            offer=self.offer,
            organiser=organiser,
            plan=make_plan(self.at, **({"visibility": "area"} | plan)),
            token=f"group-{self.made}",
            by=by_self(organiser),
            now=self.at,
        )
        services.pool_open(pool=pool, by=by_self(organiser), now=self.at)
        if agreed:
            keeper = self.offer.listing.provider.keepers.get()
            services.terms_agree(pool=pool, user=keeper, by=by_self(keeper), now=self.at)
        return self.fresh(pool)

    def fresh(self, pool: Pool) -> Pool:
        return Pool.objects.select_related("terms").get(pk=pool.pk)

    def join(self, pool: Pool, person: User, card: cards.Card | None = cards.SUCCESS, **facts: Any) -> Pledge:
        """A place, and a card saved for it unless `card` is None."""
        pool = self.fresh(pool)
        usual: dict[str, Any] = {
            "terms": pool.current,
            "maximum_pence": pool.worst_pence,
            "express_request": services.begins_early(pool),
        }
        pledge = services.pledge_make(pool=pool, person=person, by=by_self(person), now=self.at, **(usual | facts))
        return self.save_card(pledge, card) if card else pledge

    def paid_by(self, *people: User) -> Pool:
        """A pool of these people, which is full, and has taken everybody's share."""
        pool = self.open(least=2, most=len(people))
        for person in people:
            self.join(pool, person)
        return self.step(pool)

    def save_card(self, pledge: Pledge, card: cards.Card = cards.SUCCESS) -> Pledge:
        url = services.card_begin(
            pledge=pledge,
            consent=CONSENT,
            saved_url="http://testserver/a/",
            back_url="http://testserver/b/",
            now=self.at,
        )
        session = url.rstrip("/").rsplit("/", 1)[1]
        sandbox.session_pay(self.store, session_id=session, number=card.number)
        if card.asks:
            sandbox.session_approve(self.store, session_id=session, approved=True)
        return services.card_look_up(pledge=Pledge.objects.get(pk=pledge.pk), now=self.at)

    def repair(self, pledge: Pledge, card: cards.Card = cards.SUCCESS) -> Pledge:
        """The person mends a payment on the gateway's page."""
        url = services.repair_begin(
            pledge=Pledge.objects.get(pk=pledge.pk),
            back_url="http://testserver/b/",
            done_url="http://testserver/a/",
            now=self.at,
        )
        session = url.rstrip("/").rsplit("/", 1)[1]
        sandbox.session_pay(self.store, session_id=session, number=card.number)
        if card.asks:
            sandbox.session_approve(self.store, session_id=session, approved=True)
        return services.repair_look_up(pledge=Pledge.objects.get(pk=pledge.pk), now=self.at)

    def step(self, pool: Pool, times: int = 3, *, words: bool = True) -> Pool:
        """Let the clock look, as often as it takes, and deliver what it asked for."""
        for _round in range(times):
            self.look(pool)
            self.deliver(now=self.at + timedelta(days=400), words=words)
        return self.fresh(pool)

    def deliver(self, *, now: datetime, words: bool = True) -> None:
        """What was written down to follow happens. Without `words` no letter is written and no page indexed: they
        change nothing that anybody pays, and take half of the time."""
        while True:
            if not words:
                outbox.pending().filter(topic__in=WORDS_ONLY).update(delivered_at=now)
            if not outbox.deliver(now=now, limit=10_000 if words else 1):
                return

    def look(self, pool: Pool) -> bool:
        """As the clock does, which must pass over no pool in which something is due. Whether it was to look."""
        due = selectors.to_look_at(self.at).filter(pk=pool.pk).exists()
        before = [] if due else self.picture(pool)
        jobs.pool_step(self.fresh(pool), self.at)
        assert due or self.picture(pool) == before, f"{pool} was not to be looked at, and something was due"
        return due

    def picture(self, pool: Pool) -> list[Any]:
        """Every row of a pool that its clock may change."""
        mine = f"SELECT %s FROM {Pledge._meta.db_table} WHERE pool_id = {pool.pk}"
        found = []
        with connection.cursor() as cursor:
            for table, where in (
                (Pool, f"id = {pool.pk}"),
                (Pledge, f"pool_id = {pool.pk}"),
                (PledgeAttempt, f"pledge_id IN ({mine % 'id'})"),
                (Order, f"id IN ({mine % 'order_id'})"),
            ):
                cursor.execute(f"SELECT * FROM {table._meta.db_table} WHERE {where} ORDER BY id")
                found.append(cursor.fetchall())
        return found

    def close(self, pool: Pool) -> Pool:
        """The last day passes, and every card is asked."""
        self.later(seconds=(pool.pledge_by - self.at).total_seconds() + 60)
        return self.step(pool)

    def confirmed(self, pool: Pool) -> Pool:
        """The last day passes, every card says yes, and everybody's share is taken."""
        pool = self.close(pool)
        assert pool.state == PoolState.CONFIRMED
        assert pool.settled_at is not None
        return pool

    def record(self, kind: str) -> list[Thing]:
        """Everything of a kind that the gateway has: the oracle."""
        with self.store.open() as records:
            return records.page(kind, None, limit=1_000_000)[0]

    def intents(self, pool: Pool) -> dict[str, list[Thing]]:
        """The gateway's payments of this pool, by pledge."""
        mine = set(pool.pledges.values_list("public_id", flat=True))
        found: dict[str, list[Thing]] = {}
        for intent in self.record("payment_intent"):
            about = intent["metadata"].get("reference", "").split(":")
            if about[0] == "pool" and about[1] in mine:
                found.setdefault(about[1], []).append(intent)
        return found

    def taken(self, pool: Pool) -> dict[str, int]:
        """Pence that the gateway took, by pledge; only those above 0."""
        sums = {
            pledge: sum(intent["amount_received"] for intent in intents)
            for pledge, intents in self.intents(pool).items()
        }
        return {pledge: pence for pledge, pence in sums.items() if pence}

    def held(self, pool: Pool) -> int:
        """Pence that the gateway still holds on anybody's card."""
        return sum(each["amount_capturable"] for intents in self.intents(pool).values() for each in intents)

    def troubles(self, pool: Pool) -> list[str]:
        """Where our rows and the gateway's record disagree, or a promise was broken, once everything has settled."""
        pool, intents, wrong = self.fresh(pool), self.intents(pool), []
        pledges = list(pool.pledges.select_related("order"))
        for pledge in pledges:
            taken = [each["amount_received"] for each in intents.get(pledge.public_id, [])]
            there, captured = sum(taken), sum(1 for pence in taken if pence)
            here = sum(attempt.captured_pence for attempt in pledge.attempts.all())
            if captured > 1:
                wrong.append(f"{pledge} was charged {captured} times")
            if there != here:
                wrong.append(f"{pledge}: the gateway took {there}p, we know of {here}p ({pledge.state})")
            if there > pledge.maximum_pence:
                wrong.append(f"{pledge} paid {there}p, above the most of {pledge.maximum_pence}p")
            if there and pool.heads is None:
                wrong.append(f"{pledge} paid {there}p in a pool that never was confirmed")
            if there and (pledge.order is None or pledge.order.total_pence != there):
                wrong.append(f"{pledge} has no order of {there}p")
        if pool.heads is not None:
            if pool.heads < pool.least:
                wrong.append(f"confirmed with {pool.heads} of {pool.least}")
            fixed = [pledge.share_pence for pledge in pledges if pledge.share_pence and pledge.replaces_id is None]
            price = pool.current.price.total_pence
            if price is not None and sum(fixed) != price:
                wrong.append(f"shares make {sum(fixed)}p of {price}p")
        return wrong


def letters(name: str) -> set[int]:
    """Who is to have this letter, sent or not."""
    rows = outbox.OutboxRow.objects.filter(topic=telling.LETTER, payload__letter=name)
    return set(rows.values_list("payload__reader", flat=True))


def open_group(store: Store, offer: Offer, organiser: User) -> Group:
    """With an account of the provider's that can be paid."""
    provider = offer.listing.provider
    account = ConnectedAccount.objects.filter(provider=provider).first()
    if account is None:
        account = gateway.account_open(provider=provider, by=CLOCKWORK, now=timezone.now())
        sandbox.onboarding_finish(store, account_id=account.stripe_id or "")
        gateway.account_refresh(account=ConnectedAccount.objects.get(pk=account.pk), now=timezone.now())
    return Group(store, offer, organiser)


def offers_are_over(brief: Brief) -> None:
    """The time for offers ended a minute ago; the clock has looked."""
    now = timezone.now()
    Brief.objects.filter(pk=brief.pk).update(offers_by=now - timedelta(minutes=1))
    jobs.look_round(now)
    brief.refresh_from_db()


def vote_is_over(brief: Brief) -> None:
    """The same for the vote."""
    now = timezone.now()
    Brief.objects.filter(pk=brief.pk).update(vote_by=now)
    Decision.objects.filter(brief=brief).update(closes_at=now)
    jobs.look_round(now)
    brief.refresh_from_db()
