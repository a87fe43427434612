"""The rules that the project comes with, as rows: each known by its line, so that edits outlive an upgrade."""

from hashlib import blake2s
from pathlib import Path
from typing import Any

from .grammar import Rule, parse_lines

FILE = Path(__file__).with_name("rules.txt")


def file_rules() -> list[Rule]:
    """The rules of the file. Raises Unreadable."""
    return parse_lines(FILE.read_text(encoding="utf-8"))


def rows_of_file() -> list[dict[str, Any]]:
    """What a WordRule of each line would hold."""
    return list({rule.text(): row_of(rule) | {"seed": seed_of(rule.text())} for rule in file_rules()}.values())


def row_of(rule: Rule) -> dict[str, Any]:
    return {"sort": rule.sort.value, "text": rule.text(), "reason": rule.reason[:300]}


def seed_of(line: str) -> str:
    return blake2s(line.encode(), digest_size=16).hexdigest()
