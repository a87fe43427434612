"""Joan's direct payment, nearly spent; a fund, a budget the council looks after, own money; something in each queue."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from marketplace.core.audit import CLOCKWORK, DELEGATE, Actor
from marketplace.people.models import Council, Delegation, User
from payments.budgets import services as budgets
from payments.budgets.models import Budget, Method, Purchase, Relation, Rule
from payments.budgets.rules import Share
from payments.budgets.states import Source
from payments.orders.rules import Wish
from payments.orders.services import funding
from providers.listings.models import Listing

from .regulars import actor

GARDEN, COMPANY, LUNCH = (
    "I get into my garden every week",
    "I see people I like, not only on television",
    "I eat a hot dinner in the middle of the day",
)
BOUGHT = (  # days ago, what, who, pence, how, outcome
    (150, "Lunch club, four dinners", "St Decuman’s Hall", 9600, Method.CHEQUE, LUNCH),
    (133, "Taxi to the garden club, four times", "Quantock Cars", 5200, Method.CASH, GARDEN),
    (119, "Lunch club, four dinners", "St Decuman’s Hall", 9600, Method.CHEQUE, LUNCH),
    (101, "A raised bed, built and filled", "Watchet Woodwork", 24500, Method.TRANSFER, GARDEN),
    (91, "Lunch club, four dinners", "St Decuman’s Hall", 9600, Method.CHEQUE, LUNCH),
    (74, "Company on Thursdays, eight visits", "Hazel Combe", 25600, Method.PREPAID, COMPANY),
    (61, "Lunch club, four dinners", "St Decuman’s Hall", 9600, Method.CHEQUE, LUNCH),
    (40, "Company on Thursdays, eight visits", "Hazel Combe", 25600, Method.PREPAID, COMPANY),
    (31, "Lunch club, four dinners", "St Decuman’s Hall", 9600, Method.CHEQUE, LUNCH),
    (12, "Seeds and a kneeler", "Minehead Garden Shop", 3385, Method.CASH, GARDEN),
)
RECEIPT = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)


def money(council: Council, sam: Listing, asha: Listing, cast: dict[str, User], now: datetime) -> int:
    """All of it, once; how many budgets were written down."""
    if Budget.objects.exists():
        return 0
    today = timezone.localdate(now)
    joans = _joan(council, cast, now, today)
    _limits(joans, sam, cast, now)
    fund = _open(cast["ken"], Source.ISF, 120_000, now, council=council, holder=asha.provider, outcomes=[COMPANY])
    managed = _open(cast["stranger"], Source.COUNCIL_MANAGED, 80_000, now, council=council, outcomes=[GARDEN])
    _open(cast["ken"], Source.SELF_FUND, 60_000, now, outcomes=["I keep the house as Mary had it"])
    for key in ("lee", "priya"):
        _open(cast[key], Source.DIRECT_PAYMENT, 60_000, now, council=council, outcomes=[COMPANY])
    _ask(cast["ken"], fund, sam, now, "seed-fund")
    _ask(cast["stranger"], managed, sam, now, "seed-managed")
    asked = _ask(cast["stranger"], managed, sam, now, "seed-agreed", days=13)
    if isinstance(asked, Purchase):
        theo = cast["theo"]
        budgets.approval_give(approval=asked.approvals.get(), user=theo, by=actor(theo), now=now)
    budgets.exemption_grant(
        council=council, person=cast["lee"], rule=Rule.RELATIVE, provider=asha.provider, category=None,
        reason="His aunt works there, lives with him, and is the only one who signs his language.", until=None,
        decided_by=cast["theo"], by=actor(cast["theo"]), now=now,
    )  # fmt: skip
    return Budget.objects.count()


def _open(person: User, source: Source, pence: int, now: datetime, **facts) -> Budget:
    today = timezone.localdate(now)
    days = {"starts_on": today - timedelta(days=60), "ends_on": today + timedelta(days=304)}
    return budgets.budget_open(
        person=person, source=source, allocated_pence=pence, by=CLOCKWORK, now=now, **(days | facts)
    )


def _joan(council: Council, cast: dict[str, User], now: datetime, today: date) -> Budget:
    joan, begun = cast["joan"], now - timedelta(days=165)
    budget = _open(
        joan, Source.DIRECT_PAYMENT, 195_000, begun, contributed_pence=6_000, council=council,
        starts_on=today - timedelta(days=165), ends_on=today + timedelta(days=45), review_on=today + timedelta(days=20),
        outcomes=[GARDEN, COMPANY, LUNCH],
    )  # fmt: skip
    outcomes = {outcome.words: outcome.pk for outcome in budget.outcomes.all()}
    for ago, what, who, pence, method, outcome in BOUGHT:
        then = now - timedelta(days=ago)
        purchase = budgets.purchase_record(
            person=joan, title=what, provider_name=who, method=method, bought_on=timezone.localdate(then),
            shares=[Share(pence, budget.pk, outcomes[outcome])], by=actor(joan), now=then,
            related=budgets.Related(Relation.NONE, shares_home=False),
        )  # fmt: skip
        if method == Method.TRANSFER:
            budgets.evidence_add(purchase=purchase, name="invoice.pdf", content=RECEIPT, by=actor(joan), now=then)
    return budget


def _limits(budget: Budget, sam: Listing, cast: dict[str, User], now: datetime) -> None:
    """Priya may spend £40 at once and £300 in a month; two hours of Sam she ordered, four wait for Joan's yes."""
    joan, priya = cast["joan"], cast["priya"]
    held = Delegation.objects.in_force(now).filter(person=joan, delegate=priya).first()
    if held is None:
        return
    budgets.limit_set(delegation=held, per_order_pence=4_000, per_month_pence=30_000, by=actor(joan), now=now)
    unrelated = budgets.Related(Relation.NONE, shares_home=False)
    budgets.declaration_make(
        person=joan,
        provider=sam.provider,
        said=budgets.the_same_of_all(sam.provider, unrelated),
        by=actor(joan),
        now=now,
    )
    by = Actor(priya.pk, joan.pk, DELEGATE)
    for days, quantity in ((15, 2), (22, 4)):
        _buy(joan, budget, sam, now, f"seed-priya-{days}", by=by, days=days, quantity=quantity, delegation=held)


def _ask(person: User, budget: Budget, listing: Listing, now: datetime, token: str, days: int = 11):
    return _buy(person, budget, listing, now, token, by=actor(person), days=days, quantity=2)


def _buy(person: User, budget: Budget, listing: Listing, now: datetime, token: str, *, by: Actor, days: int, **rest):
    offer = listing.offers.filter(price_pence__gt=0).order_by("position")[0]
    quantity = rest["quantity"]
    total = (offer.price_pence or 0) * quantity
    outcome = budget.outcomes.first()
    return funding.order_buy(
        person=person,
        offer=offer,
        wish=Wish(quantity=quantity, wanted_on=timezone.localdate(now) + timedelta(days=days), begin_early=True),
        expected_total_pence=total,
        token=token,
        by=by,
        now=now,
        shares=[Share(total, budget.pk, outcome.pk if outcome else None)],
        delegation=rest.get("delegation"),
    )
