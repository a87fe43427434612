"""The drawn pictures: read once from `static/hb/art`, put into a page once each, composed by rule.

A page carries only the drawings it uses. The first use on a page brings the `<symbol>` with it; later uses point
at it, so a component may draw without knowing what else stands on the page.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

ART_DIR = Path(__file__).resolve().parents[1] / "static" / "hb" / "art"
DOORS = ("door-fanlight", "door-glazed", "door-plank", "door-oval")
NOT_OBJECTS = {*DOORS, "mark", "roofline", "street"}
TONES = ("hb-t1", "hb-t2", "hb-t3", "hb-t4", "hb-t5", "hb-t6")  # classes, so that the stylesheet keeps them
ANY_OBJECT = "pot"  # stands on the step of whoever has no category yet

_INK_ATTRIBUTES = re.compile(r' stroke-width="var\(--art-line,2\.5\)" stroke-linecap="round" stroke-linejoin="round"')


@dataclass(frozen=True)
class Drawing:
    """One picture of the set: its `viewBox` and what is inside it, ready for a `<symbol>`."""

    name: str
    box: str
    inside: str

    def symbol(self) -> str:
        return f'<symbol id="art-{self.name}" viewBox="{self.box}">{self.inside}</symbol>'


@dataclass(frozen=True)
class Doorstep:
    """Which door, tone and side stand in for a listing without photographs. The same slug gives the same step."""

    door: str
    tone: int
    flipped: bool

    @classmethod
    def of(cls, slug: str) -> "Doorstep":
        """48 doorsteps, by the checksum of the slug.

        >>> Doorstep.of("tapps-gardens")
        Doorstep(door='door-fanlight', tone=1, flipped=False)
        """
        n = crc32(slug.encode())
        return cls(door=DOORS[n % 4], tone=1 + n // 4 % len(TONES), flipped=bool(n // 24 % 2))


@cache
def drawing(name: str) -> Drawing:
    """The drawing of that name. Raises KeyError for a name that is not in the set."""
    path = ART_DIR / f"{name}.svg"
    if not re.fullmatch(r"[a-z-]+", name) or not path.is_file():
        raise KeyError(name)
    text = path.read_text()
    box = re.search(r'viewBox="([^"]+)"', text)
    inside = re.search(r"<svg[^>]*>(.*)</svg>", text, re.DOTALL)
    if box is None or inside is None:
        raise KeyError(name)
    return Drawing(name, box[1], _lighter(inside[1]))


@cache
def names() -> tuple[str, ...]:
    """Every drawing in the set, in order of name."""
    return tuple(sorted(path.stem for path in ART_DIR.glob("*.svg")))


@cache
def objects() -> tuple[str, ...]:
    """The drawings of a thing, which a category may choose from."""
    return tuple(name for name in names() if name not in NOT_OBJECTS)


def object_or_pot(name: str) -> str:
    """The name if it is an object of the set, otherwise the bay tree in its pot: a picture is never an error."""
    return name if name in objects() else ANY_OBJECT


def _lighter(inside: str) -> str:
    """Without title and repeated attributes; the stylesheet says those once (`symbol` rules in app.css)."""
    inside = re.sub(r"<title>.*?</title>", "", inside)
    inside = inside.replace(' vector-effect="non-scaling-stroke"', "")
    inside = _INK_ATTRIBUTES.sub("", inside)
    inside = re.sub(r"var\((--[\w-]+),#[0-9a-f]+\)", r"var(\1)", inside)
    return inside.strip()
