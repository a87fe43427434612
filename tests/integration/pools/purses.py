"""What each member of a crowd pays from, and what must be true of that money once a pool has settled."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from marketplace.people.models import Council, User
from payments.budgets import selectors as budgets
from payments.budgets import services
from payments.budgets.models import Approval, Budget, Purchase, PurchaseLine, Relation
from payments.budgets.rules import Share
from payments.budgets.states import HOLDS_MONEY, PAID, TO_BE_PAID, UNDECIDED, Source
from payments.ledger import selectors as ledger
from payments.pools.models import Pledge, Pool
from payments.pools.states import UNDER_WAY
from tests.integration.pools.group import Group


@dataclass
class Purse:
    """Whose share is paid from what: `percent` of it by the budget, the rest by own money. None: all of it."""

    person: User
    budget: Budget | None = None
    outcome: int | None = None
    percent: int = 100

    def shares(self, pence: int) -> list[Share]:
        if self.budget is None:
            return []
        part = pence * self.percent // 100
        own = [Share(pence - part)] if part < pence else []
        return [Share(part, self.budget.pk, self.outcome), *own]


def purses(group: Group, council: Council) -> list[Purse]:
    """Seven people: three with own money, a direct payment, one that a partner bars, a budget that the council looks
    after, and money set aside that pays 60 percent."""
    people = group.people(7)
    provider = group.offer.listing.provider
    for person, relation in ((people[3], Relation.NONE), (people[4], Relation.PARTNER)):
        said = services.the_same_of_all(provider, services.Related(relation, shares_home=False))
        services.declaration_make(person=person, provider=provider, said=said, by=CLOCKWORK, now=group.at)
    direct = [_budget(person, Source.DIRECT_PAYMENT, council, ["I see people I like"]) for person in people[3:5]]
    return [
        *(Purse(person) for person in people[:3]),
        *(Purse(each.person, each, each.outcomes.get().pk) for each in direct),
        Purse(people[5], _budget(people[5], Source.COUNCIL_MANAGED, council)),
        Purse(people[6], _budget(people[6], Source.SELF_FUND), percent=60),
    ]


def _budget(person: User, source: Source, council: Council | None = None, outcomes: list[str] | None = None) -> Budget:
    today = timezone.localdate()
    return services.budget_open(
        person=person,
        source=source,
        council=council,
        starts_on=today - timedelta(days=10),
        ends_on=today + timedelta(days=300),
        allocated_pence=7000,
        outcomes=outcomes or [],
        by=CLOCKWORK,
        now=timezone.now(),
    )


def money_troubles(group: Group, pool: Pool, crowd: list[Purse]) -> list[str]:
    """What is promised to nobody, or spent without the gateway, or sent back on one side only."""
    wrong = [f"the ledger does not add up: {key}" for key in ledger.out_of_step()]
    intents = group.intents(pool)
    net, given = group.taken(pool), {each["id"]: 0 for all_ in intents.values() for each in all_}
    for refund in group.record("refund"):
        given[refund["payment_intent"]] += refund["amount"]
    for pledge in Pledge.objects.filter(pool=pool).select_related("purchase", "replaced_by"):
        back = sum(given[each["id"]] for each in intents.get(pledge.public_id, []))
        kept = net.get(pledge.public_id, 0) - back
        wrong += _wrong_with(pool, pledge, kept, back)
    for undecided in Approval.objects.filter(state__in=UNDECIDED):
        wrong.append(f"{undecided} still waits for an answer")
    figures = budgets.figures_of([each.budget for each in crowd if each.budget])
    for purse in crowd:
        if purse.budget is not None:
            lines = PurchaseLine.objects.filter(budget=purse.budget)
            spent = sum(line.pence - line.back_pence for line in lines.filter(purchase__state__in=PAID))
            held = sum(line.pence for line in lines.filter(purchase__state__in=HOLDS_MONEY))
            found = figures[purse.budget.pk]
            if (found.spent, found.committed) != (spent, held) or found.available < 0:
                wrong.append(f"{purse.budget.source}: {found}, and its lines say {spent}p spent, {held}p held")
    return wrong


def _wrong_with(pool: Pool, pledge: Pledge, kept: int, back: int) -> list[str]:
    """`kept` is what the provider has of this pledge by card, `back` what went back, in pence."""
    wrong, purchase = [], pledge.purchase
    if pool.state not in UNDER_WAY and kept:
        wrong.append(f"{pledge} paid {kept}p for a pool that is {pool.state}")
    owed_back = pledge.back_pence or 0
    if pool.state in UNDER_WAY and back != owed_back:
        wrong.append(f"{pledge} has {back}p back instead of {owed_back}p")
    if owed_back and pledge.replaced_by.share_pence != owed_back:
        wrong.append(f"{pledge} has {owed_back}p back, and who took over pays {pledge.replaced_by.share_pence}p")
    if purchase is None:
        return wrong
    paid = sum(line.pence - line.back_pence for line in purchase.lines.all())
    if pledge.by_funder:
        if kept or (pool.state not in UNDER_WAY and purchase.state in HOLDS_MONEY):
            wrong.append(f"{pledge}: the holder’s money is {purchase.state}, {kept}p came by card")
        elif paid != pledge.share_pence and purchase.state in TO_BE_PAID | PAID and pool.state in UNDER_WAY:
            wrong.append(f"{pledge}: {paid}p promised by its holder for {pledge.share_pence}p")
    elif purchase.state in HOLDS_MONEY:
        wrong.append(f"{pledge} ({pledge.state}) still holds {paid}p of a budget")
    elif paid != kept and purchase.state in PAID:
        wrong.append(f"{pledge}: its lines say {paid}p, the gateway {kept}p")
    return wrong


def stray(crowd: list[Purse]) -> list[str]:
    """Promises that no pledge knows of."""
    mine = Purchase.objects.filter(person__in=[each.person for each in crowd], pledge=None, state__in=HOLDS_MONEY)
    return [f"{purchase} is promised for nothing" for purchase in mine]
