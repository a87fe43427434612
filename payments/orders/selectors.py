"""What is read of orders and visits, shaped for the pages and the clock that need it."""

from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from marketplace.people.models import User
from providers.listings.models import Listing, Offer, OfferDate, Provider, Unit

from .models import Order, PaymentAttempt, Refund, VisitRequest
from .rules import FINISH_AFTER, SIGHT_LOST_FOR
from .states import (
    AWAITING_PROVIDER,
    MAY_STILL_BE_PAID,
    REFUND_UNSETTLED,
    TO_BE_DONE,
    TO_BE_FINISHED,
    UNANSWERED,
    UNCLEAR,
    UNPAID,
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
        PaymentAttempt.objects.filter(state__in=MAY_STILL_BE_PAID, state_since__lte=now - LOOK_AGAIN_AFTER)
        .select_related("account", "order")
        .order_by("pk")
    )


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


def placed_before(user: User, token: str) -> Order | None:
    """The order that this person made with this very form."""
    return Order.objects.filter(placed_by=user, form_token=token[:40]).first()
