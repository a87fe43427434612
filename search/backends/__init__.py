"""The index in use. Elasticsearch will stand beside the embedded one here."""

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
from .embedded import EmbeddedBackend

__all__ = [
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
]


def current() -> SearchBackend:
    """The backend that settings name."""
    return EmbeddedBackend()
