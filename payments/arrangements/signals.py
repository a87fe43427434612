"""What arrangements hear from below: a bill was paid, money was answered for, a card saved, a page is shown."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.http import HttpRequest

from marketplace.core import clock, outbox
from payments.budgets.models import Purchase
from payments.budgets.signals import (
    purchase_agreed,
    purchase_funded,
    purchase_let_go,
    request_shown,
    yes_shortened,
)
from payments.gateway.services import CardSetup, Mandate
from payments.gateway.signals import card_setup_changed, mandate_changed
from payments.orders.models import Order
from payments.orders.services import BILL, Moved, MoveKind, money_moved
from providers.listings.models import Listing, Offer
from providers.listings.signals import DeskBlock, desk_shown, listing_shown

from . import presentation, selectors, services
from .models import Bill, SavedCard, StandingYes
from .services.standing import STANDING

PAID = "arrangements.bill_paid"
ANSWERED = "arrangements.money_answered"
CUT = "arrangements.yes_cut"


@receiver(money_moved)
def bill_was_paid(sender: type, moved: Moved, **kwargs: Any) -> None:
    """In the transaction of the payment, so that a bill and its visits are paid exactly when its order is."""
    if moved.kind == MoveKind.CAPTURED:
        _settled(moved.order, moved.at)


@receiver(purchase_funded)
def bill_was_funded(sender: type, purchase: Purchase, now: datetime, **kwargs: Any) -> None:
    """Whoever holds the money says that they have paid: the same."""
    _settled(Order.objects.get(public_id=purchase.order), now)


def _settled(order: Order, now: datetime) -> None:
    if Bill.objects.filter(order=order).exists():
        bill = services.bill_settle(order=order, now=now)
        outbox.add(PAID, arrangement=bill.arrangement_id)


@receiver(purchase_agreed)
@receiver(purchase_let_go)
def money_was_answered(sender: type, purchase: Purchase, **kwargs: Any) -> None:
    """The arrangement is locked before purchases are, so it follows afterwards."""
    if STANDING in purchase.wish:
        services.yes_day_keep(purchase=purchase)
    if STANDING in purchase.wish or BILL in purchase.wish:
        outbox.add(ANSWERED, purchase=purchase.pk)


@receiver(yes_shortened)
def yes_was_taken_back(sender: type, purchase: Purchase, **kwargs: Any) -> None:
    """The day holds at once; the visits after it go once the arrangement is locked."""
    if STANDING in purchase.wish:
        services.yes_day_keep(purchase=purchase)
        outbox.add(CUT, purchase=purchase.pk)


@receiver(request_shown)
def what_is_asked(sender: type, purchase: Purchase, **kwargs: Any) -> list[tuple[str, str]]:
    """What a council or a holder should know of help that comes again and again. 3 queries."""
    if STANDING in purchase.wish:
        yes = StandingYes.objects.select_related("terms__arrangement").filter(approval__purchase=purchase).first()
        return presentation.asked_facts(yes) if yes is not None else []
    return [presentation.more_than_agreed()] if BILL in purchase.wish else []


@receiver(card_setup_changed)
def card_was_saved(sender: type, setup: CardSetup, **kwargs: Any) -> None:
    card = SavedCard.objects.filter(reference=setup.reference).first()
    if card is not None:
        services.card_settle(card=card, setup=setup, now=clock.now())


@receiver(mandate_changed)
def mandate_was_ended(sender: type, mandate: Mandate, **kwargs: Any) -> None:
    card = selectors.mandate_of(mandate.mandate_id, mandate.account)
    if card is not None and not mandate.stands:
        services.mandate_end(card=card, now=clock.now())


@receiver(listing_shown)
def ways_to_come_every_week(sender: type, listing: Listing, offers: list[Offer], **kwargs: Any) -> dict[str, Any]:
    """The first offer that can be had every week, where somebody answers and can be paid."""
    return {"weekly": next((offer for offer in offers if services.offer_repeats(offer)), None)}


@receiver(desk_shown)
def arrangements_waiting(sender: type, providers: list, request: HttpRequest, **kwargs: Any) -> list[DeskBlock]:
    waiting, to_mark = selectors.waiting_for(providers, clock.now())
    context = {"arrangements_waiting": waiting, "visits_to_mark": to_mark}
    return [DeskBlock(template="arrangements/components/desk.html", context=context, position=21)]
