"""Joan’s garden every Tuesday with Sam, from proposal to payment, by a clock that tests move."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from marketplace.core import outbox
from payments.arrangements import jobs, rules, services
from payments.arrangements.models import Arrangement, Bill, Visit
from payments.arrangements.models.arrangement import Side
from payments.arrangements.models.money import Way
from payments.arrangements.services import PaidFrom, Wanted
from payments.budgets import services as budgets
from payments.budgets.models import Relation
from payments.budgets.states import Source
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount
from payments.orders import jobs as order_jobs
from payments.orders import services as orders
from payments.sandbox import banks, cards
from payments.sandbox import services as sandbox
from providers.listings.models import Offer
from tests.integration.orders.conftest import account, by_self, chance, deliver, listing, offer, sam, store  # noqa: F401

BACK = {"saved_url": "http://testserver/saved/", "back_url": "http://testserver/back/"}


def next_monday() -> date:
    """Today on a Monday: from any day of the week, four visits are within the next four weeks."""
    today = timezone.localdate()
    return today + timedelta(days=-today.weekday() % 7)


def days_from_monday(until: date) -> list[int]:
    """The weekday of each day from the first Monday on which help begins, up to and with a day."""
    begins = next_monday()
    return [(begins + timedelta(days=number)).weekday() for number in range((until - begins).days + 1)]


@dataclass
class Garden:
    """`at` is what its clock shows: `to` moves it and the gateway's, and lets the site's clock do its work."""

    store: object
    cast: object
    offer: Offer
    at: datetime = field(default_factory=timezone.now)
    made: int = 0

    @property
    def joan(self):
        return by_self(self.cast.joan)

    @property
    def sam(self):
        return by_self(self.cast.sam)

    def wanted(self, **changed) -> Wanted:
        facts = {
            "rule": rules.weekly(["TU"], 1),
            "starts_on": next_monday(),
            "begins_at": time(10),
            "minutes": 120,
            "price_pence": 1800,
            "notice_days": 14,
        }
        return Wanted(**(facts | changed))

    def proposed(self, side=Side.PERSON, paid_from=None, **changed) -> Arrangement:
        self.made += 1
        return services.arrangement_propose(
            person=self.cast.joan,
            offer=self.offer,
            wanted=self.wanted(**changed),
            side=side,
            token=f"garden-{self.made}",
            by=self.joan if side == Side.PERSON else self.sam,
            now=self.at,
            paid_from=paid_from or PaidFrom(begin_early=True),
        )

    def agreed(self, **changed) -> Arrangement:
        made = self.proposed(**changed)
        return services.arrangement_agree(arrangement=made, side=Side.PROVIDER, by=self.sam, now=self.at)

    def save_card(self, arrangement: Arrangement, card=cards.SUCCESS, expiry=(2040, 12)):
        begun = services.card_begin(arrangement=arrangement, by=self.joan, now=self.at, **BACK)
        after = sandbox.session_pay(self.store, session_id=begun.session_id, number=card.number, expiry=expiry)
        if after["status"] == "open":
            sandbox.session_approve(self.store, session_id=begun.session_id, approved=True)
        return services.card_look_up(card=begun, now=self.at)

    def set_up_debit(self, arrangement: Arrangement, bank=banks.PAYS):
        """Sam has Direct Debits switched on, and Joan gives a mandate for a practice bank account."""
        collects = ConnectedAccount.objects.get(provider=arrangement.provider)
        if not collects.debits_enabled:
            sandbox.account_debits(self.store, account_id=collects.stripe_id)
            gateway.account_refresh(account=collects, now=self.at)
        begun = services.card_begin(arrangement=arrangement, by=self.joan, now=self.at, way=Way.DEBIT, **BACK)
        facts = {"sort_code": banks.SORT_CODE, "number": bank.number, "name": "Joan Westcott"}
        sandbox.session_mandate(self.store, session_id=begun.session_id, **facts)
        return services.card_look_up(card=begun, now=self.at)

    def debited(self, bank=banks.PAYS, **changed) -> Arrangement:
        made = self.agreed(**changed)
        self.set_up_debit(made, bank)
        return Arrangement.objects.get(pk=made.pk)

    def running(self, card=cards.SUCCESS, **changed) -> Arrangement:
        made = self.agreed(**changed)
        self.save_card(made, card)
        return Arrangement.objects.get(pk=made.pk)

    def to(self, moment: datetime) -> None:
        """Forward to a moment, and everything that is due by then."""
        ahead = moment - self.at
        self.store.clock_move(int(ahead.total_seconds()))
        self.at = moment
        self.tick()

    def tick(self) -> None:
        for _ in range(3):
            jobs.look_round(self.at)
            outbox.deliver()

    def told(self, arrangement: Arrangement) -> Bill:
        """A visit has happened, its bill is made on Monday, and Joan is told when it leaves her bank."""
        self.done(arrangement)
        self.to(rules.moment(next_monday() + timedelta(days=7), time(9)))
        return self.bill_of(arrangement)

    def bill_of(self, arrangement: Arrangement) -> Bill | None:
        return Bill.objects.select_related("order").filter(arrangement=arrangement).first()

    def asked(self, arrangement: Arrangement) -> Bill:
        """The notice is over, and the bank has been asked."""
        bill = self.bill_of(arrangement) or self.told(arrangement)
        self.to(max(self.at, rules.moment(rules.debit_asked_on(bill.order.debit_on), time(9))))
        return self.bill_of(arrangement)

    def answered(self, arrangement: Arrangement) -> Bill:
        """The day has come, and the bank has answered."""
        bill = self.asked(arrangement)
        self.to(rules.moment(bill.order.debit_on, time(12)))
        order_jobs.look_at_banks(self.at)
        self.tick()
        return self.bill_of(arrangement)

    def later(self, **more) -> None:
        self.to(self.at + timedelta(**more))

    def visit(self, arrangement: Arrangement, at: int = 0) -> Visit:
        return arrangement.visits.order_by("day")[at]

    def done(self, arrangement: Arrangement, at: int = 0, minutes: int = 120) -> Visit:
        visit = self.visit(arrangement, at)
        self.to(max(self.at, visit.starts_at + timedelta(minutes=minutes)))
        return services.visit_done(visit=visit, minutes=minutes, by=self.sam, now=self.at)

    def pay_oneself(self, bill: Bill) -> None:
        """Joan opens the page that her letter links to, and pays there."""
        facts = {"by": self.joan, "now": self.at, "paid_url": BACK["saved_url"], "back_url": BACK["back_url"]}
        attempt = orders.payment_begin(order=bill.order, **facts)
        sandbox.session_pay(self.store, session_id=attempt.session_id, number=cards.SUCCESS.number)
        orders.attempt_look_up(attempt=attempt, now=self.at)
        self.tick()

    def charged(self) -> list[int]:
        """Pence of every charge that went through, as the gateway has it: the oracle."""
        with self.store.open() as records:
            found, _more = records.page("charge", None, limit=1000)
        return [charge["amount_captured"] for charge in reversed(found) if charge["paid"]]


@pytest.fixture
def garden(store, cast, offer) -> Garden:  # noqa: F811
    return Garden(store, cast, offer)


@pytest.fixture
def budget(cast, listing):  # noqa: F811
    today = timezone.localdate()
    made = budgets.budget_open(
        person=cast.joan,
        source=Source.DIRECT_PAYMENT,
        council=cast.council["quantock"],
        starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=300),
        allocated_pence=12_000,
        outcomes=["I get into my garden"],
        by=by_self(cast.joan),
        now=timezone.now(),
    )
    budgets.declaration_make(
        person=cast.joan,
        provider=listing.provider,
        said=budgets.the_same_of_all(listing.provider, budgets.Related(Relation.NONE, shares_home=False)),
        by=by_self(cast.joan),
        now=timezone.now(),
    )
    return made


@pytest.fixture
def held(cast):
    """A budget of Joan’s that the council looks after, or that a provider holds."""

    def make(source=Source.COUNCIL_MANAGED, pence=50_000, **facts):
        today = timezone.localdate()
        usual = {"starts_on": today - timedelta(days=30), "ends_on": today + timedelta(days=300)}
        council, by = cast.council["quantock"], by_self(cast.theo)
        return budgets.budget_open(
            person=cast.joan,
            source=source,
            council=council,
            allocated_pence=pence,
            outcomes=["I get into my garden"],
            by=by,
            now=timezone.now(),
            **(usual | facts),
        )

    return make
