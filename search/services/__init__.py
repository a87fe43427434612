"""What writes: the index, and what people keep."""

from .index import RebuildRunning, index_audit, index_rebuild, listings_index
from .kept import MOST_KEPT, ShortlistFull, need_record, shortlist_add, shortlist_keep, shortlist_remove

__all__ = [
    "MOST_KEPT",
    "RebuildRunning",
    "ShortlistFull",
    "index_audit",
    "index_rebuild",
    "listings_index",
    "need_record",
    "shortlist_add",
    "shortlist_keep",
    "shortlist_remove",
]
