"""The build runs on every first start and every update; it must be cheap to repeat and never leave half a file."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from marketplace.core import geo
from marketplace.core.geo import build


def test_a_second_build_does_nothing(settings):
    before = Path(settings.GEO_DB).stat()
    said = StringIO()
    call_command("geo_build", stdout=said)
    after = Path(settings.GEO_DB).stat()
    assert "up to date" in said.getvalue()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_the_file_is_small(settings):
    assert Path(settings.GEO_DB).stat().st_size < 60_000_000


def test_a_file_that_is_not_ours_is_not_taken_for_one(tmp_path):
    rubbish = tmp_path / "geo.sqlite3"
    assert build.built_version(rubbish) is None
    rubbish.write_bytes(b"not a database at all, but long enough to look like one" * 50)
    assert build.built_version(rubbish) is None


def test_without_the_file_the_error_says_what_to_do(settings, tmp_path):
    settings.GEO_DB = str(tmp_path / "none.sqlite3")
    with pytest.raises(geo.GeoNotBuilt, match="geo_build"):
        geo.understand("TA1 1AA")


def test_a_build_that_breaks_leaves_the_old_file(settings, tmp_path, monkeypatch):
    path = tmp_path / "geo.sqlite3"
    path.write_bytes(b"the old one")

    def fail(*args):
        raise OSError("disk full")

    monkeypatch.setattr(build, "_postcodes", fail)
    with pytest.raises(OSError, match="disk full"):
        build.build(path, print)
    assert path.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [path]
