"""The index in use: Elasticsearch where settings name a server, with the embedded file standing by; else the file."""

from django.conf import settings

from .base import (
    Box,
    Cluster,
    Facets,
    Hit,
    IndexMissing,
    IndexUnwell,
    Known,
    Piece,
    QuestionRefused,
    SearchBackend,
    SearchResults,
    Suggestion,
)
from .elasticsearch import ElasticsearchBackend
from .embedded import EmbeddedBackend
from .guarded import Guarded, breaker_of
from .patience import one_patience

__all__ = [
    "SCRATCH",
    "Box",
    "Cluster",
    "Facets",
    "Hit",
    "IndexMissing",
    "IndexUnwell",
    "Known",
    "Piece",
    "QuestionRefused",
    "SearchBackend",
    "SearchResults",
    "Suggestion",
    "current",
    "in_turn",
    "named",
    "one_patience",
]


SCRATCH = {"elasticsearch": ElasticsearchBackend.scratch}  # by name: an index of some documents, to try things on


def current() -> SearchBackend:
    """The backend that settings name."""
    return in_turn()[0]


def in_turn() -> list[SearchBackend]:
    """Every index of this deployment, the one to ask first before the one that answers while it is unwell.

    The worker keeps all of them.
    """
    return list(named().values())


def named() -> dict[str, SearchBackend]:
    """The same, by name."""
    found: dict[str, SearchBackend] = {}
    if settings.ELASTICSEARCH_URL:
        found["elasticsearch"] = Guarded(ElasticsearchBackend(), breaker_of(settings.ELASTICSEARCH_URL))
    found["embedded"] = EmbeddedBackend()
    return found
