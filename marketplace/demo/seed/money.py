"""Money that went another way: given back in part, disputed by a bank, lost, out of sight; a provider held up."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from marketplace.people.models import User
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount
from payments.orders import services as orders
from payments.orders.models import Dispute, Order
from payments.orders.rules import Wish
from payments.sandbox import cards, place
from payments.sandbox import services as sandbox
from providers.listings.models import Listing, Offer, Provider, Unit

from .regulars import actor


def money_elsewhere(listing: Listing, neighbours: list[Provider], cast: dict[str, User], now: datetime) -> None:
    """One order of each kind, for Ken; a neighbour with questions of Stripe's, and one who left. Sandbox only."""
    if not settings.PAYMENTS_SANDBOX or Dispute.objects.exists():
        return
    sold = Offer.objects.filter(listing__in=Listing.objects.visible(), listing__provider__in=neighbours)
    leaver = sold.filter(price_pence__gt=0, withdrawn_at=None, books_at_once=False, unit=Unit.HOUR).first()
    ken, today, store = cast["ken"], timezone.localdate(now), place.store()
    numbers = iter(range(100))

    def accepted(offer: Offer) -> Order:
        wish = Wish(quantity=1, wanted_on=today, begin_early=True)
        order = orders.order_place(
            person=ken, offer=offer, wish=wish, expected_total_pence=offer.price_pence or 0,
            token=f"seed-money-{next(numbers)}", by=actor(ken), now=now,
        )  # fmt: skip
        return orders.order_accept(order=order, by=CLOCKWORK, now=now)

    def page_of(order: Order) -> str:
        back = f"{settings.SITE_URL}/orders/{order.public_id}/"
        attempt = orders.payment_begin(order=order, by=actor(ken), now=now, paid_url=f"{back}paid/", back_url=back)
        return attempt.session_id

    def paid() -> Order:
        order = accepted(listing.offers.filter(withdrawn_at=None, price_pence__gt=0).order_by("position")[0])
        sandbox.session_pay(store, session_id=page_of(order), number=cards.SUCCESS.number)
        orders.order_look_up(order=order, now=now)
        return orders.order_deliver(order=Order.objects.get(pk=order.pk), by=actor(cast["sam"]), now=now)

    account = ConnectedAccount.objects.get(provider=listing.provider)
    first = paid()
    payout = sandbox.payout_make(store, account_id=account.stripe_id or "")
    if payout is not None:
        sandbox.payout_arrive(store, payout_id=payout["id"])
        gateway.payout_refresh(account=account, payout_id=payout["id"], now=now)
    refund = orders.order_give_back(
        order=first,
        amount_pence=500,
        words="It rained for the last quarter of an hour.",
        by=actor(cast["sam"]),
        now=now,
    )
    orders.refund_send(refund=refund, now=now)
    for closed in (None, True, False):
        dispute = sandbox.dispute_open(store, charge_id=paid().attempts.get().charge_id)
        if closed is not None:
            sandbox.dispute_close(store, dispute_id=dispute["id"], won=closed)
        shown = gateway.dispute_look_up(account=account.stripe_id or "", dispute_id=dispute["id"])
        orders.dispute_settle(account=account, shown=shown, now=now)
    if leaver is not None:
        page_of(accepted(leaver))
        _leave(leaver.listing.provider, now)
        _hold_up(next(each for each in neighbours if each != leaver.listing.provider), now)


def _leave(provider: Provider, now: datetime) -> None:
    """They disconnect while Ken stands on the payment page."""
    account = ConnectedAccount.objects.get(provider=provider)
    sandbox.account_disconnect(place.store(), account_id=account.stripe_id or "")
    gateway.account_refresh(account=account, now=now)


def _hold_up(provider: Provider, now: datetime) -> None:
    account = ConnectedAccount.objects.get(provider=provider)
    deadline = int((now + timedelta(days=12)).timestamp())
    due = ["individual.verification.document", "external_account"]
    sandbox.account_restrict(place.store(), account_id=account.stripe_id or "", due=due, deadline=deadline)
    gateway.account_refresh(account=account, now=now)
