"""Who keeps a listing: always the person signed in, for themselves, whoever else they act for."""

from django.http import HttpRequest

from marketplace.core.audit import Actor


def keeper_of(request: HttpRequest) -> Actor:
    return Actor(by_id=request.user.pk, for_id=request.user.pk)
