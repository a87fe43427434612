"""The index follows the database: in any order, after drift, and while it is rebuilt."""

import os
import random
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from providers.listings import services as listings
from providers.listings.models import Category, Listing
from providers.listings.states import HoldKind
from search import documents, services
from search.backends import IndexUnwell, current
from search.backends.embedded import EmbeddedBackend, store
from tests.factories.documents import make_document
from tests.factories.listings import make_listing, make_offer, make_provider

pytestmark = pytest.mark.django_db
FULL = os.environ.get("FULL") == "1"


def agrees() -> bool:
    """Whether the index holds exactly what strangers may see, word for word."""
    shown = documents.of_ids(Listing.objects.visible().values_list("pk", flat=True))
    return current().held() == {found.id: (found.version, found.hash) for found in shown}


@pytest.fixture
def dozen(cast) -> list[Listing]:
    made = [make_listing(make_provider(cast.council["quantock"]), title=f"Help {number}") for number in range(12)]
    for listing in made:
        make_offer(listing)
    services.index_rebuild()
    return made


def test_nothing_private_is_in_a_document(gardener):
    """QUALITY A9: the postcode of a home, phone numbers and addresses of people have no place in an index."""
    gardener.provider.phone, gardener.provider.email = "01632 960 777", "sam@private.example"
    gardener.provider.save()
    (found,) = documents.of_ids([gardener.pk])
    said = str(found)
    for private in ("TA1 1AA", "TA11AA", "01632", "sam@private.example"):
        assert private not in said
    home, public = (51.019, -3.1), found.point
    assert public is not None
    assert public != home


def test_events_in_any_order_and_twice_end_the_same(dozen):
    """The outbox delivers at least once, and several workers deliver at the same time."""
    now = timezone.now()
    for listing in dozen[:4]:
        listings.hold_place(provider=listing.provider, kind=HoldKind.PAUSED, by=CLOCKWORK, now=now)
        listings.public_change(dozen[5])
    events = [listing.pk for listing in dozen] * 3
    random.Random(4).shuffle(events)
    for pk in events:
        services.listings_index(ids=[pk])
    assert agrees()


def test_what_was_read_before_a_change_never_overwrites_what_was_read_after(dozen):
    listing = dozen[0]
    (before,) = documents.of_ids([listing.pk])
    listings.hold_place(provider=listing.provider, kind=HoldKind.SUSPENDED, by=CLOCKWORK, now=timezone.now())
    services.listings_index(ids=[listing.pk])
    assert current().put([before]) == 0
    assert listing.pk not in current().held()


@pytest.mark.fault("S4")
def test_the_audit_finds_and_repairs_every_drift(dozen, cast):
    """QUALITY S4. Drift that no event told of: bulk updates, moved pages, renamed kinds, a rolled back file."""
    dice = random.Random(9)
    rounds = 100 if FULL else 10
    for _round in range(rounds):
        missing, extra, old, renamed = dice.sample(dozen, 4)
        current().remove({missing.pk: 0})
        _forget(missing.pk)
        current().put([make_document(90_000 + _round)])
        Listing.objects.filter(pk=old.pk).update(version=old.version + 1 + _round)
        Listing.objects.filter(pk=extra.pk).update(takes_direct_payments=_round % 2 == 0)
        type(renamed.page).objects.filter(pk=renamed.page_id).update(title=f"Renamed {_round}")
        found = services.index_audit(repair=False)
        assert {missing.pk} == set(found.missing)
        assert found.extra == (90_000 + _round,)
        assert {old.pk, renamed.pk} <= set(found.old)
        services.index_audit()
        assert agrees()
        assert services.index_audit().drifted == 0


def _forget(pk: int) -> None:
    store.connection().execute("DELETE FROM cards WHERE id = ?", (pk,))
    store.connection().execute("DELETE FROM gone WHERE id = ?", (pk,))


def test_a_renamed_kind_of_help_is_found_by_the_audit_command(indexed):
    Category.objects.filter(slug="gardening").update(name="Gardens and yards")
    out = StringIO()
    call_command("search_audit", "--look-only", stdout=out)
    assert "old: 1" in out.getvalue()
    assert not agrees()
    call_command("search_audit", stdout=out)
    assert agrees()


def test_a_rebuild_shows_progress_and_swaps_in_one_step(dozen):
    before = os.path.realpath(store.settings.SEARCH_DB)
    out = StringIO()
    call_command("search_rebuild", stdout=out)
    assert "12 of 12" in out.getvalue()
    assert os.path.realpath(store.settings.SEARCH_DB) != before
    assert not Path(before).exists()
    assert agrees()


def test_what_changes_during_a_rebuild_is_not_lost(dozen):
    """A change reaches the old index after the rebuild has read the row; it must be in the new one all the same."""
    changed = dozen[0]

    def meanwhile(done: int, total: int) -> None:
        listings.hold_place(provider=changed.provider, kind=HoldKind.SUSPENDED, by=CLOCKWORK, now=timezone.now())
        services.listings_index(ids=[changed.pk], backend=current())

    services.index_rebuild(progress=meanwhile)
    assert changed.pk not in current().held()
    assert agrees()


def test_only_one_rebuild_runs_at_a_time(dozen):
    with store.rebuilding_alone(), pytest.raises(services.RebuildRunning):
        services.index_rebuild()
    with store.rebuilding_alone(), pytest.raises(CommandError):
        call_command("search_rebuild", stdout=StringIO())


def test_an_audit_while_another_builds_a_missing_index_says_so(dozen, settings, tmp_path):
    settings.SEARCH_DB = str(tmp_path / "new.sqlite3")
    with store.rebuilding_alone(), pytest.raises(CommandError, match="embedded: it is being built by another process"):
        call_command("search_audit", stdout=StringIO())
    call_command("search_audit", stdout=StringIO())
    assert agrees()


BUILDER = """
import sys
from django.conf import settings
settings.configure(SEARCH_DB=sys.argv[1], USE_TZ=True)
from search.backends.embedded import store
with store.rebuilding_alone():
    store.clear_away()
    fresh = store.open_file(store.create())
    print("begun", flush=True)
    number = 0
    while True:
        number += 1
        fresh.execute("INSERT OR REPLACE INTO cards VALUES (?, 1, '', '{}')", (number,))
"""


@pytest.mark.fault("S3")
def test_a_rebuild_killed_half_way_leaves_the_old_index_answering(dozen, settings):
    """QUALITY S3."""
    kills = 20 if FULL else 2
    for _kill in range(kills):
        building = subprocess.Popen(
            [sys.executable, "-c", BUILDER, settings.SEARCH_DB], stdout=subprocess.PIPE, cwd=settings.BASE_DIR
        )
        assert building.stdout is not None
        building.stdout.readline()
        time.sleep(random.Random(_kill).uniform(0.0, 0.2))
        assert agrees()
        building.send_signal(signal.SIGKILL)
        building.wait()
        assert agrees()
    services.index_rebuild()
    left = [found.name for found in Path(settings.SEARCH_DB).parent.iterdir() if not found.name.endswith(".lock")]
    assert len([name for name in left if not name.endswith(("-wal", "-shm"))]) == 2, left  # the link and one file
    assert agrees()


def test_without_an_index_the_backend_says_so_and_the_next_change_builds_it(gardener, settings, tmp_path):
    settings.SEARCH_DB = str(tmp_path / "never.sqlite3")
    with pytest.raises(IndexUnwell):
        current().known()
    services.listings_index(ids=[gardener.pk])
    assert agrees()


def test_an_index_of_an_older_form_counts_as_missing(indexed):
    store.connection().execute("UPDATE meta SET value = '0'")
    store._open.connection = None
    with pytest.raises(IndexUnwell):
        current().known()


def test_a_failed_write_leaves_nothing_half_done(indexed):
    before = current().held()
    broken = make_document(77, days=("newday",), price_pence=object())
    with pytest.raises(Exception):  # noqa: B017  whatever SQLite makes of an object that is no number
        current().put([make_document(76), broken])
    assert current().held() == before
    assert current().put([make_document(78, days=("newday",))]) == 1


def test_readers_in_other_threads_see_whole_documents_while_one_writes(indexed, settings):
    from concurrent.futures import ThreadPoolExecutor
    from datetime import date

    from search.query import SearchQuery

    def read(_turn: int) -> int:
        return EmbeddedBackend().search(SearchQuery(), today=date(2026, 11, 22)).total

    with ThreadPoolExecutor(4) as readers:
        totals = readers.map(read, range(60))
        for number in range(60):
            current().put([make_document(1000 + number)])
    assert all(2 <= total <= 62 for total in totals)
    assert read(0) == 62
