"""Which money pays a place: the same pages as for an order, asked for the worst case."""

from dataclasses import dataclass, replace
from datetime import date

from marketplace.people.middleware import Standing
from payments.budgets import selectors as budgets
from payments.budgets import services as money
from payments.orders.views.funding import Answers as Given
from payments.orders.views.funding import Money

from ..models import Pool


@dataclass(frozen=True)
class PlaceMoney(Money):
    """What a person can pay a place from. `worst` is the most it can cost, in pence."""

    worst: int = 0

    @classmethod
    def of_place(cls, standing: Standing, pool: Pool, today: date, worst: int) -> "PlaceMoney | None":
        """None on the telephone: staff never see anybody's money. 3 queries."""
        if standing.call is not None:
            return None
        person = standing.person
        open_now = list(budgets.open_budgets(person, today))
        limited = standing.delegation is not None and getattr(standing.delegation, "limit", None) is not None
        unspoken = money.workers_unspoken(person, pool.provider) if open_now else []
        found = cls(person, pool.offer, open_now, budgets.figures_of(open_now), limited, unspoken)
        return replace(found, worst=worst)

    def total(self, answers: Given) -> int:
        return self.worst
