"""Search on an Elasticsearch 8 server or cluster: one document a listing, in a dated index behind an alias."""

from .backend import ElasticsearchBackend

__all__ = ["ElasticsearchBackend"]
