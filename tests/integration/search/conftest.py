"""An index of its own for each test, and live listings around Taunton in it."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace.core import outbox, pagecache
from providers.listings.models import Listing
from search import services
from search.backends.elasticsearch import indices
from search.backends.elasticsearch.connecting import client
from search.backends.guarded import breaker_of
from tests.factories.listings import make_category, make_listing, make_offer, make_provider

TAUNTON = "TA1 1AA"


@pytest.fixture(autouse=True)
def own_index(tmp_path: Path, settings) -> None:
    settings.SEARCH_DB = str(tmp_path / "search.sqlite3")


@pytest.fixture
def own_server(settings) -> Iterator[None]:
    """The real search server, in indices of this test's own, which are gone afterwards."""
    settings.ELASTICSEARCH_URL = os.environ["ELASTICSEARCH_URL"]
    settings.ELASTICSEARCH_INDEX = f"test-{os.getpid()}-{random.randrange(10**6)}"
    breaker_of.cache_clear()
    yield
    settings.ELASTICSEARCH_URL = os.environ["ELASTICSEARCH_URL"]
    client().indices.delete(index=",".join(indices.every_one()) or "none", ignore_unavailable=True)
    client().options(ignore_status=404).synonyms.delete_synonym(id=indices.synonyms_set())
    breaker_of.cache_clear()


@pytest.fixture
def gardener(cast) -> Listing:
    """Sam, 10 miles round Taunton, £18 an hour."""
    listing = make_listing(make_provider(cast.council["quantock"], cast.sam), categories=(make_category(),))
    make_offer(listing)
    return listing


@pytest.fixture
def cook(cast) -> Listing:
    """A lunch club in Taunton, free."""
    council = cast.council["quantock"]
    listing = make_listing(
        make_provider(council, name="Ruth’s kitchen"),
        title="Ruth’s Tuesday lunch",
        categories=(make_category("meals", "Meals and cooking", "pan"),),
        takes_direct_payments=False,
        who="A kitchen in a church hall",
        summary="Soup, bread and company.",
        about="We cook together and eat together.",
        comes_to_you=False,
        reach_kind="venue",
        venue_name="The church hall",
        venue_postcode="TA1 1JD",
        accessible_venue=True,
        days=["tue"],
    )
    make_offer(listing, "A hot lunch", 0, unit="free", minutes=None)
    return listing


@pytest.fixture
def index(cast) -> None:
    """Whatever is live, indexed; what happens afterwards goes through the outbox."""
    services.index_rebuild()


@pytest.fixture
def indexed(gardener: Listing, cook: Listing) -> list[Listing]:
    services.index_rebuild()
    return [gardener, cook]


def deliver() -> None:
    """What the worker does after commit; the tests' transaction never commits, so kept pages are dropped here."""
    outbox.deliver()
    pagecache.forget_all()
