"""Where in the small print of a listing the question was found. Pure."""

from typing import Any

from ..base import Piece
from ..marking import CLOSE, OPEN, pieces_of
from .asking import Clause

_FIELDS = ("offers", "about")  # the card shows title and summary whole


def marks(words: Clause) -> dict[str, Any]:
    """One fragment of a sentence's length from each field that the card does not show."""
    return {
        "fields": {name: {"number_of_fragments": 1, "fragment_size": 110} for name in _FIELDS},
        "highlight_query": words,
        "pre_tags": [OPEN],
        "post_tags": [CLOSE],
        "type": "unified",
        "require_field_match": False,
        "order": "score",
    }


def marked(found: dict[str, list[str]]) -> tuple[Piece, ...]:
    """The first fragment that the server found."""
    return pieces_of(next((found[name][0] for name in _FIELDS if name in found), ""))
