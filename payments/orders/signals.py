"""What orders hear from below: the gateway's news, and pages of listings that want a way to buy."""

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver
from django.http import HttpRequest

from marketplace.core import clock
from payments.budgets import selectors as budgets
from payments.gateway.models import ConnectedAccount, Payout
from payments.gateway.services import Checkout, Dispute, Payment
from payments.gateway.services import Refund as ShownRefund
from payments.gateway.signals import account_changed, account_seen, object_changed, payout_changed
from payments.gateway.states import OUT_OF_SIGHT
from providers.assurance import services as assurance
from providers.listings.models import Listing, Offer
from providers.listings.services import public_change
from providers.listings.signals import DeskBlock, desk_shown, listing_shown

from . import presentation, selectors, services
from .models import PaymentAttempt, Refund
from .states import UNDER_WAY


@receiver(object_changed)
def gateway_told(sender, kind: str, account: ConnectedAccount, snapshot: Any, **kwargs) -> None:
    """A page, a payment or a refund changed at the gateway. What is not ours is somebody else's business."""
    now = clock.now()
    match snapshot:
        case Checkout():
            attempt = _attempt(snapshot.reference)
            if attempt is not None:
                services.attempt_settle(attempt=attempt, checkout=snapshot, now=now)
        case Payment():
            attempt = _attempt(snapshot.reference)
            if attempt is not None:
                if account.pk != attempt.account_id:
                    raise services.NotOurs(f"another account's {attempt.reference}")
                ended = snapshot.paid or snapshot.over or attempt.state in UNDER_WAY
                if attempt.off_session and not ended:
                    return  # whoever charges it brings it to its end, and looking at it would; the clock looks later
                services.attempt_look_up(attempt=attempt, now=now)
        case ShownRefund():
            refund = Refund.objects.select_related("attempt__account").filter(public_id=snapshot.reference).first()
            if refund is not None:
                services.refund_settle(refund=refund, shown=snapshot, now=now)
        case Dispute():
            services.dispute_settle(account=account, shown=snapshot, now=now)


def _attempt(reference: str) -> PaymentAttempt | None:
    return PaymentAttempt.objects.select_related("account").filter(reference=reference).first()


@receiver(account_changed)
def provider_can_be_paid_or_not(sender, account: ConnectedAccount, **kwargs) -> None:
    """The listing's page says whether one can buy, and may be kept for strangers."""
    for listing in account.provider.listings.all():
        public_change(listing)
    if account.state in OUT_OF_SIGHT:
        services.sight_lose(account=account, now=clock.now())
    services.account_news(account)


@receiver(account_seen)
def bank_seen(sender, account: ConnectedAccount, banks: Sequence[str], **kwargs) -> None:
    """The bank account tells somebody who was hidden and comes back under another name."""
    if banks:
        assurance.return_check(provider=account.provider, now=clock.now(), banks=banks)


@receiver(payout_changed)
def provider_was_paid_out_or_not(sender, payout: Payout, charges: set[str], earlier: set[str], **kwargs) -> None:
    services.payout_settle(payout=payout, charges=charges, earlier=earlier, now=clock.now())


@receiver(listing_shown)
def ways_to_buy(sender, listing: Listing, offers: list[Offer], **kwargs) -> dict[str, Any]:
    return {"buying": presentation.buying(listing, offers)}


@receiver(desk_shown)
def requests_waiting(sender, providers: list, request: HttpRequest, **kwargs) -> list[DeskBlock]:
    orders, visits = selectors.waiting_for(providers)
    context = {
        "disputes": [
            (dispute.attempt.order, presentation.deadline_words(dispute.due_by) if dispute.due_by else "")
            for dispute in selectors.disputes_to_answer(providers)
        ],
        "owed": presentation.owed_lines(budgets.owed_by(providers)),
        "orders_waiting": orders,
        "visits_waiting": visits,
        "to_do": selectors.to_be_done_for(providers),
        "unpayable": [provider for provider in providers if not presentation.can_be_paid(provider)],
    }
    return [DeskBlock(template="orders/components/desk.html", context=context, position=20)]
