"""Pages for strangers, kept in the process's memory until anything public changes.

Only views that say `@for_everyone` are kept. A generation number in a small file (or in Redis, where several
machines serve) is part of the key: `something_public_changed()` moves it on, so a suspended listing is gone
from every process at the next request.
"""

import os
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse

KEPT_FOR = 60.0  # seconds; dates such as "open today" may not be older
MOST_PAGES = 500
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
        return cache.get("public-generation", 0)
    try:
        return os.stat(settings.PUBLIC_STAMP).st_mtime_ns
    except FileNotFoundError:
        return 0


def _move_on() -> None:
    if settings.REDIS_URL:
        cache.set("public-generation", time.time_ns(), None)
    else:
        with open(settings.PUBLIC_STAMP, "w") as stamp:
            stamp.write(str(time.time_ns()))


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
    key = _key(request)
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
    _kept[_key(request)] = (time.monotonic() + KEPT_FOR, response.content, list(response.items()))
    while len(_kept) > MOST_PAGES:
        _kept.popitem(last=False)


def forget_all() -> None:
    _kept.clear()
