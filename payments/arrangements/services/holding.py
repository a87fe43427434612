"""Whoever holds the money hears that a bill waits for them: once, and once more."""

from datetime import datetime

from django.db import transaction

from marketplace.core import audit
from marketplace.core.audit import CLOCKWORK

from .. import rules, selectors
from ..models import Bill
from ..states import WITH_THE_HOLDER
from .locking import arrangement_locked
from .telling import tell_holder


@transaction.atomic
def bill_tell_holder(*, bill: Bill, now: datetime) -> Bill:
    """Tell them of one bill when it is time to. Safe to repeat."""
    arrangement = arrangement_locked(bill.arrangement_id)
    bill = Bill.objects.select_for_update(of=("self",)).select_related("order").get(pk=bill.pk)
    budget = selectors.held_in(bill)
    due = rules.holder_letters_due(bill.holder_told_at, bill.holder_letters, now)
    if bill.state not in WITH_THE_HOLDER or budget is None or not due:
        return bill
    bill.holder_letters, bill.holder_told_at = bill.holder_letters + 1, now
    bill.save(update_fields=["holder_letters", "holder_told_at"])
    letter = "bill_waits" if bill.holder_letters == 1 else "bill_waits_still"
    tell_holder(arrangement, budget, letter, about=bill.pk)
    audit.record("arrangements.bill.tell_holder", by=CLOCKWORK, subject=bill, at=now)
    return bill
