"""A life as a table: which moves are allowed, from where, to where. Nothing else compares states."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from .errors import DomainError


class IllegalMove(DomainError):
    """The thing is no longer (or not yet) in a state that allows this."""

    def __init__(self, subject: Any, move: str) -> None:
        super().__init__(f"{subject.__class__.__name__} {subject.pk} in {subject.state!r} cannot {move!r}")
        self.subject, self.move = subject, move


class Move:
    """From any of the named states to one."""

    def __init__(self, *sources: str, to: str) -> None:
        self.sources, self.to = frozenset(sources), to


class StateTable:
    """The allowed moves of one kind of thing that keeps its state in a field named `state`."""

    def __init__(self, states: type[models.TextChoices], moves: Mapping[str, Move]) -> None:
        self.choices, self.moves = states, dict(moves)
        named = {state for move in self.moves.values() for state in (*move.sources, move.to)}
        unknown = named - set(states.values)
        if unknown:
            raise ValueError(f"unknown states {sorted(unknown)}")

    def states(self, *names: str) -> frozenset[str]:
        """A named set of states, for queries and rules. Raises ValueError on a name that is not a state."""
        return frozenset(self.choices(name).value for name in names)

    def can(self, subject: Any, move: str) -> bool:
        return subject.state in self.moves[move].sources

    def allowed(self, subject: Any) -> list[str]:
        return [name for name, move in self.moves.items() if subject.state in move.sources]

    def apply(self, subject: Any, move: str, *, at: datetime, save: bool = True) -> None:
        """Move the subject, stamp `state_since` where it has one, and save both. Raises IllegalMove."""
        if not self.can(subject, move):
            raise IllegalMove(subject, move)
        subject.state = self.moves[move].to
        fields = ["state"]
        if hasattr(subject, "state_since"):
            subject.state_since = at
            fields.append("state_since")
        if save:
            subject.save(update_fields=fields)
