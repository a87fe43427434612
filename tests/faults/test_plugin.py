"""The tally that other people rely on comes from what ran."""

import json

import pytest
from django.conf import settings

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
    pytester.makeini("[pytest]\nmarkers = fault: rows")
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
