"""Why each listing stands where it does, for curators: the factors of its score, as `rules` says them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from providers.listings.models import Listing

from . import documents, rules
from .query import SearchQuery
from .selectors import Answer
from .words.matching import stem
from .words.wording import Group


@dataclass(frozen=True, slots=True)
class Why:
    """`words` counts what was found, `near` and `fresh` weigh from 0 to 1; the three make the `score`."""

    name: str
    found: tuple[str, ...]
    words: float
    near: float
    fresh: float
    score: float


def why(answer: Answer, *, today: date) -> list[Why]:
    """One line for each hit of the page, in its order. About 7 queries."""
    ids = [hit.id for hit in answer.results.hits]
    texts = {each.id: _fields(each) for each in documents.of_ids(ids)}
    assured = dict(Listing.objects.filter(pk__in=ids).values_list("pk", "assured_on"))
    lines = []
    for hit in answer.results.hits:
        day = assured.get(hit.id)
        near = rules.nearness(hit.distance_miles, answer.query.within)
        fresh = rules.freshness((today - day).days) if day else rules.OLD_WEIGHT
        found = tuple(_found(answer.query, texts.get(hit.id, {})))
        lines.append(Why(str(hit.card["name"]), found, hit.score / (near * fresh or 1.0), near, fresh, hit.score))
    return lines


def _fields(document: documents.Document) -> dict[str, list[str]]:
    texts = {
        _("name"): document.title,
        _("kind of help"): document.kinds_words,
        _("price list"): document.offers,
        _("summary"): document.summary,
        _("description"): document.about,
        _("provider"): document.provider,
    }
    return {name: [stem(word) for word in rules.in_order(text)] for name, text in texts.items()}


def _found(query: SearchQuery, texts: dict[str, list[str]]) -> Iterable[str]:
    for group in query.asked().groups:
        yield from _found_of(group, texts)


def _found_of(group: Group, texts: dict[str, list[str]]) -> Iterable[str]:
    for words, weight in group.alternatives:
        stems = [stem(word) for word in rules.in_order(words)]
        places = [name for name, text in texts.items() if _stands_in(stems, text)]
        if places and stems:
            yield _("“%(words)s” (weight %(weight)s) in %(places)s") % {
                "words": words,
                "weight": f"{weight:g}",
                "places": ", ".join(places),
            }


def _stands_in(stems: list[str], text: list[str]) -> bool:
    return any(text[at : at + len(stems)] == stems for at in range(len(text) - len(stems) + 1))
