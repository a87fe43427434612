"""What the server keeps of a listing, and how it takes words apart. A change here needs another FORM, and a rebuild."""

import json
from typing import Any

from elasticsearch.dsl import (
    Byte,
    GeoPoint,
    Integer,
    Keyword,
    Long,
    MetaField,
    Object,
    Text,
    analyzer,
    token_filter,
)
from elasticsearch.dsl import Document as DslDocument

from providers.listings.models.page import REACHES

from ... import rules
from ...documents import Document

FORM = "5"  # an index of another form is not written to; `search_rebuild` makes one of this form
FLAGS = ("comes", "there", "free", "dp", "shared", "step_free", "men", "women")
TIES, TIE_BITS = 8, 3
K1, B = 8.0, 0.75  # of BM25: a word in a title counts as ten, so the usual k1 of 1.2 would soon stop counting
WORDS = {"title": 10, "kinds_words": 8, "offers": 5, "summary": 4, "provider": 3, "about": 1}  # as the embedded backend
EVERYWHERE = "everywhere"  # among the areas of a listing with a point that keeps to none
UNPLACED = "unplaced"  # among the flags of one without a point
CARD_FIELDS = ["version", "place", "flags", "card"]
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_possessive = token_filter("possessive", "stemmer", language="possessive_english")
_stem = token_filter("stem", "stemmer", language="english")
_grams = token_filter("grams", "edge_ngram", min_gram=2, max_gram=15)
_folding = ["lowercase", "asciifolding"]
PLAIN = analyzer("plain", tokenizer="standard", filter=[*_folding, _possessive, _stem])
FOLDED = analyzer("folded", tokenizer="standard", filter=[*_folding, _possessive])
TYPED = analyzer("typed", tokenizer="standard", filter=[*_folding, _possessive, _grams])


def asked(synonyms_set: str) -> Any:
    """The analyzer of what people type: `plain`, and then the curators' rules, which the server can reload."""
    lay_words = token_filter(
        "lay_words", "synonym_graph", synonyms_set=synonyms_set, updateable=True, lenient=True
    )  # after the stems, so that a rule holds for every ending
    return analyzer("asked", tokenizer="standard", filter=[*_folding, _possessive, _stem, lay_words])


def _named() -> Text:
    return Text(analyzer=PLAIN, fields={"typed": Text(analyzer=TYPED, search_analyzer=FOLDED, norms=False)})


def reached(miles: int) -> str:
    """The field in which listings that reach so far have their point."""
    return f"at_{miles}"


class ListingDocument(DslDocument):
    """One listing as strangers know it; field by field as `search.documents.Document` has it.

    `kind_names`: "slug name". `at_2`-`at_30`: the point again, under how many miles the listing reaches, so that each
    distance has its own, smaller index. `assured`: ordinal of a day. `published`: seconds since 1970. `t0`-`t7`: small
    hashes of the id, by which equals are put in the order of the day.
    """

    id = Long()
    version = Long(index=False)
    hash = Keyword(index=False)
    title = _named()
    kinds_words = Text(analyzer=PLAIN)
    offers = Text(analyzer=PLAIN)
    summary = Text(analyzer=PLAIN)
    about = Text(analyzer=PLAIN)
    provider = _named()
    kinds = Keyword(similarity="once")
    kind_names = Keyword(index=False)
    days = Keyword()
    languages = Keyword()
    checks = Keyword()
    council = Keyword()
    flags = Keyword()
    price = Integer()
    place = GeoPoint()
    areas = Keyword()
    assured = Integer()
    published = Long()
    card = Object(enabled=False)

    class Meta:
        dynamic = MetaField("strict")


for _number in range(TIES):
    ListingDocument._doc_type.mapping.field(f"t{_number}", Byte(index=False))
for _miles in REACHES:
    ListingDocument._doc_type.mapping.field(reached(_miles), GeoPoint())


def body(*, synonyms_set: str, state: str, shards: int, replicas: int) -> dict[str, Any]:
    """Settings and mappings of a new index. `state` is kept in `_meta` with the form."""
    mapping = ListingDocument._doc_type.mapping
    analysis: dict[str, Any] = {}
    for each in (PLAIN, FOLDED, TYPED, asked(synonyms_set)):
        for section, named in each.get_analysis_definition().items():
            analysis.setdefault(section, {}).update(named)
        analysis.setdefault("analyzer", {})[each._name] = each.get_definition()
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": "1s",  # said, or the server would stop refreshing while nobody searches
            "gc_deletes": "1h",  # for so long a late, older change cannot bring back what was taken out
            "analysis": analysis,
            "similarity": {"default": {"type": "BM25", "k1": K1, "b": B}, "once": {"type": "BM25"}},
        },
        "mappings": {**mapping.to_dict(), "_meta": meta(state)},
    }


def meta(state: str) -> dict[str, str]:
    return {"form": FORM, "state": state}


def source_of(document: Document) -> dict[str, Any]:
    """The document as the server keeps it. What is None or empty is left out."""
    flags = [name for name in FLAGS if getattr(document, name)] + ([] if document.point else [UNPLACED])
    found = {
        "id": document.id,
        "version": document.version,
        "hash": document.hash,
        "title": document.title,
        "kinds_words": document.kinds_words,
        "offers": document.offers,
        "summary": document.summary,
        "about": document.about,
        "provider": document.provider,
        "kinds": document.kind_slugs,
        "kind_names": [f"{slug} {name}" for slug, name in document.kinds],
        "days": document.days,
        "languages": document.languages,
        "checks": document.checks,
        "council": document.council,
        "flags": flags,
        "price": document.price_pence,
        **_place_of(document),
        "assured": document.assured,
        "published": document.published,
        "card": document.card,
        **ties_of(document.id),
    }
    return {name: value for name, value in found.items() if value not in (None, "", (), [])}


def _place_of(document: Document) -> dict[str, Any]:
    if document.point is None:
        return {"areas": document.areas}
    point = {"lat": document.lat, "lon": document.lon}
    found: dict[str, Any] = {"place": point, "areas": document.areas or EVERYWHERE}
    miles = [each for each in REACHES if document.reach_miles is None or each <= document.reach_miles]
    return {**found, reached(miles[-1]): point} if miles else found


def ties_of(listing_id: int) -> dict[str, int]:
    """Small hashes of an id, of three bits each.

    >>> sorted(ties_of(7)) == [f"t{number}" for number in range(TIES)]
    True
    """
    mixed = rules.mixed(listing_id)
    return {f"t{number}": mixed >> number * TIE_BITS & 2**TIE_BITS - 1 for number in range(TIES)}


def line(source: dict[str, Any]) -> bytes:
    """One line of a bulk request."""
    return _compact(source).encode()
