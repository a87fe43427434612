"""What a backend looks for: the typed words with everything else that they may be called."""

from dataclasses import dataclass

from .. import rules


@dataclass(frozen=True, slots=True)
class Group:
    """One thing that was asked for, under each of its names.

    `alternatives`: (text, weight); a text of several words is a phrase, in that order and side by side. Weights run
    from 0.1 to 1. What somebody typed weighs less where it was understood as a phrase, so that "home help" does not
    pull in every "home". `kinds`: slugs of kinds of help that answer it too, as good as a word of weight 1.
    `optional`: it only raises those that have it; it never counts towards `Wording.minimum`.
    """

    alternatives: tuple[tuple[str, float], ...]
    kinds: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    """A typed sentence as understood.

    `groups` in the order typed; empty for no words that count: everything matches then. A listing must have at least
    `minimum` of the groups that are not optional; when too few have, ask again with each of `fewer()` in turn and call
    the answer loosened. `corrected`: pairs of what was typed and what was looked for instead, as it can only be a slip.
    `did_you_mean`: the whole question in better words, to offer; "" for none.
    """

    groups: tuple[Group, ...] = ()
    minimum: int = 0
    corrected: tuple[tuple[str, str], ...] = ()
    did_you_mean: str = ""

    @property
    def needed(self) -> tuple[Group, ...]:
        """The groups that count towards the minimum."""
        return tuple(group for group in self.groups if not group.optional)

    @property
    def extra(self) -> tuple[Group, ...]:
        """The groups that only raise what has them."""
        return tuple(group for group in self.groups if group.optional)

    def fewer(self) -> tuple[int, ...]:
        """Smaller minimums, largest first, down to one."""
        return tuple(range(self.minimum - 1, 0, -1))


def plainly(q: str) -> Wording:
    """The typed words that count, as they stand: no rules, no database. Never fails, whatever was typed.

    >>> [group.alternatives for group in plainly("Someone to mow the grass").groups]
    [(('mow', 1.0),), (('grass', 1.0),)]
    """
    groups = tuple(Group(((term, 1.0),)) for term in rules.terms(q))
    return Wording(groups, minimum=len(groups))
