"""What this site knows of an order whose payment a bank asks about: dates, prices, who said what and when."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.core.look.words import uk_date_full, uk_time
from marketplace.core.money import pounds_exact

from .. import selectors
from ..models import Dispute, Order
from ..states import NEEDS_ANSWER
from .receipts import terms
from .timeline import history
from .words import deadline_words, identity, label, what, when


def evidence(order: Order, dispute: Dispute) -> dict[str, Any]:
    """The context of orders/provider/evidence.html. Their note stays out: it may say things about their health."""
    back = selectors.back_so_far(order)
    facts = [
        (_("Order"), order.public_id),
        (_("Sold by"), identity(order.provider)),
        (_("Sold to"), str(order.person)),
        (_("Ordered by"), label(order) or str(order.placed_by)),
        (_("What"), what(order)),
        (_("When it was to be"), when(order)),
        (_("Price"), pounds_exact(order.total_pence)),
        (_("Asked for"), _moment(order.requested_at)),
        (_("Agreed"), _moment(order.accepted_at)),
        (_("Paid by Direct Debit") if selectors.paid_by_debit(order) else _("Paid by card"), _moment(order.paid_at)),
        (_("Done, as the seller said"), _moment(order.delivered_at)),
        (_("Given back before"), pounds_exact(back) if back else ""),
        (_("Taken back by the bank"), f"{pounds_exact(dispute.amount_pence)}, {_moment(dispute.opened_at)}"),
        (_("Number of the dispute"), dispute.dispute_id),
    ]
    return {
        "order": order,
        "dispute": dispute,
        "due": deadline_words(dispute.due_by) if dispute.due_by and dispute.state in NEEDS_ANSWER else "",
        "facts": [{"term": term, "words": words} for term, words in facts if words],
        "steps": [{"when": _moment(step.at), "title": step.title, "words": step.words} for step in history(order)],
        "terms": terms(order),
    }


def _moment(moment) -> str:
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{uk_date_full(local.date())}, {uk_time(local)}"
