"""The shapes of postcodes: ours, and those people type by mistake. Nothing here knows which ones exist."""

import re
from collections.abc import Iterator
from itertools import product

BRITISH_GRID, IRISH_GRID = "EPSG:27700", "EPSG:29903"
NO_POSITION = -2_147_483_648  # stands for an unknown coordinate in the packed arrays

HALF = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
WHOLE = re.compile(r"(?:GIR|[A-Z]{1,2}[0-9][A-Z0-9]?)[0-9][A-Z]{2}")
CUT_SHORT = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)[0-9][A-Z]?")
IN_A_SENTENCE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?)\s*([0-9][A-Z]{2})\b")
FORCES = re.compile(r"BFPO[0-9]*|BF1[0-9][A-Z]{2}|BF1")
# Eircode: routing key (letter, two digits, or D6W), then four of a set without easily confused letters.
_EIR = "AC-FHKNPRTV-Y"
EIRCODE = re.compile(rf"(?:[{_EIR}][0-9]{{2}}|D6W)[0-9{_EIR}]{{4}}")
EIRCODE_KEY = re.compile(rf"[{_EIR}][0-9]{{2}}|D6W")
FOREIGN = re.compile(
    r"[0-9]{4,6}|[0-9]{9}|[0-9]{4}[A-Z]{2}|[A-Z][0-9][A-Z][0-9][A-Z][0-9]|(?:F|D|B|A|CH|NL|L|E|I)[0-9]{4,5}"
)

_SHAPES = {2: ("A9",), 3: ("A99", "AA9", "A9A"), 4: ("AA99", "AA9A")}
_TO_DIGIT = {"O": "0", "I": "1", "L": "1", "S": "5", "B": "8", "Z": "2"}
_TO_LETTER = {"0": "O", "1": "I", "5": "S", "8": "B", "2": "Z"}


def compact(text: str) -> str:
    """Capitals and figures alone.

    >>> compact(" ta1-1aa. ")
    'TA11AA'
    """
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def halves(typed: str) -> Iterator[str]:
    """First halves that these capitals and figures may stand for: as typed, then with O for 0, I for 1 and so on.

    >>> list(halves("TAI"))
    ['TA1']
    """
    seen = []
    if HALF.fullmatch(typed):
        seen.append(typed)
    for shape in _SHAPES.get(len(typed), ()):
        meant = _as_shape(typed, shape)
        if meant and meant not in seen:
            seen.append(meant)
    yield from seen


def wholes(typed: str) -> Iterator[tuple[str, str]]:
    """Postcodes that these capitals and figures may stand for, as (first half, second half), likeliest first.

    >>> list(wholes("TA1IAA"))
    [('TA1', '1AA')]
    """
    if not 5 <= len(typed) <= 7:
        return
    first, second = typed[:-3], typed[-3:]
    if typed == "GIR0AA":
        yield first, second
    meant = _as_shape(second, "9AA")
    if meant:
        yield from product(halves(first), (meant,))


def spaced(typed: str) -> str:
    """A whole postcode as it is written on an envelope."""
    return f"{typed[:-3]} {typed[-3:]}"


def inward_number(inward: str) -> int:
    """The second half as a number below 6,760, in the order of the alphabet.

    >>> inward_number("0AB")
    1
    """
    return (int(inward[0]) * 26 + ord(inward[1]) - 65) * 26 + ord(inward[2]) - 65


def inward_text(number: int) -> str:
    """The second half again.

    >>> inward_text(inward_number("1AA"))
    '1AA'
    """
    rest, last = divmod(number, 26)
    digit, middle = divmod(rest, 26)
    return f"{digit}{chr(65 + middle)}{chr(65 + last)}"


def _as_shape(typed: str, shape: str) -> str | None:
    """The text with each character made a letter (A) or a figure (9) as the shape asks; None when one cannot be."""
    meant = ""
    for character, kind in zip(typed, shape, strict=True):
        slips = _TO_DIGIT if kind == "9" else _TO_LETTER
        character = slips.get(character, character)
        if character.isdigit() != (kind == "9"):
            return None
        meant += character
    return meant
