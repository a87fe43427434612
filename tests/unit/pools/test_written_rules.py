"""The rules of buying together are written as prose, and its examples are true."""

import doctest
from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "rules" / "pooling.md"


def test_the_worked_examples_are_true():
    """An organiser's accountant reads the page, not the code."""
    found = doctest.testfile(
        str(PAGE), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE, encoding="utf-8"
    )
    assert found.failed == 0
    assert found.attempted >= 15
