"""Filters that somebody typed among the words: "cleaner TA1 1AA", "in Taunton", "free", "weekend", "under £20".

What is taken for a filter is taken out of the words and shown as one, so that nothing happens silently.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from marketplace.core import geo, money
from marketplace.core.geo import postcodes

from ..query import DAYS, DISTANCES, SearchQuery
from .spelling import english, is_english

ALSO_CALLED = {"British Sign Language": ("BSL", "sign language")}
MOST_PLACE_WORDS, MOST_PLACES, SAID_OFTEN = 3, 3, 250
_DAY = r"(mon|tues|wednes|thurs|fri|satur|sun)days?"
_NOT_AFTER_FREE = r"(?!\s+(from|time|range|school|church|of|will|spirit))"
_NOT_BEFORE_FREE = r"(?<!gluten )(?<!sugar )(?<!dairy )(?<!drug )(?<!smoke )(?<!step )(?<!alcohol )(?<!debt )(?<!nut )"
_WORD = re.compile(r"[\w’'-]+")
_NEAR = re.compile(r"\b(in|near|around|at|of|close to)\s+", re.IGNORECASE)
_WHERE = re.compile(r"\b(in|near|around|close to)\s+", re.IGNORECASE)
_UNSURE = frozenset({geo.Problem.UNKNOWN_TOWN, geo.Problem.SEVERAL, geo.Problem.TOO_WIDE})
_WORKER = (  # after whom somebody says "male" or "female" of who comes, and not of a choir or a disease
    r"(care ?(rs?|givers?|workers?)|support workers?|helpers?|workers?|companions?|befrienders?|volunteers?|cleaners?"
    r"|gardeners?|drivers?|cooks?|sitters?|(personal )?assistants?|pas?|nurses?|hairdressers?|barbers?|tutors?"
    r"|teachers?|trainers?|instructors?|therapists?|chiropodists?|visitors?|walkers?|handy ?(person|man|men)|help)\b"
)
_SPEAKS = re.compile("speak|use|sign|know", re.IGNORECASE)
_NEAR_ME = re.compile(r"\b(near( to)?|close to|around|by) me\b|\bnear ?by\b|\bclose by\b|\blocally\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Typed:
    """A filter among the words: what was typed for it."""

    said: str
    name: str


@dataclass
class _Reading:
    query: SearchQuery
    rest: str
    found: list[Typed] = field(default_factory=list)

    def take(self, match: re.Match[str], name: str, **changes: Any) -> None:
        self.rest = f"{self.rest[: match.start()]} {self.rest[match.end() :]}"
        self.found.append(Typed(" ".join(match[0].split()), name))
        self.query = replace(self.query, **changes)


def read(query: SearchQuery, languages: Iterable[str] = ()) -> tuple[SearchQuery, tuple[Typed, ...]]:
    """The question with typed filters as filters, and what was typed for them. Words alone when it is `exact`.

    `languages` are those that somebody speaks; others stay words.

    >>> found, typed = read(SearchQuery(q="gluten free lunch at weekends under £8"))
    >>> found.q, found.day, found.price_to, [each.said for each in typed]
    ('gluten free lunch', ('sat', 'sun'), 800, ['at weekends', 'under £8'])
    >>> [read(SearchQuery(q=q))[0].doer for q in ("female carer", "a man driver", "male voice choir", "men's shed")]
    [('women',), ('men',), (), ()]
    """
    if query.exact or not query.q:
        return query, ()
    reading = _Reading(query, query.q)
    _language(reading, languages)
    for read_one in (_postcode, _distance, _patterns, _price, _town, _near_me):
        read_one(reading)
    if not reading.found:
        return query, ()
    return replace(reading.query, q=" ".join(reading.rest.split())), tuple(reading.found)


def _postcode(reading: _Reading) -> None:
    if reading.query.postcode:
        return
    for match in re.finditer(
        r"(\b(in|near|around|at)\s+)?\b([A-Za-z]{1,2}\d[A-Za-z\d]?)\s*(\d[A-Za-z]{2})?\b", reading.rest
    ):
        half, end = match[3], match[4] or ""
        text = f"{half} {end}".strip()
        if not end and not match[1] and match.end() < len(reading.rest.rstrip()):
            continue  # "B12 deficiency", but "gardener TA1"
        looks_right = (
            postcodes.WHOLE.fullmatch(postcodes.compact(text)) if end else postcodes.HALF.fullmatch(half.upper())
        )
        place = geo.understand(text) if looks_right else None
        if isinstance(place, geo.Place):
            reading.take(match, "postcode", postcode=place.label, at=place, trouble=None)
            return


def _distance(reading: _Reading) -> None:
    match = re.search(r"\bwithin\s+(\d{1,2})\s*miles?\b", reading.rest, re.IGNORECASE)
    if match:
        wanted = int(match[1])
        reading.take(
            match, "within", within=min((each for each in DISTANCES if each >= wanted), default=max(DISTANCES))
        )


def _days(match: re.Match[str]) -> dict[str, Any]:
    said = match[0].lower()
    if "weekend" in said:
        return {"day": ("sat", "sun")}
    if "weekday" in said:
        return {"day": ("mon", "tue", "wed", "thu", "fri")}
    return {"day": tuple(key for key in DAYS if re.search(rf"\b{key}", said))}


_PATTERNS: tuple[tuple[str, str, Callable[[re.Match[str]], dict[str, Any]]], ...] = (
    ("day", r"\b((on|at|in|over)\s+)?(the\s+)?(weekends?|weekdays?)\b", _days),
    ("day", rf"\b(on\s+)?{_DAY}(?!\s+(school|roast|lunch|service|dinner))\b", _days),
    (
        "venue",
        r"\b(step[ -]free|wheelchair[ -]accessible|wheelchair access)\b",
        lambda _match: {"venue": ("step_free",)},
    ),
    (
        "pay",
        rf"{_NOT_BEFORE_FREE}\b(for\s+)?(free( of charge)?|no charge){_NOT_AFTER_FREE}\b",
        lambda _match: {"pay": ("free",)},
    ),
    ("pay", r"\b((takes?|with|using|accepts?)\s+)?(a\s+)?direct payments?\b", lambda _match: {"pay": ("dp",)}),
    ("doer", rf"\b(an?\s+)?(female|woman|women|lady|ladies)\s+(?={_WORKER})", lambda _match: {"doer": ("women",)}),
    ("doer", rf"\b(an?\s+)?(male|man|men|gentleman)\s+(?={_WORKER})", lambda _match: {"doer": ("men",)}),
    ("doer", r"\b((who|that) is|by) a (woman|lady)\b", lambda _match: {"doer": ("women",)}),
    ("doer", r"\b((who|that) is|by) a (man|gentleman)\b", lambda _match: {"doer": ("men",)}),
    ("way", r"\b(comes? to (me|my house|my home|you)|home visits?)\b", lambda _match: {"way": ("comes",)}),
)


def _patterns(reading: _Reading) -> None:
    for name, pattern, changes in _PATTERNS:
        match = re.search(pattern, reading.rest, re.IGNORECASE)
        if match and not getattr(reading.query, name):
            reading.take(match, name, **changes(match))


def _language(reading: _Reading, languages: Iterable[str]) -> None:
    """ "speaks Polish", "Welsh-speaking", "uses BSL"."""
    if reading.query.language or not _SPEAKS.search(reading.rest):
        return
    for name in languages:
        said = "|".join(re.escape(each) for each in (name, *ALSO_CALLED.get(name, ())))
        match = re.search(
            rf"\b(((who|that)\s+)?(can\s+)?(speaks?|speaking|uses?|signs?|knows?)\s+(in\s+)?({said})"
            rf"|({said})[\s-]?(speaking|speakers?|users?))\b",
            reading.rest,
            re.IGNORECASE,
        )
        if match:
            reading.take(match, "language", language=(name,))
            return


def _price(reading: _Reading) -> None:
    limit, sum_of_money = r"(under|below|less than|up to|max|no more than)", r"(£\s?[\d.]{1,7}|\d{1,4} pounds)"
    match = re.search(rf"\b{limit}\s+{sum_of_money}( an? (hour|week|session))?", reading.rest, re.IGNORECASE)
    if match is None or reading.query.price_to is not None:
        return
    try:
        pence = money.parse_pounds(match[2].lower().replace("pounds", "").replace("£", "").strip())
    except money.NotMoney:
        return
    reading.take(match, "price_to", price_to=pence)


def _town(reading: _Reading) -> None:
    """ "in Taunton", "near bridgwater", or a town at the end. Other words are towns only with a capital: "in Bath"."""
    if reading.query.postcode:
        return
    for start, words in _places(reading.rest):
        for many, name in _names(words):
            place = geo.understand(name, guess=False)
            if isinstance(place, geo.Place) and place.kind == geo.Kind.TOWN:
                whole = re.compile(re.escape(reading.rest[start : words[many - 1].end()])).search(reading.rest, start)
                if whole:
                    reading.take(whole, "postcode", postcode=place.label, at=place, trouble=None)
                    return


def place_unclear(query: SearchQuery) -> tuple[SearchQuery, geo.Trouble] | None:
    """What to tell somebody whose "near Tauton" or "in Newport" is no one place, and the question without it.

    None when the place is known, when no place is meant, or when nothing could be offered instead.

    >>> question, trouble = place_unclear(SearchQuery(q="gardener near tauton"))
    >>> question.q, trouble.suggestions
    ('gardener', ('Taunton, Somerset',))
    """
    if query.exact or query.postcode:
        return None
    for start, words in islice(_after(_WHERE, query.q), MOST_PLACES):  # each guess takes some 20 ms
        for many, name in _names(words):
            trouble = geo.understand(name)
            if isinstance(trouble, geo.Trouble) and trouble.problem in _UNSURE and trouble.suggestions:
                rest = f"{query.q[:start]} {query.q[words[many - 1].end() :]}"
                return query.but(q=" ".join(rest.split()), wording=None), trouble
    return None


def _names(words: list[re.Match[str]]) -> Iterator[tuple[int, str]]:
    """How many of these words may name a place, the most first, and the name."""
    for many in range(min(MOST_PLACE_WORDS, len(words)), 0, -1):
        if not all(_ordinary(word[0]) for word in words[:many]):
            yield many, " ".join(match[0] for match in words[:many])


def _places(text: str) -> Iterator[tuple[int, list[re.Match[str]]]]:
    """Where a place may begin, and the words from there."""
    yield from _after(_NEAR, text)
    words = list(_WORD.finditer(text))
    if words and not _ordinary(words[-1][0].lower()):
        yield words[-1].start(), words[-1:]


def _after(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, list[re.Match[str]]]]:
    words = list(_WORD.finditer(text))
    for match in pattern.finditer(text):
        after = [word for word in words if word.start() >= match.end()]
        if after:
            yield match.start(), after


def _ordinary(word: str) -> bool:
    """A word that people say for other things than a place, when it has no capital."""
    rare = word in english() and english()[word] < SAID_OFTEN
    return not word[0].isupper() and is_english(word) and not rare


def near_me(q: str) -> bool:
    """Whether somebody asks for what is near them. Where that is, they have to say."""
    return bool(_NEAR_ME.search(q))


def _near_me(reading: _Reading) -> None:
    match = _NEAR_ME.search(reading.rest)
    if match and reading.query.at is not None and reading.query.sort == "best":
        reading.take(match, "sort", sort="nearest")
