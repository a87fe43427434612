"""S3: the rebuild itself is killed half way, again and again, while people search."""

import os
import random
import signal
import time

import pytest
from django.db import connection, connections
from django.test import Client

from marketplace.core import pagecache
from providers.listings.models import Listing
from search import documents, services
from search.backends.elasticsearch import ElasticsearchBackend, indices
from search.backends.elasticsearch.connecting import client
from search.services import rebuild
from tests.factories.listings import make_listing, make_provider
from tests.faults.plugin import share

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.elasticsearch,
    pytest.mark.usefixtures("own_server"),
    pytest.mark.django_db(transaction=True),
]
NOTICE = b"Some results may be missing"
MANY, AT_A_TIME = 40, 4  # listings, and how many of them a rebuild writes together here


@pytest.fixture
def many(only_on_postgresql, own_server, cast, monkeypatch) -> None:
    monkeypatch.setattr(rebuild, "BATCH", AT_A_TIME)
    provider = make_provider(cast.council["quantock"])
    for number in range(MANY):
        make_listing(provider, title=f"Help {number}")
    services.index_rebuild()


def answers() -> bool:
    """Whether the server, and not the file that stands by, answers a search that nobody has kept."""
    pagecache.forget_all()
    page = Client().get("/search/?q=help&postcode=TA1+1AA&within=30").content
    return b'class="hb-card"' in page and NOTICE not in page


def rebuilding() -> int:
    """A process of its own that rebuilds the server's index, a moment at every step. Returns its number."""
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            connections.close_all()
            services.index_rebuild(only="elasticsearch", progress=lambda *_at: time.sleep(0.1))
        finally:
            os._exit(0)
    return child


def held_by(name: str | None) -> int:
    return len(ElasticsearchBackend(name).held()) if name else 0


@pytest.mark.fault("S3")
def test_a_rebuild_killed_half_way_leaves_the_old_index_answering_and_is_gone_on_with(many, fault_row):
    """QUALITY S3."""
    gone_on = 0
    for _kill in range(share(20)):
        before, begun = indices.in_use(), indices.unfinished()
        had = held_by(begun)
        child, ends = rebuilding(), time.monotonic() + random.uniform(0.2, 1.0)
        while time.monotonic() < ends:
            if not answers():
                fault_row.violation("nobody answered while a new index was being made")
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        fault_row.count()
        if not answers():
            fault_row.violation("nobody answered after the kill")
        if indices.in_use() != before:
            continue  # this one had come to its end
        gone_on += begun is not None and begun == indices.unfinished() and held_by(begun) >= had > 0
    services.index_rebuild(only="elasticsearch")
    shown = documents.of_ids(Listing.objects.visible().values_list("pk", flat=True))
    assert ElasticsearchBackend().held() == {found.id: (found.version, found.hash) for found in shown}
    assert gone_on or share(20) < 20, "no rebuild went on where one was killed"


@pytest.mark.fault("S3", canary=True)
def test_canary_a_rebuild_that_clears_the_place_first_answers_nobody(many, monkeypatch):
    honest = indices.create

    def create(*given, **named):
        client().indices.delete(index=indices.in_use())
        return honest(*given, **named)

    monkeypatch.setattr(indices, "create", create)
    child = rebuilding()
    time.sleep(0.5)
    answered = answers()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert not answered
