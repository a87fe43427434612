"""Who keeps a listing: always the person signed in, for themselves, whoever else they act for."""

from django.http import HttpRequest

from marketplace.core.audit import Actor
from marketplace.people.models import User


class KeeperRequest(HttpRequest):
    """A request behind `signed_in` or `signed_in_keeping_words`: there is somebody."""

    user: User  # type: ignore[assignment]


def keeper_of(request: KeeperRequest) -> Actor:
    return Actor(by_id=request.user.pk, for_id=request.user.pk)
