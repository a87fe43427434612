"""What Stripe sent to a provider's bank, and what the account holds."""

from datetime import UTC, datetime
from typing import Any

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
        lines = stripe.v1.balance_transactions.list(
            {"payout": payout_id, "limit": 100, "expand": ["data.source"]}, {"stripe_account": on}
        )
        carried: dict[str, int] = {}
        for line in lines.auto_paging_iter():
            about = charge_of(line.source)
            carried[about] = carried.get(about, 0) + line.amount
    carried = {about: pence for about, pence in carried.items() if about.startswith(("ch_", "py_", "po_"))}
    carried.pop(payout_id, None)
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
        payout.carried = carried
        payout.save(update_fields=["carried"])
        if move:
            payout.failure = shown.failure_code or ""
            PAYOUT_MOVES.apply(payout, move, at=now, save=False)
            payout.save()
            audit.record(f"gateway.payout.{move}", by=CLOCKWORK, subject=payout, at=now, pence=payout.amount_pence)
    signals.payout_changed.send(
        sender=Payout,
        payout=payout,
        charges={about for about in carried if not about.startswith("po_")},
        earlier={about for about in carried if about.startswith("po_")},
    )
    return payout


def charge_of(source: Any) -> str:
    """The charge that a line of the balance is about, a refund's and a dispute's too; the payout for one that came
    back; "" for anything else."""
    if source is None or isinstance(source, str):
        return source or ""
    charge = getattr(source, "charge", None) or source.id
    return charge if isinstance(charge, str) else charge.id


def balance_look_up(*, account: str) -> int:
    """Pence that the account holds, on its way to it included; below zero when its owner owes Stripe.

    Raises GatewayRefused, GatewayUnknown.
    """
    with asking("look at a balance") as stripe:
        shown = stripe.v1.balance.retrieve({}, {"stripe_account": account})
    return sum(part.amount for part in [*shown.available, *shown.pending] if part.currency == "gbp")
