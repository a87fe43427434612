"""Search in one SQLite file beside the database: words by FTS5, places by a covering index, facets counted here."""

from .backend import EmbeddedBackend

__all__ = ["EmbeddedBackend"]
