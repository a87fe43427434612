"""The tally that other people rely on comes from what ran."""

import json

import pytest
from django.conf import settings

from tests.faults import plugin

SOME_TESTS = """
import pytest

@pytest.mark.fault("A1", "A2")
def test_one_try():
    pass

@pytest.mark.fault("A1")
def test_many(fault_row):
    fault_row.count(40)

@pytest.mark.fault("A3")
def test_something_does_not_hold(fault_row):
    fault_row.count(5)
    fault_row.violation("Bea read it")
    fault_row.violation("and changed it")

@pytest.mark.fault("A4")
def test_breaks():
    assert False

@pytest.mark.fault("M5")
def test_guarded():
    pass

@pytest.mark.fault("M5")
@pytest.mark.fault("M5", canary=True)
def test_canary():
    pass

@pytest.mark.fault("M6", canary=True)
def test_canary_that_does_not_bite():
    assert False

@pytest.mark.fault("A9")
def test_not_here():
    pytest.skip("needs a server")
"""
HELD = {"violations": 0, "canary_bites": None}


@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
def test_the_file_holds_what_ran_and_what_did_not_hold(pytester, monkeypatch, workers):
    monkeypatch.setenv("PYTHONPATH", str(settings.BASE_DIR))
    pytester.makeini("[pytest]\nmarkers =\n  fault: rows\n  postgresql: there\n  both_databases: here and there")
    pytester.makepyfile(SOME_TESTS)
    plugins = ["-p", "tests.faults.plugin", "-p", "no:django", "-p", "no:cacheprovider"]
    pytester.runpytest_subprocess(*plugins, *workers, "--faults-json", "found.json")
    found = json.loads((pytester.path / "found.json").read_text())
    assert found == {
        "A1": {"count": 41, **HELD},
        "A2": {"count": 1, **HELD},
        "A3": {"count": 5, "violations": 2, "canary_bites": None},
        "A4": {"count": 1, "violations": 1, "canary_bites": None},
        "A9": {"count": 0, **HELD},
        "M5": {"count": 1, "violations": 0, "canary_bites": True},
        "M6": {"count": 0, "violations": 0, "canary_bites": False},
    }


def test_a_row_that_ran_nowhere_fails_the_run(pytester, monkeypatch):
    """A whole table in which M1 was quietly skipped would be taken for a whole table."""
    monkeypatch.setenv("PYTHONPATH", str(settings.BASE_DIR))
    monkeypatch.setenv("FULL", "1")
    pytester.makeini("[pytest]\nmarkers =\n  fault: rows\n  both_databases: here and there")
    rows = [row for row in plugin.ROWS if row != "M1"]
    pytester.makepyfile(f"import pytest\n\n@pytest.mark.fault(*{rows})\ndef test_all_but_one():\n    pass\n")
    found = pytester.runpytest_subprocess(
        "-p", "tests.faults.plugin", "-p", "no:django", "-p", "no:cacheprovider",
        "--faults-json", "found.json", "--faults-expected",
    )  # fmt: skip
    assert found.ret == 1
    found.stdout.fnmatch_lines(["*M1 DID NOT RUN (needs DATABASE_URL)"])
    found.stdout.no_fnmatch_line("*M2 DID NOT RUN*")


def test_without_a_server_only_the_rows_that_need_none_are_expected():
    assert plugin.expected_rows({}) == {row for row, server in plugin.ROWS.items() if not server}
    assert plugin.expected_rows({"DATABASE_URL": "postgres://x"}) >= {"M1", "M5", "M13"}
