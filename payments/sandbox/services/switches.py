"""How people who look at the demonstration make the stand-in misbehave, and banks decide."""

from collections.abc import Callable

from ..store import Store
from .accounts import account_disconnect, account_restrict, onboarding_finish
from .afterwards import dispute_close, payout_arrive, payout_make

SWITCHES: dict[str, tuple[str, int]] = {
    "outage_on": ("outage", 1),
    "outage_off": ("outage", 0),
    "late_on": ("webhook_delay", 5 * 60),
    "late_off": ("webhook_delay", 0),
}


def _pay_out(store: Store, account_id: str) -> None:
    payout = payout_make(store, account_id=account_id)
    if payout is not None:
        payout_arrive(store, payout_id=payout["id"])


DECISIONS: dict[str, Callable[[Store, str], object]] = {
    "won": lambda store, id: dispute_close(store, dispute_id=id, won=True),
    "lost": lambda store, id: dispute_close(store, dispute_id=id, won=False),
    "pay_out": _pay_out,
    "restrict": lambda store, id: account_restrict(store, account_id=id, due=["individual.verification.document"]),
    "clear": lambda store, id: onboarding_finish(store, account_id=id),
    "leave": lambda store, id: account_disconnect(store, account_id=id),
}


def switches(store: Store) -> dict[str, bool]:
    """Which switches are on."""
    with store.open() as records:
        return {"outage": bool(records.switch("outage")), "late": bool(records.switch("webhook_delay"))}
