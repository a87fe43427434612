"""The door to what Stripe told us: whoever runs the site for all councils, behind a second factor."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.shortcuts import get_object_or_404

from marketplace.people.models import User

from .models import WebhookEvent


def operator(user: User | AnonymousUser) -> None:
    """Http404 for everybody else. The second factor is asked for by the middleware, for all of /operator/."""
    if not user.is_authenticated or not getattr(user, "is_national_operator", False):
        raise Http404


def webhook_for_operator(user: User | AnonymousUser, pk: int) -> WebhookEvent:
    operator(user)
    return get_object_or_404(WebhookEvent, pk=pk)
