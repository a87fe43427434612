"""A slow figure that nobody notices is a promise that nobody keeps."""

import pytest

from tests.bench.goals import MONEY, POOLS, SEARCH, end_badly_if_missed, missed, of_search

GOOD = {
    "money: orders paid a second, 2 workers": 5.6,
    "money: webhooks taken a second, 2 workers": 271,
    "money: statement of 5,000 lines PDF s": 2.99,
    "money: statement of 5,000 lines PDF CPU s": 9.0,
    "money: statement of 5,000 lines XLSX s": 1.5,
    "money: reconciliation of 100,000 payments s": 36.4,
    "money: reconciliation of 100,000 payments CPU s": 99.0,
    "money: reconciliation memory MB more for ten times as many": 0.0,
    "P9 joins a second, 2 workers, one pool": 60,
    "P9 places oversold": 0,
    "P9 shares taken a second, 2 workers": 50,
    "P9 seconds from lock to captured, 200 members": 59.9,
    "P12 rebuild listings a second": 3628.0,
    "P12 searches meanwhile": 12,
    "P12 searches meanwhile p95 ms": 528.0,
    "P12 index beside source text": 0.5,
    "P6 raw question p50 ms": 10.3,
    "P6 whole request less 1.5 x raw ms": 4.6,
    "P6 best whole request less 1.5 x raw ms": 2.9,
    "P3 search page CPU beside plain home, on the server": 0.8,
    "P12 suggestions at 100000 p95 ms": 12.5,
    "P7 p95 beside PostgreSQL at 100000": 0.3,
    "P8 p95 beside PostgreSQL at 1000000": 0.05,
    "P8 growth exponent of p50": 0.3,
}
EVERY_SIZE = (10_000, 100_000, 1_000_000)


@pytest.mark.parametrize("goals", [MONEY, POOLS, of_search(SEARCH, sizes=EVERY_SIZE)])
def test_figures_that_keep_every_promise_end_well(goals):
    assert missed(GOOD, goals) == []
    end_badly_if_missed(GOOD, goals)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("money: statement of 5,000 lines PDF s", 3.1),
        ("money: statement of 5,000 lines XLSX s", 3.1),
        ("money: reconciliation of 100,000 payments s", 61),
        ("money: reconciliation memory MB more for ten times as many", 25),
        ("P9 joins a second, 2 workers, one pool", 49.9),
        ("P9 places oversold", 1),
        ("P9 shares taken a second, 2 workers", 49.9),
        ("P9 seconds from lock to captured, 200 members", 61),
        ("P12 rebuild listings a second", 2499),
        ("P12 searches meanwhile", 0),
        ("P12 index beside source text", 1.6),
        ("P6 whole request less 1.5 x raw ms", 5.5),
        ("P3 search page CPU beside plain home, on the server", 2.1),
        ("P12 suggestions at 100000 p95 ms", 51),
        ("P7 p95 beside PostgreSQL at 100000", 0.61),
        ("P8 p95 beside PostgreSQL at 1000000", 0.21),
        ("P8 growth exponent of p50", 0.51),
    ],
)
def test_each_promise_that_is_missed_is_said_and_ends_the_run_badly(name, value, capsys):
    with pytest.raises(SystemExit) as ended:
        end_badly_if_missed(GOOD | {name: value}, MONEY + POOLS + of_search(SEARCH, sizes=EVERY_SIZE))
    assert ended.value.code == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"MISSED: {name}: {value}, and at ")


def test_what_was_not_measured_is_not_met():
    assert missed({}, POOLS)[0] == "P9 joins a second…: not measured"


def test_a_rate_that_was_not_measured_is_said_even_where_none_was_promised():
    without = {name: value for name, value in GOOD.items() if "orders paid" not in name}
    assert missed(without, MONEY) == ["money: orders paid a second…: not measured"]


@pytest.mark.parametrize(
    ("rows", "sizes", "begins"),
    [
        (["pages"], (10_000,), ["P6", "P3"]),
        (["engines"], (10_000, 100_000), ["P7"]),
        (["engines"], EVERY_SIZE, ["P7", "P8", "P8"]),
        (["engines"], (1_000_000,), ["P8"]),
    ],
)
def test_of_the_search_only_what_was_to_be_measured_is_asked_for(rows, sizes, begins):
    assert [goal.begins.split()[0] for goal in of_search(rows, sizes=sizes)] == begins
