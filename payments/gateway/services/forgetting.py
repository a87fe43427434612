"""What the gateway keeps of somebody who is erased."""

from collections.abc import Iterable
from typing import Any

from django.dispatch import receiver

from marketplace.people.erasure.signals import person_erasing
from marketplace.people.models import User

from ..models import ConnectedAccount, WebhookEvent
from ..states import WAITING


def webhooks_forget_about(*, object_ids: Iterable[str]) -> int:
    """Drop the words of what came of these payments, refunds and disputes: they name who paid. Returns how many.

    What was not acted on yet keeps its words until it is.
    """
    about = WebhookEvent.objects.filter(object_id__in=object_ids).exclude(state__in=WAITING)
    return about.exclude(body="").update(body="")


@receiver(person_erasing)
def forget_what_opening_asked(sender: type, person: User, **kwargs: Any) -> None:
    """The words in which an account was opened hold the keeper's address; an open account needs them no more."""
    opened = ConnectedAccount.objects.filter(provider__keepers=person, stripe_id__isnull=False)
    opened.update(asked={})
