"""Money that somebody else holds: what waits for their yes, what they have to pay, and what comes back to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Prefetch, QuerySet, Sum

from marketplace.people.models import Council, CouncilRole, User
from payments.ledger import selectors as ledger
from providers.listings.models import Provider

from ..models import Approval, AskedOf, Budget, Method, Purchase, PurchaseLine
from ..states import BACK, SAID_YES, STANDS, TO_BE_PAID, TO_COME_BACK, UNDECIDED, Source

BACK_OF_LATE = timedelta(days=60)  # how long what came back stays on the desk, so that a mistake is soon put right


def approvals_waiting_for(person: User) -> QuerySet[Approval]:
    """Requests about this person's money that nobody has answered. 1 query."""
    return (
        Approval.objects.filter(purchase__person=person, state__in=UNDECIDED)
        .select_related("purchase", "council", "holder")
        .order_by("answer_by")
    )


def approvals_for_holder(user: User) -> QuerySet[Approval]:
    """Requests to the funds that this person's providers hold, the soonest first. 1 query."""
    return (
        Approval.objects.filter(asked_of=AskedOf.HOLDER, holder__keepers=user, state__in=UNDECIDED)
        .select_related("purchase__person", "purchase__provider", "holder")
        .order_by("answer_by")
    )


def approvals_for_council(council: Council) -> QuerySet[Approval]:
    return (
        Approval.objects.filter(asked_of=AskedOf.COUNCIL, council=council, state__in=UNDECIDED)
        .select_related("purchase__person", "purchase__provider", "council")
        .order_by("answer_by")
    )


def holders_of(fund: Provider | None, council: Council | None) -> QuerySet[User]:
    """Who may say yes to held money: those who keep the fund it lies in, or the council's commissioners."""
    if fund is not None:
        return User.objects.filter(providers_kept=fund, is_active=True)
    role = {"council_work__council": council, "council_work__role": CouncilRole.COMMISSIONER}
    return User.objects.filter(is_active=True, **role).distinct()


def held_behind(purchase: Purchase) -> Budget | None:
    """The budget that somebody else holds and pays this purchase from; None where nobody does. 1 query."""
    return _held_among(purchase.lines.select_related("budget__holder", "budget__council").order_by("position", "pk"))


def _held_among(lines: Iterable[PurchaseLine]) -> Budget | None:
    return next((line.budget for line in lines if line.budget and line.budget.asks_first), None)


def standing_yeses(today: date, *, council: Council | None = None, holder_of: User | None = None) -> QuerySet[Approval]:
    """What a council or holders of funds said yes to, is not over, and has a last day that has not passed. 1 query."""
    whose = {"asked_of": AskedOf.COUNCIL, "council": council} if council else {"holder__keepers": holder_of}
    given = Approval.objects.filter(state__in=SAID_YES, purchase__state__in=STANDS, until__gte=today, **whose)
    return given.select_related("purchase__person", "purchase__provider").order_by("until", "pk")


def to_be_paid_by(*, council: Council | None = None, holder_of: User | None = None) -> QuerySet[Purchase]:
    """Orders that whoever holds the money still has to pay; told by the ledger of promises. 1 query."""
    waiting = Purchase.objects.filter(state__in=TO_BE_PAID, method=Method.FUNDER).exclude(order="")
    if council is not None:
        waiting = waiting.filter(lines__budget__council=council, lines__budget__source="council_managed")
    if holder_of is not None:
        waiting = waiting.filter(lines__budget__holder__keepers=holder_of)
    return waiting.select_related("person", "provider").order_by("bought_on").distinct()


def lines_of_order(order: str) -> list[PurchaseLine]:
    """Who pays how much of an order, in the order it was chosen; empty when nobody chose a budget. 1 query."""
    if not order:
        return []
    return list(
        PurchaseLine.objects.filter(purchase__order=order)
        .select_related("budget__holder", "budget__council", "outcome", "purchase")
        .order_by("position", "pk")
    )


def left_to_come_back(purchase: Purchase) -> int:
    """Pence that were paid for it and have not come back. 1 query."""
    return purchase.lines.aggregate(pence=Sum(F("pence") - F("back_pence")))["pence"] or 0


def paid_at(purchase: Purchase) -> datetime:
    """When its money left; when it was bought, where the books say nothing of it. 1 query."""
    return ledger.first_at(purchase.public_id, ["paid", "paid_own"]) or purchase.made_at


def called_off_of(*, council: Council | None = None, holder_of: User | None = None) -> QuerySet[Purchase]:
    """What whoever holds the money paid for and was called off, `left` pence of which are to come back. 1 query."""
    held = PurchaseLine.objects.filter(budget__council=council, budget__source=Source.COUNCIL_MANAGED)
    if holder_of is not None:
        held = PurchaseLine.objects.filter(budget__holder__keepers=holder_of)
    off = Purchase.objects.filter(state__in=TO_COME_BACK | BACK, pk__in=held.values("purchase"))
    return off.select_related("person", "provider").annotate(left=Sum(F("lines__pence") - F("lines__back_pence")))


def to_come_back_to(*, council: Council | None = None, holder_of: User | None = None) -> QuerySet[Purchase]:
    """Money that is to come back to them, the longest waited for first. 1 query."""
    off = called_off_of(council=council, holder_of=holder_of)
    return off.filter(state__in=TO_COME_BACK).order_by("back_since", "pk")


def came_back_to(now: datetime, *, council: Council | None = None, holder_of: User | None = None) -> QuerySet[Purchase]:
    """Money that came back to them of late, the latest first. 1 query."""
    off = called_off_of(council=council, holder_of=holder_of)
    return off.filter(state__in=BACK, state_since__gte=now - BACK_OF_LATE).order_by("-state_since", "-pk")


@dataclass(frozen=True)
class Held:
    """Whoever holds the money of an order and pays: their name, and how much of it came back to them. Pence.

    `comes_back` says that it was called off after they had paid, `since` when; `said_back_at` when the provider said
    that they gave it back, of what is still to come.
    """

    order: str
    title: str
    name: str
    back_pence: int
    left_pence: int
    comes_back: bool
    since: datetime | None
    said_back_at: datetime | None


def held_of(order: str) -> Held | None:
    """None where the person pays by themselves. 1 query."""
    lines = lines_of_order(order)
    return _held(lines[0].purchase, lines) if lines else None


def owed_by(providers: Iterable[Provider]) -> list[Held]:
    """What these providers were paid by whoever holds the money and have to give back, the oldest first. 2 queries."""
    lines = PurchaseLine.objects.select_related("budget__holder", "budget__council").order_by("position", "pk")
    off = Purchase.objects.filter(state__in=TO_COME_BACK, provider__in=list(providers)).order_by("back_since", "pk")
    found = [_held(each, each.lines.all()) for each in off.prefetch_related(Prefetch("lines", lines))]
    return [held for held in found if held is not None]


def _held(purchase: Purchase, lines: Iterable[PurchaseLine]) -> Held | None:
    lines, budget = list(lines), _held_among(lines)
    if budget is None:
        return None
    back = sum(line.back_pence for line in lines)
    return Held(
        order=purchase.order,
        title=purchase.title,
        name=str(budget.holder or budget.council),
        back_pence=back,
        left_pence=sum(line.pence for line in lines) - back,
        comes_back=purchase.state in TO_COME_BACK | BACK,
        since=purchase.back_since,
        said_back_at=purchase.said_back_at,
    )


def payers_of(orders: Iterable[str]) -> dict[str, str]:
    """Who holds the money and pays, by the order's public id; nothing where the person pays. 1 query."""
    lines = PurchaseLine.objects.filter(purchase__order__in=list(orders), purchase__method=Method.FUNDER)
    held = lines.exclude(budget=None).select_related("budget__holder", "budget__council", "purchase")
    return {line.purchase.order: str(line.budget.holder or line.budget.council) for line in held if line.budget}
