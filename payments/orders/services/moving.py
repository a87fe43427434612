"""Every movement of money, told once to whoever keeps books above or beside orders.

`money_moved` is sent inside the transaction that records the movement, so books and orders cannot disagree. Receivers
write to the database and nothing else; `moved.key` is unique for ever, so hearing twice can be told from two movements.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.dispatch import Signal

from ..models import Order

money_moved = Signal()  # sent with `moved` (Moved)


class MoveKind(models.TextChoices):
    """What happened to money, from the person's card to the provider's bank and back."""

    CAPTURED = "captured"
    REFUNDED = "refunded"
    REFUND_RETURNED = "refund_returned"
    DISPUTE_TAKEN = "dispute_taken"
    DISPUTE_RETURNED = "dispute_returned"
    DISPUTE_LOST = "dispute_lost"  # what was taken stays with the person
    PAID_OUT = "paid_out"
    PAYOUT_RETURNED = "payout_returned"


@dataclass(frozen=True)
class Moved:
    """`pence` is positive; `kind` says in which direction."""

    kind: MoveKind
    order: Order
    key: str
    pence: int
    at: datetime


def money_move(kind: MoveKind, *, order: Order, key: str, pence: int, now: datetime) -> None:
    """Tell whoever listens. Inside the transaction that records the movement."""
    money_moved.send(sender=Order, moved=Moved(kind, order, key, pence, now))
