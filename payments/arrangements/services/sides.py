"""Two sides, two people: whoever keeps the listing never speaks for the person who pays."""

from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError
from marketplace.people.models import User
from providers.listings.models import Provider

from ..models.arrangement import Side


class OwnListing(DomainError):
    """Whoever keeps the listing cannot buy from it, nor say yes to it for somebody they act for."""


def sides_apart(*, provider: Provider, person: User, side: str, by: Actor) -> None:
    """Raises OwnListing where the person keeps the listing, or a keeper acts on the person's side."""
    ids = [person.pk, by.by_id] if side == Side.PERSON else [person.pk]
    if provider.keepers.filter(pk__in=ids).exists():
        raise OwnListing(provider)
