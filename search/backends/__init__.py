"""The index in use. Elasticsearch will stand beside the embedded one here."""

from .base import Facets, Hit, IndexUnwell, Known, SearchBackend, SearchResults, Suggestion
from .embedded import EmbeddedBackend

__all__ = [
    "Facets",
    "Hit",
    "IndexUnwell",
    "Known",
    "SearchBackend",
    "SearchResults",
    "Suggestion",
    "current",
]


def current() -> SearchBackend:
    """The backend that settings name."""
    return EmbeddedBackend()
