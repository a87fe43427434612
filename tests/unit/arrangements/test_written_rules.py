"""The page people read about the rules says what the code does."""

import doctest
from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "rules" / "arrangement.md"


def test_the_examples_on_the_page_are_true():
    found = doctest.testfile(str(PAGE), module_relative=False)
    assert found.failed == 0
    assert found.attempted >= 12
