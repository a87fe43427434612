"""What is read of orders and visits, shaped for the pages and the clock that need it."""

from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet, Sum

from marketplace.core.models import AuditEntry
from marketplace.people.models import User
from payments.gateway.shapes import DEBIT
from providers.listings.models import Listing, Offer, OfferDate, Provider, Unit

from .models import (
    Difference,
    Dispute,
    Earning,
    Order,
    PaymentAttempt,
    Receivable,
    ReceivableKind,
    Refund,
    VisitRequest,
)
from .rules import FINISH_AFTER, SIGHT_LOST_FOR
from .states import (
    AWAITING_PROVIDER,
    DIFFERENCE_OPEN,
    LEFT_STRIPE,
    MAY_STILL_BE_PAID,
    NEEDS_ANSWER,
    OWED,
    REFUND_UNSETTLED,
    TO_BE_DONE,
    TO_BE_FINISHED,
    TOOK_MONEY,
    UNANSWERED,
    UNCLEAR,
    UNDER_WAY,
    UNPAID,
    UNSEEN,
    VISIT_AWAITING_PROVIDER,
    VISIT_OPEN,
)

LOOK_AGAIN_AFTER = timedelta(minutes=2)  # time for the webhook, which is quicker


def orders_of(person: User) -> QuerySet[Order]:
    """Newest first. 1 query whatever the length."""
    return (
        Order.objects.filter(person=person)
        .select_related("provider", "placed_by", "person", "through", "offer_date", "listing__page")
        .order_by("-requested_at", "-pk")
    )


def visits_of(person: User) -> QuerySet[VisitRequest]:
    return (
        VisitRequest.objects.filter(person=person)
        .select_related("provider", "placed_by", "person", "through", "listing__page")
        .order_by("-asked_at", "-pk")
    )


def inbox_for(user: User) -> QuerySet[Order]:
    """Every order with the providers this person keeps, oldest first. 1 query whatever the length."""
    return (
        Order.objects.filter(provider__keepers=user)
        .select_related("person", "placed_by", "through", "provider", "offer_date")
        .order_by("requested_at", "pk")
    )


def visits_for(user: User) -> QuerySet[VisitRequest]:
    return (
        VisitRequest.objects.filter(provider__keepers=user, state__in=VISIT_OPEN)
        .select_related("person", "placed_by", "through", "provider")
        .order_by("asked_at", "pk")
    )


def waiting_for(providers: list[Provider]) -> tuple[int, int]:
    """How many orders and first visits wait for an answer from these providers. 2 queries."""
    orders = Order.objects.filter(provider__in=providers, state__in=AWAITING_PROVIDER).count()
    visits = VisitRequest.objects.filter(provider__in=providers, state__in=VISIT_AWAITING_PROVIDER).count()
    return orders, visits


def to_be_done_for(providers: list[Provider]) -> int:
    return Order.objects.filter(provider__in=providers, state__in=TO_BE_DONE).count()


def disputes_to_answer(providers: list[Provider]) -> list[Dispute]:
    """Disputes in which a bank waits for one of these providers, the soonest end first. 1 query."""
    waiting = Dispute.objects.filter(attempt__order__provider__in=providers, state__in=NEEDS_ANSWER)
    return list(waiting.select_related("attempt__order").order_by("due_by", "pk"))


def offers_to_buy(listing: Listing) -> QuerySet[Offer]:
    """What has a price that an order can be placed at. 1 query."""
    return listing.offers.filter(withdrawn_at=None, price_pence__isnull=False).exclude(unit=Unit.ASK)


def dates_to_choose(offer: Offer, now: datetime) -> list[OfferDate]:
    """Dates still to come, full ones included so that people see them. 1 query."""
    return list(offer.dates.filter(starts_at__gt=now).order_by("starts_at")[:40])


def open_visit(person: User, listing: Listing) -> VisitRequest | None:
    return VisitRequest.objects.filter(person=person, listing=listing, state__in=VISIT_OPEN).first()


def run_out(now: datetime) -> QuerySet[Order]:
    """Orders that nobody answered or paid in time."""
    return Order.objects.filter(
        Q(state__in=UNANSWERED, answer_by__lte=now) | Q(state__in=UNPAID, pay_by__lte=now)
    ).order_by("pk")


def unseen_too_long(now: datetime) -> QuerySet[Order]:
    return Order.objects.filter(state__in=UNCLEAR, state_since__lte=now - SIGHT_LOST_FOR).order_by("pk")


def to_finish(now: datetime) -> QuerySet[Order]:
    return Order.objects.filter(state__in=TO_BE_FINISHED, delivered_at__lte=now - FINISH_AFTER).order_by("pk")


def attempts_to_look_up(now: datetime) -> QuerySet[PaymentAttempt]:
    """Payment pages of which no webhook has told us the end."""
    return (
        PaymentAttempt.objects.filter(state__in=MAY_STILL_BE_PAID - UNDER_WAY, state_since__lte=now - LOOK_AGAIN_AFTER)
        .select_related("account", "order")
        .order_by("pk")
    )


def debits_to_look_up() -> QuerySet[PaymentAttempt]:
    """What banks have been asked for and have not answered, as far as anybody told us."""
    return PaymentAttempt.objects.filter(state__in=UNDER_WAY).select_related("account", "order").order_by("pk")


def is_under_way(order: Order) -> bool:
    """Whether a bank has been asked for it and has not answered. 1 query, none where nobody was told of a day."""
    return order.debit_on is not None and order.attempts.filter(state__in=UNDER_WAY).exists()


def paid_by_debit(order: Order) -> bool:
    """Whether the money came from a bank account and goes back there. 1 query, none where nobody was told of a day."""
    if order.debit_on is None:
        return False
    return order.attempts.filter(state__in=TOOK_MONEY, parameters__method=DEBIT).exists()


def refunds_to_look_up(now: datetime) -> QuerySet[Refund]:
    return (
        Refund.objects.filter(state__in=REFUND_UNSETTLED, state_since__lte=now - LOOK_AGAIN_AFTER)
        .select_related("attempt__account")
        .order_by("pk")
    )


def back_so_far(order: Order) -> int:
    """Pence that the gateway says went back to the person. 1 query."""
    return sum(order.attempts.values_list("refunded_pence", flat=True))


def back_on_its_way(order: Order) -> int:
    """Pence asked back and not yet there. 1 query."""
    return sum(order.attempts.values_list(F("refund_asked_pence") - F("refunded_pence"), flat=True))


def is_unseen(order: Order) -> bool:
    """Whether somebody may have paid it where we cannot look. 1 query."""
    return order.attempts.filter(state__in=UNSEEN).exists()


def owed_to_person(order: Order) -> int:
    """Pence that a bank could not put back where they came from, and that did not go back another way. 1 query, or 2
    where there are any."""
    failed = order.receivables.filter(kind=ReceivableKind.FAILED_REFUND, state__in=OWED)
    owed = sum(failed.values_list(F("amount_pence") - F("settled_pence"), flat=True))
    kept = F("captured_pence") - F("refund_asked_pence") - F("disputed_pence")
    return min(owed, sum(order.attempts.values_list(kept, flat=True))) if owed else 0


def left_to_give_back(order: Order) -> int:
    """Pence of the payment that have not gone back and that no bank holds. 1 query."""
    left = F("captured_pence") - F("refund_asked_pence") - F("disputed_pence")
    return sum(order.attempts.filter(state__in=TOOK_MONEY).values_list(left, flat=True))


def dispute_of(order: Order) -> Dispute | None:
    """The newest dispute about an order. 1 query."""
    return Dispute.objects.filter(attempt__order=order).last()


def owed_by(provider: Provider) -> int:
    """Pence that Stripe will collect from this provider. 1 query."""
    owed = Receivable.objects.filter(provider=provider, state__in=OWED)
    left = F("amount_pence") - F("settled_pence")
    return sum(owed.exclude(kind=ReceivableKind.FAILED_REFUND).values_list(left, flat=True))


def waiting_earnings(provider: Provider) -> int:
    """Pence that Stripe holds for this provider from orders, less its fees and what went back. 1 query."""
    net = F("attempt__captured_pence") - F("attempt__fee_pence") - F("attempt__refunded_pence")
    held = Earning.objects.filter(attempt__order__provider=provider).exclude(state__in=LEFT_STRIPE)
    return sum(held.values_list(net - F("attempt__disputed_pence"), flat=True))


def differences_open() -> QuerySet[Difference]:
    return Difference.objects.filter(state__in=DIFFERENCE_OPEN).select_related("account__provider", "order")


def differences_over() -> QuerySet[Difference]:
    return Difference.objects.exclude(state__in=DIFFERENCE_OPEN).select_related("account__provider", "order")


def last_comparison() -> AuditEntry | None:
    """When our rows were last compared with the gateway's record, and what came of it. 1 query.

    `details["out_of_step"]` are accounts of the ledger that were not what their entries say.
    """
    return AuditEntry.objects.filter(action="orders.reconcile.run").order_by("-at", "-pk").first()


def owed_by_all() -> int:
    """Pence that providers still have to make good. 1 query."""
    left = Sum(F("amount_pence") - F("settled_pence"))
    return Receivable.objects.filter(state__in=OWED).aggregate(pence=left)["pence"] or 0


def placed_before(user: User, token: str) -> Order | None:
    """The order that this person made with this very form."""
    return Order.objects.filter(placed_by=user, form_token=token[:40]).first()
