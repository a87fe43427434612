"""Where this site's twin keeps its memory, and what signs its webhooks."""

from functools import lru_cache

from django.conf import settings

from .store import Store


@lru_cache(maxsize=8)
def _store(path: str) -> Store:
    return Store(path)


def store() -> Store:
    return _store(str(settings.SANDBOX_DB))
