"""Who keeps a listing: always the person signed in, for themselves, whoever else they act for."""

from marketplace.core.audit import Actor
from marketplace.people.middleware import SignedInRequest


def keeper_of(request: SignedInRequest) -> Actor:
    return Actor(by_id=request.user.pk, for_id=request.user.pk)
