"""The file that stands by beside a server that is well: nobody asks it, so somebody must see to it."""

import os

import pytest
from django.test import Client

from providers.listings.models import Listing
from search import backends, jobs, selectors, services
from search.backends.elasticsearch import indices
from search.backends.embedded import EmbeddedBackend, store
from tests.factories.listings import make_listing, make_offer, make_provider
from tests.faults.proxy import in_front_of

from .test_server import NOTICE, agrees, ask

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.elasticsearch,
    pytest.mark.xdist_group("elasticsearch"),
    pytest.mark.usefixtures("own_server"),
]
MISSING = "The copy that answers while the search server is away is missing"


@pytest.fixture
def listing(cast) -> Listing:
    made = make_listing(make_provider(cast.council["quantock"]), title="Help")
    make_offer(made)
    services.index_rebuild()
    return made


def lose_the_file(settings) -> None:
    os.unlink(settings.SEARCH_DB)


def grow_old(settings) -> None:
    """As after an upgrade whose tables are others."""
    store.connection().execute("UPDATE meta SET value = '0'")
    store._open.connection = None


def parts() -> dict[str, str]:
    ready = Client().get("/health/ready")
    assert ready.status_code == 200  # pages go on
    return ready.json()["parts"]


@pytest.mark.parametrize("harm", [lose_the_file, grow_old])
def test_a_standby_that_is_missing_or_old_is_said_and_the_worker_builds_it_at_its_next_tick(
    harm, listing, cast, client_of, settings
):
    """Searches are answered by the server all the while, so nobody else would notice."""
    moira = client_of(cast.moira)
    assert (parts()["search index"], parts()["search standby"]) == ("ok", "ok")
    assert MISSING not in moira.get("/admin/").content.decode()
    harm(settings)
    assert parts()["search index"] == "ok"
    assert "search_rebuild" in parts()["search standby"]
    panel = moira.get("/admin/").content.decode()
    assert "Search is well" in panel
    assert MISSING in panel
    assert NOTICE.encode() not in ask()[1]
    in_use = indices.in_use()
    jobs.build_what_is_missing.call_local()
    assert parts()["search standby"] == "ok"
    assert MISSING not in moira.get("/admin/").content.decode()
    assert agrees()
    assert indices.in_use() == in_use  # what was well is left alone


def test_with_neither_server_nor_file_the_panel_says_both_and_the_file_is_built_meanwhile(
    listing, cast, client_of, settings
):
    with in_front_of(settings.ELASTICSEARCH_URL) as proxy:
        settings.ELASTICSEARCH_URL, proxy.mode = proxy.url, "cut"
        lose_the_file(settings)
        panel = client_of(cast.moira).get("/admin/").content.decode()
        assert "and there is no copy on this machine" in panel
        assert services.missing_build() == ["embedded"]
        assert EmbeddedBackend().held().keys() == {listing.pk}
        assert NOTICE.encode() in ask()[1]


def test_a_new_deployment_gets_both_without_anybody_running_a_command(cast, settings):
    make_listing(make_provider(cast.council["quantock"]))
    for _look in range(3):  # health is asked more than once before the worker's tick
        assert sorted(selectors.missing_indices()) == ["elasticsearch", "embedded"]
    jobs.build_what_is_missing.call_local()
    assert selectors.missing_indices() == []
    assert agrees()


def test_while_another_rebuild_runs_the_tick_leaves_it_alone(listing, settings):
    lose_the_file(settings)
    with store.rebuilding_alone():
        assert services.missing_build() == []
    assert services.missing_build() == ["embedded"]


def test_without_a_server_there_is_nothing_that_stands_by(listing, settings):
    settings.ELASTICSEARCH_URL = ""
    assert parts()["search standby"] == "none, the file itself answers"
    assert list(backends.named()) == ["embedded"]
