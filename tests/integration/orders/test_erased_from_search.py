"""A16 in the index: whoever was erased is in neither search engine, and within the hour in no byte of the file."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as site
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import CLOCKWORK
from marketplace.people.erasure import services as erasure
from providers.listings import services as listings
from search import services
from search.backends.elasticsearch import indices
from search.backends.elasticsearch.connecting import client
from search.backends.embedded import store
from tests.factories.listings import make_category, make_listing, make_offer, make_provider
from tests.integration.orders.conftest import by_self
from tests.integration.search.conftest import own_server

__all__ = ["own_server"]
pytestmark = [pytest.mark.django_db, pytest.mark.fault("A16")]
MARKS = ("zebadiah", "quillfeather", "01632960442")


TABLES = ("meta", "sets", "kinds", "gone", "cards", "listing", "words")


def embedded_words() -> str:
    """What anybody can ask of the embedded index."""
    index = store.connection()
    return str([index.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES]).lower()


def embedded_bytes() -> str:
    """Everything that lies where the embedded index is kept, forgotten pages of it included."""
    path = Path(site.SEARCH_DB)
    return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*")).decode(errors="replace").lower()


def server_words() -> str:
    client().indices.refresh(index=",".join(indices.every_one()))
    found = client().search(index=",".join(indices.every_one()), query={"match_all": {}}, size=1000)
    return str([hit["_source"] for hit in found["hits"]["hits"]]).lower()


@pytest.fixture(
    params=[
        "embedded",
        pytest.param("server", marks=[pytest.mark.elasticsearch, pytest.mark.xdist_group("elasticsearch")]),
    ]
)
def read_index(request, settings, tmp_path) -> Callable[[], str]:
    settings.SEARCH_DB = str(tmp_path / "search.sqlite3")
    if request.param == "embedded":
        return embedded_words
    request.getfixturevalue("own_server")
    return server_words


def test_a_provider_who_went_is_in_no_index(cast, sam, read_index, fault_row):
    words = {"title": "Zebadiah’s garden", "about": "Zebadiah Quillfeather digs and mows.", "summary": "Ask Zebadiah."}
    listing = make_listing(sam, categories=(make_category(),), **words)
    make_offer(listing)
    services.index_rebuild()
    assert "zebadiah" in read_index(), "the mark is there before"
    now = timezone.now()
    listings.listing_archive(listing=listing, by=by_self(cast.sam), user=cast.sam, now=now)
    erasure.person_erase(person=cast.sam, by=CLOCKWORK, now=now)
    outbox.deliver(limit=1000)
    text = read_index()
    for mark in MARKS:
        fault_row.count()
        if mark in text:
            fault_row.violation(f"{mark} in the index")


def test_within_the_hour_no_byte_of_them_lies_in_the_file(cast, sam, settings, tmp_path, fault_row):
    """Neither in free pages, nor among the terms, nor in the log; what others wrote is found as before."""
    settings.SEARCH_DB = str(tmp_path / "search.sqlite3")
    words = {"title": "Zebadiah’s garden", "about": "Zebadiah Quillfeather digs and mows. " * 40}
    listing = make_listing(sam, categories=(make_category(),), **words)
    other = make_listing(make_provider(cast.council["quantock"], cast.asha, "Asha’s Co-op"), title="Baths and walks")
    services.index_rebuild()
    services.listings_index(ids=[listing.pk, other.pk])
    now = timezone.now()
    listings.listing_archive(listing=listing, by=by_self(cast.sam), user=cast.sam, now=now)
    erasure.person_erase(person=cast.sam, by=CLOCKWORK, now=now)
    outbox.deliver(limit=1000)
    assert "zebadiah" in embedded_bytes(), "the log has pages from before"
    assert services.words_overwrite()
    for mark in ("quillfeath", *MARKS):
        fault_row.count()
        if mark in embedded_bytes():
            fault_row.violation(f"{mark} in the file")
    assert "baths and walks" in embedded_words()
    assert not services.words_overwrite(), "nothing is left to do"


def test_while_somebody_reads_the_log_it_is_tried_again(cast, sam, settings, tmp_path):
    settings.SEARCH_DB = str(tmp_path / "search.sqlite3")
    listing = make_listing(sam, categories=(make_category(),), title="Zebadiah’s garden")
    services.index_rebuild()
    reader = store.open_file(settings.SEARCH_DB)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM cards").fetchone()
    listings.listing_archive(listing=listing, by=by_self(cast.sam), user=cast.sam, now=timezone.now())
    outbox.deliver(limit=1000)
    store.connection().execute("PRAGMA busy_timeout = 50")
    assert services.words_overwrite()
    assert "zebadiah" in embedded_bytes()
    reader.execute("ROLLBACK")
    reader.close()
    assert services.words_overwrite()
    assert "zebadiah" not in embedded_bytes()


def test_the_next_index_is_a_new_file_without_a_byte_of_them(cast, sam, settings, tmp_path):
    """A rebuilt index takes the file away, at once."""
    settings.SEARCH_DB = str(tmp_path / "search.sqlite3")
    listing = make_listing(sam, categories=(make_category(),), title="Zebadiah’s garden")
    services.index_rebuild()
    assert "zebadiah" in embedded_bytes()
    now = timezone.now()
    listings.listing_archive(listing=listing, by=by_self(cast.sam), user=cast.sam, now=now)
    erasure.person_erase(person=cast.sam, by=CLOCKWORK, now=now)
    outbox.deliver(limit=1000)
    services.index_rebuild()
    assert not [mark for mark in MARKS if mark in embedded_bytes()]
