"""The rules of money are written as prose, and its examples are true."""

import doctest
from pathlib import Path

import pytest

RULES = Path(__file__).resolve().parents[3] / "docs" / "rules"


@pytest.mark.parametrize(("page", "least"), [("budget.md", 9), ("allocation.md", 6)])
def test_the_worked_examples_are_true(page, least):
    """A council's lawyer reads the page, not the code."""
    found = doctest.testfile(
        str(RULES / page), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE, encoding="utf-8"
    )
    assert found.failed == 0
    assert found.attempted >= least
