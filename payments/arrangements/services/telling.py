"""Who is told what: one outbox row for each letter to each reader, who is asked for again when it leaves."""

from datetime import datetime

from django.db.models import QuerySet

from marketplace.core import outbox
from marketplace.people.models import User
from payments.budgets import selectors as budgets
from payments.budgets.models import Budget

from ..models import Arrangement
from ..models.arrangement import Side

LETTER = "arrangements.letter"
HOLDER = "holder"  # beside the two sides: whoever holds the money, of whom only letters know


def tell(arrangement: Arrangement, letter: str, side: str, *, now: datetime, about: int = 0) -> None:
    """`about` is the row of the visit or the bill that the letter is of."""
    for reader in readers_of(arrangement, side, now).order_by("pk").values_list("pk", flat=True):
        outbox.add(LETTER, arrangement=arrangement.pk, letter=letter, side=side, reader=reader, about=about)


def readers_of(arrangement: Arrangement, side: str, now: datetime) -> QuerySet[User]:
    """Everybody who keeps the listing; or the person, and their helpers who buy and do not keep it."""
    keepers = arrangement.provider.keepers.filter(is_active=True)
    if side == Side.PROVIDER:
        return keepers
    helpers = budgets.helpers_who_buy(arrangement.person, now).exclude(delegate__in=keepers.values("pk"))
    theirs = User.objects.filter(pk=arrangement.person_id) | User.objects.filter(pk__in=helpers.values("delegate"))
    return theirs.filter(is_active=True)


def tell_holder(arrangement: Arrangement, budget: Budget, letter: str, *, about: int) -> None:
    """To all who may pay from a budget that is held for the person: a fund's keepers, a council's commissioners."""
    for reader in budgets.holders_of(budget.holder, budget.council).order_by("pk").values_list("pk", flat=True):
        outbox.add(LETTER, arrangement=arrangement.pk, letter=letter, side=HOLDER, reader=reader, about=about)


def tell_both(arrangement: Arrangement, letter: str, *, now: datetime, about: int = 0) -> None:
    for side in Side.values:
        tell(arrangement, letter, side, now=now, about=about)
