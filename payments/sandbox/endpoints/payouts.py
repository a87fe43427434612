"""What an account holds, and what was sent from it to its owner's bank."""

from .. import shapes
from ..call import Call
from ..store import Records, Thing


def retrieve(call: Call) -> Thing:
    return call.records.get("payout", call.ids[0], call.account)


def list_all(call: Call) -> Thing:
    return call.listed("payout")


def balance(call: Call) -> Thing:
    return shapes.balance(balance_of(call.records, call.account))


def not_paid_out(records: Records, account: str) -> list[Thing]:
    """The lines of the account's balance that no payout has carried away."""
    return [line for line in records.every("balance_transaction", account) if "_payout" not in line]


def balance_of(records: Records, account: str) -> int:
    """Pence; below zero when refunds and disputes took more than was there."""
    return sum(line["net"] for line in records.every("balance_transaction", account))
