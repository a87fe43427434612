"""How a sum is shared out, back and forth: pure, to the penny. Worked examples: docs/rules/allocation.md."""

from collections.abc import Mapping, Sequence

from marketplace.core.money import allocate


def shares_back(back_pence: int, paid: Sequence[int], given_back: Sequence[int]) -> list[int]:
    """How `back_pence` is shared among those who paid, in proportion to what each paid.

    `given_back` is what each has had before; nobody ever gets more than they paid, and all that was paid going back
    gives everybody exactly their own. Works on the running total, so that many small refunds round no worse than one.
    Raises ValueError when more would go back than was paid.

    >>> shares_back(1000, [2000, 1600], [0, 0])
    [556, 444]
    >>> shares_back(2600, [2000, 1600], [556, 444])
    [1444, 1156]
    """
    before, whole = sum(given_back), sum(paid)
    if before + back_pence > whole:
        raise ValueError("more would go back than was paid")
    target = allocate(before + back_pence, paid) if whole else [0] * len(paid)
    shares = [max(0, want - had) for want, had in zip(target, given_back, strict=True)]
    over = sum(shares) - back_pence
    for at in sorted(range(len(shares)), key=lambda i: -shares[i]):
        less = min(over, shares[at])
        shares[at] -= less
        over -= less
    return shares


OWED, LESS, MADE_GOOD, NOT_MADE_GOOD = "owed", "owed_less", "made_good", "made_good_less"


def owed_movements(*, amount_pence: int, settled_pence: int, booked: Mapping[str, int]) -> list[tuple[str, int]]:
    """What is still to be written so that the books say how much somebody owes in all and how much of it is made good;
    `booked` are the sums of what was written before. Entries are never changed, so less is a movement of its own.

    >>> owed_movements(amount_pence=1000, settled_pence=400, booked={OWED: 1000})
    [('made_good', 400)]
    """
    more = amount_pence - booked.get(OWED, 0) + booked.get(LESS, 0)
    good = settled_pence - booked.get(MADE_GOOD, 0) + booked.get(NOT_MADE_GOOD, 0)
    wanted = [(OWED, more), (LESS, -more), (MADE_GOOD, good), (NOT_MADE_GOOD, -good)]
    return [(why, pence) for why, pence in wanted if pence > 0]
