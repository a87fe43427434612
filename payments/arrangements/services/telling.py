"""Who is told what: one outbox row for each letter to each reader."""

from datetime import datetime

from marketplace.core import outbox
from payments.budgets import selectors as budgets
from payments.budgets.models import Budget

from ..models import Arrangement
from ..models.arrangement import Side

LETTER = "arrangements.letter"
HOLDER = "holder"  # beside the two sides: whoever holds the money, of whom only letters know


def tell(arrangement: Arrangement, letter: str, side: str, *, now: datetime, about: int = 0) -> None:
    """`about` is the row of the visit or the bill that the letter is of. A person's helpers who buy are told too."""
    if side == Side.PROVIDER:
        keepers = arrangement.provider.keepers.filter(is_active=True)
        readers = set(keepers.values_list("pk", flat=True))
    else:
        helpers = budgets.helpers_who_buy(arrangement.person, now)
        readers = {arrangement.person_id} | set(helpers.values_list("delegate_id", flat=True))
    for reader in sorted(readers):
        outbox.add(LETTER, arrangement=arrangement.pk, letter=letter, side=side, reader=reader, about=about)


def tell_holder(arrangement: Arrangement, budget: Budget, letter: str, *, about: int) -> None:
    """To all who may pay from a budget that is held for the person: a fund's keepers, a council's commissioners."""
    for reader in budgets.holders_of(budget.holder, budget.council).order_by("pk").values_list("pk", flat=True):
        outbox.add(LETTER, arrangement=arrangement.pk, letter=letter, side=HOLDER, reader=reader, about=about)


def tell_both(arrangement: Arrangement, letter: str, *, now: datetime, about: int = 0) -> None:
    for side in Side.values:
        tell(arrangement, letter, side, now=now, about=about)
