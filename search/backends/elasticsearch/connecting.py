"""The client: made once a process from settings. Every trouble with the server comes out as IndexUnwell."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.conf import settings
from elastic_transport import ConnectionTimeout, TransportError
from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError

from ..base import IndexMissing, IndexUnwell, QuestionRefused
from ..patience import TooSlow

FIRST_NODE_SECONDS = 0.6  # where there are several nodes: what is left of the time is for another one
WRITE_SECONDS = 20.0
RETRIES = 2  # on another node when there is one; never after a time-out


def client() -> Elasticsearch:
    """The client of this process: sockets must not be shared with the one it was forked from."""
    return _client(
        settings.ELASTICSEARCH_URL,
        settings.ELASTICSEARCH_API_KEY,
        settings.ELASTICSEARCH_USER,
        settings.ELASTICSEARCH_PASSWORD,
        settings.ELASTICSEARCH_CA,
        os.getpid(),
    )


@lru_cache(maxsize=8)
def _client(urls: str, api_key: str, user: str, password: str, authority: str, process: int) -> Elasticsearch:
    allowed: dict[str, Any] = {}
    if api_key:
        allowed["api_key"] = api_key
    elif user:
        allowed["basic_auth"] = (user, password)
    if authority:
        allowed["ca_certs"] = authority
    return Elasticsearch(
        [url.strip() for url in urls.split(",")],
        request_timeout=WRITE_SECONDS,
        max_retries=RETRIES,
        retry_on_timeout=False,
        retry_on_status=(502, 503, 504),
        **allowed,
    )


def several_nodes() -> bool:
    return "," in settings.ELASTICSEARCH_URL


@lru_cache(maxsize=64)
def _patient(server: Elasticsearch, tenths: int) -> Elasticsearch:
    """Kept, as making one costs as much as a question: it has a part for every sort of call there is."""
    return server.options(request_timeout=max(1, tenths) / 10)


@contextmanager
def asking(seconds: float | None = None) -> Iterator[Elasticsearch]:
    """The client; whatever goes wrong at the server inside is IndexUnwell, or IndexMissing where it has no index.

    One call may take so many seconds (in tenths, rounded down), otherwise WRITE_SECONDS.
    """
    try:
        yield client() if seconds is None else _patient(client(), int(seconds * 10))
    except NotFoundError as error:
        raise IndexMissing("the server has no search index, run manage.py search_rebuild") from error
    except BadRequestError as error:
        raise QuestionRefused(f"the server did not take the question: {_reason(error)}") from error
    except ApiError as error:
        raise IndexUnwell(f"the server answered {error.meta.status}: {_reason(error)}") from error
    except ConnectionTimeout as error:
        raise TooSlow("the server does not answer in time") from error
    except TransportError as error:
        raise IndexUnwell(f"the server does not answer: {type(error).__name__}") from error
    except ValueError as error:  # an address that cannot be one; also refused when the site starts
        raise IndexUnwell(f"ELASTICSEARCH_URL: {error}") from error


def _reason(error: ApiError) -> str:
    found = error.body.get("error") if isinstance(error.body, dict) else None
    return str(found.get("type", "") if isinstance(found, dict) else error.message)[:120]
