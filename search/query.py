"""What somebody asks of the search, read from an address that anybody may have typed. Reading it never fails."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import cast
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.core import geo, money
from marketplace.core.text import one_line

from .words.wording import Wording, plainly

LONGEST_WORDS, LONGEST_PLACE, MOST_VALUES, LAST_PAGE = 200, 120, 30, 100_000
DISTANCES, USUAL_DISTANCE = (3, 5, 10, 15, 20, 30), 5  # miles
DAYS = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}
WAYS = {"comes": _("They come to me"), "there": _("I go there")}
PAYING = {"dp": _("Takes direct payments"), "free": _("Free"), "shared": _("Can be shared")}
VENUES = {"step_free": _("Step-free place")}
DOERS = {"women": _("Done by a woman"), "men": _("Done by a man")}
SORTS = {
    "best": _("Best match first"),
    "nearest": _("Nearest first"),
    "price": _("Lowest price first"),
    "newest": _("Newest first"),
}
MANY = ("kind", "way", "day", "pay", "check", "language", "venue", "doer")  # parameters that may be given several times
_E_MAIL = re.compile(r"[^\s@]+@[^\s@]+")  # nobody is found by one, and it is nobody else's business
_SLUG = re.compile(r"[a-z0-9_-]{1,60}")
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,9})?")
_CURSOR = re.compile(r"[A-Za-z0-9_-]{1,400}")


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Words, a place and what to leave out. `at` is None without a place, or with one that we could not find.

    Backends look for `asked()`, never for `q`. `exact` wants the very words, without rules and corrections. `after` is
    where a page beyond the first ten thousand hits begins; see `SearchResults.cursor`. `e_mail_left_out`: one was typed
    among the words, and is not in them.

    Prices are pence a unit. `check` and `kind` hold slugs, `language` names, the rest keys of the tables above.
    Several kinds, ways, days, languages or doers mean any of them; several checks or ways of paying mean all of them.
    """

    q: str = ""
    postcode: str = ""
    within: int = USUAL_DISTANCE
    kind: tuple[str, ...] = ()
    way: tuple[str, ...] = ()
    day: tuple[str, ...] = ()
    price_from: int | None = None
    price_to: int | None = None
    pay: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    venue: tuple[str, ...] = ()
    doer: tuple[str, ...] = ()
    sort: str = "best"
    page: int = 1
    exact: bool = False
    after: str = ""
    e_mail_left_out: bool = field(default=False, compare=False)
    at: geo.Place | None = field(default=None, compare=False)
    trouble: geo.Trouble | None = field(default=None, compare=False)
    wording: Wording | None = field(default=None, compare=False)

    def asked(self) -> Wording:
        """The words as understood (see `search.words`), or as they stand when nobody has thought about them."""
        return self.wording or plainly(self.q)

    @classmethod
    def from_url(cls, data: QueryDict) -> "SearchQuery":
        """The question in these parameters; what cannot be read is left out."""
        postcode = one_line(data.get("postcode", "")[: LONGEST_PLACE * 2])[: LONGEST_PLACE + 1]
        where = geo.understand(postcode) if postcode else None
        return cls(
            q=one_line(_E_MAIL.sub(" ", data.get("q", "")[: LONGEST_WORDS * 2]))[:LONGEST_WORDS].strip(),
            postcode=postcode[:LONGEST_PLACE],
            within=_number(data.get("within", ""), DISTANCES, USUAL_DISTANCE),
            kind=_slugs(data.getlist("kind")),
            way=_known(data.getlist("way"), WAYS),
            day=_known(data.getlist("day"), DAYS),
            price_from=_pence(data.get("price_from", "")),
            price_to=_pence(data.get("price_to", "")),
            pay=_known(data.getlist("pay"), PAYING),
            check=_slugs(data.getlist("check")),
            language=tuple(dict.fromkeys(one_line(name[:60]) for name in data.getlist("language")[:MOST_VALUES])),
            venue=_known(data.getlist("venue"), VENUES),
            doer=_known(data.getlist("doer"), DOERS),
            sort=data.get("sort", "") if data.get("sort", "") in SORTS else "best",
            page=_page(data.get("page", "")),
            exact=data.get("exact", "") == "1",
            e_mail_left_out=bool(_E_MAIL.search(data.get("q", "")[: LONGEST_WORDS * 2])),
            after=data.get("after", "") if _CURSOR.fullmatch(data.get("after", "")) else "",
            at=where if isinstance(where, geo.Place) else None,
            trouble=where if isinstance(where, geo.Trouble) else None,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters that say the same, without those that say what is usual."""
        found = []
        for name in _PARAMETERS:
            value = getattr(self, name)
            if value == _USUAL[name]:
                continue
            if name in MANY:
                found += [(name, each) for each in value]
            elif name in ("price_from", "price_to"):
                found.append((name, money.pounds(value).removeprefix("£")))
            else:
                found.append((name, "1" if value is True else str(value)))
        return found

    def url(self) -> str:
        """The address that asks this."""
        pairs = self.pairs()
        return _address() + (f"?{urlencode(pairs)}" if pairs else "")

    def but(self, **changes: object) -> "SearchQuery":
        """The same question with these changes, from its first page."""
        return replace(self, **{"page": 1, "after": "", **changes})  # type: ignore[arg-type]

    def turned(self, cursor: str) -> "SearchQuery":
        """The same question, from the page that this cursor asks for."""
        page, _mark, after = cursor.partition("~")
        return replace(self, page=int(page), after=after)

    def without(self, name: str, value: str | None = None) -> "SearchQuery":
        """The question without one filter, or without one of its values."""
        if name in MANY and value is not None:
            return self.but(**{name: tuple(each for each in getattr(self, name) if each != value)})
        return self.but(**{name: _USUAL[name]})

    def unfiltered(self) -> "SearchQuery":
        """Only the words, the place and the distance."""
        return SearchQuery(q=self.q, postcode=self.postcode, within=self.within, at=self.at, trouble=self.trouble)

    @property
    def narrowed(self) -> bool:
        """Whether anything was chosen besides words, place and distance."""
        return self.unfiltered() != self.but(wording=None, exact=False, sort=SearchQuery().sort)

    def only(self, **known: Iterable[str]) -> "SearchQuery":
        """Without values that the index has never heard of: `query.only(kind=..., check=..., language=...)`."""
        kept = {name: tuple(each for each in getattr(self, name) if each in values) for name, values in known.items()}
        return replace(self, **kept)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class MapPiece:
    """A piece of the map that somebody looks at, in degrees, at a zoom of Web Mercator."""

    south: float = 49.0
    west: float = -9.0
    north: float = 61.0
    east: float = 3.0
    zoom: int = 6

    @classmethod
    def from_url(cls, data: QueryDict) -> "MapPiece":
        """From "box=south,west,north,east&zoom=9"; the whole country for what cannot be read.

        >>> MapPiece.from_url(QueryDict("box=51,-4,52,-3&zoom=9")).north
        52.0
        >>> MapPiece.from_url(QueryDict("box=nan,-4,52,900&zoom=x")) == MapPiece()
        True
        """
        zoom = data.get("zoom", "")
        near = int(zoom) if zoom.isascii() and zoom.isdigit() and len(zoom) < 3 else cls().zoom
        parts = [_degrees(part) for part in data.get("box", "")[:100].split(",")]
        if len(parts) != 4 or None in parts:
            return cls(zoom=min(near, 14))
        south, west, north, east = cast(list[float], parts)
        if not (-85 <= south < north <= 85 and -180 <= west < east <= 180):
            return cls(zoom=min(near, 14))
        return cls(south, west, north, east, min(near, 14))


def _degrees(text: str) -> float | None:
    return float(text) if _DEGREES.fullmatch(text) else None


_PARAMETERS = tuple(entry.name for entry in fields(SearchQuery) if entry.compare)
_USUAL = {entry.name: getattr(SearchQuery(), entry.name) for entry in fields(SearchQuery)}


@lru_cache(maxsize=1)
def _address() -> str:
    """Where every search is: a page of results says it several times."""
    return reverse("search:results")


def _number(text: str, allowed: tuple[int, ...], usual: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 and int(text) in allowed else usual


def _page(text: str) -> int:
    return min(max(1, int(text)), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 12 else 1


def _pence(text: str) -> int | None:
    try:
        return money.parse_pounds(text[:20])
    except money.NotMoney:
        return None


def _known(values: list[str], allowed: Iterable[str]) -> tuple[str, ...]:
    return tuple(key for key in allowed if key in values[: MOST_VALUES * 2])


def _slugs(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values[:MOST_VALUES] if _SLUG.fullmatch(value)))
