"""The kinds of help, and what invented people say about giving it. Their order decides who is seeded as what."""

from .about_town import ABOUT_TOWN
from .daily import DAILY
from .now_and_then import NOW_AND_THEN
from .shape import Kind, Priced

__all__ = ["KINDS", "Kind", "Priced"]

KINDS = (*DAILY, *ABOUT_TOWN, *NOW_AND_THEN)
