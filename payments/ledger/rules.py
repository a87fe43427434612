"""How a sum is shared out, back and forth: pure, to the penny. Worked examples: docs/rules/allocation.md."""

from collections.abc import Mapping, Sequence
from fractions import Fraction


def shares_back(back_pence: int, paid: Sequence[int], given_back: Sequence[int]) -> list[int]:
    """How `back_pence` is shared among those who paid, in proportion to what each paid.

    `given_back` is what each has had before; nobody ever gets more than they paid, and all that was paid going back
    gives everybody exactly their own. After each of many small refunds everybody has had their exact share of all that
    went back, less than a penny off. Raises ValueError when more would go back than was paid.

    Everybody has the whole pence of their exact share first. A penny that is left goes to whoever is owed their next
    whole penny soonest: by largest remainder, as `allocate` shares, a later refund would have to take a penny away
    again. (Earliest deadline first: C. L. Liu and J. W. Layland, Journal of the ACM 20, 1973, 46-61.)

    >>> shares_back(1000, [2000, 1600], [0, 0])
    [556, 444]
    >>> shares_back(2600, [2000, 1600], [556, 444])
    [1444, 1156]
    """
    whole, gone = sum(paid), sum(given_back) + back_pence
    if gone > whole:
        raise ValueError("more would go back than was paid")
    if not back_pence:
        return [0] * len(paid)
    each = range(len(paid))
    now = [max(had, gone * own // whole) for had, own in zip(given_back, paid, strict=True)]
    behind = [at for at in each if now[at] * whole < gone * paid[at]]
    for at in sorted(behind, key=lambda at: Fraction(now[at] + 1, paid[at]))[: max(0, gone - sum(now))]:
        now[at] += 1
    shares = [new - had for new, had in zip(now, given_back, strict=True)]
    over = sum(shares) - back_pence  # only where somebody has had more than these shares, for a bank took money again
    for at in sorted(each, key=lambda at: -shares[at]):
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
