"""The rules in force, kept in each process until somebody publishes."""

import re
import threading
import time
from bisect import bisect_left
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Count, Max, Q, QuerySet

from marketplace.core import geo, pagecache
from marketplace.people.models import Council

from .. import rules
from ..backends.base import IndexUnwell
from ..backends.embedded import EmbeddedBackend
from ..models import WordRule
from ..query import SearchQuery
from .grammar import Rule, parse
from .likely import Likely
from .matching import Rulebook
from .seeding import file_rules
from .spelling import Lexicon, english
from .understanding import understand
from .wording import plainly

LOOK_EVERY, LEARN_EVERY = 2.0, 600.0  # seconds between looks for new rules, and between readings of listings' words
MOST_TEXTS, MOST_KEPT, MOST_IDEAS = 20_000, 2_000, 3
READER = "reads what listings say"  # the thread of a process
_IN_A_PLACE = re.compile(r"\b(in|near|around)\s+([^\W\d_][\w' -]{1,40})$", re.IGNORECASE)


@dataclass
class _Kept:
    """What this process knows. `stamp` is that of the rules, `generation` that of everything public."""

    stamp: Any = None
    generation: Any = None
    looked: float = -LOOK_EVERY
    learned: float | None = None
    texts: list[tuple[str, str]] = field(default_factory=list)
    books: dict[int | None, Rulebook] = field(default_factory=dict)
    lexicons: dict[int | None, Lexicon] = field(default_factory=dict)
    likely: dict[int | None, Likely] = field(default_factory=dict)
    councils: dict[str, int] = field(default_factory=dict)
    understood: OrderedDict = field(default_factory=OrderedDict)

    def council_of(self, query: SearchQuery) -> int | None:
        """The council with rules of its own where this is asked."""
        return self.councils.get(query.at.la_code or "") if query.at else None


_kept = _Kept()


def forget() -> None:
    """Read everything anew at the next question."""
    global _kept
    _kept = _Kept()


def understood(query: SearchQuery) -> SearchQuery:
    """The question with its words as the rules of its place understand them. Usually no queries, 1 every 2 seconds."""
    if query.wording is not None:
        return query
    if query.exact or not query.q:
        return replace(query, wording=plainly(query.q))
    kept = _fresh()
    council = kept.council_of(query)
    key = (query.q, council)
    wording = kept.understood.get(key)
    if wording is None:
        wording = kept.understood[key] = understand(query.q, rulebook(council), lexicon(council))
        if len(kept.understood) > MOST_KEPT:
            kept.understood.popitem(last=False)
    return replace(query, wording=wording)


def meant_perhaps(query: SearchQuery) -> str:
    """The question in words that listings use, to offer when what was typed finds few; "" for none. No queries."""
    if query.exact or query.asked().corrected:
        return ""
    lexicon_here = lexicon(_fresh().council_of(query))
    typed = rules.in_order(query.q)
    better = [(word not in rules.STOP_WORDS and lexicon_here.perhaps(word)) or word for word in typed]
    return " ".join(better) if better != typed else ""


def sounds_like(query: SearchQuery) -> list[str]:
    """Slugs of kinds of help that these words sound like, the likeliest first. Usually no queries."""
    kept = _fresh()
    council = kept.council_of(query)
    if council not in kept.likely:
        kept.likely[council] = Likely(rulebook(council).rules)
    return kept.likely[council].kinds(query.q)


def rulebook(council_id: int | None = None) -> Rulebook:
    """The national rules, with those of a council when it has any."""
    kept = _fresh()
    book = kept.books.get(council_id)
    if book is None:
        book = kept.books[council_id] = Rulebook(rules_of(active_rules(council_id)))
    return book


def lexicon(council_id: int | None = None) -> Lexicon:
    kept = _fresh()
    found = kept.lexicons.get(council_id)
    if found is None:
        found = kept.lexicons[council_id] = _lexicon_of(kept.texts, rulebook(council_id))
    return found


def _lexicon_of(texts: list[tuple[str, str]], book: Rulebook) -> Lexicon:
    return Lexicon(map(" ".join, texts), book, (named for named, _other in texts))


def read_ahead() -> None:
    """What the first question would wait for, before workers part. Less where no database answers yet. Leaves no file
    and no connection open."""
    english()
    with suppress(DatabaseError):
        lexicon()
    connection.close()
    EmbeddedBackend().close()


def ideas(text: str) -> tuple[list[str], list[str]]:
    """What people say that begins so, and the same words in places whose name begins so. No queries usually."""
    start = " ".join(rules.in_order(text))
    phrases = rulebook().phrases
    at = bisect_left(phrases, start)
    said = [each for each in phrases[at : at + MOST_IDEAS] if each.startswith(start)] if len(start) > 2 else []
    named = _IN_A_PLACE.search(text)
    places = geo.places_like(named[2], MOST_IDEAS) if named else []
    return said, [f"{text[: named.start(2)]}{place}" for place in places] if named else []


def _fresh() -> _Kept:
    now, generation = time.monotonic(), pagecache.generation()
    if _kept.learned is None:
        _kept.texts, _kept.learned = _texts(), now
    elif now - _kept.learned >= LEARN_EVERY:
        _kept.learned, _kept.councils = now, _councils_with_rules()
        # Nobody waits for the rest: what was read before goes on being used meanwhile.
        threading.Thread(target=_learn_again, args=[_kept], name=READER, daemon=True).start()
    if now - _kept.looked >= LOOK_EVERY or generation != _kept.generation:
        stamp = WordRule.objects.aggregate(last=Max("changed_at"), many=Count("pk"))
        if stamp != _kept.stamp:
            _kept.stamp = stamp
            _kept.councils = _councils_with_rules()
            for each in (_kept.books, _kept.lexicons, _kept.likely, _kept.understood):
                each.clear()
        _kept.looked, _kept.generation = now, generation
    return _kept


def _learn_again(kept: _Kept) -> None:
    """What listings say now, and the lexicons of it. One whose rules change meanwhile is made when it is asked for."""
    texts, books = _texts() or kept.texts, dict(kept.books)
    made = {council: _lexicon_of(texts, book) for council, book in books.items()}
    kept.texts = texts
    kept.lexicons = {council: each for council, each in made.items() if kept.books.get(council) is books[council]}
    kept.understood = OrderedDict()


def _texts() -> list[tuple[str, str]]:
    try:
        return EmbeddedBackend().texts(MOST_TEXTS)
    except IndexUnwell:
        return []


def _councils_with_rules() -> dict[str, int]:
    own = WordRule.objects.filter(active=True).exclude(council=None).values("council")
    found = Council.objects.filter(pk__in=own).values_list("pk", "area_codes")
    return {code: pk for pk, codes in found for code in codes}


def active_rules(council_id: int | None) -> QuerySet[WordRule]:
    """Rules that hold for somebody who asks about this council's area."""
    return WordRule.objects.filter(Q(council=None) | Q(council=council_id), active=True)


def rules_of(rows: QuerySet[WordRule]) -> list[Rule]:
    return [replace(parse(row.text), reason=row.reason) for row in rows]


def rulebook_of(source: str) -> Rulebook:
    """For `manage.py search_evaluate`. "published": national rules in force; "file": those we come with; "none"."""
    if source == "none":
        return Rulebook([])
    return Rulebook(file_rules()) if source == "file" else Rulebook(rules_of(active_rules(None)))


def rules_are_published() -> bool:
    """Whether this database has been made and filled with rules; not so in a fresh clone."""
    made = WordRule._meta.db_table in connection.introspection.table_names()
    return made and active_rules(None).exists()
