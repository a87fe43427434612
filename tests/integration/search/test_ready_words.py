"""Nobody waits while a process reads rules and what listings say, at its start and every ten minutes."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from search import services
from search.words import selectors
from tests.factories.listings import make_listing

pytestmark = pytest.mark.django_db
WITHOUT_A_DATABASE = "import marketplace.wsgi, search.words.selectors as words; print(len(words._kept.lexicons))"


def test_a_process_that_has_read_ahead_reads_no_more_at_the_first_question(indexed, django_assert_num_queries):
    selectors.read_ahead()
    with django_assert_num_queries(0):
        assert selectors.lexicon().counts["gutters"] == 1
        assert selectors.rulebook().phrases


def test_nothing_stays_open_that_workers_would_share(indexed):
    selectors.read_ahead()
    assert not index_files_open()
    selectors.forget()
    assert selectors.lexicon().counts["gutters"] == 1  # whoever asks opens it again
    assert index_files_open()


def index_files_open() -> list[str]:
    every = [os.readlink(each) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]
    return [each for each in every if each.startswith(django_settings.SEARCH_DB)]


def test_the_site_starts_where_there_is_no_database_yet(tmp_path):
    own = {"DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3", "DJANGO_SETTINGS_MODULE": "marketplace.settings.test"}
    started = subprocess.run(
        [sys.executable, "-c", WITHOUT_A_DATABASE],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (started.returncode, started.stdout) == (0, "0\n"), started.stderr


@pytest.fixture
def slow_reading(indexed, monkeypatch) -> Iterator[threading.Event]:
    """It is time to read what listings say once more, which takes until this is set."""
    selectors.forget()
    selectors.lexicon()
    done, texts = threading.Event(), selectors._texts

    def slowly() -> list[tuple[str, str]]:
        assert done.wait(20)
        return texts()

    monkeypatch.setattr(selectors, "_texts", slowly)
    selectors._kept.learned = time.monotonic() - selectors.LEARN_EVERY
    yield done
    done.set()


def reader() -> threading.Thread | None:
    return next((each for each in threading.enumerate() if each.name == selectors.READER), None)


def test_what_listings_say_is_read_again_while_questions_are_answered_from_what_was_read_before(slow_reading, gardener):
    before = selectors.lexicon()
    assert before.counts["gutters"] == 1
    make_listing(gardener.provider, title="A rambling afternoon")
    services.index_rebuild()
    reading = reader()
    assert reading is not None
    assert selectors.lexicon() is before  # and nobody begins to read a second time
    assert [each.name for each in threading.enumerate()].count(selectors.READER) == 1
    slow_reading.set()
    reading.join(20)
    assert selectors.lexicon().counts["rambling"] == 1


def test_rules_that_are_published_while_it_is_read_are_not_lost(slow_reading):
    selectors.lexicon()
    reading = reader()
    assert reading is not None
    selectors._kept.books.clear()  # as when a stamp has changed
    newer = selectors.rulebook()
    slow_reading.set()
    reading.join(20)
    assert selectors.rulebook() is newer
    assert selectors.lexicon().ruled == newer.words


def test_a_council_whose_area_has_grown_has_its_rules_there_too(slow_reading, cast):
    wharfe = cast.council["wharfe"]
    services.rules_publish(
        rules=[selectors.parse("bit of green => gardening")], council=wharfe, by=CLOCKWORK, now=timezone.now()
    )
    selectors._kept.looked = -selectors.LOOK_EVERY
    selectors._kept.learned = time.monotonic()
    selectors.rulebook()
    assert "E09000033" not in selectors._kept.councils
    wharfe.area_codes = [*wharfe.area_codes, "E09000033"]
    wharfe.save()
    selectors._kept.learned = time.monotonic() - selectors.LEARN_EVERY
    selectors.rulebook()
    assert selectors._kept.councils["E09000033"] == wharfe.pk


def test_a_file_that_cannot_be_read_makes_nobody_forget(slow_reading, monkeypatch):
    monkeypatch.setattr(selectors, "_texts", list)
    selectors.lexicon()
    if reading := reader():
        reading.join(20)
    assert selectors.lexicon().counts["gutters"] == 1
