"""A slow figure that nobody notices is a promise that nobody keeps."""

import pytest

from tests.bench.goals import MONEY, POOLS, end_badly_if_missed, missed

GOOD = {
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
}


@pytest.mark.parametrize("goals", [MONEY, POOLS])
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
    ],
)
def test_each_promise_that_is_missed_is_said_and_ends_the_run_badly(name, value, capsys):
    with pytest.raises(SystemExit) as ended:
        end_badly_if_missed(GOOD | {name: value}, MONEY + POOLS)
    assert ended.value.code == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"MISSED: {name}: {value}, and at ")


def test_what_was_not_measured_is_not_met():
    assert missed({}, POOLS)[0] == "P9 joins a second…: not measured"
