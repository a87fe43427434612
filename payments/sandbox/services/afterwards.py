"""What banks do after a payment: take it back, give it back, pay it out, fail to."""

from .. import shapes
from ..debiting import end_mandate
from ..disputing import open_dispute, take_back
from ..endpoints.payouts import balance_of, not_paid_out
from ..endpoints.refunds import book
from ..store import Records, Store, Thing
from .errors import NoSuchThing, NotOpen


def _thing(records: Records, id: str, kind: str) -> tuple[Thing, str]:
    account = records.owner(id)
    thing = records.look_up(id, account) if account is not None else None
    if thing is None or account is None or thing["object"] != kind:
        raise NoSuchThing(id)
    return thing, account


def dispute_open(store: Store, *, charge_id: str, reason: str = "fraudulent", pence: int | None = None) -> Thing:
    """The person's bank takes the money back and asks the provider why. Raises NoSuchThing, NotOpen."""
    with store.open() as records:
        charge, account = _thing(records, charge_id, "charge")
        if charge["disputed"] or not charge["paid"]:
            raise NotOpen(charge_id)
        return open_dispute(records, charge, account, reason=reason, pence=pence)


def debit_take_back(store: Store, *, charge_id: str) -> Thing:
    """The person claims a Direct Debit back under the guarantee: their bank gives it back, and nobody is asked.

    Raises NoSuchThing, NotOpen.
    """
    with store.open() as records:
        charge, account = _thing(records, charge_id, "charge")
        if charge["disputed"] or not charge["paid"]:
            raise NotOpen(charge_id)
        return take_back(records, charge, account)


def mandate_end(store: Store, *, mandate_id: str) -> None:
    """The person tells their bank to debit no more. Raises NoSuchThing."""
    with store.open() as records:
        mandate, account = _thing(records, mandate_id, "mandate")
        end_mandate(records, mandate, account, "debit_not_authorized")


def dispute_close(store: Store, *, dispute_id: str, won: bool) -> Thing:
    """The bank has decided; what was taken comes back when the provider won. Raises NoSuchThing, NotOpen."""
    with store.open() as records:
        dispute, account = _thing(records, dispute_id, "dispute")
        if dispute["status"] not in {"needs_response", "under_review"}:
            raise NotOpen(dispute_id)
        dispute["status"] = "won" if won else "lost"
        if won:
            line = book(records, dispute, amount=dispute["amount"], fee=0, kind="adjustment", account=account)
            dispute["balance_transactions"].append(line)
        records.save(dispute)
        if won:
            records.emit("charge.dispute.funds_reinstated", dispute, account=account)
        records.emit("charge.dispute.closed", dispute, account=account)
        return dispute


def refund_finish(store: Store, *, refund_id: str) -> Thing:
    """A refund that was on its way arrives. Raises NoSuchThing."""
    with store.open() as records:
        refund, account = _thing(records, refund_id, "refund")
        refund["status"] = "succeeded"
        records.save(refund)
        records.emit("refund.updated", refund, account=account)
        return refund


def refund_fail(store: Store, *, refund_id: str) -> Thing:
    """The person's bank sends a refund back, also days after it seemed to arrive. Raises NoSuchThing, NotOpen."""
    with store.open() as records:
        refund, account = _thing(records, refund_id, "refund")
        if refund["status"] == "failed":
            raise NotOpen(refund_id)
        line = book(records, refund, amount=refund["amount"], fee=0, kind="refund_failure", account=account)
        refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
        refund["failure_balance_transaction"] = line["id"]
        records.save(refund)
        charge, _owner = _thing(records, refund["charge"], "charge")
        charge["amount_refunded"] -= refund["amount"]
        charge["refunded"] = False
        records.save(charge)
        records.emit("refund.failed", refund, account=account)
        return refund


def payout_make(store: Store, *, account_id: str) -> Thing | None:
    """Send what the account holds to its bank; None when there is nothing above zero."""
    with store.open() as records:
        amount = balance_of(records, account_id)
        if amount <= 0:
            return None
        payout = shapes.payout(id=records.new_id("po"), now=records.now(), amount=amount)
        for line in not_paid_out(records, account_id):
            records.save(line | {"_payout": payout["id"], "status": "available"})
        records.add(payout, account=account_id)
        line = book(records, payout, amount=-amount, fee=0, kind="payout", account=account_id)
        records.save(line | {"_payout": payout["id"]})
        records.save(payout)
        records.emit("payout.created", payout, account=account_id)
        return payout


def payment_elsewhere(store: Store, *, account_id: str, pence: int) -> None:
    """The provider sells something that no site of ours knows of."""
    with store.open() as records:
        source = {"id": records.new_id("ch"), "object": "charge"}
        book(records, source, amount=pence, fee=0, kind="charge", account=account_id)


def debt_collect(store: Store, *, account_id: str) -> int:
    """Stripe takes what an account is below zero from its owner's bank; how many pence."""
    with store.open() as records:
        owed = max(0, -balance_of(records, account_id))
        if owed:
            source = {"id": records.new_id("tu"), "object": "topup"}
            book(records, source, amount=owed, fee=0, kind="topup", account=account_id)
        return owed


def payout_arrive(store: Store, *, payout_id: str) -> Thing:
    """The provider's bank has it. Raises NoSuchThing."""
    with store.open() as records:
        payout, account = _thing(records, payout_id, "payout")
        payout["status"] = "paid"
        records.save(payout)
        records.emit("payout.paid", payout, account=account)
        return payout


def payout_fail(store: Store, *, payout_id: str) -> Thing:
    """The provider's bank sends it back, also after it seemed paid; the account holds it again. Raises NoSuchThing."""
    with store.open() as records:
        payout, account = _thing(records, payout_id, "payout")
        line = book(records, payout, amount=payout["amount"], fee=0, kind="payout_failure", account=account)
        payout |= {"status": "failed", "failure_code": "account_closed", "failure_balance_transaction": line["id"]}
        payout["failure_message"] = "The bank account has been closed"
        records.save(payout)
        records.emit("payout.failed", payout, account=account)
        return payout
