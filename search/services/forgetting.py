"""What search keeps of somebody who is erased: that something was looked for in an area, and no more."""

from typing import Any

from django.dispatch import receiver

from marketplace.people.erasure.signals import person_erasing
from marketplace.people.models import User

from ..models import Need, ShortlistEntry


@receiver(person_erasing)
def search_forget(sender: type, person: User, **kwargs: Any) -> None:
    """Inside the transaction that erases."""
    ShortlistEntry.objects.filter(person=person).delete()
    Need.objects.filter(person=person).update(person=None, contact="", words="", searched_for="")
