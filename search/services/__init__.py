"""What writes: the index, and what people keep."""

from .index import index_audit
from .keeping import indices_audit, listings_index, missing_build, words_overwrite, words_push
from .kept import MOST_KEPT, ShortlistFull, need_record, shortlist_add, shortlist_keep, shortlist_remove
from .rebuild import NothingToGoBackTo, RebuildRunning, index_rebuild, index_roll_back
from .words import RuleExists, rule_change, rule_switch_off, rules_publish, rules_seed

__all__ = [
    "MOST_KEPT",
    "NothingToGoBackTo",
    "RebuildRunning",
    "RuleExists",
    "ShortlistFull",
    "index_audit",
    "index_rebuild",
    "index_roll_back",
    "indices_audit",
    "listings_index",
    "missing_build",
    "need_record",
    "rule_change",
    "rule_switch_off",
    "rules_publish",
    "rules_seed",
    "shortlist_add",
    "shortlist_keep",
    "shortlist_remove",
    "words_overwrite",
    "words_push",
]
