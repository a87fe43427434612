"""What pools hear from below: the gateway's news, money that moved, listings that were stopped."""

from typing import Any

from django.dispatch import receiver

from marketplace.core import clock, outbox
from marketplace.core.audit import CLOCKWORK
from marketplace.people.erasure.signals import person_erasing
from marketplace.people.models import User
from payments.gateway.models import ConnectedAccount
from payments.gateway.services import CardSetup, Checkout, Payment
from payments.gateway.signals import account_changed, card_setup_changed, object_changed
from payments.orders.services import Moved, MoveKind, money_moved
from providers.listings.models import Listing

from . import services
from .models import Pledge, PledgeAttempt, Pool
from .services import briefs, ending, holding, repairing, saving
from .states import BEING_DECIDED, JOINABLE

BACK = "pools.money_back"  # pledge (id): part or all of a paid share went back


@receiver(object_changed)
def gateway_told(sender: type, kind: str, account: ConnectedAccount, snapshot: Any, **kwargs: Any) -> None:
    """A page or a payment changed at the gateway. What is not ours is somebody else's business."""
    if not isinstance(snapshot, Checkout | Payment) or not snapshot.reference.startswith("pool:"):
        return
    attempt = PledgeAttempt.objects.select_related("account", "pledge__pool").filter(reference=snapshot.reference)
    found = attempt.first()
    if found is None:
        return
    if account.pk != found.account_id:
        raise holding.NotOurs(f"another account's {found.reference}")
    if isinstance(snapshot, Checkout):
        repairing.page_settle(found, snapshot, clock.now())
    else:
        holding.attempt_settle(attempt=found, shown=snapshot, now=clock.now())


@receiver(card_setup_changed)
def card_was_saved(sender: type, setup: CardSetup, **kwargs: Any) -> None:
    """The page where a member saves a card ended, whether or not they came back to us. Members save theirs with the
    platform: what says so on a provider's own account is not ours."""
    if setup.reference.startswith("pledge:") and not setup.account:
        pledge = Pledge.objects.select_related("pool", "person").filter(public_id=setup.reference.split(":")[1]).first()
        if pledge is not None:
            saving.card_settle(pledge=pledge, setup=setup, now=clock.now())
            services.card_look_up(pledge=Pledge.objects.get(pk=pledge.pk), now=clock.now())


@receiver(money_moved)
def share_went_back(sender: type, moved: Moved, **kwargs: Any) -> None:
    """The order is locked here, and pools are locked before orders, so the pledge is moved after commit."""
    if moved.kind == MoveKind.REFUNDED:
        pledge = Pledge.objects.filter(order=moved.order).values_list("pk", flat=True).first()
        if pledge is not None:
            outbox.add(BACK, pledge=pledge)


@outbox.handler(BACK)
def hear_about_money_back(pledge: int) -> None:
    ending.pledge_paid_back(pledge=Pledge.objects.get(pk=pledge), now=clock.now())


@outbox.handler("listings.changed")
def listing_may_be_stopped(listing: int, version: int) -> None:
    """An offer taken away ends what is not decided yet; after a suspension or a pause an open group waits two days."""
    for pool in Pool.objects.filter(listing=listing, state__in=JOINABLE | BEING_DECIDED):
        services.pool_stop(pool=pool, now=clock.now())


@receiver(account_changed)
def provider_can_be_paid_or_not(sender: type, account: ConnectedAccount, **kwargs: Any) -> None:
    stopped = Listing.objects.filter(provider=account.provider_id, pools__state__in=JOINABLE | BEING_DECIDED)
    for listing in stopped.distinct():
        outbox.add("listings.changed", listing=listing.pk, version=listing.version)


@receiver(person_erasing)
def forget_person(sender: Any, person: User, **kwargs: Any) -> None:
    services.person_leaves(person=person, by=CLOCKWORK, now=kwargs["now"])
    briefs.brief_forget(person=person, by=CLOCKWORK, now=kwargs["now"])
