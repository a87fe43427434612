"""One stylesheet for the whole site: the NHS.UK base, our tokens, our parts; without what no template uses.

The base comes compiled from the package wagtail-nhsuk-frontend and is never edited: its two `@font-face` rules, which
would fetch from another host, are left out here, and its font becomes ours.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from django.conf import settings

OURS = Path(__file__).resolve().parents[1] / "static" / "hb"
SOURCES = ("tokens.css", "app.css")
PACKAGES = ("marketplace", "providers", "search", "payments")
BASE_FONT = "Frutiger W01,arial,sans-serif"

_WORD = re.compile(r"[A-Za-z_][\w-]*")
_STEM = re.compile(r"[A-Za-z_][\w-]*-(?=\{[{%])")
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_NEGATION = re.compile(r":not\((?:[^()]|\([^()]*\))*\)")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_GAP = re.compile(r"\s*([{};])\s*")
_TOO_SHORT_A_STEM = {"nhsuk-", "hb-", "is-"}


@dataclass(frozen=True)
class Words:
    """Every word that templates and code contain, and every beginning that a template completes itself."""

    whole: frozenset[str]
    stems: tuple[str, ...]

    def has(self, name: str) -> bool:
        return name in self.whole or name.startswith(self.stems)


@dataclass
class Rule:
    """One rule of a stylesheet: a selector or at-rule, with declarations or with rules inside."""

    prelude: str
    body: str = ""
    inside: list["Rule"] = field(default_factory=list)

    def __str__(self) -> str:
        if self.prelude.startswith("@") and not self.body and not self.inside:
            return f"{self.prelude};"
        return f"{self.prelude}{{{self.body}{''.join(map(str, self.inside))}}}"


def parse(css: str) -> list[Rule]:
    """The rules of a stylesheet. Handles what ours and the base contain: no braces inside strings, no nesting."""
    css = _GAP.sub(r"\1", re.sub(r"\s+", " ", _COMMENT.sub("", css))).strip()
    rules, _end = _rules(css, 0)
    return rules


def _rules(css: str, at: int) -> tuple[list[Rule], int]:
    rules: list[Rule] = []
    start = at
    while at < len(css):
        if css[at] == "}":
            return rules, at + 1
        if css[at] == ";":
            rules.append(Rule(css[start:at].strip()))
            at = start = at + 1
        elif css[at] == "{":
            rule = Rule(css[start:at].strip())
            if rule.prelude.startswith(("@media", "@supports", "@keyframes", "@layer")):
                rule.inside, at = _rules(css, at + 1)
            else:
                end = css.index("}", at)
                rule.body, at = css[at + 1 : end].rstrip(";"), end + 1
            rules.append(rule)
            start = at
        else:
            at += 1
    return rules, at


def selectors(prelude: str) -> list[str]:
    """The selectors of a rule, split at the commas that stand outside brackets."""
    found, depth, start = [], 0, 0
    for at, letter in enumerate(prelude):
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            found.append(prelude[start:at].strip())
            start = at + 1
    return [*found, prelude[start:].strip()]


def classes(css: str) -> set[str]:
    """Every class name that the stylesheet has a rule for."""
    return {name for rule in _flat(parse(css)) for name in _CLASS.findall(rule.prelude)}


def _flat(rules: Iterable[Rule]) -> Iterator[Rule]:
    for rule in rules:
        if rule.inside:
            yield from _flat(rule.inside)
        elif not rule.prelude.startswith("@"):
            yield rule


def pruned(rules: Iterable[Rule], used: Words) -> Iterator[Rule]:
    """The rules without selectors that need a class nobody uses. A class inside `:not()` is not needed."""
    for rule in rules:
        if rule.inside:
            inside = list(pruned(rule.inside, used))
            if inside:
                yield Rule(rule.prelude, inside=inside)
        elif rule.prelude.startswith("@"):
            yield rule
        else:
            kept = [
                one for one in selectors(rule.prelude) if all(map(used.has, _CLASS.findall(_NEGATION.sub("", one))))
            ]
            if kept:
                yield Rule(",".join(kept), rule.body)


def base_css() -> str:
    """The compiled NHS.UK stylesheet of the installed package."""
    folder = files("wagtailnhsukfrontend") / "static" / "wagtailnhsukfrontend" / "css"
    found = [entry for entry in folder.iterdir() if re.fullmatch(r"nhsuk-frontend-[\d.]+\.min\.css", entry.name)]
    if len(found) != 1:
        raise FileNotFoundError("wagtail-nhsuk-frontend no longer carries one compiled stylesheet")
    return found[0].read_text(encoding="utf-8")


def base_rules() -> list[Rule]:
    """The base without its web fonts and without the font's name."""
    rules = parse(base_css().replace(BASE_FONT, "var(--face)"))
    return [rule for rule in rules if not rule.prelude.startswith(("@font-face", "@charset"))]


def words_used() -> Words:
    """What the templates, and the code that writes classes, contain."""
    whole: set[str] = set()
    stems: set[str] = set()
    for path in _sources():
        text = path.read_text(encoding="utf-8")
        whole.update(_WORD.findall(text))
        if path.suffix == ".html":
            stems.update(_STEM.findall(text))
    return Words(frozenset(whole), tuple(sorted(stems - _TOO_SHORT_A_STEM)))


def _sources() -> Iterator[Path]:
    yield from (settings.BASE_DIR / "templates").rglob("*.html")
    for package in PACKAGES:
        for pattern in ("*.py", "*.html"):
            yield from (settings.BASE_DIR / package).rglob(pattern)


def joined() -> str:
    """The one stylesheet, ready to serve."""
    used = words_used()
    ours = [rule for name in SOURCES for rule in parse((OURS / name).read_text(encoding="utf-8"))]
    return '@charset "utf-8";' + "".join(str(rule) for rule in pruned([*base_rules(), *ours], used)) + "\n"


def build(folder: Path) -> tuple[Path, bool]:
    """Write `hb/site.css` under the folder when it has changed. Returns the file and whether it was written."""
    target = folder / "hb" / "site.css"
    css = joined()
    if target.is_file() and target.read_text(encoding="utf-8") == css:
        return target, False
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".draft")
    draft.write_text(css, encoding="utf-8")
    draft.replace(target)
    return target, True
