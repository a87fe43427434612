"""A promise that turns out smaller: what is not needed goes home before anything is paid."""

from datetime import datetime

from django.db import transaction

from marketplace.core import audit
from marketplace.core.audit import Actor
from payments.ledger import services as ledger
from payments.ledger.services import Posting

from ..models import Purchase, PurchaseLine
from ..states import TO_BE_PAID
from . import books
from .checking import SharesDoNotFit


@transaction.atomic
def purchase_lower(*, purchase: Purchase, total_pence: int, by: Actor, now: datetime) -> Purchase:
    """Promise only `total_pence` of a purchase that is not paid yet. Own money is spared first, then the last budget
    named. Safe to repeat; raises SharesDoNotFit for a sum above what was promised, or for nothing.
    """
    purchase = Purchase.objects.select_for_update().get(pk=purchase.pk)
    spare = purchase.total_pence - total_pence
    if spare < 0 or total_pence < 1:
        raise SharesDoNotFit(total_pence)
    if not spare or purchase.state not in TO_BE_PAID:
        return purchase
    postings = []
    for line in sorted(purchase.lines.all(), key=lambda each: (each.budget_id is not None, -each.position)):
        less = min(spare, line.pence)
        if less:
            spare -= less
            postings += _less(line, purchase, less)
    if postings:
        ledger.post(postings=postings, by=by, now=now)
    purchase.total_pence = total_pence
    purchase.save(update_fields=["total_pence"])
    audit.record("budgets.purchase.lower", by=by, subject=purchase, at=now, title=purchase.title, pence=total_pence)
    return purchase


def _less(line: PurchaseLine, purchase: Purchase, less: int) -> list[Posting]:
    """Take so much off one line; a line of nothing goes."""
    postings = []
    if line.budget_id is not None:
        key = f"line:{line.pk}:lower:{line.pence - less}"
        available, committed = books.available(line.budget_id), books.committed(line.budget_id)
        postings.append(Posting(key, available, committed, less, "released", purchase.public_id))
    line.pence -= less
    if line.pence:
        line.save(update_fields=["pence"])
    else:
        line.delete()
    return postings
