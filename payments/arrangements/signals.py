"""What arrangements hear from below: a bill was paid, a card was saved, a listing or a desk is shown."""

from typing import Any

from django.dispatch import receiver
from django.http import HttpRequest

from marketplace.core import clock, outbox
from payments.gateway.services import CardSetup
from payments.gateway.signals import card_setup_changed
from payments.orders.services import Moved, MoveKind, money_moved
from providers.listings.models import Listing, Offer
from providers.listings.signals import DeskBlock, desk_shown, listing_shown

from . import selectors, services
from .models import Bill, SavedCard

PAID = "arrangements.bill_paid"


@receiver(money_moved)
def bill_was_paid(sender: type, moved: Moved, **kwargs: Any) -> None:
    """In the transaction of the payment, so that a bill and its visits are paid exactly when its order is."""
    if moved.kind == MoveKind.CAPTURED and Bill.objects.filter(order=moved.order).exists():
        bill = services.bill_settle(order=moved.order, now=moved.at)
        outbox.add(PAID, arrangement=bill.arrangement_id)


@receiver(card_setup_changed)
def card_was_saved(sender: type, setup: CardSetup, **kwargs: Any) -> None:
    card = SavedCard.objects.filter(reference=setup.reference).first()
    if card is not None:
        services.card_settle(card=card, setup=setup, now=clock.now())


@receiver(listing_shown)
def ways_to_come_every_week(sender: type, listing: Listing, offers: list[Offer], **kwargs: Any) -> dict[str, Any]:
    """The first offer that can be had every week, where somebody answers and can be paid."""
    return {"weekly": next((offer for offer in offers if services.offer_repeats(offer)), None)}


@receiver(desk_shown)
def arrangements_waiting(sender: type, providers: list, request: HttpRequest, **kwargs: Any) -> list[DeskBlock]:
    waiting, to_mark = selectors.waiting_for(providers, clock.now())
    context = {"arrangements_waiting": waiting, "visits_to_mark": to_mark}
    return [DeskBlock(template="arrangements/components/desk.html", context=context, position=21)]
