"""What Stripe sent to a provider's bank, and what the account holds."""

from datetime import UTC, datetime

from django.db import transaction
from django.utils import timezone

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK

from .. import signals
from ..client import asking
from ..models import ConnectedAccount, Payout
from ..rules import payout_move
from ..states import PAYOUT_MOVES


def payout_refresh(*, account: ConnectedAccount, payout_id: str, now: datetime) -> Payout:
    """Fetch a payout and what it carried, keep it, and tell those who listen. Safe to repeat.

    Raises GatewayRefused, GatewayUnknown.
    """
    on = account.stripe_id or ""
    with asking("look at a payout") as stripe:
        shown = stripe.v1.payouts.retrieve(payout_id, {}, {"stripe_account": on})
        lines = stripe.v1.balance_transactions.list({"payout": payout_id, "limit": 100}, {"stripe_account": on})
        sources = {str(line.source) for line in lines.auto_paging_iter() if line.source}
    with transaction.atomic():
        Payout.objects.get_or_create(
            payout_id=shown.id,
            defaults={
                "account": account,
                "amount_pence": shown.amount,
                "state_since": now,
                "arrives_on": timezone.localdate(datetime.fromtimestamp(shown.arrival_date, UTC)),
                "made_at": datetime.fromtimestamp(shown.created, UTC),
            },
        )
        payout = Payout.objects.select_for_update().get(payout_id=shown.id, account=account)
        move = payout_move(state=payout.state, shown=shown.status)
        if move:
            payout.failure = shown.failure_code or ""
            PAYOUT_MOVES.apply(payout, move, at=now, save=False)
            payout.save()
            audit.record(f"gateway.payout.{move}", by=CLOCKWORK, subject=payout, at=now, pence=payout.amount_pence)
    signals.payout_changed.send(
        sender=Payout,
        payout=payout,
        charges={source for source in sources if source.startswith(("ch_", "py_"))},
        earlier={source for source in sources if source.startswith("po_")} - {payout.payout_id},
    )
    return payout


def balance_look_up(*, account: str) -> int:
    """Pence that the account holds, on its way to it included; below zero when its owner owes Stripe.

    Raises GatewayRefused, GatewayUnknown.
    """
    with asking("look at a balance") as stripe:
        shown = stripe.v1.balance.retrieve({}, {"stripe_account": account})
    return sum(part.amount for part in [*shown.available, *shown.pending] if part.currency == "gbp")
