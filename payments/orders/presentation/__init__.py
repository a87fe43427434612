"""Orders as people read them: ways to buy, lines, the timeline, the receipt."""

from .differences import difference_means
from .evidence import evidence
from .lines import Line, can, headline, line_for_person, line_for_provider, state_words, visit_can, visit_line
from .receipts import Receipt, back_words, holder_of, receipt, terms, terms_of
from .timeline import Step, timeline
from .ways import Buying, Payout, buying, can_be_paid, payout
from .words import (
    amount_words,
    date_words,
    day_words,
    deadline_words,
    first_name,
    identity,
    label,
    name_for_provider,
    offer_price,
    phone_for_provider,
    places_ordered,
    places_words,
    proposed,
    quantity_question,
    what,
    when,
)

__all__ = [
    "Buying",
    "Line",
    "Payout",
    "Receipt",
    "Step",
    "amount_words",
    "back_words",
    "buying",
    "can",
    "can_be_paid",
    "date_words",
    "day_words",
    "deadline_words",
    "difference_means",
    "evidence",
    "first_name",
    "headline",
    "holder_of",
    "identity",
    "label",
    "line_for_person",
    "line_for_provider",
    "name_for_provider",
    "offer_price",
    "payout",
    "phone_for_provider",
    "places_ordered",
    "places_words",
    "proposed",
    "quantity_question",
    "receipt",
    "state_words",
    "terms",
    "terms_of",
    "timeline",
    "visit_can",
    "visit_line",
    "what",
    "when",
]
