"""The figures that were promised: a run that misses one says so in plain words and ends badly."""

import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """A row of var/bench.json, named by how it begins and ends, and the least or most that it may be."""

    begins: str
    ends: str = ""
    least: float | None = None
    most: float | None = None

    def is_of(self, name: str) -> bool:
        return name.startswith(self.begins) and name.endswith(self.ends)

    def misses(self, value: float) -> str:
        """How far off, in words; "" when it is met.

        >>> Goal("joins", least=50).misses(49.5)
        'at least 50 was promised'
        >>> Goal("seconds", most=3).misses(3.0)
        ''
        """
        if self.least is not None and value < self.least:
            return f"at least {self.least:g} was promised"
        if self.most is not None and value > self.most:
            return f"at most {self.most:g} was promised"
        return ""


MONEY = (
    Goal("money: orders paid a second"),  # how many was not promised, only that it is known
    Goal("money: webhooks taken a second"),
    Goal("money: statement of 5,000 lines PDF s", most=3),
    Goal("money: statement of 5,000 lines XLSX s", most=3),
    Goal("money: reconciliation of 100,000", " payments s", most=60),
    Goal("money: reconciliation memory MB more", most=20),
)
POOLS = (
    Goal("P9 joins a second", least=50),
    Goal("P9 shares taken a second", least=50),
    Goal("P9 places oversold", most=0),
    Goal("P9 seconds from lock to captured", most=60),
)
SEARCH = {
    "rebuilding": (
        Goal("P12 rebuild listings a second", least=2500),
        Goal("P12 searches meanwhile", "meanwhile", least=1),
        Goal("P12 index beside source text", most=1.5),
    ),
    "pages": (
        Goal("P6 whole request less 1.5 x raw ms", most=5.4),
        Goal("P3 search page CPU beside plain home", most=2.0),
    ),
    "suggesting": (Goal("P12 suggestions at 100000 p95 ms", most=50),),
    "engines": (
        Goal("P7 p95 beside PostgreSQL at 100000", most=0.6),
        Goal("P8 p95 beside PostgreSQL at 1000000", most=0.2),
        Goal("P8 growth exponent of p50", most=0.5),
    ),
}


def of_search(rows: Iterable[str], *, sizes: Collection[int]) -> tuple[Goal, ...]:
    """The promises about these rows of the search server; about a size only where it is measured."""
    left_out = [] if 1_000_000 in sizes else ["P8 "]
    left_out += [] if 100_000 in sizes else ["P7 "]
    left_out += [] if len(sizes) > 1 else ["P8 growth"]
    return tuple(goal for row in rows for goal in SEARCH[row] if not goal.begins.startswith(tuple(left_out)))


def missed(figures: Mapping[str, float], goals: tuple[Goal, ...]) -> list[str]:
    """A line for each goal that a figure misses, and for each goal of which there is no figure at all."""
    lines = []
    for goal in goals:
        found = {name: value for name, value in figures.items() if goal.is_of(name)}
        lines += [f"{name}: {value}, and {words}" for name, value in found.items() if (words := goal.misses(value))]
        if not found:
            lines.append(f"{goal.begins}…{goal.ends}: not measured")
    return lines


def end_badly_if_missed(figures: Mapping[str, float], goals: tuple[Goal, ...]) -> None:
    """Raises SystemExit(1) after a line for each."""
    lines = missed(figures, goals)
    for line in lines:
        print(f"MISSED: {line}")
    if lines:
        sys.exit(1)
