"""Words that were found, marked in a listing's own text by a server or a file, as pieces: never as markup. Pure."""

from .base import Piece

OPEN, CLOSE = "\ue000", "\ue001"  # from the private use area, which no text of a listing has


def pieces_of(text: str) -> tuple[Piece, ...]:
    """The text in pieces: words, and whether they are what was asked for.

    >>> [(piece.words, piece.asked) for piece in pieces_of(f"We {OPEN}mow{CLOSE} lawns.")]
    [('We ', False), ('mow', True), (' lawns.', False)]
    """
    pieces = []
    for part in text.split(OPEN):
        inside, closed, after = part.partition(CLOSE)
        if closed:
            pieces.append(Piece(inside, asked=True))
            inside = after
        if inside:
            pieces.append(Piece(inside))
    return tuple(pieces)
