"""The fault and attack rows of the quality table: what ran for each, counted where it ran.

A test says which rows it shows with `@pytest.mark.fault("A1")` and counts one try for each. A test that makes many
tries asks for `fault_row` and counts them itself. `@pytest.mark.fault("M5", canary=True)` marks a twin whose guard was
taken away: it counts nothing, and its passing is what `canary_bites` says.

`--faults-expected` fails a run in which a row of the table found nothing to run. FAULT_SHARE says which part of a whole
count is made: 1 all of it, 10 a tenth.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

FULL = os.environ.get("FULL") == "1"
PART = int(os.environ.get("FAULT_SHARE") or (1 if FULL else 10))
KEPT_WORDS = 300  # characters of a violation that a report carries
POSTGRESQL, ELASTICSEARCH = "DATABASE_URL", "ELASTICSEARCH_URL"
# Every row of the table, and the server without which it cannot be shown.
ROWS = {
    **dict.fromkeys(["M1", "M5", "M13", "A17"], POSTGRESQL),
    **dict.fromkeys(["M2", "M3", "M4", "M6", "M7", "M8", "M9", "M11", "M12", "M15", "M16"], ""),
    **dict.fromkeys(["S1", "S2"], ELASTICSEARCH),
    **dict.fromkeys(["S3", "S4"], ""),
    **{f"A{number}": "" for number in (*range(1, 11), *range(12, 17))},
}
# Rows that PostgreSQL shows as well as the embedded database, and with FULL=1 in its place: money, and who may see it.
ON_POSTGRESQL_TOO = frozenset(["M2", "M3", "M4", "M6", "M8", "M9", "M11", "M15", "M16", "A3", "A10", "A15", "A16"])


def share(whole: int) -> int:
    """How many of `whole` tries to make: all of them with FULL=1, a tenth otherwise, or what FAULT_SHARE says."""
    return max(1, whole // PART)


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
    parser.addoption("--faults-expected", action="store_true", help="fail if a row of the table found nothing to run")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        expected = expected_rows(os.environ) if config.getoption("--faults-expected") else set()
        config.pluginmanager.register(Tally(config.getoption("--faults-json"), expected), "fault-tally")


def expected_rows(environ: Mapping[str, str]) -> set[str]:
    """The rows that a run must show: all of them with FULL=1, otherwise those whose server there is."""
    full = environ.get("FULL") == "1"
    return {row for row, server in ROWS.items() if full or not server or environ.get(server)}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`-m both_databases` selects what shows a row on PostgreSQL and on the embedded database alike. A canary sings
    once."""
    for item in items:
        shown = [marker for marker in item.iter_markers("fault") if not marker.kwargs.get("canary")]
        rows = {name for marker in shown for name in marker.args}
        if rows & ON_POSTGRESQL_TOO and not item.get_closest_marker("postgresql"):
            item.add_marker("both_databases")


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
        canaries = {name for marker in markers if marker.kwargs.get("canary") for name in marker.args}
        for marker in markers:
            canary = marker.kwargs.get("canary", False)
            if not canary and canaries.issuperset(marker.args):
                continue  # the module says which row it shows, and this test that it is the row's canary
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

    def __init__(self, path: str, expected: set[str]) -> None:
        self.path, self.expected = path, expected
        self.rows: dict[str, dict[str, Any]] = {}
        self.seconds: dict[str, float] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome == "rerun":  # of pytest-rerunfailures: it is tried again
            return
        for name, found in report.user_properties:
            if name != "fault" or found.get("heard"):
                continue
            found["heard"] = True  # the same properties come again with the report of the teardown
            row = self.rows.setdefault(found["row"], {"count": 0, "violations": 0, "canary_bites": None})
            row["count"] += found["count"]
            self.seconds[found["row"]] = self.seconds.get(found["row"], 0) + report.duration
            row["violations"] += len(found["violations"])
            if found["bites"] is not None:
                row["canary_bites"] = found["bites"] and row["canary_bites"] is not False

    @property
    def missing(self) -> list[str]:
        """Rows that had to be shown, and of which nothing ran."""
        return sorted((row for row in self.expected if not self.rows.get(row, {}).get("count")), key=_place)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.path:
            ordered = sorted(self.rows.items(), key=lambda item: _place(item[0]))
            Path(self.path).parent.mkdir(parents=True, exist_ok=True)
            Path(self.path).write_text(json.dumps(dict(ordered), indent=2) + "\n")
        if self.missing and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Each row: how many tries in how many seconds. And what should have been here."""
        if not self.path:
            return
        terminalreporter.section("fault and attack rows")
        for name in sorted(self.rows, key=_place):
            row = self.rows[name]
            bites = {None: "", True: "  the canary bites", False: "  THE CANARY DOES NOT BITE"}[row["canary_bites"]]
            wrong = f"  {row['violations']} VIOLATIONS" if row["violations"] else ""
            terminalreporter.write_line(f"{name:>4} {row['count']:>7} in {self.seconds[name]:>6.0f} s{bites}{wrong}")
        for name in self.missing:
            terminalreporter.write_line(f"{name:>4} DID NOT RUN {ROWS[name] and f'(needs {ROWS[name]})'}")


def _place(row: str) -> tuple[str, int]:
    return row[0], int(row[1:])
