"""Joan's money, beside Sam who can be paid: budgets of every source, and orders paid from them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from payments.budgets import selectors, services
from payments.budgets.models import Budget, Relation
from payments.budgets.rules import Share
from payments.budgets.states import Source
from payments.orders.models import Order
from payments.orders.rules import Wish
from payments.orders.services import funding
from tests.integration.orders.conftest import (
    account,
    by_self,
    deliver,
    lesson,
    listing,
    offer,
    payer,
    sam,
    store,
)

__all__ = ["account", "deliver", "lesson", "listing", "offer", "payer", "sam", "store"]


@pytest.fixture
def open_budget(cast):
    """A budget of Joan's from last month until next year, with two outcomes."""

    def make(source=Source.DIRECT_PAYMENT, pence=50_000, person=None, **facts) -> Budget:
        today = timezone.localdate()
        usual = {
            "starts_on": today - timedelta(days=30),
            "ends_on": today + timedelta(days=300),
            "outcomes": ["I get into the garden every week", "I see people I like"],
            "council": cast.council["quantock"],
            "by": CLOCKWORK,
            "now": timezone.now(),
        }
        return services.budget_open(person=person or cast.joan, source=source, allocated_pence=pence, **(usual | facts))

    return make


@pytest.fixture
def direct_payment(open_budget) -> Budget:
    """£500 from the council."""
    return open_budget()


@pytest.fixture
def unrelated(cast, sam):
    """Joan has said that she and Sam are not related."""
    return services.declaration_make(
        person=cast.joan,
        provider=sam,
        said=services.the_same_of_all(sam, services.Related(Relation.NONE, shares_home=False)),
        by=by_self(cast.joan),
        now=timezone.now(),
    )


@pytest.fixture
def buy(cast, offer):
    """Two hours of Sam, £36, paid by these shares; an order, or the purchase that waits for a yes."""
    numbers = iter(range(1000))

    def make(*shares: Share, by=None, person=None, on=None, delegation=None, quantity=2):
        thing, person = on or offer, person or cast.joan
        wish = Wish(quantity=quantity, wanted_on=timezone.localdate() + timedelta(days=5), begin_early=True)
        return funding.order_buy(
            person=person,
            offer=thing,
            wish=wish,
            expected_total_pence=quantity * (thing.price_pence or 0),
            token=f"buy-{next(numbers)}",
            by=by or by_self(person),
            now=timezone.now(),
            shares=shares,
            delegation=delegation,
        )

    return make


@pytest.fixture
def share():
    """`share(budget, 3600)`: so much of a budget, for its first outcome."""

    def make(budget: Budget, pence: int) -> Share:
        outcome = budget.outcomes.first()
        return Share(pence, budget.pk, outcome.pk if outcome else None)

    return make


@pytest.fixture
def figures():
    def of(budget: Budget) -> tuple[int, int, int]:
        """Left, promised, spent, in pence."""
        found = selectors.figures(budget)
        return found.available, found.committed, found.spent

    return of


@pytest.fixture
def pay(cast, client_of, payer, deliver):
    """Sam says yes, Joan pays with a card that works, and every letter and webhook arrives."""
    from payments.orders import services as orders

    def done(order: Order, person=None) -> Order:
        orders.order_accept(order=order, by=by_self(cast.sam), now=timezone.now())
        payer.card(payer.open(client_of(person or cast.joan), order))
        deliver()
        order.refresh_from_db()
        return order

    return done
