"""The rules in force."""

from pathlib import Path

from .grammar import Rule, parse_lines
from .matching import Rulebook

FILE = Path(__file__).with_name("rules.txt")


def file_rules() -> list[Rule]:
    """The rules that the project comes with."""
    return parse_lines(FILE.read_text(encoding="utf-8"))


def rulebook_of(source: str) -> Rulebook:
    """ "file": those of the file; "none": no rules."""
    return Rulebook(file_rules() if source in ("file", "published") else [])
