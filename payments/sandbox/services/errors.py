"""How the twin's own pages say no."""

from marketplace.core.errors import DomainError


class NotOpen(DomainError):
    """The payment was finished, ended or ran out of time before the button was pressed."""


class CardRefused(DomainError):
    """The bank said no. `reason` is Stripe's decline code, or "not_approved"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoSuchThing(DomainError):
    """There is no such payment or account in the practice store."""
