"""The fault and attack rows of the quality table: what ran for each, counted where it ran.

A test says which rows it shows with `@pytest.mark.fault("A1")` and counts one try for each. A test that makes many
tries asks for `fault_row` and counts them itself. `@pytest.mark.fault("M5", canary=True)` marks a twin whose guard was
taken away: it counts nothing, and its passing is what `canary_bites` says.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

FULL = os.environ.get("FULL") == "1"
KEPT_WORDS = 300  # characters of a violation that a report carries


def share(whole: int) -> int:
    """How many of `whole` tries to make: all of them with FULL=1, a tenth otherwise."""
    return whole if FULL else max(1, whole // 10)


@dataclass
class FaultRow:
    """What one test tried, and what did not hold."""

    tries: int | None = None
    violations: list[str] = field(default_factory=list)
    bites: bool | None = None

    def count(self, tries: int = 1) -> None:
        self.tries = (self.tries or 0) + tries

    def violation(self, words: str) -> None:
        """Something that must hold did not. The test goes on, and fails when it ends."""
        self.violations.append(words)

    def canary(self, bites: bool) -> None:
        """Whether the same tries found something with the guard taken away. The test fails if not."""
        self.bites = bites


ROW = pytest.StashKey[FaultRow]()


def _row_of(item: pytest.Item) -> FaultRow:
    return item.stash.setdefault(ROW, FaultRow())


@pytest.fixture
def fault_row(request: pytest.FixtureRequest) -> FaultRow:
    return _row_of(request.node)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--faults-json", default="", help="where to write what the fault rows found")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Tally(config.getoption("--faults-json")), "fault-tally")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    yield
    row = _row_of(item)
    if row.violations:
        shown = "\n".join(f"  {words}" for words in row.violations[:60])
        pytest.fail(f"{len(row.violations)} violations:\n{shown}", pytrace=False)
    if row.bites is False:
        pytest.fail("With its guard taken away this test finds nothing: it cannot fail.", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[Any]:
    report = yield
    markers = [marker for marker in item.iter_markers("fault") if marker.args]
    if markers and (report.when == "call" or report.failed):
        row = _row_of(item)
        for marker in markers:
            canary = marker.kwargs.get("canary", False)
            found = {"count": 0, "violations": [], "bites": row.bites}
            if canary:
                found["bites"] = report.passed if not report.skipped else None
            elif not report.skipped:
                found["count"] = (1 if row.tries is None else row.tries) if report.when == "call" else 0
                found["violations"] = [words[:KEPT_WORDS] for words in row.violations]
                if report.failed and not row.violations:
                    found["violations"] = [f"{item.nodeid} failed in its {report.when}"]
            for name in marker.args:
                report.user_properties.append(("fault", {"row": name, **found}))
    return report


class Tally:
    """In the process that collects the reports: the sum for each row, written at the end."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.rows: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome == "rerun":  # of pytest-rerunfailures: it is tried again
            return
        for name, found in report.user_properties:
            if name != "fault" or found.get("heard"):
                continue
            found["heard"] = True  # the same properties come again with the report of the teardown
            row = self.rows.setdefault(found["row"], {"count": 0, "violations": 0, "canary_bites": None})
            row["count"] += found["count"]
            row["violations"] += len(found["violations"])
            if found["bites"] is not None:
                row["canary_bites"] = found["bites"] and row["canary_bites"] is not False

    def pytest_sessionfinish(self) -> None:
        if self.path:
            ordered = sorted(self.rows.items(), key=lambda item: (item[0][0], int(item[0][1:])))
            Path(self.path).parent.mkdir(parents=True, exist_ok=True)
            Path(self.path).write_text(json.dumps(dict(ordered), indent=2) + "\n")
