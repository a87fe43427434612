"""What a provider has to make good, in the books: new rows whenever it grows, shrinks or is collected.

A refund after the payout leaves the earning below nothing: that is what `order:…:owed` takes over, and what their bank
or their next payouts give up.
"""

from datetime import datetime

from django.db.models import F, Sum

from marketplace.core.audit import CLOCKWORK
from payments.ledger import selectors as books
from payments.ledger import services as ledger
from payments.ledger.models import AccountKind
from payments.ledger.rules import LESS, MADE_GOOD, NOT_MADE_GOOD, OWED, owed_movements
from payments.ledger.services import Posting, Ref

from ..models import Receivable, ReceivableKind

ENDING = ":owed"


def receivable_book(row: Receivable, now: datetime) -> None:
    """Make the books say what the row says. Inside a transaction, the row locked; safe to repeat.

    What a bank could not deliver to the person is not booked here: it never left the provider's earnings.
    """
    if row.kind == ReceivableKind.FAILED_REFUND:
        return
    prefix = f"owed:{row.key}:"
    count, booked = books.sums_under(prefix)
    order = row.order
    owed = Ref(f"order:{order.public_id}{ENDING}", AccountKind.RECEIVABLE)
    earning = Ref(f"provider:{row.provider_id}:earning", AccountKind.EARNING)
    bank = Ref(f"provider:{row.provider_id}:bank", AccountKind.PAID_OUT)
    sides = {OWED: (earning, owed), LESS: (owed, earning), MADE_GOOD: (owed, bank), NOT_MADE_GOOD: (bank, owed)}
    moves = owed_movements(amount_pence=row.amount_pence, settled_pence=row.settled_pence, booked=booked)
    postings = [
        Posting(f"{prefix}{count + at}", *sides[why], pence, why, order.public_id)
        for at, (why, pence) in enumerate(moves)
    ]
    if postings:
        ledger.post(postings=postings, by=CLOCKWORK, now=now)


def owed_out_of_step() -> list[str]:
    """Orders of which our rows and the books say different sums that are still owed: must be empty. 2 queries."""
    rows = Receivable.objects.exclude(kind=ReceivableKind.FAILED_REFUND).filter(amount_pence__gt=F("settled_pence"))
    left = rows.values_list("order__public_id").annotate(pence=Sum(F("amount_pence") - F("settled_pence"))).order_by()
    ours = dict(left)
    theirs = {key.split(":")[1]: -pence for key, pence in books.standing(AccountKind.RECEIVABLE, ending=ENDING).items()}
    return sorted(each for each in ours.keys() | theirs.keys() if ours.get(each, 0) != theirs.get(each, 0))
