"""Start-up refusals: settings of the search server that cannot be meant."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register
def the_search_server_can_be_reached_as_named(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Only what can be known without asking it: the site starts while the server is away."""
    if not settings.ELASTICSEARCH_URL:
        return []
    urls = [urlsplit(url.strip()) for url in settings.ELASTICSEARCH_URL.split(",")]
    found: list[CheckMessage] = []
    if any(url.scheme not in ("http", "https") or not url.hostname or not _port(url) for url in urls):
        found.append(
            Error("ELASTICSEARCH_URL must be like https://search.example:9200, with its port.", id="search.E001")
        )
    if settings.ELASTICSEARCH_CA and not Path(settings.ELASTICSEARCH_CA).is_file():
        found.append(Error("ELASTICSEARCH_CA must be the path of a certificate file.", id="search.E002"))
    if settings.ELASTICSEARCH_CA and any(url.scheme == "http" for url in urls):
        found.append(Error("ELASTICSEARCH_CA is of no use with an http address.", id="search.E003"))
    if settings.ELASTICSEARCH_API_KEY and (settings.ELASTICSEARCH_USER or any(url.username for url in urls)):
        found.append(Error("Give ELASTICSEARCH_API_KEY or a user, not both.", id="search.E004"))
    if bool(settings.ELASTICSEARCH_USER) != bool(settings.ELASTICSEARCH_PASSWORD):
        found.append(Error("ELASTICSEARCH_USER and ELASTICSEARCH_PASSWORD belong together.", id="search.E005"))
    name = settings.ELASTICSEARCH_INDEX
    if not name.replace("-", "").replace("_", "").isalnum() or name != name.lower() or name[0] in "-_":
        found.append(Error("ELASTICSEARCH_INDEX must be small letters, digits and hyphens.", id="search.E006"))
    return found


def _port(url: Any) -> int | None:
    try:
        return url.port
    except ValueError:
        return None
