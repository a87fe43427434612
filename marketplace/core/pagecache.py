"""Pages for strangers, kept in the process's memory until anything public changes.

Only views that say `@for_everyone` are kept. A generation number in a small file (or in Redis, where several
machines serve) is part of the key: `something_public_changed()` moves it on, so a suspended listing is gone
from every process at the next request.
"""

import os
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache, wraps

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from redis import Redis

KEPT_FOR = 60.0  # seconds; dates such as "open today" may not be older
MOST_PAGES = 500
_GENERATION = "public-generation"
_kept: OrderedDict[tuple, tuple[float, bytes, list[tuple[str, str]]]] = OrderedDict()


def for_everyone(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view's answer is the same for all who are not signed in."""

    @wraps(view)
    def marked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.for_everyone = True  # type: ignore[attr-defined]
        return response

    return marked


def generation() -> int | str:
    if settings.REDIS_URL:
        return int(_redis(settings.REDIS_URL).get(_GENERATION) or 0)  # type: ignore[arg-type]
    try:
        return os.stat(settings.PUBLIC_STAMP).st_mtime_ns
    except FileNotFoundError:
        return 0


def _move_on() -> None:
    if settings.REDIS_URL:
        _redis(settings.REDIS_URL).set(_GENERATION, time.time_ns())
    else:
        with open(settings.PUBLIC_STAMP, "w") as stamp:
            stamp.write(str(time.time_ns()))


@lru_cache(maxsize=2)
def _redis(url: str) -> Redis:
    """Kept: Django's cache makes a client for every call, which costs five times as much as the call."""
    return Redis.from_url(url, socket_timeout=2.0)


def something_public_changed() -> None:
    """Call in the transaction that changes what strangers may see."""
    transaction.on_commit(_move_on)


def _key(request: HttpRequest) -> tuple:
    language = request.headers.get("Accept-Language", "")[:40].lower()
    welsh = language.startswith("cy") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) == "cy"
    return (
        request.get_host(),
        request.get_full_path(),
        welsh,
        bool(request.headers.get("HX-Request")),
        generation(),
    )


def look_up(request: HttpRequest) -> HttpResponse | None:
    if settings.DEBUG:
        return None
    request.kept_under = key = _key(request)  # type: ignore[attr-defined]
    found = _kept.get(key)
    if found is None or found[0] < time.monotonic():
        return None
    _kept.move_to_end(key)
    response = HttpResponse(found[1])
    for name, value in found[2]:
        response[name] = value
    return response


def may_keep(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        getattr(response, "for_everyone", False)
        and response.status_code == 200
        and not response.streaming
        and not settings.DEBUG
        and len(request.get_full_path()) < 500
    )


def keep(request: HttpRequest, response: HttpResponse) -> None:
    """Under the generation of before the page was made: what changed meanwhile may not be on it yet."""
    _kept[request.kept_under] = (  # type: ignore[attr-defined]
        time.monotonic() + KEPT_FOR,
        response.content,
        list(response.items()),
    )
    while len(_kept) > MOST_PAGES:
        _kept.popitem(last=False)


def forget_all() -> None:
    _kept.clear()
